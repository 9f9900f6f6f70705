"""A second opinion on classes that would lose many labels and win few.

A rare class that the features hardly show is hardly ever the likeliest one, so its right labels look like mistakes, and
a rule that compares a label with its rival flags most of them. Real noise looks much the same, for mistakes made in a
large class land in a small one by the hundred; but it has a floor: if labels are recorded as the small class whatever
the row, then no row is safe from it, and the evidence for the small class does not fall to zero anywhere. The noise
channel (noise/model/_channel.py) reads this from the labels, so it has the say in such a class. What it cannot see is
noise that follows the evidence; that hits both sides of a boundary, so some flags need no floor: twice as many as
there are labels flagged elsewhere that the evidence would rather see in this class.

Chosen on 18 tables under five kinds of noise and none, on pairs of their classes of which one was made as rare as 1, 3
and 10 %, on noise that flows from one class into another only, and on probabilities with human noise. Where nothing is
wrong, 10 to 15 % of a rare class are flagged in place of 26 to 61 %, and 6.5 % in place of 7.7 % of all tables. Where
labels are wrong, mean F1 is 0.865 in place of 0.843 with a rare class, 0.639 in place of 0.633 under noise one way,
and otherwise the same within 0.002. ``examples/benchmarks/rare_classes.py`` prints the first.
"""

import numpy as np

from skclean.noise.model._channel_fit import MAX_CLASSES
from skclean.rules._best_cut import cut_of_largest_f1
from skclean.rules._noise import chance_of_error, channel_of
from skclean.targets import UNLABELLED, class_totals

__all__ = ["judge_minority_classes"]

# Flagged labels of a class for each one flagged elsewhere in its favour, above which the class is unbalanced.
MAX_UNBALANCED = 2


def judge_minority_classes(mask, audit, near, counts):
    """Judge anew the labels of small classes that are flagged far more often than other labels in their favour.

    Parameters
    ----------
    mask : ndarray of shape (n_samples,), bool
        Flagged rows; none that may not be flagged.
    audit : Audit
        With probabilities.
    near : Contenders
        What was gathered of the rows.
    counts : ndarray of shape (n_cells,)
        Weight of the flagged rows in each cell of `near`.

    Returns
    -------
    mask : ndarray of shape (n_samples,), bool
    """
    if not 2 <= audit.n_classes <= MAX_CLASSES or not counts.any():
        return mask
    spared = MAX_UNBALANCED * np.bincount(near.pair_rivals, counts, audit.n_classes)
    lost = np.bincount(near.pair_codes, counts, audit.n_classes)
    unbalanced = lost > spared
    if unbalanced.any():
        sizes = class_totals(audit.codes, audit.n_classes, audit.sample_weight)
        unbalanced &= sizes * np.count_nonzero(sizes) < sizes.sum()
    if not unbalanced.any():
        return mask
    weight = np.ones(len(mask)) if audit.sample_weight is None else audit.sample_weight
    doubted = np.where(unbalanced[audit.open_codes], audit.open_codes, np.int32(UNLABELLED))
    kept = _most_doubtful(np.where(mask, doubted, np.int32(UNLABELLED)), audit, weight, spared)
    return np.where(doubted != UNLABELLED, kept | _wrong_by_channel(doubted, audit, weight), mask)


def _most_doubtful(codes, audit, weight, spared):
    """In each class the rows with the least probability beside that of their rival, until they weigh spared[class]."""
    flagged = np.zeros(len(codes), dtype=bool)
    for code in np.unique(codes[codes != UNLABELLED]):
        rows = np.flatnonzero(codes == code)
        given, rival = audit.summary.given[rows].astype(np.float64), audit.summary.rival[rows]
        share = np.divide(given, given + rival, out=np.zeros_like(given), where=given > 0)
        rows = rows[np.argsort(share, kind="stable")]
        weight_before = np.append(0, np.cumsum(weight[rows])[:-1])
        flagged[rows[weight_before < spared[code]]] = True
    return flagged


def _wrong_by_channel(codes, audit, weight):
    """In each class the rows up to the largest expected F1 of the channel, but those it holds for right."""
    rows = np.flatnonzero(codes != UNLABELLED)
    wrong, likeliest = chance_of_error(channel_of(audit), audit, 0.0, rows)
    flagged = np.zeros(len(codes), dtype=bool)
    for code in np.unique(codes[rows]):
        of_class = rows[codes[rows] == code]
        flagged[of_class] = wrong[of_class] >= cut_of_largest_f1(wrong[of_class], weight[of_class])
    return flagged & ~likeliest
