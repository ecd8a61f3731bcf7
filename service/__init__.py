"""Kith: find your people nearby. This package exports nothing; `service.app` builds the application."""
