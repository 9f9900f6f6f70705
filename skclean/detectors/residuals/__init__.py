"""Detectors of wrong numbers."""
