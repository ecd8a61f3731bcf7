"""What others say: reports, suggestions, claims, and what is heard on the telephone."""
