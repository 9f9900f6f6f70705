"""Skill of out-of-sample probabilities, beyond how frequent each class is.

A model without skill is no evidence: where it predicts the class shares, every label of a rare class looks wrong.
Raw log losses cannot tell, because an overconfident model that ranks well has a larger loss than the class shares. So
the question is whether a calibrated copy of the model, whose log odds are one slope times those of the model plus a
bias for each class, fits the labels better than the biases alone. The score test answers it without a fit: it compares
the log odds of the labels that were given with the mean of all, in standard errors that hold if the slope is 0. The
expected gain in log likelihood is half the square of that number.

Probabilities are mixed with 1 % of the class shares, so that no single row decides.
"""

from typing import NamedTuple

import numpy as np
from scipy.stats import norm

from skclean.targets import UNLABELLED

__all__ = ["ENOUGH", "ENOUGH_OF_A_CLASS", "MIN_LABELS", "Skill", "measure_skill"]

# Standard errors above 0, of the model as a whole and of one class among others. Of models that know nothing 0.6 % pass
# by chance. Where the model as a whole knows something, less is asked of a class: noise makes most labels of a small
# class wrong, which leaves little agreement. With 2 such labels were missed on small tables; 7 %
# of the classes of which nothing is known pass by chance.
ENOUGH, ENOUGH_OF_A_CLASS = 2.5, 1.5
# With fewer labels skill cannot be measured, and models count as skilled.
MIN_LABELS = 20
# Rows that are read, spread evenly; and rows of each rare class beside them.
MAX_ROWS = 4096
MAX_CELLS = 4_000_000
CELLS_AT_ONCE = 1 << 18  # of the sample, that are turned into float64
FEW_MEMBERS, MAX_MEMBERS = 30, 200
SHARE_MIXED_IN = 0.01
TINY = 1e-12  # a variance of log odds below it is that of a constant


class Skill(NamedTuple):
    """Skill of a model, for each class and in all.

    Attributes
    ----------
    score : float
        Standard errors by which the log odds of given labels lie above the mean; above 2.5 a model has skill.
    class_scores : ndarray of shape (n_classes,), float64
        The same for each class against the rest, enough above 1.5; NaN where a class has no label.
    rows : ndarray of int
        Rows that were read.
    """

    score: float
    class_scores: np.ndarray
    rows: np.ndarray

    @property
    def any(self):
        """Return whether the model has skill at all: in the sum over classes, or clearly for one class."""
        scores = self.class_scores[np.isfinite(self.class_scores)]
        clearly = norm.isf(norm.sf(ENOUGH) / max(len(scores), 1))
        return bool(self.score > ENOUGH or (scores > clearly).any())

    @property
    def by_class(self):
        """ndarray of shape (n_classes,), bool: False for classes whose probability does not tell their members."""
        return ~(self.class_scores <= ENOUGH_OF_A_CLASS) if self.any else np.zeros(len(self.class_scores), dtype=bool)


def measure_skill(codes, proba, *, weight=None, given=None):
    """Compare out-of-sample probabilities with the class shares.

    Parameters
    ----------
    codes : ndarray of shape (n_samples,), int32
        Given labels; -1 where a row has none or is to be left out.
    proba : ndarray of shape (n_samples, n_classes), float32 or float64
        About 4,000 of its rows are read.
    weight : ndarray of shape (n_samples,), float64, or None, default=None
        Sample weights; rows of weight 0 are left out.
    given : ndarray of shape (n_samples,) or None, default=None
        The probability of the given label, where it is known.

    Returns
    -------
    skill : Skill or None
        None where there are fewer than 20 labels, too few to measure skill, or only one class.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.evidence import measure_skill
    >>> rng = np.random.default_rng(0)
    >>> codes = rng.integers(0, 2, 1000, dtype=np.int32)
    >>> knows = np.where(codes == 1, 0.6, 0.4) + rng.normal(0, 0.2, 1000).clip(-0.3, 0.3)
    >>> guesses = rng.uniform(0.1, 0.9, 1000)
    >>> [measure_skill(codes, np.column_stack([1 - p, p])).any for p in (knows, guesses)]
    [True, False]
    """
    n_classes = proba.shape[1]
    rows = _sample(codes, n_classes, weight)
    if len(rows) < MIN_LABELS:
        return None
    of = codes[rows]
    if weight is not None:  # only ratios matter, and squares of the smallest and largest numbers are lost
        weight = weight / weight[rows].mean()
    mass = np.ones(len(rows)) if weight is None else weight[rows]
    totals = np.bincount(of, mass, n_classes)
    if np.count_nonzero(totals) < 2:
        return None
    usual = (totals + SHARE_MIXED_IN) / (totals + SHARE_MIXED_IN).sum()  # no class has the share 0
    logs, odds = _logs_and_odds(np.asarray(proba[rows]), usual)
    members = _Sums.by_class(odds[np.arange(len(rows)), of], of, mass, n_classes)
    few = np.flatnonzero(np.bincount(of, minlength=n_classes) < FEW_MEMBERS)
    others = _Sums.of_all(odds, mass).without(members)
    if few.size and len(rows) < len(codes):
        more = _members_of(few, codes, n_classes, weight)
        own = proba[more, codes[more]] if given is None else given[more]
        own_odds = _logs_and_odds(own, usual[codes[more]])[1]
        more_mass = np.ones(len(more)) if weight is None else weight[more]
        members.replace(few, _Sums.by_class(own_odds, codes[more], more_mass, n_classes))
    return Skill(_slope_score(logs, of, mass, totals / totals.sum()), _class_scores(odds, mass, members, others), rows)


