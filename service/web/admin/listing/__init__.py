"""One listing: its form, check, history, life, pictures and how people find it."""
