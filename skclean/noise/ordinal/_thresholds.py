"""A threshold model: one latent number a row, and cuts between neighbouring classes.

P(class <= k | x) = Phi((cut_k - place(x)) / scale(x)) for the normal distribution function Phi. `place` is the rank of
the class that a model predicts, and `scale` follows the spread that it predicts. The threshold model has few
parameters, so that a label far from its place stays improbable, however many such labels there are. A forest that is
asked for the probability of each class by itself learns how many of them occur.
"""

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import ndtr

from skclean.utils._typing import Codes, Floats

__all__ = ["ThresholdModel", "fit_thresholds", "rank_moments"]

# Rows, spread evenly, that the model is fitted to: it has about as many parameters as classes. With many classes there
# are fewer, since each parameter costs a pass over them.
MAX_ROWS, MIN_ROWS, ROWS_TIMES_CLASSES = 20_000, 2_000, 200_000
MAX_ROUNDS = 60
# Share of labels that fall anywhere while the model is fitted, so that single far ones do not widen it.
ANYWHERE = 0.05
RIDGE = 1e-3
# The smallest variance of the rank that a model is believed to predict.
MIN_VARIANCE = 0.02
# What every class has at least.
FLOOR = 1e-4


class ThresholdModel(NamedTuple):
    """Fitted threshold model.

    Attributes
    ----------
    cuts : ndarray of shape (n_classes - 1,)
        Rising.
    scale : float
        In units of the typical spread.
    slope : float
        How far the scale follows the predicted spread, in [-1, 1].
    unit : float
        The typical spread.
    """

    cuts: Floats
    scale: float
    slope: float
    unit: float

    def proba(self, place: Floats, spread: Floats) -> Floats:
        """Return P(class | row): ndarray of shape (n_samples, n_classes); each class has at least 0.0001.

        Parameters
        ----------
        place, spread : ndarrays of shape (n_samples,)
        """
        scale = _scale(self, spread)
        below = ndtr((self.cuts - place[:, None]) / scale[:, None])
        edges = np.hstack([np.zeros((len(place), 1)), below, np.ones((len(place), 1))])
        proba = np.diff(edges, axis=1) + FLOOR
        return np.asarray(proba / proba.sum(axis=1, keepdims=True))


def rank_moments(proba: Floats) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of the rank of the class: two ndarrays of shape (n_samples,).

    Parameters
    ----------
    proba : ndarray of shape (n_samples, n_classes)
        Columns in the order of the classes.
    """
    ranks = np.arange(proba.shape[1], dtype=np.float64)
    mean = proba @ ranks
    return mean, np.sqrt(np.maximum(proba @ ranks**2 - mean**2, MIN_VARIANCE))


def fit_thresholds(
    place: Floats, spread: Floats, codes: Codes, n_classes: int, weight: Floats | None = None
) -> ThresholdModel:
    """Fit a threshold model to given labels by maximum likelihood.

    Parameters
    ----------
    place : ndarray of shape (n_samples,)
        Predicted rank, out of sample.
    spread : ndarray of shape (n_samples,)
        Predicted standard deviation of the rank, above 0.
    codes : ndarray of shape (n_samples,), int
        Given classes, in order.
    n_classes : int
    weight : ndarray of shape (n_samples,) or None, default=None
        What each row counts for.

    Returns
    -------
    model : ThresholdModel
    """
    most = int(np.clip(ROWS_TIMES_CLASSES // n_classes, MIN_ROWS, MAX_ROWS))
    some = np.linspace(0, len(codes) - 1, min(len(codes), most)).astype(np.intp)
    place, spread, codes = place[some], spread[some], codes[some]
    weight = np.ones(len(some)) if weight is None else weight[some]
    weight = weight / weight.sum()
    unit = float(np.median(spread))

    def loss(values):
        model = _model_of(values, n_classes, unit)
        scale = _scale(model, spread)
        edges = np.concatenate([[-np.inf], model.cuts, [np.inf]])
        inside = ndtr((edges[codes + 1] - place) / scale) - ndtr((edges[codes] - place) / scale)
        given = (1 - ANYWHERE) * inside + ANYWHERE / n_classes
        return -(weight * np.log(given)).sum() + RIDGE / n_classes * (values[1:] ** 2).sum()

    start = np.zeros(n_classes + 1)
    start[0] = start[n_classes] = 0.5
    found = minimize(loss, start, method="L-BFGS-B", options={"maxiter": MAX_ROUNDS})
    return _model_of(found.x, n_classes, unit)


def _model_of(values, n_classes, unit):
    """The model of free parameters: first cut, log distances of the others, log scale, slope."""
    cuts = np.cumsum(np.append(values[0], np.exp(values[1 : n_classes - 1])))
    scale, slope = np.exp(values[n_classes - 1]), np.tanh(values[n_classes])
    return ThresholdModel(cuts, float(scale), float(slope), unit)


def _scale(model, spread):
    return model.scale * model.unit * (spread / model.unit) ** model.slope
