"""Detectors of wrong events and wrong times in survival data."""
