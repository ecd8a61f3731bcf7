"""Who may act: people, their roles, sessions, links and keys, and the record of what they did."""
