"""Standard errors of the noise rate and the flip rates of a fitted channel."""

from typing import NamedTuple

import numpy as np

from skclean.noise.model._channel_fit import PRIOR_ROWS

__all__ = ["RateErrors", "rate_errors"]


class RateErrors(NamedTuple):
    """Standard errors of estimated rates.

    Attributes
    ----------
    all_rows : float
        Of the noise rate.
    of_class : ndarray of shape (n_classes,)
        Of the flip rate of each true class.
    """

    all_rows: float
    of_class: np.ndarray


def rate_errors(channel, codes, proba, *, weight=None):
    """Return the standard errors of the noise rate and of the flip rates, by the empirical Fisher information.

    The parameters are one common slope, a bias and a flip rate of each class; where flips go is held fixed. The priors
    of the fit are part of the information.

    Parameters
    ----------
    channel : NoiseChannel
        Fitted to these rows.
    codes : ndarray of shape (n_rows,), int
        Given labels.
    proba : ndarray of shape (n_rows, n_classes)
        Out-of-sample probabilities.
    weight : ndarray of shape (n_rows,) or None, default=None
        What each row stands for; 1 on average.

    Returns
    -------
    errors : RateErrors
    """
    n_rows, n_classes = proba.shape
    weight = np.ones(n_rows) if weight is None else weight
    truth = channel.truth(proba)
    shares = weight @ truth / n_rows
    rates = channel.flip_rates
    scores = _scores(channel, codes, truth, channel.logs(proba)) * np.sqrt(weight)[:, None]
    information = scores.T @ scores + np.diag(np.append(1e-3, np.ones(2 * n_classes)))
    of_rates = slice(1 + n_classes, None)
    bounded = np.clip(rates, 1 / (PRIOR_ROWS + n_rows / n_classes), 0.5)
    variance = bounded * (1 - bounded)
    apart = np.eye(n_classes) - shares  # the prior draws the rate of each class to the mean rate
    information[of_rates, of_rates] += apart.T @ ((PRIOR_ROWS / variance)[:, None] * apart)
    information[of_rates, of_rates] += np.diag(1 / variance - 1)
    covariance = np.linalg.pinv(information)[of_rates, of_rates]
    return RateErrors(
        all_rows=float(np.sqrt(max(shares @ covariance @ shares, 0.0))),
        of_class=np.sqrt(np.maximum(np.diag(covariance), 0.0)),
    )


def _scores(channel, codes, truth, logs):
    """Derivatives of each row's log-likelihood in slope, biases and flip rates: (n_rows, 1 + 2 * n_classes)."""
    rows, rates = np.arange(len(codes)), channel.flip_rates
    joint = truth * channel.transition[:, codes].T
    likelihood = np.maximum(joint.sum(axis=1), np.finfo(np.float64).tiny)[:, None]
    moved = joint / likelihood - truth
    goes_to = channel.transition / np.maximum(rates, 1e-12)[:, None]
    np.fill_diagonal(goes_to, 0.0)
    of_rates = goes_to[:, codes].T.copy()
    of_rates[rows, codes] -= 1
    of_slope = (moved * logs * channel.slope).sum(axis=1, keepdims=True)
    return np.hstack([of_slope, moved, truth * of_rates / likelihood])
