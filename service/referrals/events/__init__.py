"""How other systems hear of referrals: a feed to read, and addresses that are told. Numbers and states, never words."""
