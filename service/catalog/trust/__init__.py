"""How far a body that runs groups is known: what was seen of it, for how long that counts, and what follows."""
