"""Calibrate class probabilities by a temperature and one offset a class; turn those of noisy labels into true ones."""

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax

__all__ = ["Calibration", "true_proba"]

LEAST = 1e-6
# What the parameters are drawn to, as this many rows would: no change.
PRIOR_ROWS = 2.0


class Calibration:
    """Probabilities in proportion to ``p ** temperature * exp(offset)``.

    Parameters
    ----------
    temperature : float
        Power of the probabilities.
    offset : ndarray of shape (n_classes,)
    """

    def __init__(self, temperature, offset):
        self.temperature = temperature
        self.offset = offset

    @classmethod
    def fit(cls, proba, codes, weight):
        """Fit to out-of-sample probabilities and labels by maximum likelihood.

        Parameters
        ----------
        proba : ndarray of shape (n_rows, n_classes)
        codes : ndarray of shape (n_rows,), int
        weight : ndarray of shape (n_rows,)
        """
        logs = np.log(np.maximum(proba, LEAST))
        onehot = np.eye(proba.shape[1])[codes]

        def loss(point):
            power, offset = point[0], point[1:]
            logits = power * logs + offset
            residual = weight[:, None] * (softmax(logits, axis=1) - onehot)
            value = weight @ (logsumexp(logits, axis=1) - (logits * onehot).sum(axis=1))
            value += 0.5 * PRIOR_ROWS * ((power - 1) ** 2 + (offset**2).sum())
            slope = np.append((residual * logs).sum() + PRIOR_ROWS * (power - 1), residual.sum(0) + PRIOR_ROWS * offset)
            return value, slope

        start = np.append(1.0, np.zeros(proba.shape[1]))
        bounds = [(0.05, 20.0), *[(None, None)] * proba.shape[1]]
        point = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
        return cls(point[0], point[1:])

    def apply(self, proba):
        """Calibrated probabilities: ndarray of the shape of `proba`."""
        return softmax(self.temperature * np.log(np.maximum(proba, LEAST)) + self.offset, axis=1)


def true_proba(proba, inverse):
    """Probabilities of the true label, from those of the observed one: ndarray of the shape of `proba`.

    Parameters
    ----------
    proba : ndarray of shape (n_rows, n_classes)
    inverse : ndarray of shape (n_classes, n_classes) or None
        Of the transition matrix; None means that labels are right.
    """
    if inverse is None:
        return proba
    proba = np.maximum(proba @ inverse, 0)
    return proba / proba.sum(axis=1, keepdims=True)
