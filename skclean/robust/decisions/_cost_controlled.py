"""Sets of labels with a bound on the cost of wrong ones, for rows that may have several labels."""

from bisect import bisect_right
from numbers import Real
from typing import Literal, Self

import numpy as np
from sklearn.utils import check_scalar

from skclean.utils._typing import Bools, Numbers

__all__ = ["CostControlledSets"]

CONTROLS = ("mean", "violation")
# Probabilities are at least this far from 1 where labels are ordered.
LEAST = 1e-9


class CostControlledSets:
    """Choose labels of large value for each row, so that labels which do not apply cost no more than a budget.

    For rows with several labels (tags). A model's probabilities order the labels of a row; a threshold that is
    calibrated on rows with known labels says where to stop. The budget is kept on average over new rows, however good
    the probabilities are; better ones give more value.

    Parameters
    ----------
    budget : float
        Largest cost of the wrong labels of a set: on average, or in each row. Above 0.
    value : array-like of shape (n_labels,) or None, default=None
        Value of a label that applies; None means 1 each.
    cost : array-like of shape (n_labels,) or None, default=None
        Cost of a label that does not apply, above 0; None means 1 each.
    control : {"mean", "violation"}, default="mean"
        "mean" keeps the mean cost of a set within the budget. "violation" keeps the chance that a set costs more than
        the budget at most `delta`.
    delta : float, default=0.1
        For "violation", in (0, 1).

    Attributes
    ----------
    threshold_ : float
        A set stops before its expected cost reaches it.
    n_calibration_ : int
        Rows that were calibrated on.

    Notes
    -----
    As in the paper: nested sets by greedy choice of ``value p / (cost (1 - p))``, expected cost as the proxy, the
    largest threshold at which the summed costs of n calibration rows are at most ``budget (n + 1)`` less the largest
    cost a row can have, and calibration rows one by one.

    Otherwise: the cost of a set is the sum of the costs of its wrong labels; the paper takes any cost that grows.

    It assumes that calibration rows and new rows are drawn alike, and that the calibration labels are right: have them
    checked. It loses with few calibration rows: where ``budget (n + 1)`` is below the cost of all labels, sets are
    empty.

    References
    ----------
    Lin, Trivedi, Xiao, Sun, "Fast Online Value-Maximizing Prediction Sets with Conformal Cost Control", ICML 2023
    (FavMac).

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.robust import CostControlledSets
    >>> rng = np.random.RandomState(0)
    >>> proba = rng.rand(500, 4)
    >>> Y = rng.rand(500, 4) < proba
    >>> sets = CostControlledSets(budget=0.5).calibrate(proba, Y).predict_set(proba)
    >>> bool((sets & ~Y).sum(axis=1).mean() <= 0.52), bool((sets & Y).sum(axis=1).mean() > 1)
    (True, True)
    """

    def __init__(
        self,
        budget: float,
        *,
        value: Numbers | None = None,
        cost: Numbers | None = None,
        control: Literal["mean", "violation"] = "mean",
        delta: float = 0.1,
    ) -> None:
        check_scalar(budget, "budget", Real, min_val=0, include_boundaries="neither")
        check_scalar(delta, "delta", Real, min_val=0, max_val=1, include_boundaries="neither")
        if control not in CONTROLS:
            raise ValueError(f"control must be 'mean' or 'violation', got {control!r}.")
        self.budget, self.control, self.delta = budget, control, delta
        self.value = None if value is None else np.asarray(value, dtype=np.float64)
        self.cost = None if cost is None else np.asarray(cost, dtype=np.float64)
        for name, numbers in (("value", self.value), ("cost", self.cost)):
            if numbers is not None and (numbers.ndim != 1 or not (numbers > 0).all()):
                raise ValueError(f"{name} must hold one number above 0 for each label.")

    def __repr__(self) -> str:
        return f"CostControlledSets(budget={self.budget}, control={self.control!r})"

    def calibrate(self, proba: Numbers, Y: Numbers) -> Self:
        """Calibrate the threshold; earlier calibration rows are forgotten.

        Parameters
        ----------
        proba : array-like of shape (n_samples, n_labels)
            Probability of each label, of a model that was not trained on these rows.
        Y : array-like of shape (n_samples, n_labels), bool
            Which labels apply.

        Returns
        -------
        self : CostControlledSets
        """
        self.n_calibration_ = 0
        self._proxies, self._jumps = [], []
        probas, applies = self._checked(proba, Y)
        found = [self._steps(*row) for row in zip(probas, applies, strict=True)]
        pairs = sorted(pair for steps in found for pair in steps)
        self._proxies, self._jumps = [proxy for proxy, _ in pairs], [jump for _, jump in pairs]
        return self._set_threshold(len(probas))

    def update(self, proba: Numbers, Y: Numbers) -> Self:
        """Add calibration rows to those there are, such as new rows when their labels become known.

        Parameters
        ----------
        proba, Y
            As in :meth:`calibrate`.

        Returns
        -------
        self : CostControlledSets
        """
        if not hasattr(self, "threshold_"):
            return self.calibrate(proba, Y)
        probas, applies = self._checked(proba, Y)
        for row in zip(probas, applies, strict=True):
            for proxy, jump in self._steps(*row):
                place = bisect_right(self._proxies, proxy)
                self._proxies.insert(place, proxy)
                self._jumps.insert(place, jump)
        return self._set_threshold(len(probas))

    def predict_set(self, proba: Numbers) -> Bools:
        """Return the labels of each row.

        Parameters
        ----------
        proba : array-like of shape (n_samples, n_labels)

        Returns
        -------
        sets : ndarray of shape (n_samples, n_labels), bool
            A set may be empty.

        Raises
        ------
        ValueError
            Before `calibrate`.
        """
        if not hasattr(self, "threshold_"):
            raise ValueError("CostControlledSets is not calibrated; call calibrate(proba, Y) first.")
        probas, _ = self._checked(proba, None)
        order, proxies = self._nested(probas)
        sets = np.zeros(probas.shape, dtype=np.bool_)
        np.put_along_axis(sets, order, proxies < self.threshold_, axis=1)
        return sets

    def _nested(self, proba):
        """Labels of each row in the order in which they join, and the expected cost of the set as each does."""
        value, cost = self._numbers(self.value, proba), self._numbers(self.cost, proba)
        order = np.argsort(-value * proba / (cost * (1 - np.minimum(proba, 1 - LEAST))), axis=1, kind="stable")
        return order, np.cumsum(np.take_along_axis(cost * (1 - proba), order, axis=1), axis=1)

    def _steps(self, proba, applies):
        """Proxies at which the cost of a row grows, and by how much; for "violation", where it passes the budget."""
        order, proxies = (one[0] for one in self._nested(proba[None]))
        jumps = (self._numbers(self.cost, proba[None]) * ~applies)[order]
        if self.control == "violation":
            over = np.flatnonzero(np.cumsum(jumps) > self.budget)
            return [(float(proxies[over[0]]), 1.0)] if over.size else []
        return [(float(proxy), float(jump)) for proxy, jump in zip(proxies, jumps, strict=True) if jump > 0]

    def _set_threshold(self, n_new):
        self.n_calibration_ += n_new
        if self.control == "violation":
            most = self.delta * (self.n_calibration_ + 1) - 1
        else:
            most = (
                self.budget * (self.n_calibration_ + 1) - self._numbers(self.cost, np.empty((1, self._n_labels))).sum()
            )
        over = np.flatnonzero(np.cumsum(self._jumps) > most + 1e-12)
        if most < 0:
            self.threshold_ = -np.inf
        else:
            self.threshold_ = self._proxies[over[0]] if over.size else np.inf
        return self

    @staticmethod
    def _numbers(numbers, proba):
        return np.ones(proba.shape[1]) if numbers is None else numbers

    def _checked(self, proba, Y):
        proba = np.asarray(proba, dtype=np.float64)
        if proba.ndim != 2 or not proba.size or not ((proba >= 0) & (proba <= 1)).all():
            raise ValueError("proba must be of shape (n_samples, n_labels) and hold probabilities.")
        for name, numbers in (("value", self.value), ("cost", self.cost)):
            if numbers is not None and len(numbers) != proba.shape[1]:
                raise ValueError(f"{name} has {len(numbers)} labels and proba has {proba.shape[1]}.")
        if getattr(self, "n_calibration_", 0) and proba.shape[1] != self._n_labels:
            raise ValueError(f"proba has {proba.shape[1]} labels; it was calibrated on {self._n_labels}.")
        self._n_labels = proba.shape[1]
        if Y is None:
            return proba, None
        applies = np.asarray(Y)
        if applies.shape != proba.shape or not np.isin(applies, (0, 1)).all():
            raise ValueError(f"Y must hold 0 and 1 in the shape {proba.shape} of proba, got the shape {applies.shape}.")
        return proba, applies.astype(bool)
