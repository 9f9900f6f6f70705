"""Labels of which the evidence tells nothing: classes that no model had seen, or that no model tells apart.

A model that was trained without any row of a class gives it probability 0, so that each of its labels looks wrong. This
happens where a class lives in one group, where folds are cut from a sorted table, or where a class has no weight.
"""

import warnings

import numpy as np

from skclean.base import NO_SKILL, ONLY_MEMBER, UNSEEN_CLASS
from skclean.evidence._skill import ENOUGH, ENOUGH_OF_A_CLASS, measure_skill
from skclean.exceptions import NoSkillWarning, UnseenClassWarning
from skclean.targets import UNLABELLED, class_totals, judgeable_rows
from skclean.utils._values import shortened

__all__ = ["SeenClasses", "find_limits", "limit_by_skill", "limit_by_weight"]

MAX_NAMED = 3


class SeenClasses:
    """Record of training sets, and of the rows that each was asked about.

    Parameters
    ----------
    labels : ClassTarget
        Codes and classes.
    weight : ndarray of shape (n_samples,) or None, default=None
        Sample weights; a row of weight 0 shows a model nothing.
    """

    def __init__(self, labels, weight=None):
        self.codes, self.classes = labels
        self.weight = weight
        self.asked, self.seen = np.zeros((2, len(self.codes)), dtype=bool)
        self.folds = {}  # by code: the folds that lack the class, and how many of its rows they predict

    def add(self, train, test, *, fold=None):
        """Note that a model trained on some rows judged others.

        Parameters
        ----------
        train, test : ndarray of int
            Positions of rows.
        fold : int or None, default=None
            Its number, for the warning.
        """
        rows = train if self.weight is None else train[self.weight[train] > 0]
        known = np.zeros(len(self.classes) + 1, dtype=bool)  # code -1 reads the last place
        known[self.codes[rows]] = True
        known[UNLABELLED] = True
        knows = known[self.codes[test]]
        self.asked[test] = True
        self.seen[test[knows]] = True
        if fold is not None and not knows.all():
            codes, counts = np.unique(self.codes[test[~knows]], return_counts=True)
            for code, count in zip(codes.tolist(), counts.tolist(), strict=True):
                self.folds.setdefault(code, {})[fold] = count

    def forget(self, codes):
        """Note that no model has seen some classes, whatever was recorded: for example those without a weight."""
        rows = np.isin(self.codes, codes)
        self.asked |= rows
        self.seen &= ~rows

    def add_counts(self, counts):
        """Note of each row how many models that judged it had seen its class: ndarray of shape (n_samples,), int."""
        self.asked[:] = True
        self.seen |= counts > 0

    @property
    def unseen(self):
        """ndarray of shape (n_samples,), bool: labels of a class that no model which judged the row had seen."""
        return self.asked & ~self.seen & (self.codes != UNLABELLED)

    def warn(self, stacklevel=2):
        """Name the classes of several rows that have such labels, and their folds."""
        codes, counts = np.unique(self.codes[self.unseen], return_counts=True)
        several = np.bincount(self.codes[self.codes != UNLABELLED], minlength=len(self.classes))[codes] > 1
        if not several.any():  # the only member of a class is never judged, and the table says so
            return
        found = [self._describe(code, count) for code, count in zip(codes[several], counts[several], strict=True)]
        more = f" and {len(found) - MAX_NAMED} more classes" * (len(found) > MAX_NAMED)
        warnings.warn(
            f"No model that was asked about these rows had seen their class in training, so their labels are never "
            f"flagged: {', '.join(found[:MAX_NAMED])}{more}. Choose folds whose training parts hold every class with "
            "a positive weight, for example cv=5 without groups, or a splitter that shuffles and stratifies.",
            UnseenClassWarning,
            stacklevel=stacklevel + 1,
        )

    def _describe(self, code, count):
        folds = sorted(self.folds.get(int(code), ()))
        some = ", ".join(map(str, folds[:MAX_NAMED])) + ", ..." * (len(folds) > MAX_NAMED)
        where = f" in fold{'s' * (len(folds) > 1)} {some}" * bool(folds)
        return f"{count} of the class {self.classes.item(int(code))!r}{where}"


MAX_NAMED = 3
_STACK = 3


