"""Loops over class probabilities and codes."""
