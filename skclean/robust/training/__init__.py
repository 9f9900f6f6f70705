"""Estimators that learn from labels that stay noisy."""
