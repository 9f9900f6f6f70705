"""Base of the objectives: the call conventions of three libraries around one set of derivatives.

Boosting libraries fit each tree to the gradient and the second derivative of the loss by the raw scores, which are the
sums of the trees before they become probabilities. They differ in what they pass, what they expect, and in the sign:

- XGBoost and LightGBM call ``objective(y_true, y_pred)``, with weights as a third argument where there are some; their
  native interfaces call ``objective(y_pred, data)``, where the data know labels and weights.
- CatBoost calls ``calc_ders_range`` for two classes and, row by row, ``calc_ders_multi`` for more, maximises, and so
  wants derivatives of minus the loss.

All of them pass labels as codes 0 … n_classes - 1, and divide by sums of second derivatives, which must be positive.
"""

from typing import Any, Literal

import numpy as np
from scipy.special import expit, softmax

from skclean._kernels import Derivatives
from skclean.utils._typing import Array, Codes, Floats, Numbers

__all__ = ["Objective"]

# Second derivatives are at least this, as a sum of zeros cannot be divided by.
LEAST_CURVATURE = 1e-6
# The second derivatives by one raw score, times this, bound those by several of them together.
MANY_CLASSES_FACTOR = 2.0

Curvature = Literal["bound", "exact"]


class Objective:
    """A loss of raw scores that boosting libraries take as an objective.

    Subclasses have ``_derivatives(scores, codes)``, and list their parameters in ``_parameters``.
    """

    curvature: Curvature
    _parameters: tuple[str, ...] = ()

    def _derivatives(self, scores: Floats, codes: Codes) -> Derivatives:
        raise NotImplementedError

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Numbers | None = None) -> tuple[Floats, Floats]:
        """Gradient and second derivative of each row's loss by its raw scores.

        Parameters
        ----------
        y_true : array-like of shape (n_samples,)
            Codes 0 … n_classes - 1 of the given labels.
        y_pred : array-like of shape (n_samples,) or (n_samples, n_classes)
            Raw scores; of the second class alone where there are two. Where the first argument holds the raw scores and
            this one is a DMatrix or a Dataset, as native interfaces pass them, labels and weights are read from it.
        sample_weight : array-like of shape (n_samples,) or None, default=None

        Returns
        -------
        gradient, hessian : ndarrays of the shape of the raw scores
            The hessian is above 0.
        """
        if hasattr(y_pred, "get_label"):
            data, y_pred = y_pred, y_true
            y_true, sample_weight = data.get_label(), data.get_weight()
        scores, codes, shape = _checked(y_true, y_pred)
        found = self._derivatives(scores, codes)
        gradient, second = found.gradient, self._positive(found)
        if sample_weight is not None and len(np.atleast_1d(sample_weight)):
            weight = np.asarray(sample_weight, dtype=np.float64)[:, None]
            gradient, second = gradient * weight, second * weight
        if len(shape) == 1:
            return np.ascontiguousarray(gradient[:, 1]), np.ascontiguousarray(second[:, 1])
        return gradient, second

    def loss(self, y_true: Numbers, y_pred: Numbers) -> Floats:
        """Loss of each row: ndarray of shape (n_samples,).

        Parameters
        ----------
        y_true : array-like of shape (n_samples,)
            Codes 0 … n_classes - 1.
        y_pred : array-like of shape (n_samples,) or (n_samples, n_classes)
            Raw scores.
        """
        scores, codes, _ = _checked(y_true, y_pred)
        return self._derivatives(scores, codes).value

    @staticmethod
    def proba(y_pred: Numbers) -> Floats:
        """Turn raw scores into class probabilities: ndarray of shape (n_samples, n_classes).

        Parameters
        ----------
        y_pred : array-like of shape (n_samples,) or (n_samples, n_classes)
            Raw scores, as models predict them under an objective that they do not know.
        """
        scores = np.asarray(y_pred, dtype=np.float64)
        if scores.ndim == 2 and scores.shape[1] > 1:
            return softmax(scores, axis=1)
        second = expit(scores.ravel())
        return np.column_stack([1 - second, second])

    def calc_ders_range(self, approxes: Any, targets: Any, weights: Any) -> Array:
        """Derivatives of minus the loss for two classes, as CatBoost asks for them.

        Parameters
        ----------
        approxes : sequence of n_samples raw scores
        targets : sequence of n_samples codes, 0 or 1
        weights : sequence of n_samples numbers or None

        Returns
        -------
        derivatives : ndarray of shape (n_samples, 2)
            First and second derivative of each row.
        """
        gradient, second = self(np.asarray(targets), np.asarray(approxes), weights)
        return -np.column_stack([gradient, second])

    def calc_ders_multi(self, approx: Any, target: Any, weight: Any) -> tuple[list[float], list[list[float]]]:
        """Derivatives of minus the loss of one row, as CatBoost asks for them.

        Parameters
        ----------
        approx : sequence of n_classes raw scores
        target : float
            A code.
        weight : float or None

        Returns
        -------
        first : list of n_classes numbers
        second : list of n_classes lists of n_classes numbers
        """
        scores, codes, _ = _checked([target], [list(approx)])
        found = self._derivatives(scores, codes)
        weight = 1.0 if weight is None else float(weight)
        proba = found.proba[0]
        second = found.scale[0] * (np.diag(proba) - np.outer(proba, proba)) + LEAST_CURVATURE * np.eye(len(proba))
        return (-weight * found.gradient[0]).tolist(), (-weight * second).tolist()

    def _positive(self, found):
        """Positive second derivatives: the convex part of the loss, or the exact ones where these are positive."""
        bound = found.scale[:, None] * found.proba * (1 - found.proba)
        second = bound if self.curvature == "bound" else found.second
        many = MANY_CLASSES_FACTOR if second.shape[1] > 2 else 1.0
        return np.maximum(many * second, LEAST_CURVATURE)

    def _check_curvature(self):
        if self.curvature not in ("bound", "exact"):
            raise ValueError(f"curvature must be 'bound' or 'exact', got {self.curvature!r}.")

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._parameters)
        return f"{type(self).__name__}({shown})"


def _checked(y_true, y_pred):
    """Raw scores with a column for each class, codes, and the shape that the caller has."""
    scores = np.asarray(y_pred, dtype=np.float64)
    shape = scores.shape
    labels = np.asarray(y_true, dtype=np.float64).ravel()
    if len(shape) not in (1, 2) or shape[0] != len(labels):
        raise ValueError(
            f"raw scores must be of shape ({len(labels)},) or ({len(labels)}, n_classes), one row for each label, got "
            f"{shape}. An old version of the library passes them flat; update it."
        )
    if len(shape) == 1 or shape[1] == 1:
        scores = np.column_stack([np.zeros(len(labels)), scores.ravel()])
        shape = shape[:1]
    codes = labels.astype(np.int32)
    if (codes != labels).any() or codes.min(initial=0) < 0 or codes.max(initial=0) >= scores.shape[1]:
        raise ValueError(
            f"labels must be codes 0 … {scores.shape[1] - 1}, one for each column of raw scores; encode them with "
            "sklearn.preprocessing.LabelEncoder, or use the classifier of the library, which does."
        )
    return scores, codes, shape
