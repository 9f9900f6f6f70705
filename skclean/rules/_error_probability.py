"""Flag labels by the probability that they are wrong."""

import warnings
from numbers import Real

import numpy as np

from skclean.base import BaseRule, ClassProba
from skclean.exceptions import LargeShareWarning
from skclean.noise.model._noise_fit import noise_of
from skclean.rules._best_cut import bounded_cut
from skclean.rules._rival import RivalRatio
from skclean.targets import UNLABELLED, Target
from skclean.utils._compat import Interval
from skclean.utils._values import shortened

__all__ = ["ErrorProbability"]

# The cut of the largest expected F1 is kept within these. Below the first, a table with hardly any noise would have
# its most doubtful rows flagged; above the second, a label that is more likely wrong than right would pass.
MIN_CUT, LARGEST_CUT = 0.1, 0.5
# P(label is wrong) from which on a flag in a small class needs no bound.
CERTAIN = 0.8
# A share of fewer flags says nothing, and no warning names it.
MIN_NAMED = 5


class ErrorProbability(BaseRule):
    """Flag labels by the probability that they are wrong, up to the largest expected F1 or to what mistakes cost.

    The probability is P(true class is not the given one | row, given label), by Bayes' rule from a calibration of the
    out-of-sample probabilities and a transition matrix, both fitted to the given labels by maximum likelihood. It is
    averaged with the explanation that classes only overlap, by how well each explains the labels. It assumes that a
    slope and a bias of each class calibrate log-probabilities, and that noise depends on the class alone. Noise that
    follows the evidence looks like overlap: `ambiguity` says how much of the overlap counts as noise.

    Without costs or threshold, the cut is where the probabilities themselves expect the largest F1, but within 0.1 and
    0.5, and never within a group of labels that lie close together and far above the next label. With more than 50
    classes there is no noise model, and :class:`RivalRatio` decides.

    A flag also needs a probability of at least 0.1 where little noise is expected. For that a channel with a quarter of
    the flips is averaged in, by how well it explains the labels. Where classes overlap strongly, labels do not say how
    many of them are wrong, and this keeps most right labels from being flagged.

    Parameters
    ----------
    cost_false_flag : float or None, default=None
        What it costs to flag a right label, above 0; None stands for 1 where the other cost is given.
    cost_missed : float or None, default=None
        What it costs to miss a wrong label, likewise. With costs a label is flagged when its probability of being
        wrong is above ``cost_false_flag / (cost_false_flag + cost_missed)``: then the expected cost is smallest.
    threshold : float or None, default=None
        That probability itself, in [0, 1), in place of costs.
    ambiguity : float or None, default=None
        Share of the overlap of classes that counts as noise, in [0, 1]. 0 where labels are outcomes: doubt is no error.
        None means the one of the detector, or 0 where there is none.
    most_of_class : float, default=0.5
        In a class smaller than the average, at most this share of the labels is flagged unless they are wrong with
        a probability of at least 0.8. A warning names class and share where more are flagged.

    References
    ----------
    After Dawid, Skene, "Maximum likelihood estimation of observer error-rates using the EM algorithm", JRSS C 1979.
    (there of several observers; here one channel from the true to the given label).
    Guo, Pleiss, Sun, Weinberger, "On calibration of modern neural networks", ICML 2017.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean import find_label_issues
    >>> from skclean.rules import ErrorProbability
    >>> y_proba = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.1, 0.9], [0.3, 0.7], [0.2, 0.8]])
    >>> find_label_issues([0, 0, 0, 1, 1, 1], y_proba, rule=ErrorProbability())
    array([False, False,  True, False, False, False])
    """

    alias = "error_probability"
    needs = (ClassProba,)

    _parameter_constraints: dict = {
        "cost_false_flag": [Interval(Real, 0, None, closed="neither"), None],
        "cost_missed": [Interval(Real, 0, None, closed="neither"), None],
        "threshold": [Interval(Real, 0, 1, closed="left"), None],
        "ambiguity": [Interval(Real, 0, 1, closed="both"), None],
        "most_of_class": [Interval(Real, 0, 1, closed="right")],
    }

    def __init__(
        self,
        *,
        cost_false_flag: float | None = None,
        cost_missed: float | None = None,
        threshold: float | None = None,
        ambiguity: float | None = None,
        most_of_class: float = 0.5,
    ) -> None:
        self.cost_false_flag = cost_false_flag
        self.cost_missed = cost_missed
        self.threshold = threshold
        self.ambiguity = ambiguity
        self.most_of_class = most_of_class

    def check_target(self, target: Target) -> None:
        """Refuse a threshold beside costs."""
        self._threshold()

    def _flag(self, audit):
        threshold = self._threshold()
        noise = noise_of(audit)
        if noise is None:
            return RivalRatio().decide(audit)
        is_open = audit.open_codes != UNLABELLED
        if threshold is not None:
            return is_open & (noise.wrong(self.ambiguity) > threshold)
        wrong = np.where(is_open, noise.wrong(self.ambiguity), 0.0)
        cut = bounded_cut(wrong[is_open], MIN_CUT, LARGEST_CUT)
        doubtful = (wrong >= cut) & (noise.cautiously_wrong(self.ambiguity) >= MIN_CUT)
        return self._spare_small_classes(doubtful & ~noise.likeliest, wrong, audit)

    def _threshold(self):
        """The probability above which a label is flagged; None for the largest expected F1."""
        costs = self.cost_false_flag, self.cost_missed
        if costs == (None, None):
            return self.threshold
        if self.threshold is not None:
            raise ValueError("threshold= and the costs say the same thing; give ErrorProbability one of them.")
        false_flag, missed = (1.0 if cost is None else cost for cost in costs)
        return false_flag / (false_flag + missed)

    def _spare_small_classes(self, mask, wrong, audit):
        """Keep flags above the largest share of a small class only where they are certain, and warn of these."""
        codes = audit.codes
        sizes = np.bincount(codes[codes != UNLABELLED], minlength=audit.n_classes)
        small = sizes * np.count_nonzero(sizes) < sizes.sum()
        flagged = np.bincount(codes[mask], minlength=audit.n_classes)
        named = []
        for code in np.flatnonzero(small & (flagged > self.most_of_class * sizes)):
            rows = np.flatnonzero(mask & (codes == code))
            rows = rows[np.argsort(-wrong[rows], kind="stable")]
            spared = rows[int(self.most_of_class * sizes[code]) :]
            mask[spared[wrong[spared] < CERTAIN]] = False
            share = np.count_nonzero(mask & (codes == code)) / sizes[code]
            if share > self.most_of_class and len(rows) >= MIN_NAMED:
                named.append(f"{share:.0%} of the {sizes[code]} labels {shortened(audit.classes.item(code))}")
        if named:
            warnings.warn(
                f"{', '.join(named[:5])} are flagged as wrong. Look at some of them before they are dropped; name "
                "classes that are never given by mistake in trusted_classes.",
                LargeShareWarning,
                stacklevel=2,
            )
        return mask
