"""The desk: what needs somebody, every listing by a filter, many at once, and what is known of all."""
