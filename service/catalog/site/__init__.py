"""What this installation is called, where it is and how it looks: set on a page, kept in one row, known by heart."""
