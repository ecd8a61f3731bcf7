"""People, and what each agreed to: kept once, found again by whoever helps them, taken back by themselves."""
