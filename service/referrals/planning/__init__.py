"""The plan that a person and their link worker make: goals in their words, and one to three groups."""
