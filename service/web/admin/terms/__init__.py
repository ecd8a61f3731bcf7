"""The words room: the tree of interests, one of them with all that is said for it, and each act on it with a check."""
