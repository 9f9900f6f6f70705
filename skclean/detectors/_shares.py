"""The share of the given label among probabilities or votes."""

import numpy as np

__all__ = ["shares_of_given"]


def shares_of_given(shares, codes):
    """Each row's value for its own class: ndarray of shape (n_samples,), float64; of unlabelled rows any value.

    Parameters
    ----------
    shares : ndarray of shape (n_samples, n_classes)
    codes : ndarray of shape (n_samples,), int32
    """
    return np.clip(shares[np.arange(len(codes)), codes], 0.0, 1.0)  # sums of shares may pass 1 by a rounding
