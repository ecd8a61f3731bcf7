"""What listings share: organisations, places, and how far a body is known."""
