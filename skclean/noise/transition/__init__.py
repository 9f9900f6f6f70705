"""Estimates of the transition matrix."""
