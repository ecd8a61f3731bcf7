"""Files that others send, read row by row into neutral groups; what is unclear is said, never guessed. No tables."""
