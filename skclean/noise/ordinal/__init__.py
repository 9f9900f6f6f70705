"""Ordered classes: a threshold model of the true class, and the slips by which another one is recorded."""
