"""What a group answers to an introduction, by link or signed in, and what follows from it at once."""
