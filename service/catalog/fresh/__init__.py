"""Keeping listings true: leaders are asked by mail, editors ring, and a sample by chance tells how true it all is."""
