"""Quality and speed against named peers, in one run. Never timed tests: ratios are printed, not asserted."""