def find_limits(labels, *, proba=None, summary=None, weight=None, seen=None):
    """Return why a label cannot be judged: it is the only one of its class, no model had seen its class, or none
    knows it.

    Parameters
    ----------
    labels : ClassTarget
    proba : ndarray of shape (n_samples, n_classes) or None, default=None
        Out-of-sample probabilities, where there are any.
    summary : RowSummary or None, default=None
        Of `proba`.
    weight : ndarray of shape (n_samples,) or None, default=None
        Sample weights.
    seen : SeenClasses or None, default=None
        What was recorded while models were trained.

    Returns
    -------
    limits : ndarray of shape (n_samples,), int8, or None
        ONLY_MEMBER, UNSEEN_CLASS, NO_SKILL, or 0 where a label can be judged. None where all can be judged.

    Warns
    -----
    UnseenClassWarning
        If a class of several rows was not seen in training, or has no positive weight.
    NoSkillWarning
        If the probabilities tell no more of the labels, or of a class, than the class shares.
    """
    codes, classes = labels
    limits = np.zeros(len(codes), dtype=np.int8)
    seen = seen or SeenClasses(labels, weight)
    if weight is not None:
        seen.forget(np.flatnonzero(class_totals(codes, len(classes), weight) == 0))
    seen.warn(stacklevel=_STACK)
    limits[seen.unseen] = UNSEEN_CLASS
    judgeable = judgeable_rows(codes, len(classes))
    if judgeable is not None:
        limits[~judgeable] = ONLY_MEMBER
    if proba is not None:
        limit_by_skill(limits, labels, proba, summary=summary, weight=weight)
    return limits if limits.any() else None


def limit_by_weight(limits, labels, weight):
    """Set UNSEEN_CLASS for classes of which no row has a positive weight, and warn of it.

    Parameters
    ----------
    limits : ndarray of shape (n_samples,), int8
        Changed in place.
    labels : ClassTarget
    weight : ndarray of shape (n_samples,) or None
        Sample weights.
    """
    codes, classes = labels
    if weight is None:
        return
    weightless = np.append(class_totals(codes, len(classes), weight) == 0, False)  # code -1 reads the last place
    rows = weightless[codes]
    if rows.any():
        limits[rows] = UNSEEN_CLASS
        names = [shortened(classes.item(code)) for code in np.unique(codes[rows])]
        more = f" and {len(names) - MAX_NAMED} more" * (len(names) > MAX_NAMED)
        warnings.warn(
            f"sample_weight is 0 for every label of the class {', '.join(names[:MAX_NAMED])}{more}, so these labels "
            "are not flagged. Give some of them a positive weight.",
            UnseenClassWarning,
            stacklevel=_STACK,
        )


def limit_by_skill(limits, labels, proba, *, summary=None, weight=None):
    """Set NO_SKILL where the probabilities tell nothing of the class of a label, and warn of it.

    Parameters
    ----------
    limits : ndarray of shape (n_samples,), int8
        Changed in place; rows with another limit have no part in the comparison.
    labels, proba, rows, weight
        As in :func:`find_limits`.
    """
    codes, classes = labels
    open_codes = np.where(limits == 0, codes, np.int32(UNLABELLED)) if limits.any() else codes
    skill = measure_skill(open_codes, proba, weight=weight, given=None if summary is None else summary.given)
    if skill is None or skill.by_class.all():
        return
    unknown = np.append(~skill.by_class, False)[open_codes]  # code -1 reads the last place
    if unknown.any():
        limits[unknown] = NO_SKILL
        warnings.warn(_message(skill, open_codes, classes, proba), NoSkillWarning, stacklevel=_STACK + 1)


def _message(skill, codes, classes, proba):
    remedy = (
        "Add features that tell the classes apart, or choose another estimator; compare its cross-validated log loss "
        "with that of DummyClassifier(strategy='prior')."
    )
    if not skill.any:
        of, mine = codes[skill.rows], np.asarray(proba[skill.rows])
        loss = -np.log(np.clip(mine[np.arange(len(of)), of], 1e-6, 1)).mean()
        shares = np.bincount(of) / len(of)
        usual = -(shares[shares > 0] * np.log(shares[shares > 0])).sum()
        return (
            f"The model tells nothing of the labels, so none is flagged: on {len(of)} rows that it was not trained on "
            f"its log loss is {loss:.3f}, that of the class shares alone {usual:.3f}, and its probabilities agree with "
            f"the labels by {skill.score:.1f} standard errors, where chance gives up to {ENOUGH}. {remedy}"
        )
    unknown = np.flatnonzero(~skill.by_class)
    named = ", ".join(
        f"{shortened(classes.item(code))} ({skill.class_scores[code]:.1f})" for code in unknown[:MAX_NAMED]
    )
    more = f" and {len(unknown) - MAX_NAMED} more classes" * (len(unknown) > MAX_NAMED)
    return (
        f"The model does not tell the members of some classes from other rows, so their labels are not flagged: "
        f"{named}{more}. In brackets: by how many standard errors its probability agrees with the labels; at least "
        f"{ENOUGH_OF_A_CLASS:g} is asked. {remedy}"
    )
