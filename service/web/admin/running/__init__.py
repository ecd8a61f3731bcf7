"""How it runs: the page of whoever runs this installation."""
