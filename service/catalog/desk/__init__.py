"""The editor's desk: finding listings, what needs somebody today, how whole they are, changing many at once."""
