"""How it runs, and what Prometheus is told of it."""
