"""What editors change in the tree of interests: acts, kept one by one, laid over the files, taken back by one act."""
