"""Displays: findings kept as plain arrays, and drawn with matplotlib. ``skclean.inspection`` has their names."""
