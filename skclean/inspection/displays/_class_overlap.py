"""ClassOverlapDisplay: which pairs of classes are confused most."""

from numbers import Integral
from typing import Any, Self

import numpy as np

from skclean.inspection.displays._axes import axes_for, check_matplotlib, set_tick_texts
from skclean.inspection.displays._inputs import fitted_detector, given_labels, proba_of
from skclean.noise import overlapping_classes
from skclean.utils._typing import Array, Floats, Labels1d, Numbers
from skclean.utils._values import plain_text

__all__ = ["ClassOverlapDisplay"]


class ClassOverlapDisplay:
    """Pairs of classes, by the share of rows that seem to be given one and to belong to the other.

    Overlap of classes counts here as well as wrong labels: see :func:`skclean.noise.overlapping_classes`. Use
    :meth:`from_estimator` or :meth:`from_predictions`. What is given here is kept as attributes.

    Parameters
    ----------
    first, second : ndarray of shape (n_pairs,)
        Labels of each pair; where the direction counts, `first` is the given class and `second` the true one.
    probability : ndarray of shape (n_pairs,), float64
        Share of all rows, the highest first.
    directed : bool, default=False
        Whether the direction counts.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where `plot` drew.
    figure_ : matplotlib Figure

    Examples
    --------
    >>> from skclean.inspection import ClassOverlapDisplay
    >>> joint = [[8, 0, 0], [1, 6, 2], [0, 1, 2]]
    >>> display = ClassOverlapDisplay.from_predictions(joint=joint, classes=["ant", "bee", "cow"])
    >>> display.first[0].item(), display.second[0].item(), round(float(display.probability[0]), 2)
    ('bee', 'cow', 0.15)
    """

    def __init__(self, *, first: Array, second: Array, probability: Floats, directed: bool = False) -> None:
        self.first = first
        self.second = second
        self.probability = probability
        self.directed = directed

    @classmethod
    def from_estimator(cls, detector: Any, *, directed: bool = False, max_pairs: int = 15, ax: Any = None) -> Self:
        """Draw the pairs of a fitted detector that has class probabilities.

        Parameters
        ----------
        detector : fitted detector, LabelCleaner or NoiseRobustClassifier
        directed, max_pairs, ax
            As in :meth:`from_predictions`.

        Returns
        -------
        display : ClassOverlapDisplay

        Raises
        ------
        NotFittedError
            If the detector is not fitted.
        ValueError
            If it has no class probabilities.
        """
        check_matplotlib(f"{cls.__name__}.from_estimator")
        found = fitted_detector(detector)
        return cls.from_predictions(
            given_labels(found),
            proba_of(found, cls.__name__).proba,
            classes=found.audit_.classes,
            sample_weight=found.audit_.sample_weight,
            directed=directed,
            max_pairs=max_pairs,
            ax=ax,
        )

    @classmethod
    def from_predictions(
        cls,
        y: Labels1d | None = None,
        y_proba: Numbers | None = None,
        *,
        joint: Numbers | None = None,
        classes: Labels1d | None = None,
        sample_weight: Numbers | None = None,
        directed: bool = False,
        max_pairs: int = 15,
        ax: Any = None,
    ) -> Self:
        """Draw the pairs of anyone's labels and out-of-sample probabilities, or of a table of counts.

        Parameters
        ----------
        y, y_proba, joint, classes, sample_weight, directed
            As in :func:`skclean.noise.overlapping_classes`.
        max_pairs : int, default=15
            As in :meth:`plot`.
        ax : matplotlib Axes or None, default=None
            None makes a new figure.

        Returns
        -------
        display : ClassOverlapDisplay
        """
        check_matplotlib(f"{cls.__name__}.from_predictions")
        pairs = overlapping_classes(
            y, y_proba, joint=joint, classes=classes, sample_weight=sample_weight, directed=directed
        )
        display = cls(first=pairs.first, second=pairs.second, probability=pairs.probability, directed=bool(directed))
        return display.plot(ax, max_pairs=max_pairs)

    def plot(self, ax: Any = None, *, max_pairs: int = 15) -> Self:
        """Draw a bar for each of the most confused pairs.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            None makes a new figure.
        max_pairs : int, default=15
            Bars.

        Returns
        -------
        display : ClassOverlapDisplay
        """
        if not isinstance(max_pairs, Integral) or max_pairs < 1:
            raise ValueError(f"max_pairs must be a whole number of at least 1, got {max_pairs!r}.")
        n_shown = min(int(max_pairs), len(self.probability))
        ax = axes_for(ax, f"{type(self).__name__}.plot", n_lines=n_shown)
        lines = np.arange(n_shown)[::-1]  # the first pair is on top
        ax.barh(lines, 100 * self.probability[:n_shown])
        sign = "→" if self.directed else "and"
        pairs = zip(self.first[:n_shown], self.second[:n_shown], strict=True)
        set_tick_texts(ax, "y", lines, [f"{plain_text(a, 24)} {sign} {plain_text(b, 24)}" for a, b in pairs])
        what = "given → seems to be" if self.directed else "pair of classes"
        ax.set(xlabel="rows given one class that seem to be of the other (%)", ylabel=what)
        self.ax_, self.figure_ = ax, ax.figure
        return self
