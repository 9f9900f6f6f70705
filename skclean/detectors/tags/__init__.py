"""Detectors for rows that have several tags."""
