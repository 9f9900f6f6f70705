"""Which labels are wrong, by the probability that they are, and by what mistakes cost."""

from numbers import Real

import numpy as np

from skclean.base import BaseRule
from skclean.rules._noise_channel import chance_of_error, fit_channel
from skclean.utils._compat import Interval
from skclean.utils._labels import UNLABELLED

__all__ = ["PosteriorRule"]


class PosteriorRule(BaseRule):
    """Flag labels by the probability that they are wrong, up to the largest expected F1 or to what mistakes cost.

    The probability is P(true class is not the given one | row, given label), by Bayes from a calibration of the
    out-of-sample probabilities and a transition matrix, both fitted to the given labels by maximum likelihood. It
    assumes that a slope and a bias per class calibrate log-probabilities, and that noise depends on the class alone;
    `ambiguity` makes up for noise that follows the evidence, which cannot be told from overlap of classes. Without
    costs or threshold the cut is where the probabilities themselves expect the largest F1.

    Parameters
    ----------
    cost_false_flag : float or None, default=None
        What it costs to flag a right label, above 0; None stands for 1 where the other cost is given.
    cost_missed : float or None, default=None
        What it costs to miss a wrong label, likewise. With costs a label is flagged when its probability of being
        wrong is above ``cost_false_flag / (cost_false_flag + cost_missed)``: then the expected cost is smallest.
    threshold : float or None, default=None
        That probability itself, in [0, 1), in place of costs.
    ambiguity : float, default=0.3
        Share of the overlap of classes that is held to be noise, in [0, 1]. 0 takes the evidence at its word where it
        is torn; with 1 a label that is right and had even odds is wrong with probability 0.5. Over many tables, kinds
        of noise and sets of probabilities with human noise the mean F1 was best near the default;
        ``examples/benchmarks/rules.py`` prints it.

    References
    ----------
    Dawid, Skene, "Maximum likelihood estimation of observer error-rates using the EM algorithm", JRSS C 1979.
    Guo, Pleiss, Sun, Weinberger, "On calibration of modern neural networks", ICML 2017.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean import find_label_issues
    >>> from skclean.rules import PosteriorRule
    >>> y_proba = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.1, 0.9], [0.3, 0.7], [0.2, 0.8]])
    >>> find_label_issues([0, 0, 0, 1, 1, 1], y_proba, rule=PosteriorRule())
    array([False, False,  True, False, False, False])
    """

    _parameter_constraints: dict = {
        "cost_false_flag": [Interval(Real, 0, None, closed="neither"), None],
        "cost_missed": [Interval(Real, 0, None, closed="neither"), None],
        "threshold": [Interval(Real, 0, 1, closed="left"), None],
        "ambiguity": [Interval(Real, 0, 1, closed="both")],
    }

    def __init__(self, *, cost_false_flag=None, cost_missed=None, threshold=None, ambiguity=0.3):
        self.cost_false_flag = cost_false_flag
        self.cost_missed = cost_missed
        self.threshold = threshold
        self.ambiguity = ambiguity

    def _flag(self, audit):
        threshold = self._threshold()
        audit.require_proba("PosteriorRule")
        wrong, likeliest = chance_of_error(fit_channel(audit), audit, self.ambiguity)
        if threshold is not None:
            return wrong > threshold
        judged = wrong[audit.open_codes != UNLABELLED]
        # Where there is no doubt at all the largest expected F1 is next to nothing, and would be had by flagging all.
        return (wrong >= cut_of_largest_f1(judged)) & ~likeliest

    def _threshold(self):
        """The probability above which a label is flagged; None for the largest expected F1."""
        costs = self.cost_false_flag, self.cost_missed
        if costs == (None, None):
            return self.threshold
        if self.threshold is not None:
            raise ValueError("threshold= and the costs say the same thing; give PosteriorRule one of them.")
        false_flag, missed = (1.0 if cost is None else cost for cost in costs)
        return false_flag / (false_flag + missed)


def cut_of_largest_f1(chances, weight=None):
    """The chance of being wrong from which on flagging has the largest expected F1; infinity without any chance."""
    if weight is not None:
        chances, weight = chances[weight > 0], weight[weight > 0]
    if not chances.any():
        return np.inf
    cuts, places = np.unique(chances, return_inverse=True)
    counts = np.bincount(places, weight)
    wrong = np.cumsum((cuts * counts)[::-1])
    flagged = np.cumsum(counts[::-1])
    return cuts[::-1][np.argmax(2 * wrong / (flagged + wrong[-1]))]
