"""Estimators that learn from labels that stay noisy: one estimator a file, and helpers beside them."""
