"""Detectors that watch a model learn, step by step."""
