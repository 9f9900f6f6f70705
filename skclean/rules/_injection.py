"""A rule with a threshold that was tried on labels known to be wrong, because they were made so.

The doubts of the given labels are a mixture: F = rate * F_wrong + (1 - rate) * F_right. A label that is made wrong on
purpose shows what F_wrong looks like. With out-of-sample probabilities that takes no new fit: the evidence of a row
never saw the row's own label, so the doubt of any other label under the same evidence is an honest draw, and instead
of drawing every possible flip is counted by its chance. Detectors without probabilities are fitted again on labels
with some of them flipped. Then precision is rate * F_wrong / F and recall is F_wrong, at every threshold.

The rate has an upper bound, as rate * F_wrong <= F at every threshold: the smallest ratio F / F_wrong where F_wrong is
not too small to be read (Blanchard, Lee, Scott 2010). It is close where the most doubtful labels are all wrong. With
probabilities the channel's own estimate is beside it, which is too high where hard rows look like flipped ones; their
geometric mean was nearer to the truth than either, over many tables and kinds of noise.
"""

from numbers import Integral, Real
from typing import Literal, NamedTuple

import numpy as np

from skclean.base import BaseRule, ClassProba, Trials
from skclean.noise.model._channel_sample import evenly_spread
from skclean.rules._noise import chance_of_error, channel_of
from skclean.targets import UNLABELLED, Target
from skclean.utils._compat import Interval, StrOptions

__all__ = ["Injection"]

# Share of the wrong labels below which the ratio F / F_wrong is too noisy to bound the rate: where every flip of every
# row is counted, and where some hundred flips were drawn. The smallest of noisy ratios would be far too small.
MIN_SHARE = 0.1
MIN_SHARE_DRAWN = 0.3
# Where fewer wrong labels than this are expected in all, none is looked for; drawn flips cannot tell one from none.
MIN_WRONG = 0.5
MIN_WRONG_DRAWN = 1.5
# Most flips that are counted by their chances; more rows are thinned out evenly.
MAX_FLIPS = 2_000_000


class Doubts(NamedTuple):
    """Doubts of given labels and of labels made wrong; high is suspicious.

    Attributes
    ----------
    given : ndarray of shape (n_samples,)
        Of the rows as they are.
    judged : ndarray of shape (n_judged,)
        Of those that may be flagged.
    flipped, confused : pair of ndarray of the same shape
        Doubts of labels flipped whatever the row, and where the evidence is torn, each with its expected number for
        one judged row.
    rate_known : bool
        Whether the expected numbers add up to an estimate of the noise rate.
    eligible : ndarray of shape (n_samples,), bool
        Rows that may be flagged to please the objective.
    """

    given: np.ndarray
    judged: np.ndarray
    flipped: tuple
    confused: tuple
    rate_known: bool
    eligible: np.ndarray


