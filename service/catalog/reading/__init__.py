"""Reads listings' own texts: facts they state, listings that are probably one, interests that fit. Pure."""
