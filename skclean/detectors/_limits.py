"""Labels about which the evidence tells nothing, and a warning that says why."""

import warnings

import numpy as np

from skclean.base import NO_SKILL, ONLY_MEMBER, UNSEEN_CLASS
from skclean.evidence import ENOUGH, ENOUGH_OF_A_CLASS, SeenClasses, measure_skill
from skclean.exceptions import NoSkillWarning, UnseenClassWarning
from skclean.targets import UNLABELLED, class_totals, judgeable_rows
from skclean.utils._values import shortened

__all__ = ["find_limits", "limit_by_skill", "limit_by_weight"]

MAX_NAMED = 3
_STACK = 3


def find_limits(labels, *, proba=None, rows=None, weight=None, seen=None):
    """Return why a label cannot be judged: it is the only one of its class, no model had seen its class, or none
    knows it.

    Parameters
    ----------
    labels : ClassTarget
    proba : ndarray of shape (n_samples, n_classes) or None, default=None
        Out-of-sample probabilities, where there are any.
    rows : RowSummary or None, default=None
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
        limit_by_skill(limits, labels, proba, rows=rows, weight=weight)
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


def limit_by_skill(limits, labels, proba, *, rows=None, weight=None):
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
    skill = measure_skill(open_codes, proba, weight=weight, given=None if rows is None else rows.given)
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
