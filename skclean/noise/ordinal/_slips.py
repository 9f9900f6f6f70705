"""How often the recorded class is not the true one, and how far away it then is.

A slip is of one of a few kinds: to a neighbour, by up to two classes, to any other class, to a class far away, to the
mirrored class (a reversed scale), or to a class by its frequency. The rate of slips and the share of each kind have the
largest likelihood of the given labels, by expectation-maximisation, given P(true class | row). So few numbers are
estimated that a hundred rows are enough, where a whole transition matrix needs thousands.
"""

from typing import NamedTuple

import numpy as np

from skclean.utils._typing import Bools, Codes, Floats

__all__ = ["SLIP_KINDS", "Slips", "fit_slips", "slip_matrices"]

SLIP_KINDS = ("neighbour", "near", "any", "far", "reversed", "frequent")
# What is expected before any label is seen. The shares of the kinds count for a tenth of a row, so that labels decide.
# The rate counts for more, so that little is flagged in a small table. It does not change the order of the labels.
EXPECTED_SHARES, SHARES_COUNT_FOR = np.array([1.0, 1.0, 2.0, 2.0, 1.0, 1.0]) / 8, 0.1
EXPECTED_RATE, RATE_COUNTS_FOR = 0.02, 10.0
FIRST_RATE, MAX_RATE = 0.1, 0.5
N_ROUNDS = 30


class Slips(NamedTuple):
    """Fitted slips.

    Attributes
    ----------
    rate : float
        Share of labels that are not the true class.
    shares : dict of str -> float
        Share of each kind among the slips.
    transition : ndarray of shape (n_classes, n_classes)
        ``[i, j]`` is P(recorded j | true i).
    """

    rate: float
    shares: dict[str, float]
    transition: Floats

    def posterior(self, truth: Floats, codes: Codes) -> Floats:
        """Return P(true class | row, recorded class): ndarray of shape (n_samples, n_classes).

        Parameters
        ----------
        truth : ndarray of shape (n_samples, n_classes)
            P(true class | row).
        codes : ndarray of shape (n_samples,), int
            Recorded classes; -1 tells nothing.
        """
        chance = np.where((codes < 0)[:, None], 1.0, self.transition.T[codes])
        joint = truth * chance + 1e-300
        return np.asarray(joint / joint.sum(axis=1, keepdims=True))


def slip_matrices(frequency: Floats) -> Floats:
    """Return P(recorded j | true i, a slip of this kind): ndarray of shape (n_kinds, n_classes, n_classes).

    Parameters
    ----------
    frequency : ndarray of shape (n_classes,)
        Share of each class among the given labels.
    """
    n_classes = len(frequency)
    ranks = np.arange(n_classes)
    distance = np.abs(ranks[:, None] - ranks)
    far = np.minimum(max(2, n_classes // 2), distance.max(axis=1, keepdims=True))
    other = distance > 0
    mirrored = (ranks[:, None] == ranks[::-1]) & other
    mirrored = np.where(mirrored.any(axis=1, keepdims=True), mirrored, other)  # the class in the middle
    kinds = [distance == 1, other & (distance <= 2), other, distance >= far, mirrored, other * (frequency + 1e-9)]
    return np.stack([kind / kind.sum(axis=1, keepdims=True) for kind in kinds])


def fit_slips(
    truth: Floats,
    codes: Codes,
    frequency: Floats,
    *,
    weight: Floats | None = None,
    verified: Bools | None = None,
) -> Slips:
    """Estimate the rate and the kinds of slips.

    Parameters
    ----------
    truth : ndarray of shape (n_rows, n_classes)
        P(true class | row), without the row's own label.
    codes : ndarray of shape (n_rows,), int
        Recorded classes.
    frequency : ndarray of shape (n_classes,)
        Share of each class.
    weight : ndarray of shape (n_rows,) or None, default=None
        What each row counts for.
    verified : ndarray of shape (n_rows,), bool, or None, default=None
        Rows with a label that is known to be right.

    Returns
    -------
    slips : Slips
    """
    matrices = slip_matrices(frequency)
    rows = np.arange(len(codes))
    by_kind = np.stack([(truth @ matrix)[rows, codes] for matrix in matrices], axis=1)
    weight = np.ones(len(codes)) if weight is None else weight / weight.mean()
    if verified is not None:
        by_kind = np.where(verified[:, None], 0.0, by_kind)
    right = truth[rows, codes]
    rate, shares = FIRST_RATE, EXPECTED_SHARES
    for _ in range(N_ROUNDS):
        slipped = rate * shares * by_kind
        found = slipped / ((1 - rate) * right + slipped.sum(axis=1) + 1e-300)[:, None]
        counts = weight @ found
        rate = (counts.sum() + RATE_COUNTS_FOR * EXPECTED_RATE) / (weight.sum() + RATE_COUNTS_FOR)
        rate = min(MAX_RATE, float(rate))
        shares = (counts + SHARES_COUNT_FOR * EXPECTED_SHARES) / (counts.sum() + SHARES_COUNT_FOR)
    transition = (1 - rate) * np.eye(len(frequency)) + rate * np.tensordot(shares, matrices, 1)
    return Slips(rate, dict(zip(SLIP_KINDS, shares.tolist(), strict=True)), transition)
