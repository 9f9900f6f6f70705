"""Helpers that every room shares; they know nothing of label noise."""