class Injection(BaseRule):
    """Flag labels up to the doubt at which labels made wrong on purpose say that a promise is kept.

    Known errors are injected into the user's own labels, drawn from the estimated transition matrix, and precision and
    recall of every threshold are read from them. Give at most one of `precision`, `recall` and `objective`. A promise
    is kept on average over data sets, not on each of them. A promised precision counts only on errors that can be told
    from overlap of classes: where annotators err on rows that are hard anyway, more of the flags are right than was
    promised, and fewer labels, or none, are flagged.

    Parameters
    ----------
    precision : float or None, default=None
        Flag as many as possible so that this share of the flags is right, in (0, 1). A single row more counts as a
        right label, so that a promise of 0.9 takes at least 9 flags; where it cannot be kept nothing is flagged.
    recall : float or None, default=None
        Flag as few as possible so that this share of the wrong labels is among them, in (0, 1); where no wrong label
        is expected nothing is flagged.
    objective : {"f1"} or None, default=None
        Flag so that the expected F1 is largest; what is done where no promise is asked for.
    n_trials : int, default=3
        For detectors without probabilities: how often they are fitted again, with a tenth of the labels flipped, drawn
        by the detector's `random_state`. Such a threshold holds for the detector's label quality.
    ambiguity : float, default=0.3
        Share of the overlap of classes that is held to be noise, in [0, 1]; see :class:`ErrorProbability`. It ranks the
        rows and counts for `recall` and `objective`, but never towards a promised precision.

    References
    ----------
    Blanchard, Lee, Scott, "Semi-supervised novelty detection", JMLR 2010.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from skclean.detectors import ConfidentLearning
    >>> from skclean.noise import inject_noise
    >>> from skclean.rules import Injection
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.2, random_state=0)
    >>> detector = ConfidentLearning(rule=Injection(precision=0.9), random_state=0).fit(X, y_noisy)
    >>> bool(flipped[detector.noise_mask_].mean() > 0.8)
    True
    """

    alias = "injection"

    _parameter_constraints: dict = {
        "precision": [Interval(Real, 0, 1, closed="neither"), None],
        "recall": [Interval(Real, 0, 1, closed="neither"), None],
        "objective": [StrOptions({"f1"}), None],
        "n_trials": [Interval(Integral, 1, None, closed="left")],
        "ambiguity": [Interval(Real, 0, 1, closed="both")],
    }

    needs = ((ClassProba, Trials),)

    def __init__(
        self,
        *,
        precision: float | None = None,
        recall: float | None = None,
        objective: Literal["f1"] | None = None,
        n_trials: int = 3,
        ambiguity: float = 0.3,
    ) -> None:
        self.precision = precision
        self.recall = recall
        self.objective = objective
        self.n_trials = n_trials
        self.ambiguity = ambiguity

    def check_target(self, target: Target) -> None:
        """Refuse two promises at once."""
        wishes = {"precision": self.precision, "recall": self.recall, "objective": self.objective}
        named = [name for name, wish in wishes.items() if wish is not None]
        if len(named) > 1:
            raise ValueError(f"Injection keeps one promise; it got {' and '.join(named)}, leave out all but one.")

    def _flag(self, audit):
        judged = np.flatnonzero(audit.open_codes != UNLABELLED)
        doubts = doubts_of_trials(audit, judged) if audit.proba is None else self._doubts(audit, judged)
        if not len(judged) or not len(doubts.flipped[0]):
            return np.zeros(len(audit.codes), dtype=bool)
        if self.recall is not None:
            return doubts.given >= _cut_of_recall(doubts, self.recall)
        if self.precision is not None:
            return doubts.given >= _cut_of_precision(doubts, self.precision)
        return (doubts.given >= _cut_of_f1(doubts)) & doubts.eligible

    def _doubts(self, audit, judged):
        """Every flip of every row under the row's own evidence, by its chance."""
        channel = channel_of(audit)
        given, likeliest = chance_of_error(channel, audit, self.ambiguity)
        rows = judged[evenly_spread(len(judged), max(1, MAX_FLIPS // audit.n_classes))]
        truth = channel.truth(audit.proba[rows])
        stay = np.diag(channel.transition)
        likely = truth * channel.transition[:, audit.codes[rows]].T  # the truth, given the label as well
        likely /= np.maximum(likely.sum(axis=1, keepdims=True), np.finfo(np.float64).tiny)
        flipped = likely @ (channel.transition - np.diag(stay))
        confused = self.ambiguity * truth * (1 - truth) * stay
        doubt = channel.wrong(truth, self.ambiguity).ravel()
        return Doubts(
            given,
            given[judged],
            (doubt, flipped.ravel() / len(rows)),
            (doubt, confused.ravel() / len(rows)),
            True,
            ~likeliest,
        )


def doubts_of_trials(audit, judged):
    """Return what the detector made of labels that were flipped before it was fitted again."""
    trials = audit[Trials]
    given = 1 - audit.quality
    flipped = 1 - trials.quality[trials.flipped]
    nothing = np.zeros(0)
    return Doubts(
        given,
        given[judged],
        (flipped, np.full(len(flipped), 1 / max(len(flipped), 1))),
        (nothing, nothing),
        False,
        np.ones(len(given), dtype=bool),
    )


def _shares(doubts):
    """Distinct doubts of judged rows, descending; rows at least as doubtful, and injected errors of both kinds."""
    cuts, counts = np.unique(doubts.judged, return_counts=True)
    above = np.cumsum(counts[::-1])
    return cuts[::-1], above, *(_above(*kind, cuts[::-1]) for kind in (doubts.flipped, doubts.confused))


def _above(values, weights, cuts):
    """Weight of the values at or above each cut."""
    order = np.argsort(-values, kind="stable")
    summed = np.append(0.0, np.cumsum(weights[order]))
    return summed[np.searchsorted(-values[order], -cuts, side="right")]


def _rate(doubts, above, flipped):
    """Share of the judged labels that were flipped."""
    total = doubts.flipped[1].sum()
    beyond = doubts.flipped[1][doubts.flipped[0] > doubts.judged.max()].sum()
    above, flipped = np.append(1, above), np.append(beyond, flipped)  # above all there is one row, if any
    readable = flipped >= (MIN_SHARE if doubts.rate_known else MIN_SHARE_DRAWN) * total
    shares = above / len(doubts.judged)
    most = min(1.0, float((shares[readable] * total / flipped[readable]).min(initial=1.0)))
    return float(np.sqrt(most * total)) if doubts.rate_known else most


def _cut_of_precision(doubts, precision):
    cuts, above, flipped, _ = _shares(doubts)
    total = doubts.flipped[1].sum()
    if total == 0:  # no label was flipped, so none is promised to be wrong
        return np.inf
    right = np.minimum(_rate(doubts, above, flipped) * len(doubts.judged) * flipped / total, above)
    kept = np.flatnonzero(right / (above + 1) >= precision)
    return cuts[kept[-1]] if len(kept) else np.inf


def _wrong(doubts):
    """Cuts, rows above them, and the expected number of wrong labels among these, and in all."""
    cuts, above, flipped, confused = _shares(doubts)
    scale = len(doubts.judged)
    if not doubts.rate_known:
        scale *= _rate(doubts, above, flipped)
    return cuts, above, scale * (flipped + confused), scale * (doubts.flipped[1].sum() + doubts.confused[1].sum())


def _next_to_none(doubts, total):
    return total < (MIN_WRONG if doubts.rate_known else MIN_WRONG_DRAWN)


def _cut_of_recall(doubts, recall):
    cuts, _, wrong, total = _wrong(doubts)
    if _next_to_none(doubts, total):  # a share of nothing is reached only by flagging everything
        return np.inf
    enough = np.flatnonzero(wrong >= recall * total)
    return cuts[enough[0]] if len(enough) else cuts[-1]


def _cut_of_f1(doubts):
    cuts, above, wrong, total = _wrong(doubts)
    if _next_to_none(doubts, total):
        return np.inf
    return cuts[np.argmax(2 * np.minimum(wrong, above) / (above + total))]
