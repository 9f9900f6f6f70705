"""Detectors that let many models, each trained without the row, vote on its label."""
