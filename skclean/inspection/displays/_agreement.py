"""AgreementDisplay: how far several detectors agree on the same rows."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from scipy.stats import rankdata

from skclean.inspection.displays._axes import check_matplotlib
from skclean.inspection.displays._heatmap import draw_matrix
from skclean.inspection.displays._inputs import check_choice, check_flags, check_length, check_numbers, fitted_detector
from skclean.utils._typing import Array, Floats, Numbers, Positions

__all__ = ["AgreementDisplay"]

KINDS = ("both", "overlap", "rank_correlation")


class AgreementDisplay:
    """Agreement of several detectors on the same rows: overlap of their flags, and rank correlation of their qualities.

    Use :meth:`from_estimator` or :meth:`from_predictions`. What is given here is kept as attributes.

    Parameters
    ----------
    names : ndarray of shape (n_detectors,)
    overlap : ndarray of shape (n_detectors, n_detectors), float64
        Rows flagged by both as a share of the rows flagged by either (Jaccard index); NaN where neither flags any.
    rank_correlation : ndarray of shape (n_detectors, n_detectors), float64
        Spearman's, of label quality; NaN where one is the same for all rows.
    n_flagged : ndarray of shape (n_detectors,), int
        Rows that each flags.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where `plot` drew.
    figure_ : matplotlib Figure

    Examples
    --------
    >>> from skclean.inspection import AgreementDisplay
    >>> qualities = {"first": [0.1, 0.5, 0.9], "second": [0.2, 0.3, 0.8]}
    >>> flags = {"first": [True, False, False], "second": [True, True, False]}
    >>> display = AgreementDisplay.from_predictions(qualities, flags)
    >>> float(display.overlap[0, 1]), round(float(display.rank_correlation[0, 1]), 3)
    (0.5, 1.0)
    """

    def __init__(self, *, names: Array, overlap: Floats, rank_correlation: Floats, n_flagged: Positions) -> None:
        self.names = names
        self.overlap = overlap
        self.rank_correlation = rank_correlation
        self.n_flagged = n_flagged

    @classmethod
    def from_estimator(
        cls,
        detectors: Mapping[str, Any] | Sequence[Any],
        *,
        kind: str = "both",
        ax: Any = None,
        include_values: bool | None = None,
        im_kw: dict[str, Any] | None = None,
    ) -> Self:
        """Compare fitted detectors.

        Parameters
        ----------
        detectors : dict of str to detector, or list of detectors
            At least two, fitted to the same rows and labels. A list is named by the classes. Rows without a label are
            left out.
        kind, ax, include_values, im_kw
            As in :meth:`plot`.

        Returns
        -------
        display : AgreementDisplay

        Raises
        ------
        NotFittedError
            If one is not fitted.
        ValueError
            If they were fitted to other labels, or there are fewer than two.
        """
        check_matplotlib(f"{cls.__name__}.from_estimator")
        found = {name: fitted_detector(one, f"detectors[{name!r}]") for name, one in _named(detectors).items()}
        if not found:
            raise ValueError("detectors is empty; pass at least two fitted detectors.")
        first = next(iter(found.values()))
        codes = first.audit_.codes
        for name, one in found.items():
            if not np.array_equal(one.audit_.codes, codes):
                raise ValueError(f"detectors[{name!r}] was fitted to other labels than the first; fit all to the same.")
        known = first.audit_.labels.target.known
        return cls.from_predictions(
            {name: one.label_quality_[known] for name, one in found.items()},
            {name: one.noise_mask_[known] for name, one in found.items()},
            kind=kind,
            ax=ax,
            include_values=include_values,
            im_kw=im_kw,
        )

    @classmethod
    def from_predictions(
        cls,
        qualities: Mapping[str, Numbers],
        noise_masks: Mapping[str, Numbers],
        *,
        kind: str = "both",
        ax: Any = None,
        include_values: bool | None = None,
        im_kw: dict[str, Any] | None = None,
    ) -> Self:
        """Compare anyone's label qualities and flags.

        Parameters
        ----------
        qualities : dict of str to array-like of shape (n_samples,)
            Label quality by each of at least two detectors; low is suspicious.
        noise_masks : dict of str to array-like of shape (n_samples,), bool
            Flagged rows, under the same names.
        kind, ax, include_values, im_kw
            As in :meth:`plot`.

        Returns
        -------
        display : AgreementDisplay
        """
        check_matplotlib(f"{cls.__name__}.from_predictions")
        for name, given in (("qualities", qualities), ("noise_masks", noise_masks)):
            if not isinstance(given, Mapping):
                raise TypeError(f"{name} must be a dict with one array for each detector, got {type(given).__name__}.")
        if len(qualities) < 2:
            raise ValueError(f"qualities has {len(qualities)} detectors; at least two can agree.")
        if set(qualities) != set(noise_masks):
            raise ValueError("noise_masks must have the names of qualities, and no others.")
        values = [check_numbers(quality, f"qualities[{name!r}]") for name, quality in qualities.items()]
        for name, quality in zip(qualities, values, strict=True):
            check_length(quality, len(values[0]), f"qualities[{name!r}]", "the first of them")
        flags = [check_flags(noise_masks[name], len(values[0]), f"noise_masks[{name!r}]") for name in qualities]
        names = np.empty(len(values), dtype=object)
        names[:] = list(qualities)
        display = cls(
            names=names,
            overlap=_overlaps(np.array(flags)),
            rank_correlation=_rank_correlations(values),
            n_flagged=np.array([np.count_nonzero(mask) for mask in flags]),
        )
        return display.plot(ax, kind=kind, include_values=include_values, im_kw=im_kw)

    def plot(
        self,
        ax: Any = None,
        *,
        kind: str = "both",
        include_values: bool | None = None,
        im_kw: dict[str, Any] | None = None,
    ) -> Self:
        """Draw a cell for each pair of detectors; the diagonal has the number of rows that each flags.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            None makes a new figure.
        kind : {"both", "overlap", "rank_correlation"}, default="both"
            What is drawn. "both" has the overlap of flags below the diagonal and the rank correlation above it.
        include_values : bool or None, default=None
            Whether numbers are written in the cells; None writes them for up to 12 detectors.
        im_kw : dict or None, default=None
            Passed to ``imshow``.

        Returns
        -------
        display : AgreementDisplay
        """
        check_choice(kind, KINDS, "kind")
        who = f"{type(self).__name__}.plot"
        if kind == "both":
            shown = np.where(np.tri(len(self.names), k=-1, dtype=bool), self.overlap, self.rank_correlation)
            title = "Below: overlap of flags. Above: rank correlation of quality"
        else:
            shown = self.overlap if kind == "overlap" else self.rank_correlation
            title = "Overlap of flags" if kind == "overlap" else "Rank correlation of quality"
        shown = np.where(np.eye(len(self.names), dtype=bool), np.nan, shown)
        limits = {"vmin": 0.0 if kind == "overlap" else -1.0, **(im_kw or {})}

        def text_of(i, j):
            return f"{self.n_flagged[i]:,} flags" if i == j else f"{shown[i, j]:.2f}"

        image = draw_matrix(ax, who, shown, text_of, self.names, include_values=include_values, im_kw=limits)
        ax = image.axes
        ax.figure.colorbar(image, ax=ax)
        ax.set_title(title)
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _named(detectors):
    """A dict of detectors; those of a list are named by their classes, with a number where a class comes again."""
    if isinstance(detectors, Mapping):
        return dict(detectors)
    if not isinstance(detectors, Sequence) or isinstance(detectors, str):
        raise TypeError(f"detectors must be a dict or a list of fitted detectors, got {type(detectors).__name__}.")
    found = {}
    for one in detectors:
        kind = type(one).__name__
        again = sum(type(other).__name__ == kind for other in found.values())
        found[f"{kind} {again + 1}" if again else kind] = one
    return found


def _overlaps(flags):
    """Jaccard index of each pair of rows of flags; NaN where both are empty."""
    counts = flags.astype(np.float64)
    both = counts @ counts.T
    sizes = both.diagonal()
    either = sizes[:, None] + sizes - both
    return np.divide(both, either, out=np.full_like(both, np.nan), where=either > 0)


def _rank_correlations(values):
    """Spearman's correlation of each pair; NaN where one of them is constant."""
    ranks = np.array([rankdata(quality) for quality in values])
    ranks -= ranks.mean(axis=1, keepdims=True)
    norms = np.sqrt((ranks**2).sum(axis=1))
    products = norms[:, None] * norms
    return np.divide(ranks @ ranks.T, products, out=np.full_like(products, np.nan), where=products > 0).clip(-1, 1)
