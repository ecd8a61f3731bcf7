"""What editors change in the taxonomy."""
