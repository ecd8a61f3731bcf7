"""The search index of one process: a generation on disk, how it is written, and the edits since."""
