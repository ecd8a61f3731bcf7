"""Figures of what became of people who were offered help: counts with denominators, never of anybody."""
