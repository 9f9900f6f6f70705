"""Scores of rows that have several tags, from out-of-sample probabilities of each tag."""

import numpy as np

from skclean.targets import UNLABELLED, read_tags
from skclean.utils._params import did_you_mean
from skclean.utils._proba import as_matrix
from skclean.utils._typing import Floats, Numbers

__all__ = ["MULTILABEL_METHODS", "cell_quality", "check_cell_proba", "multilabel_quality", "pool_cells"]

MULTILABEL_METHODS = ("odds", "softmin", "minimum", "exponential_moving_average", "mean")
# Temperature and weight of the latest value, as in the paper.
TEMPERATURE, LATEST = 0.1, 0.8
# A certain cell counts as wrong with this chance, so that odds stay finite.
LEAST = 1e-12


def cell_quality(Y: Numbers, Y_proba: Numbers) -> Floats:
    """Score every cell: the probability of what was given.

    Parameters
    ----------
    Y : array-like, sparse matrix or DataFrame of shape (n_samples, n_tags), or list of n_samples sets of tags
        Which tags each row has. NaN, None and -1 mean "unknown". Columns of `Y_proba` follow those of `Y`, or the
        sorted tags of the sets.
    Y_proba : array-like of shape (n_samples, n_tags)
        Out-of-sample probability of each tag, in [0, 1].

    Returns
    -------
    quality : ndarray of shape (n_samples, n_tags), float64
        In [0, 1], low is suspicious; 1 where a cell is unknown.

    Raises
    ------
    ValueError
        If `Y` cannot be read, shapes differ, or `Y_proba` holds no probabilities.

    Examples
    --------
    >>> from skclean.quality import cell_quality
    >>> cell_quality([[1, 0], [0, 1]], [[0.9, 0.2], [0.3, 0.1]])
    array([[0.9, 0.8],
           [0.7, 0.1]])
    """
    cells = read_tags(Y).cells
    proba = check_cell_proba(Y_proba, cells)
    return np.where(cells == UNLABELLED, 1.0, np.where(cells == 1, proba, 1 - proba.astype(np.float64)))


def check_cell_proba(Y_proba, cells):
    """Return the probabilities as an ndarray; refuse another shape, and what is no probability."""
    proba = as_matrix(Y_proba, "Y_proba")
    if proba.shape != cells.shape:
        raise ValueError(
            f"Y_proba has the shape {proba.shape} and Y has {cells.shape[0]} rows of {cells.shape[1]} tags; pass one "
            "probability for each cell, columns in the order of the columns of Y or of the sorted tags."
        )
    if not ((proba >= 0) & (proba <= 1)).all():
        raise ValueError("Y_proba must hold probabilities in [0, 1]; pass predict_proba, not decision_function.")
    return proba


def multilabel_quality(Y: Numbers, Y_proba: Numbers, *, method: str = "odds") -> Floats:
    """Score every row by the qualities of its cells; low is suspicious.

    Parameters
    ----------
    Y, Y_proba
        As in :func:`cell_quality`.
    method : {"odds", "softmin", "minimum", "exponential_moving_average", "mean"}, default="odds"
        How the qualities q of the known cells of a row become one number:

        - "odds": 1 / (1 + the sum of (1 - q) / q): the chance that no cell is wrong where at most one is;
        - "softmin": a mean with weights in proportion to exp((1 - q) / 0.1);
        - "minimum": the lowest;
        - "exponential_moving_average": from high to low, each new value counting 0.8;
        - "mean": the mean.

    Returns
    -------
    quality : ndarray of shape (n_samples,), float64
        In [0, 1]; 1 for a row without a known cell.

    Raises
    ------
    ValueError
        As :func:`cell_quality`, or if `method` is not known.

    Notes
    -----
    As in the paper: "softmin", "minimum" and "exponential_moving_average" of self-confidence, with its constants.

    Otherwise: "odds". In 12 noisy cases average precision of rows was 0.636 with it, and from 0.619 to 0.632 with the
    four others on the same cells (``examples/benchmarks/targets_tags.py``).

    References
    ----------
    Thyagarajan, Snorrason, Northcutt, Mueller, "Identifying incorrect annotations in multi-label classification data",
    ICLR Workshop on Trustworthy ML 2023.

    Examples
    --------
    >>> from skclean.quality import multilabel_quality
    >>> multilabel_quality([[1, 0], [0, 1]], [[0.9, 0.2], [0.3, 0.1]], method="minimum")
    array([0.8, 0.1])
    """
    check_method(method)
    cells = read_tags(Y).cells
    return pool_cells(cell_quality(Y, Y_proba), cells != UNLABELLED, method)


def check_method(method: str) -> None:
    """Refuse an unknown method."""
    if method not in MULTILABEL_METHODS:
        hint = did_you_mean(method, MULTILABEL_METHODS)
        raise ValueError(f"method={method!r} is not known; the methods are {list(MULTILABEL_METHODS)}.{hint}")


def pool_cells(quality, known, method):
    """Return one quality a row from those of its known cells: ndarray of shape (n_samples,), float64.

    Parameters
    ----------
    quality : ndarray of shape (n_samples, n_tags)
        In [0, 1].
    known : ndarray of shape (n_samples, n_tags), bool
        Other cells have no part.
    method : str
        As in :func:`multilabel_quality`.
    """
    quality = np.where(known, quality, 1.0)
    if method == "odds":
        wrong = np.where(known, 1 - quality.clip(LEAST, 1), 0.0)
        return 1 / (1 + (wrong / (1 - wrong)).sum(axis=1))
    if method == "minimum":
        return quality.min(axis=1)
    n_known = known.sum(axis=1)
    if method == "mean":
        return 1 - (1 - quality).sum(axis=1) / np.maximum(n_known, 1)
    if method == "softmin":
        shares = _shares_of_known((1 - quality) / TEMPERATURE, known)
        return np.where(n_known > 0, (shares * quality).sum(axis=1), 1.0)
    return _moving_average(quality, known)


def _shares_of_known(logits, known):
    """Softmax over the known cells of each row; zeros in a row without one."""
    shares = np.where(known, np.exp(logits - logits.max(axis=1, keepdims=True)), 0.0)
    return shares / np.maximum(shares.sum(axis=1, keepdims=True), LEAST)


def _moving_average(quality, known):
    """The exponential moving average of known cells, from the best to the worst."""
    order = np.argsort(-np.where(known, quality, 2.0), axis=1, kind="stable")  # unknown cells first
    values, counts = np.take_along_axis(quality, order, axis=1), np.take_along_axis(known, order, axis=1)
    average, begun = np.ones(len(quality)), np.zeros(len(quality), dtype=bool)
    for value, is_known in zip(values.T, counts.T, strict=True):
        latest = np.where(begun, LATEST * value + (1 - LATEST) * average, value)
        average = np.where(is_known, latest, average)
        begun |= is_known
    return average
