"""Listings are kept true."""
