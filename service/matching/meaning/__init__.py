"""Texts as vectors: the encoders, what they made, and how near a group is to a question."""
