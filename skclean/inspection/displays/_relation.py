"""RelationDisplay: one row among the rows that are most like it."""

from numbers import Integral
from typing import Any, Self

import numpy as np

from skclean.evidence.geometry._votes import SHARPNESS
from skclean.inspection.displays._axes import axes_for, check_matplotlib, class_texts, set_tick_texts
from skclean.inspection.displays._inputs import check_length, fitted_detector, given_labels, names_of_rows
from skclean.preprocessing import as_points, find_neighbours
from skclean.targets import UNLABELLED, encode_labels
from skclean.utils._checks import row_index
from skclean.utils._compat import num_samples
from skclean.utils._typing import Array, Bools, Floats, Labels1d, Positions, Table
from skclean.utils._values import plain_text

__all__ = ["RelationDisplay"]


class RelationDisplay:
    """One row among its most similar rows: how similar they are, and whether their labels agree with its own.

    Use :meth:`from_estimator` or :meth:`from_predictions`. What is given here is kept as attributes.

    Parameters
    ----------
    row : int
        Position of the row.
    label : object
        Its given label.
    neighbors : ndarray of shape (n_neighbors,), int
        Positions of the most similar labelled rows, the most similar first.
    labels : ndarray of shape (n_neighbors,)
        Their given labels.
    similarity : ndarray of shape (n_neighbors,), float64
        In [0, 1].
    agrees : ndarray of shape (n_neighbors,), bool
        Whether they have the label of the row.
    row_name : object
        The row's name.
    names : ndarray of shape (n_neighbors,)
        Names of the neighbours.
    suggested : object or None
        The label that a detector suggests for the row; None where it suggests no other one.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where `plot` drew.
    figure_ : matplotlib Figure

    Notes
    -----
    Rows are compared as points (:func:`skclean.preprocessing.as_points`): numbers standardised, categories as columns.
    The similarity of two rows is ``exp(-2 d^2 / (a b))`` with the distance d between them, and with the distances a and
    b of the last neighbour in the list of either: the relation between features in
    :class:`skclean.detectors.RelationGraph`.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.inspection import RelationDisplay
    >>> X = np.array([[0.0], [0.1], [0.2], [5.0], [5.1]])
    >>> display = RelationDisplay.from_predictions(X, ["a", "b", "b", "a", "a"], row=0, n_neighbors=2)
    >>> display.neighbors.tolist(), display.agrees.tolist()
    ([1, 2], [False, False])
    """

    def __init__(
        self,
        *,
        row: int,
        label: Any,
        neighbors: Positions,
        labels: Array,
        similarity: Floats,
        agrees: Bools,
        row_name: Any,
        names: Array,
        suggested: Any = None,
    ) -> None:
        self.row = row
        self.label = label
        self.neighbors = neighbors
        self.labels = labels
        self.similarity = similarity
        self.agrees = agrees
        self.row_name = row_name
        self.names = names
        self.suggested = suggested

    @classmethod
    def from_estimator(
        cls, detector: Any, X: Table, row: int | None = None, *, n_neighbors: int = 10, ax: Any = None
    ) -> Self:
        """Draw a row that a fitted detector found suspicious.

        Parameters
        ----------
        detector : fitted detector, LabelCleaner or NoiseRobustClassifier
        X : array-like of shape (n_samples, n_features)
            The rows that it was fitted to.
        row : int or None, default=None
            Position of the row; None means the one of lowest label quality.
        n_neighbors : int, default=10
            Similar rows; fewer where there are no more.
        ax : matplotlib Axes or None, default=None
            None makes a new figure.

        Returns
        -------
        display : RelationDisplay

        Raises
        ------
        NotFittedError
            If the detector is not fitted.
        ValueError
            If X has other rows, `row` is none of them or has no label, or the labels are no classes.
        """
        check_matplotlib(f"{cls.__name__}.from_estimator")
        found = fitted_detector(detector)
        audit, labels = found.audit_, given_labels(found)
        if labels is None:
            raise ValueError(f"detector, {type(found).__name__}, was fitted to numbers, which no two rows need share.")
        check_length(X, len(labels), "X", "the detector")
        if row is None:
            row = int(np.argmin(np.where(audit.open_codes == UNLABELLED, np.inf, audit.quality)))
        row = _checked_row(row, len(labels))
        suggested = found.suggested_labels_[row] if audit.suggested[row] != audit.codes[row] else None
        names = getattr(found, "_index", None)
        return cls.from_predictions(X, labels, row, n_neighbors=n_neighbors, names=names, suggested=suggested, ax=ax)

    @classmethod
    def from_predictions(
        cls,
        X: Table,
        y: Labels1d,
        row: int,
        *,
        n_neighbors: int = 10,
        names: Labels1d | None = None,
        suggested: Any = None,
        ax: Any = None,
    ) -> Self:
        """Draw any row of a table.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Numbers, categories, text and gaps, as :func:`skclean.preprocessing.as_points` reads them.
        y : array-like of shape (n_samples,)
            Given labels; rows without one are no neighbours.
        row : int
            Position of the row.
        n_neighbors : int, default=10
            Similar rows; fewer where there are no more.
        names : array-like of shape (n_samples,) or None, default=None
            Names of the rows; None means the index of X, else positions.
        suggested : object or None, default=None
            Another label for the row, for the title.
        ax : matplotlib Axes or None, default=None
            None makes a new figure.

        Returns
        -------
        display : RelationDisplay

        Raises
        ------
        ValueError
            If `row` is no row of X or has no label, or there is no other labelled row.
        """
        check_matplotlib(f"{cls.__name__}.from_predictions")
        n_rows = num_samples(X)
        check_length(y, n_rows, "y", "X")
        row = _checked_row(row, n_rows)
        if not isinstance(n_neighbors, Integral) or n_neighbors < 1:
            raise ValueError(f"n_neighbors must be a whole number of at least 1, got {n_neighbors!r}.")
        codes, classes = encode_labels(y)
        if codes[row] == UNLABELLED:
            raise ValueError(f"row {row} has no label, so no other label can agree with it; choose another row.")
        near, similarity = _most_similar(as_points(X), np.flatnonzero(codes != UNLABELLED), row, int(n_neighbors))
        found = names_of_rows(row_index(X, y) if names is None else names, n_rows)
        display = cls(
            row=row,
            label=classes[codes[row]],
            neighbors=near,
            labels=classes[codes[near]],
            similarity=similarity,
            agrees=codes[near] == codes[row],
            row_name=found[row],
            names=found[near],
            suggested=suggested,
        )
        return display.plot(ax)

    def plot(self, ax: Any = None) -> Self:
        """Draw a bar for each similar row, hatched where its label is another one.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            None makes a new figure.

        Returns
        -------
        display : RelationDisplay
        """
        ax = axes_for(ax, f"{type(self).__name__}.plot", n_lines=len(self.neighbors))
        lines = np.arange(len(self.neighbors))[::-1]  # the most similar one is on top
        looks = ((self.agrees, "C0", None, "same label"), (~self.agrees, "C1", "//", "another label"))
        for which, colour, hatch, name in looks:
            ax.barh(lines[which], self.similarity[which], color=colour, hatch=hatch, label=f"{name}: {which.sum()}")
        pairs = zip(class_texts(self.names), class_texts(self.labels), strict=True)
        set_tick_texts(ax, "y", lines, [f"row {name}: {label}" for name, label in pairs])
        other = "" if self.suggested is None else f", suggested {plain_text(self.suggested, 24)}"
        title = f"Row {plain_text(self.row_name, 24)}: given {plain_text(self.label, 24)}{other}"
        ax.set_title(title).set_parse_math(False)
        ax.set(xlim=(0, 1), xlabel="similarity", ylabel="similar rows and their labels")
        ax.legend()
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _checked_row(row, n_rows):
    if not isinstance(row, Integral) or isinstance(row, bool) or not 0 <= row < n_rows:
        raise ValueError(f"row must be a position from 0 to {n_rows - 1}, got {row!r}.")
    return int(row)


def _most_similar(points, among, row, k):
    """Positions and similarities of the k nearest labelled rows of one row."""
    if len(among) < 2:
        raise ValueError("y has one labelled row only, which no other row is like.")
    near = find_neighbours(points, among, k, of=np.array([row]), exact=True)
    found, distances = near.indices[0].astype(np.intp), near.distances[0]
    lists = np.sort(found)
    widths = find_neighbours(points, among, k, of=lists, exact=True).distances[:, -1]
    product = distances[-1] * widths[np.searchsorted(lists, found)]
    exponent = np.divide(distances**2, product, out=np.where(distances > 0, np.inf, 0.0), where=product > 0)
    return found, np.exp(-SHARPNESS * exponent)
