"""Loops that grow trees."""
