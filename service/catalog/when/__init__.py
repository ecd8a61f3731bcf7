"""When a group meets, in plain English words: read into a rule, and said back. Days of rest of a country."""
