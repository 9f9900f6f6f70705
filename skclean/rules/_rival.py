"""The default rule: how a label compares with its strongest rival, beside what is usual.

A probability of 0.3 for the given label is alarming where the rival has 0.7, and says little where the rival has 0.35
or where this class never gets more. So each row is described by one ratio, p_given / (scale * p_rival), and the cut is
where the ratios of all rows split best into two groups (Otsu). The scale holds what is usual:

1. how high each class usually is on its own rows, the thresholds t of confident learning: sqrt(t_given / t_rival);
2. how usual the confusion is: of the rows flagged by 1. alone, the rate T at which the rival's rows are recorded as the
   given class, over the typical rate: sqrt(T / typical T). Rates are shrunk to the mean rate by one pseudo-row a pair,
   of the mean weight.

Small classes that would lose many more labels than others would cede to them get a second opinion (see
_minority_class.py).

The square roots go half of the way: without them rare classes are flagged far too often, with the full factors noise
within them is missed. Over many tables, kinds of noise and sets of probabilities with human noise this rule had the
best mean F1 of the rules in this package; ``examples/benchmarks/detection.py`` prints it.

Only rows that the scale could move are gathered (:class:`skclean._kernels.Contenders`), and a scale is worked out for
the pairs of classes that occur in them: so 10,000 classes need no table of 100 million pairs.
"""

import numpy as np

from skclean._kernels import find_contenders
from skclean.base import BaseRule, ClassProba
from skclean.noise._confident_joint import class_thresholds
from skclean.rules._confusions import confusion_factors
from skclean.rules._minority_class import judge_minority_classes
from skclean.rules._otsu import otsu_cut

__all__ = ["RivalRatio"]

N_BINS = 512
# Rows are gathered at once for scales up to this at least, since the second split has larger ones than the first.
MIN_REACH = 1.25


class RivalRatio(BaseRule):
    """Flag labels whose probability is small against the strongest other class, each by what is usual for it.

    A row is flagged when the probability of its label is small against the strongest other class, each measured by
    what is usual for its class and by how usual that confusion is. The cut is the point that best splits these ratios
    into two groups, so there is nothing to tune.

    In a class smaller than the average that would lose many labels and win few the rule asks for more, or a class that
    the features hardly show would be flagged whole. There a label must also be likely to be wrong by the rates at which
    classes are recorded as each other, as in :class:`ErrorProbability` without `ambiguity`; the most doubtful labels
    are flagged in any case, up to two for each one that was flagged elsewhere in favour of the class. With more than 50
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

    alias = "rival_ratio"
    needs = (ClassProba,)

    def _flag(self, audit):
        proba = audit[ClassProba].proba
        thresholds = class_thresholds(
            audit.codes,
            proba,
            summary=audit.summary,
            weight=audit.sample_weight,
            verified=audit.verified,
            n_jobs=audit.n_jobs,
        )
        roots = _roots(thresholds)
        near = _gather(audit, max(roots.max() / roots.min(), MIN_REACH))
        usual, flagged = _split_as_usual(near, roots, audit)
        if flagged.size:
            factors, of_others = confusion_factors(near, flagged, audit)
            reach = max((usual * factors).max(), (roots.max() / roots * of_others).max())
            if reach > near.reach:  # rows have part in the second split that the first had no need of
                near = _gather(audit, reach)
                usual, flagged = _split_as_usual(near, roots, audit)
                factors, _ = confusion_factors(near, flagged, audit)
            flagged = _split(near, usual * factors, usual, audit)
        mask = np.zeros(len(audit.codes), dtype=bool)
        mask[near.listed[flagged]] = True
        weight = None if audit.sample_weight is None else audit.sample_weight[near.listed[flagged]]
        return judge_minority_classes(mask, audit, near, near.count(flagged, weight))


def _roots(thresholds):
    """Square roots of the thresholds, by the quotient of which a class usually leads another: shape (n_classes,)."""
    given_somewhere = np.isfinite(thresholds)
    filled = np.where(given_somewhere, thresholds, thresholds[given_somewhere].max())
    return np.sqrt(np.maximum(filled, 1e-6))


def _gather(audit, reach):
    """The rows that a scale up to `reach` can move; all of them where they are weighted, to add up in their order."""
    every = audit.sample_weight is not None
    return find_contenders(audit.open_codes, audit.summary, float(reach), every=every, n_jobs=audit.n_jobs)


def _split_as_usual(near, roots, audit):
    """The usual lead of each pair, sqrt(t_given / t_rival), and what is flagged by it alone."""
    usual = roots[near.pair_codes] / roots[near.pair_rivals]
    return usual, _split(near, usual, usual, audit)


def _split(near, scales, leads, audit):
    """Flag the lower group of the ratios where the rival leads even by the usual measure alone: places in `near`."""
    ratios = near.ratios(scales)
    weight = None if audit.sample_weight is None else audit.sample_weight[near.listed]
    return near.below(ratios, otsu_cut(near.histogram(ratios, N_BINS, weight)), leads)
