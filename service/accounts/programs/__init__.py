"""Programs that act for an organisation: their keys, and the assertions they sign."""
