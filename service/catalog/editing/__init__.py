"""Editing what groups share, and what helps to edit: organisations, places, what is missing, how a listing is found."""
