"""NoiseHistogramDisplay: how often rows sat in the worst fold, beside what chance alone gives."""

from numbers import Integral
from typing import Any, Self

import numpy as np
from scipy.stats import binom

from skclean.base import FoldCounts
from skclean.base._audit import missing_evidence
from skclean.inspection.displays._axes import axes_for, check_matplotlib
from skclean.inspection.displays._inputs import check_flags, check_numbers, fitted_detector
from skclean.utils._typing import Bools, Floats, Numbers

__all__ = ["NoiseHistogramDisplay"]

# The range that is drawn holds all of the binomial but this much at either end.
TAIL = 1e-4


class NoiseHistogramDisplay:
    """Noise histogram of repeated cross-validation, beside the binomial that it follows without any influence of rows.

    A row that makes no difference is in the worst of k folds once in k repeats in the mean. Rows far to the right make
    their folds bad more often than chance does. For FastReCoV, whose folds gather rows of like quality, the binomial is
    a reference only. Use :meth:`from_estimator` or :meth:`from_predictions`. What is given here is kept as attributes.

    Parameters
    ----------
    counts : ndarray of shape (n_rows,), int64
        How often each row was in the worst fold.
    n_repeats : int
        Repeats counted.
    n_splits : int
        Folds a repeat.
    noise_mask : ndarray of shape (n_rows,), bool
        Flagged rows.
    bin_edges : ndarray of shape (n_bins + 1,), float64
        Each bin holds the counts above its lower edge up to its upper edge.
    observed : ndarray of shape (n_bins,), int64
        Rows in each bin.
    observed_flagged : ndarray of shape (n_bins,), int64
        Flagged rows among them.
    expected : ndarray of shape (n_bins,), float64
        Rows that the binomial lets expect there.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where `plot` drew.
    figure_ : matplotlib Figure

    Examples
    --------
    >>> from skclean.inspection import NoiseHistogramDisplay
    >>> display = NoiseHistogramDisplay.from_predictions([2, 1, 3, 9], n_repeats=10, n_splits=5)
    >>> int(display.observed.sum())
    4
    """

    def __init__(
        self,
        *,
        counts: Any,
        n_repeats: int,
        n_splits: int,
        noise_mask: Bools,
        bin_edges: Floats,
        observed: Any,
        observed_flagged: Any,
        expected: Floats,
    ) -> None:
        self.counts = counts
        self.n_repeats = n_repeats
        self.n_splits = n_splits
        self.noise_mask = noise_mask
        self.bin_edges = bin_edges
        self.observed = observed
        self.observed_flagged = observed_flagged
        self.expected = expected

    @classmethod
    def from_estimator(cls, detector: Any, *, max_bins: int = 50, ax: Any = None) -> Self:
        """Draw the noise histogram of a fitted ReCoV, FastReCoV or PublishedReCoV.

        Parameters
        ----------
        detector : fitted detector, LabelCleaner or NoiseRobustClassifier
            Rows without a label are left out.
        max_bins : int, default=50
            As in :meth:`from_predictions`.
        ax : matplotlib Axes or None, default=None
            None makes a new figure.

        Returns
        -------
        display : NoiseHistogramDisplay

        Raises
        ------
        NotFittedError
            If the detector is not fitted.
        ValueError
            If it repeats no cross-validation.
        """
        check_matplotlib(f"{cls.__name__}.from_estimator")
        found = fitted_detector(detector)
        counts = found.audit_.get(FoldCounts)
        if counts is None:
            raise missing_evidence(cls.__name__, FoldCounts, type(found).__name__)
        known = found.audit_.labels.target.known
        return cls.from_predictions(
            counts.worst[known],
            n_repeats=counts.n_repeats,
            n_splits=counts.n_splits,
            noise_mask=found.noise_mask_[known],
            max_bins=max_bins,
            ax=ax,
        )

    @classmethod
    def from_predictions(
        cls,
        counts: Numbers,
        *,
        n_repeats: int,
        n_splits: int,
        noise_mask: Numbers | None = None,
        max_bins: int = 50,
        ax: Any = None,
    ) -> Self:
        """Draw anyone's counts.

        Parameters
        ----------
        counts : array-like of shape (n_rows,)
            How often each row was in the worst fold; whole numbers from 0 to `n_repeats`.
        n_repeats : int
            Repeats counted, at least 1.
        n_splits : int
            Folds a repeat, at least 2.
        noise_mask : array-like of shape (n_rows,), bool, or None, default=None
            Flagged rows; None means none.
        max_bins : int, default=50
            Neighbouring counts share a bin, all bins equally many, where there would be more bins.
        ax : matplotlib Axes or None, default=None
            None makes a new figure.

        Returns
        -------
        display : NoiseHistogramDisplay
        """
        check_matplotlib(f"{cls.__name__}.from_predictions")
        for name, value, least in (("n_repeats", n_repeats, 1), ("n_splits", n_splits, 2), ("max_bins", max_bins, 1)):
            if not isinstance(value, Integral) or value < least:
                raise ValueError(f"{name} must be a whole number of at least {least}, got {value!r}.")
        numbers = check_numbers(counts, "counts", low=0, high=n_repeats)
        if (numbers != np.rint(numbers)).any():
            raise ValueError("counts must be whole numbers.")
        found = numbers.astype(np.int64)
        mask = check_flags(noise_mask, len(found), "noise_mask")
        edges = _edges(found, n_repeats, n_splits, max_bins)
        display = cls(
            counts=found,
            n_repeats=int(n_repeats),
            n_splits=int(n_splits),
            noise_mask=mask,
            bin_edges=edges,
            observed=np.histogram(found, edges)[0],
            observed_flagged=np.histogram(found[mask], edges)[0],
            expected=len(found) * np.diff(binom.cdf(edges, n_repeats, 1 / n_splits)),
        )
        return display.plot(ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw bars of the rows, the flagged ones in another colour, and a line of what the binomial lets expect.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            None makes a new figure.

        Returns
        -------
        display : NoiseHistogramDisplay
        """
        ax = axes_for(ax, f"{type(self).__name__}.plot")
        middles, widths = (self.bin_edges[1:] + self.bin_edges[:-1]) / 2, np.diff(self.bin_edges)
        others = self.observed - self.observed_flagged
        ax.bar(middles, others, widths, color="C0", label="rows that are not flagged")
        ax.bar(middles, self.observed_flagged, widths, bottom=others, color="C1", label="flagged rows")
        name = f"expected by chance: binomial({self.n_repeats:,}, 1/{self.n_splits})"
        ax.plot(middles, self.expected, color="C2", marker=".", label=name)
        ax.set(xlabel=f"times in the worst fold, of {self.n_repeats:,} repeats", ylabel="rows")
        ax.legend()
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _edges(counts, n_repeats, n_splits, max_bins):
    """Edges between whole numbers, equally far apart, that hold all counts and nearly all of the binomial."""
    low, high = binom.ppf([TAIL, 1 - TAIL], n_repeats, 1 / n_splits)
    low, high = int(min(low, counts.min())), int(max(high, counts.max()))
    width = -(-(high - low + 1) // max_bins)
    n_bins = -(-(high - low + 1) // width)
    return low - 0.5 + width * np.arange(n_bins + 1.0)
