"""What a list says against what is known: planned, written in pieces that may be repeated, and taken back."""
