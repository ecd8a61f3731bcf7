"""Referring somebody: read, checked and written, however it came. Faces call `operations`, `slips` and `bringing`."""
