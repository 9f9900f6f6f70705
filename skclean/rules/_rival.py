"""The default rule: how a label compares with its strongest rival, beside what is usual.

A probability of 0.3 for the given label is alarming where the rival has 0.7, and says little where the rival has 0.35
or where this class never gets more. So each row is described by one ratio, p_given / (scale * p_rival), and the cut is
where the ratios of all rows split best into two groups (Otsu). The scale holds what is usual:

1. how high each class usually is on its own rows, the thresholds t of confident learning: sqrt(t_given / t_rival);
2. how usual the confusion is: of the rows flagged by 1. alone, the rate T at which the rival's rows are recorded as the
   given class, over the typical rate: sqrt(T / typical T). Rates are shrunk to the mean rate by one pseudo-row a pair,
   of the mean weight.

Small classes that would lose many more labels than others would cede to them get a second opinion (see _lopsided.py).

The square roots go half of the way: without them rare classes are flagged far too often, with the full factors noise
within them is missed. Over many tables, kinds of noise and sets of probabilities with human noise this rule had the
best mean F1 of the rules in this package; ``examples/benchmarks/detection.py`` prints it.
"""

import numpy as np

from skclean.base import BaseRule
from skclean.kernels import rival_histogram, rival_mask
from skclean.noise import _joint
from skclean.rules._lopsided import judge_lopsided
from skclean.rules._otsu import otsu_cut
from skclean.utils._checks import mean_weight
from skclean.utils._labels import UNLABELLED

__all__ = ["RivalRatio"]

N_BINS = 512


class RivalRatio(BaseRule):
    """Flag labels whose probability is small against the strongest other class, each by what is usual for it.

    A row is flagged when the probability of its label is small against the strongest other class, each measured by
    what is usual for its class and by how usual that confusion is. The cut is the point that best splits these ratios
    into two groups, so there is nothing to tune.

    In a class smaller than the average that would lose many labels and win few the rule asks for more, or a class that
    the features hardly show would be flagged whole. There a label must also be likely to be wrong by the rates at which
    classes are recorded as each other, as in :class:`PosteriorRule` without `ambiguity`; the most doubtful labels are
    flagged in any case, up to two for each one that was flagged elsewhere in favour of the class. With more than 50
    classes there is no such second opinion.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean import find_label_issues
    >>> from skclean.rules import RivalRatio
    >>> y_proba = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.1, 0.9], [0.3, 0.7], [0.2, 0.8]])
    >>> find_label_issues([0, 0, 0, 1, 1, 1], y_proba, rule=RivalRatio())
    array([False, False,  True, False, False, False])
    """

    def _flag(self, audit):
        proba = audit.require_proba("RivalRatio")
        thresholds = _joint.class_thresholds(
            audit.codes,
            proba,
            rows=audit.rows,
            weight=audit.sample_weight,
            verified=audit.verified,
            n_jobs=audit.n_jobs,
        )
        usual = _usual_lead(thresholds)
        open_codes = audit.open_codes
        mask = _split(audit, open_codes, usual, usual)
        confusions = _confusions(audit, mask)
        if confusions.any():
            mask = _split(audit, open_codes, usual * _confusion_factor(confusions, mask, audit), usual)
        return judge_lopsided(mask, audit)


def _usual_lead(thresholds):
    """sqrt(t_given / t_rival): ndarray of shape (n_classes, n_classes), by given and rival class."""
    given_somewhere = np.isfinite(thresholds)
    filled = np.where(given_somewhere, thresholds, thresholds[given_somewhere].max())
    root = np.sqrt(np.maximum(filled, 1e-6))
    return root[:, None] / root


def _split(audit, open_codes, scale, lead):
    """Flag the lower group of the ratios where the rival leads even by the usual measure alone."""
    n_jobs = audit.n_jobs
    histogram = rival_histogram(open_codes, audit.rows, scale, N_BINS, weight=audit.sample_weight, n_jobs=n_jobs)
    return rival_mask(open_codes, audit.rows, scale, otsu_cut(histogram), lead, n_jobs=n_jobs)


def _confusions(audit, mask):
    """Weight of flagged rows by rival (taken for the truth) and given class: shape (n_classes, n_classes)."""
    n_classes = audit.n_classes
    rows = np.flatnonzero(mask)
    pairs = audit.rows.rivals_of(rows).astype(np.intp) * n_classes + audit.codes[rows]
    weight = None if audit.sample_weight is None else audit.sample_weight[rows]
    return np.bincount(pairs, weight, n_classes**2).reshape(n_classes, n_classes).astype(np.float64)


def _confusion_factor(confusions, mask, audit):
    """sqrt of each confusion's rate over the typical one: shape (n_classes, n_classes), by given and rival class."""
    n_classes = audit.n_classes
    totals = _joint.class_totals(audit.codes, n_classes, audit.sample_weight)
    if audit.sample_weight is None:
        one_row = 1.0
        kept = totals - confusions.sum(axis=0)  # the same as below, in whole numbers
    else:
        one_row = mean_weight(audit.sample_weight, audit.codes)
        kept = _joint.class_totals(np.where(mask, np.int32(UNLABELLED), audit.codes), n_classes, audit.sample_weight)
    n_true = confusions.sum(axis=1) + kept
    mean_rate = confusions.sum() / totals.sum() / (n_classes - 1)
    rates = (confusions + one_row) / (n_true[:, None] + one_row / mean_rate)
    typical = (confusions * rates).sum() / confusions.sum()
    return np.sqrt(rates / typical).T
