"""What people without an account propose: what is right about a listing, a new group, that a group is theirs."""
