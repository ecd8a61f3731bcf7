"""What is kept of an account is given out to its owner, and erased."""
