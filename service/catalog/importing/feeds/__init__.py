"""Addresses that are asked for listings each day: page by page, from where the last reading ended."""
