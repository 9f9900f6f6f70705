"""Distance of a prediction from a label."""

import numpy as np

__all__ = ["label_divergence"]


def label_divergence(given):
    """Jensen-Shannon divergence between a label and a prediction of it.

    Parameters
    ----------
    given : ndarray of shape (n_rows,)
        Probability that the prediction gives to the label, in [0, 1].

    Returns
    -------
    divergence : ndarray of shape (n_rows,), float64
        In nats, from 0 to log 2. How the rest of the probability is spread does not matter.

    References
    ----------
    Lin, "Divergence Measures Based on the Shannon Entropy", IEEE Transactions on Information Theory 1991.
    """
    middle = (1 + given) / 2
    inner = np.zeros(len(given))
    np.log(given / middle, out=inner, where=given > 0)
    return (-np.log(middle) + given * inner + (1 - given) * np.log(2)) / 2
