"""A person helped into a group, from consent to outcome: the only folder with identifiable health data."""
