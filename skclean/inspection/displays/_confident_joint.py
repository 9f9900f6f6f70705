"""ConfidentJointDisplay: how many labels of each given class seem to belong to each class."""

from numbers import Integral
from typing import Any, Self

import numpy as np
from sklearn.utils import check_random_state

from skclean.inspection.displays._axes import check_matplotlib
from skclean.inspection.displays._heatmap import draw_matrix
from skclean.inspection.displays._inputs import check_confidence, fitted_detector, given_labels, proba_of
from skclean.noise._confident_joint import calibrate_joint, joint_of_codes
from skclean.targets import UNLABELLED, check_label_weights, check_labels_and_proba, class_totals
from skclean.utils._checks import check_row_flags, weight_unit
from skclean.utils._tasks import run_in_order
from skclean.utils._typing import Array, Floats, Labels1d, Numbers, RandomState

__all__ = ["ConfidentJointDisplay"]


class ConfidentJointDisplay:
    """Confident joint: counts of labels by given class and by the class that the evidence is confident of.

    Use :meth:`from_estimator` or :meth:`from_predictions`. What is given here is kept as attributes.

    Parameters
    ----------
    confident_joint : ndarray of shape (n_classes, n_classes), float64
        ``[i, j]`` counts rows that are given class i and are estimated to be of class j.
    low, high : ndarray of shape (n_classes, n_classes), float64
        Bounds of each entry.
    classes : ndarray of shape (n_classes,)
    confidence : float
        Probability that each interval aims at.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where `plot` drew.
    figure_ : matplotlib Figure

    See Also
    --------
    skclean.noise.confident_joint : The same table as an array.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.inspection import ConfidentJointDisplay
    >>> y = ["a", "a", "a", "b", "b", "b"]
    >>> y_proba = np.array([[0.9, 0.1], [0.8, 0.2], [0.2, 0.8], [0.1, 0.9], [0.3, 0.7], [0.2, 0.8]])
    >>> display = ConfidentJointDisplay.from_predictions(y, y_proba, random_state=0)
    >>> display.confident_joint
    array([[2., 1.],
           [0., 3.]])
    """

    def __init__(
        self, *, confident_joint: Floats, low: Floats, high: Floats, classes: Array, confidence: float = 0.95
    ) -> None:
        self.confident_joint = confident_joint
        self.low = low
        self.high = high
        self.classes = classes
        self.confidence = confidence

    @classmethod
    def from_estimator(
        cls,
        detector: Any,
        *,
        confidence: float = 0.95,
        n_bootstrap: int = 100,
        n_jobs: int | None = None,
        random_state: RandomState = None,
        ax: Any = None,
        include_values: bool | None = None,
        im_kw: dict[str, Any] | None = None,
    ) -> Self:
        """Draw the joint of a fitted detector that has class probabilities.

        Parameters
        ----------
        detector : fitted detector, LabelCleaner or NoiseRobustClassifier
        confidence, n_bootstrap, n_jobs, random_state, ax, include_values, im_kw
            As in :meth:`from_predictions`.

        Returns
        -------
        display : ConfidentJointDisplay

        Raises
        ------
        NotFittedError
            If the detector is not fitted.
        ValueError
            If it has no class probabilities.
        """
        check_matplotlib(f"{cls.__name__}.from_estimator")
        found = fitted_detector(detector)
        audit, proba = found.audit_, proba_of(found, cls.__name__)
        return cls.from_predictions(
            given_labels(found),
            proba.proba,
            classes=audit.classes,
            sample_weight=audit.sample_weight,
            verified=audit.verified,
            confidence=confidence,
            n_bootstrap=n_bootstrap,
            n_jobs=n_jobs,
            random_state=random_state,
            ax=ax,
            include_values=include_values,
            im_kw=im_kw,
        )

    @classmethod
    def from_predictions(
        cls,
        y: Labels1d | None,
        y_proba: Numbers,
        *,
        classes: Labels1d | None = None,
        sample_weight: Numbers | None = None,
        verified: Numbers | None = None,
        confidence: float = 0.95,
        n_bootstrap: int = 100,
        n_jobs: int | None = None,
        random_state: RandomState = None,
        ax: Any = None,
        include_values: bool | None = None,
        im_kw: dict[str, Any] | None = None,
    ) -> Self:
        """Draw the joint of anyone's out-of-sample probabilities.

        Parameters
        ----------
        y, y_proba, classes, sample_weight, verified, n_jobs
            As in :func:`skclean.noise.confident_joint`; the table is calibrated.
        confidence : float, default=0.95
            Probability that each interval aims at, in (0, 1).
        n_bootstrap : int, default=100
            Draws of rows, with replacement, at least 2; the intervals lie between percentiles of their counts. The
            probabilities stay as they are, so the intervals tell how the counts vary with the rows, not with the model.
        random_state : int, RandomState instance or None, default=None
            Seed of the draws.
        ax : matplotlib Axes or None, default=None
            None makes a new figure.
        include_values, im_kw
            As in :meth:`plot`.

        Returns
        -------
        display : ConfidentJointDisplay
        """
        check_matplotlib(f"{cls.__name__}.from_predictions")
        if y is None:
            raise ValueError("y is None; pass the given labels, one per row of y_proba.")
        check_confidence(confidence)
        if not isinstance(n_bootstrap, Integral) or n_bootstrap < 2:
            raise ValueError(f"n_bootstrap must be a whole number of at least 2, got {n_bootstrap!r}.")
        codes, labels, proba, summary = check_labels_and_proba(y, y_proba, classes=classes, n_jobs=n_jobs)
        weight = check_label_weights(sample_weight, codes)
        flags = check_row_flags(verified, len(codes), name="verified")
        unit = weight_unit(sample_weight, weight)
        joint = unit * _calibrated(codes, proba, summary, weight, flags, n_jobs)
        draws = (
            (codes, proba, summary, drawn, flags, 1)
            for drawn in _drawn_weights(codes, weight, n_bootstrap, random_state)
        )
        estimates = np.array(list(run_in_order(_calibrated, draws, n_jobs=n_jobs, prefer="threads")))
        low, high = unit * np.quantile(estimates, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
        display = cls(confident_joint=joint, low=low, high=high, classes=labels, confidence=float(confidence))
        return display.plot(ax, include_values=include_values, im_kw=im_kw)

    def plot(self, ax: Any = None, *, include_values: bool | None = None, im_kw: dict[str, Any] | None = None) -> Self:
        """Draw the table. The colour of a cell is its share of the labels given in this class.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            None makes a new figure.
        include_values : bool or None, default=None
            Whether counts and intervals are written in the cells; None writes them for up to 12 classes.
        im_kw : dict or None, default=None
            Passed to ``imshow``.

        Returns
        -------
        display : ConfidentJointDisplay
        """
        who = f"{type(self).__name__}.plot"
        totals = self.confident_joint.sum(axis=1, keepdims=True)
        shares = np.divide(
            self.confident_joint, totals, out=np.full_like(self.confident_joint, np.nan), where=totals > 0
        )
        image = draw_matrix(ax, who, shares, self._text, self.classes, include_values=include_values, im_kw=im_kw)
        ax = image.axes
        ax.figure.colorbar(image, ax=ax, label="share of the labels given in this class")
        ax.set(xlabel="class that the evidence is confident of", ylabel="given label")
        ax.set_title(f"Confident joint: labels, with {100 * self.confidence:g} % intervals")
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _text(self, i, j):
        return f"{self.confident_joint[i, j]:,.0f}\n{self.low[i, j]:,.0f} to {self.high[i, j]:,.0f}"


def _calibrated(codes, proba, summary, weight, verified, n_jobs):
    joint = joint_of_codes(codes, proba, summary=summary, weight=weight, verified=verified, n_jobs=n_jobs)
    return calibrate_joint(joint, class_totals(codes, len(joint), weight))


def _drawn_weights(codes, weight, n_bootstrap, random_state):
    """Yield how often each labelled row is drawn, times its own weight."""
    rng = check_random_state(random_state)
    rows = np.flatnonzero(codes != UNLABELLED)
    for _ in range(n_bootstrap):
        times = np.bincount(rows[rng.randint(len(rows), size=len(rows))], minlength=len(codes)).astype(np.float64)
        yield times if weight is None else times * weight
