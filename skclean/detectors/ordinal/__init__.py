"""Detectors of wrong grades: classes that have an order."""
