"""Scores of the folds of a repeat, beside one another."""

import numpy as np

__all__ = ["centred", "standardised"]

# Scores of a repeat that are equal but for this share of the largest are equal: their mean is rounded.
ROUNDING = 1e-12


def standardised(scores):
    """Scores of each repeat less their mean, over their standard deviation; 0 where that is 0 or a score is missing."""
    difference, spread = _centred_and_spread(scores)
    return np.divide(difference, spread, out=np.zeros_like(scores), where=spread > 0)  # NaN compares as False


def centred(scores):
    """Scores of each repeat less their mean; 0 where they differ by rounding only."""
    return _centred_and_spread(scores)[0]


def _centred_and_spread(scores):
    difference = scores - scores.mean(axis=1, keepdims=True)
    spread = np.sqrt((difference**2).mean(axis=1, keepdims=True))
    alike = spread <= ROUNDING * np.abs(scores).max(axis=1, keepdims=True)
    return np.where(alike, 0.0, difference), np.where(alike, 0.0, spread)
