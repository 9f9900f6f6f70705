"""Detectors that learn what a wrong label looks like."""
