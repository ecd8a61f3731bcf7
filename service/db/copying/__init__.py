"""A whole database as rows of plain values: read in one moment, kept in a sealed file, filled into another.

The same rows serve a backup, a restore and a move, from and to SQLite and PostgreSQL alike.
"""
