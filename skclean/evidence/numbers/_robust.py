"""Middle, spread and weights that a share of wrong numbers hardly moves."""

import numpy as np

__all__ = ["clip_tails", "right_weight", "robust_spread"]

# A residual of so many spreads has half the weight.
HALF_WEIGHT = 3.0
# Numbers farther from the median than so many times the distance of the outer tenth are clipped.
BEYOND = 4.0


def robust_spread(residual):
    """Median size of residuals, as a standard deviation; above 0 unless all are 0 (float)."""
    size = np.abs(residual)
    if not size.size:
        return 1.0
    spread = 1.4826 * float(np.median(size))
    largest = float(size.max())
    if spread <= 1e-9 * largest:  # more than half of the rows are predicted exactly
        spread = max(float(size.mean()), 1e-9 * largest)
    return spread if spread > 0 else 1.0


def right_weight(residual, spread):
    """Weight of each row by the size of its residual: near 1 for small ones, 1/2 at 3 spreads, then falling fast."""
    return 1 / (1 + (residual / (HALF_WEIGHT * spread)) ** 4)


def clip_tails(y):
    """Return the numbers; those far beyond the outer tenths are clipped: ndarray of the same shape.

    Each side by its own distance, so that a long tail on one side stays.
    """
    low, middle, high = np.quantile(y, [0.1, 0.5, 0.9])
    floor = middle - BEYOND * (middle - low) if low < middle else y.min()
    top = middle + BEYOND * (high - middle) if high > middle else y.max()
    return np.clip(y, floor, top)