def _sample(codes, n_classes, weight):
    """At most 4,096 labelled rows of positive weight, spread evenly over all: ndarray of int."""
    most = max(MIN_LABELS, min(MAX_ROWS, MAX_CELLS // n_classes))
    if len(codes) > most:
        # one row of each stretch, drawn at random: labels may repeat with a period of their own
        draw = np.random.default_rng(0).random(most)
        rows = ((np.arange(most) + draw) * (len(codes) / most)).astype(np.intp)
        rows = rows[_counts(codes, weight, rows)]
        if len(rows) > most // 2:
            return rows
    rows = np.flatnonzero(_counts(codes, weight, slice(None)))
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).astype(np.intp)]


def _counts(codes, weight, rows):
    labelled = codes[rows] != UNLABELLED
    return labelled if weight is None else labelled & (weight[rows] > 0)


def _members_of(few, codes, n_classes, weight):
    """Rows of classes that hardly a read row has, spread evenly over each class."""
    is_few = np.zeros(n_classes + 1, dtype=bool)  # code -1 reads the last place
    is_few[few] = True
    rows = np.flatnonzero(is_few[codes])
    rows = rows[_counts(codes, weight, rows)]
    rows = rows[np.argsort(codes[rows], kind="stable")]
    sizes = np.bincount(codes[rows], minlength=n_classes)
    steps = np.maximum(-(-sizes // MAX_MEMBERS), 1)
    rank = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return rows[rank % np.repeat(steps, sizes) == 0]


def _logs_and_odds(proba, usual):
    """Logarithms and log odds of probabilities, each mixed with 1 % of the usual share."""
    usual = usual.astype(proba.dtype)
    mixed = np.clip(proba, 0, 1)  # each step in place: with many classes a matrix of the sample counts
    mixed *= 1 - SHARE_MIXED_IN
    mixed += SHARE_MIXED_IN * usual
    logs = np.log(mixed)
    np.negative(mixed, out=mixed)
    np.log1p(mixed, out=mixed)
    return logs, np.subtract(logs, mixed, out=mixed)


def _slope_score(logs, of, mass, shares):
    """The score test of the slope, over all classes together: standard errors."""
    mean = _sum(mass, logs) / mass.sum()
    own, expected, squares = np.empty((3, len(of)))
    step = max(1, CELLS_AT_ONCE // logs.shape[1])  # the float64 copy of a float32 matrix is twice as large
    for start in range(0, len(of), step):
        part = slice(start, start + step)
        centred = logs[part] - mean
        own[part] = centred[np.arange(len(centred)), of[part]]
        expected[part] = np.einsum("ij,j->i", centred, shares)
        squares[part] = np.einsum("ij,ij,j->i", centred, centred, shares)
    gain = _sum(mass, own - expected)
    variance = _sum(mass**2, squares - expected**2)
    return float(gain / np.sqrt(variance)) if variance > TINY * (mass**2).sum() else 0.0


def _sum(mass, values):
    """Sum over rows; small products that wake the threads of BLAS cost ten times as much."""
    return np.einsum("i,i...->...", mass, values)


class _Sums(NamedTuple):
    """Mass of rows, that times their log odds, and squared mass: ndarrays of shape (n_classes,)."""

    mass: np.ndarray
    odds: np.ndarray
    squares: np.ndarray

    @classmethod
    def by_class(cls, odds, of, mass, n_classes):
        return cls(*(np.bincount(of, values, n_classes) for values in (mass, mass * odds, mass**2)))

    @classmethod
    def of_all(cls, odds, mass):
        return cls(mass.sum(), _sum(mass, odds), _sum(mass, mass))

    def without(self, part):
        return _Sums(*(whole - some for whole, some in zip(self, part, strict=True)))

    def replace(self, classes, other):
        for mine, theirs in zip(self, other, strict=True):
            mine[classes] = theirs[classes]


def _class_scores(odds, mass, members, others):
    """Standard errors by which the mean log odds of members of each class lie above those of the other rows."""
    scores = np.full(odds.shape[1], np.nan)
    known = (members.mass > 0) & (others.mass > 0)
    mean, variance = _sum(mass, odds) / mass.sum(), np.empty(odds.shape[1])
    step = max(1, CELLS_AT_ONCE // len(odds))
    for start in range(0, len(variance), step):
        part = slice(start, start + step)
        away = odds[:, part] - mean[part]
        variance[part] = np.einsum("i,ij,ij->j", mass, away, away)
    variance = variance[known] / mass.sum()
    members, others = (_Sums(*(column[known] for column in sums)) for sums in (members, others))
    gap = members.odds / members.mass - others.odds / others.mass
    error = variance * (members.squares / members.mass**2 + others.squares / others.mass**2)
    scores[known] = np.divide(gap, np.sqrt(error), out=np.zeros(len(gap)), where=variance > TINY)
    return scores
