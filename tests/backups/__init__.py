"""Tests of copies: taken, checked, put back, moved."""
