"""What somebody's own words suggest about the rest of their question: read, shown, never applied."""
