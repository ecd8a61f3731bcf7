"""A link worker's desk: who needs somebody now, and all that is written down of a case."""
