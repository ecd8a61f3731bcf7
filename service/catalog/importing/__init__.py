"""Listings in other people's shapes: rows in, drafts out. Never writes to a table."""
