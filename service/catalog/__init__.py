"""What there is to join: organisations, groups, sessions, places, terms and three-valued facts."""
