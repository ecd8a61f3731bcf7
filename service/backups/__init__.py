"""Copies of everything that cannot be made again: taken, checked, kept for a time, put back, and moved elsewhere."""
