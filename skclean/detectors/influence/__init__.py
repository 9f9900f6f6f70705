"""Detectors that measure what a row does to a linear model."""
