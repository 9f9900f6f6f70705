"""The contracts of the house: the records that travel between rooms, and three almost empty base classes."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import binom
from sklearn.base import BaseEstimator

from skclean._kernels import RowSummary, kept_by_none, label_quality
from skclean.utils._clear_params import ClearParamsMixin
from skclean.utils._labels import UNLABELLED
from skclean.utils._proba import check_proba
from skclean.utils._short_repr import audit_repr, short_repr

__all__ = [
    "NO_SKILL",
    "ONLY_MEMBER",
    "UNSEEN_CLASS",
    "Audit",
    "BaseDetector",
    "BaseRule",
    "BaseTreatment",
    "FoldCounts",
    "Selection",
    "Trials",
    "best_of_emptied",
]

# Why the evidence tells nothing of a label: no other row has its class; no model that judged the row had seen the
# class; the probabilities do not tell members of the class from other rows.
ONLY_MEMBER, UNSEEN_CLASS, NO_SKILL = 1, 2, 3


@dataclass(frozen=True, eq=False)
class FoldCounts:
    """Counts of how often each row was in the worst and in the best fold of repeated cross-validation.

    Parameters
    ----------
    worst, best : ndarray of shape (n_samples,), int64
        Counts; of rows that took no part 0.
    n_repeats : int
        Repeats counted.
    n_splits : int
        Folds a repeat.
    """

    worst: np.ndarray
    best: np.ndarray
    n_repeats: int
    n_splits: int
    __repr__ = short_repr

    @property
    def p_values(self):
        """P(count >= worst) for a row that does not matter: ndarray of shape (n_samples,), binomial(n_repeats, 1/k)."""
        return binom.sf(self.worst - 1, self.n_repeats, 1 / self.n_splits)


@dataclass(frozen=True, eq=False)
class Trials:
    """Qualities of the same rows from fits of the detector to labels with injected errors.

    Parameters
    ----------
    codes : ndarray of shape (n_trials, n_samples), int32
        The labels of each trial.
    flipped : ndarray of shape (n_trials, n_samples), bool
        Labels that are not the given ones.
    quality : ndarray of shape (n_trials, n_samples), float64
        Label quality found in each trial.
    """

    codes: np.ndarray
    flipped: np.ndarray
    quality: np.ndarray
    __repr__ = short_repr


@dataclass(frozen=True, eq=False)
class Audit:
    """Everything that is known of each label. It never holds X.

    Parameters
    ----------
    codes : ndarray of shape (n_samples,), int32
        Given labels as positions in `classes`; -1 where a row is unlabelled.
    classes : ndarray of shape (n_classes,)
        The labels in the caller's own type.
    proba : ndarray of shape (n_samples, n_classes) or None
        Out-of-sample class probabilities; None for detectors that work without.
    quality : ndarray of shape (n_samples,), float64
        Label quality in [0, 1], low is suspicious; 1 where a row is unlabelled.
    suggested : ndarray of shape (n_samples,), int32
        Code of the label that the evidence prefers.
    rows : RowSummary or None
        Each row's probability of the given label, its rival's, and the rival; made from `proba` where not given.
    sample_weight : ndarray of shape (n_samples,) or None
        The caller's weights.
    verified : ndarray of shape (n_samples,), bool, or None
        True where the given label is known to be right.
    judgeable : ndarray of shape (n_samples,), bool, or None
        False where the evidence tells nothing of the row's class, for example a class of one member.
    limits : ndarray of shape (n_samples,), int8, or None
        Why `judgeable` is False: ONLY_MEMBER, UNSEEN_CLASS or NO_SKILL; 0 elsewhere.
    n_jobs : int or None
        Threads for passes over `proba`.
    fold_counts : FoldCounts or None
        For detectors that repeat cross-validation.
    target : ndarray of shape (n_samples,) or None
        What was given where it is no class; then `codes` are 0 for rows that have one.
    trials : Trials or None
        For rules that ask for them (`n_trials`), where there are no probabilities.
    noise : NoiseModel or None
        How labels were corrupted, where the detector estimated it; rules and treatments estimate it otherwise.
    trusted : ndarray of shape (n_classes,), bool, or None
        Classes with labels that are never wrong, and so never flagged.
    """

    codes: np.ndarray
    classes: np.ndarray
    proba: np.ndarray | None
    quality: np.ndarray
    suggested: np.ndarray
    rows: RowSummary | None = None
    sample_weight: np.ndarray | None = None
    verified: np.ndarray | None = None
    judgeable: np.ndarray | None = None
    limits: np.ndarray | None = None
    n_jobs: int | None = None
    fold_counts: FoldCounts | None = None
    target: np.ndarray | None = None
    trials: Trials | None = None
    noise: object | None = None
    trusted: np.ndarray | None = None
    __repr__ = audit_repr

    def __post_init__(self):
        if self.proba is not None and self.rows is None:  # a frozen record allows no plain assignment
            proba, rows = check_proba(self.proba, self.codes, name="proba of the audit", n_jobs=self.n_jobs)
            object.__setattr__(self, "proba", proba)
            object.__setattr__(self, "rows", rows)

    @property
    def n_classes(self):
        """Number of classes."""
        return len(self.classes)

    @property
    def unlabelled(self):
        """ndarray of shape (n_samples,), bool: rows without a label."""
        return self.codes == UNLABELLED

    @property
    def open_codes(self):
        """ndarray of shape (n_samples,), int32: the codes, with -1 for every row that may not be flagged."""
        codes = self.codes
        for allowed in (None if self.verified is None else ~self.verified, self.judgeable):
            if allowed is not None:
                codes = np.where(allowed, codes, np.int32(UNLABELLED))
        if self.trusted is not None:
            codes = np.where(self.trusted[codes], np.int32(UNLABELLED), codes)
        return codes

    def scores(self, method):
        """Another label-quality score from the same probabilities: ndarray of shape (n_samples,), float64."""
        return label_quality(self.codes, self.proba, method, n_jobs=self.n_jobs, rows=self.rows)

    def require_proba(self, who):
        """The probabilities, or a clear error for a part that cannot work without them."""
        if self.proba is None:
            raise ValueError(
                f"{who} needs class probabilities, and this detector has none; choose a rule or treatment that works "
                "on label quality alone, or a detector such as ConfidentLearning."
            )
        return self.proba

    def require_trials(self, who):
        """Trials with injected errors, or a clear error for a rule that needs them or probabilities."""
        if self.trials is None:
            raise ValueError(
                f"{who} injects errors and needs class probabilities for it, or a detector of classes that can be "
                "fitted again; this one has neither, use another rule or a detector such as ConfidentLearning."
            )
        return self.trials

    def require_fold_counts(self, who):
        """The counts of repeated cross-validation, or a clear error for a rule that cannot work without them."""
        if self.fold_counts is None:
            raise ValueError(
                f"{who} needs the noise histogram of repeated cross-validation, and this detector has none; use ReCoV, "
                "or choose another rule."
            )
        return self.fold_counts


@dataclass(frozen=True, eq=False)
class Selection:
    """The training set that a treatment makes of an audit.

    Parameters
    ----------
    indices : ndarray of shape (n_selected,), intp
        Positions of the rows to train on; a row may be repeated.
    codes : ndarray of shape (n_selected,), int32
        The label of each of them, as a position in the audit's classes.
    sample_weight : ndarray of shape (n_selected,), float64, or None
        Weights that the treatment asks for, without the caller's own.
    reason : str
        What was done and why, in one sentence; empty where the treatment has no choice.
    """

    indices: np.ndarray
    codes: np.ndarray
    sample_weight: np.ndarray | None = None
    reason: str = ""
    __repr__ = short_repr


class BaseRule(ClearParamsMixin, BaseEstimator):
    """Decides which labels are wrong. A rule never empties a class, nor flags a verified or unlabelled row.

    Subclasses write ``_flag(audit)``, which returns a boolean mask of shape (n_samples,).

    Attributes
    ----------
    n_trials : int
        How often a detector without probabilities is to be fitted again on labels with injected errors.
    """

    _parameter_constraints: dict = {}
    n_trials = 0

    def decide(self, audit):
        """Flag the labels judged wrong.

        Parameters
        ----------
        audit : Audit
            What is known of each label.

        Returns
        -------
        noise_mask : ndarray of shape (n_samples,), bool
        """
        self._validate_params()
        mask = self._flag(audit) & (audit.open_codes != UNLABELLED)
        mask[best_of_emptied(mask, audit)] = False
        return mask


class BaseTreatment(ClearParamsMixin, BaseEstimator):
    """Decides what to train on, given which labels are wrong.

    Subclasses write ``_select(audit, mask)``, which returns a :class:`Selection`, and set the class attribute.

    Attributes
    ----------
    needs_sample_weight : bool
        Whether the selection carries weights, so that the estimator must take them.
    needs_proba : bool
        Whether it asks the audit for class probabilities, so that the detector must have them.
    draws_labels : bool
        Whether one copy of each row may be drawn by the weights, for an estimator that takes none.
    """

    _parameter_constraints: dict = {}
    needs_sample_weight = False
    needs_proba = False
    draws_labels = False

    def select(self, audit, mask):
        """Choose rows, their labels and weights. Unlabelled rows are never among them.

        Parameters
        ----------
        audit : Audit
            What is known of each label.
        mask : ndarray of shape (n_samples,), bool
            Flagged rows.

        Returns
        -------
        selection : Selection
        """
        self._validate_params()
        return self._select(audit, mask)


class BaseDetector(ClearParamsMixin, BaseEstimator):
    """Sets ``label_quality_``, ``noise_mask_``, ``suggested_labels_``, ``classes_`` and ``audit_`` in ``fit``."""


def best_of_emptied(mask, audit):
    """The best row of every class of which all rows are flagged: list of int."""
    emptied = np.zeros(audit.n_classes + 1, dtype=bool)  # code -1 reads the last place
    emptied[kept_by_none(audit.codes, mask, audit.n_classes, rows=audit.rows)] = True
    if not emptied.any():
        return []
    rows = np.flatnonzero(emptied[audit.codes])
    rows = rows[np.lexsort((rows, -audit.quality[rows], audit.codes[rows]))]
    return rows[np.unique(audit.codes[rows], return_index=True)[1]].tolist()
