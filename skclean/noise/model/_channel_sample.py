"""Choose the rows that a noise channel is fitted to."""

from typing import NamedTuple

import numpy as np

from skclean._kernels import class_sizes
from skclean.noise.model._channel import BLOCK
from skclean.targets import UNLABELLED

__all__ = ["Sample", "draw_sample", "evenly_spread"]

# Rows that the few parameters are fitted to; more make them no better.
MAX_ROWS = 5000


class Sample(NamedTuple):
    """Rows that a channel is fitted to.

    Attributes
    ----------
    rows : ndarray of int, shape (n_sampled,)
        Positions among all rows.
    weight : ndarray of shape (n_sampled,), float64
        What each stands for; 1 on average.
    """

    rows: np.ndarray
    weight: np.ndarray


def evenly_spread(n_rows, most):
    """Return at most `most` positions of 0 ... n_rows-1, each in the middle of an equal part."""
    return np.arange(n_rows) if n_rows <= most else ((np.arange(most) + 0.5) * (n_rows / most)).astype(np.intp)


def draw_sample(codes, given, proba, weight=None):
    """Choose labelled rows to fit a channel to; rare classes get more than their share.

    Parameters
    ----------
    codes : ndarray of shape (n_samples,), int32
        Given labels; -1 where a row is unlabelled.
    given : ndarray of shape (n_samples,)
        Out-of-sample probability of the given label.
    proba : ndarray of shape (n_samples, n_classes)
        Out-of-sample probabilities; they order rows with equal `given`.
    weight : ndarray of shape (n_samples,) or None, default=None
        Sample weights; rows of weight 0 are left out.

    Returns
    -------
    sample : Sample
        All rows where there are at most `MAX_ROWS`. Otherwise, half of the sample is shared out evenly among classes
        and half by their sizes. Within a class it is spread evenly from the least to the most probable label, so that
        the order of the rows does not matter.
    """
    counted = codes != UNLABELLED if weight is None else (codes != UNLABELLED) & (weight > 0)
    rows = np.flatnonzero(counted)
    stands_for = np.ones(len(rows))
    if len(rows) > MAX_ROWS:
        sampled = codes[rows]
        sizes = class_sizes(sampled, proba.shape[1])
        wanted = MAX_ROWS / 2 * ((sizes > 0) / np.count_nonzero(sizes) + sizes / len(rows))
        wanted = np.minimum(np.ceil(wanted).astype(np.intp), sizes)
        by_class = np.split(_order(sampled, given[rows], proba, rows, sizes), np.cumsum(sizes)[:-1])
        chosen = [part[evenly_spread(*both)] for part, *both in zip(by_class, sizes, wanted, strict=True)]
        chosen = np.sort(np.concatenate(chosen))
        rows, stands_for = rows[chosen], (sizes / np.maximum(wanted, 1))[sampled[chosen]]
    if weight is not None:
        stands_for = stands_for * weight[rows]
    return Sample(rows, stands_for * (len(rows) / stands_for.sum()))


def _order(codes, given, proba, rows, sizes):
    """Sort rows by class, then by the probability of their label, then by what else is in their probabilities.

    The votes of a forest have many ties. If the order of the rows broke them, the sample would depend on it.
    """
    order = np.lexsort((given, codes))
    tied = (np.diff(given[order]) == 0) & (np.diff(codes[order]) == 0)
    return np.lexsort((_marks(proba, rows, sizes), given, codes)) if tied.any() else order


def _marks(proba, rows, sizes):
    """A number for each row, the same for equal probabilities whatever the order of rows and classes.

    It is a weighted sum of the probabilities. The weights are square roots, so that few other rows have the same sum;
    they follow the sizes of the classes. It is rounded, since the order of summation changes the last digits.
    """
    parts = np.array_split(rows, len(rows) * len(sizes) // BLOCK + 1)
    totals = np.zeros(len(sizes))
    if len(np.unique(sizes)) < len(sizes):
        totals = np.sum([proba[part].sum(axis=0, dtype=np.float64) for part in parts], axis=0).round(6)
    factors = np.empty(len(sizes))
    factors[np.lexsort((totals, sizes))] = np.sqrt(np.arange(2, len(sizes) + 2))
    return np.concatenate([(np.asarray(proba[part], dtype=np.float64) @ factors).round(9) for part in parts])
