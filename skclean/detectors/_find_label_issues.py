"""The one-call form, for people who already have out-of-sample probabilities from any model."""

import numpy as np

from skclean.base import Audit, BaseRule, ClassProba, Labels
from skclean.detectors._find_other_issues import check_kind, find_other_issues, refuse_options
from skclean.evidence import limit_by_skill, limit_by_weight
from skclean.noise.model._ambiguity import LABEL_KINDS
from skclean.rules import ErrorProbability, resolve_rule
from skclean.targets import ClassTarget, check_label_weights, check_labels_and_proba, check_trusted
from skclean.utils._checks import check_row_flags, check_same_order
from skclean.utils._typing import Bools, LabelKind, Labels1d, Numbers

__all__ = ["find_label_issues"]


def find_label_issues(
    y: Labels1d,
    y_proba: Numbers,
    *,
    rule: BaseRule | str | None = None,
    labels: LabelKind = "annotations",
    target: str = "auto",
    trusted_classes: Labels1d | None = None,
    classes: Labels1d | None = None,
    sample_weight: Numbers | None = None,
    verified: Numbers | None = None,
    n_jobs: int | None = None,
) -> Bools:
    """Flag the labels that out-of-sample probabilities contradict.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, n_tags)
        Given labels of any type. A missing label (None, NaN) means unlabelled and is never flagged.
    y_proba : array-like of shape (n_samples, n_classes), float32 or float64, or (n_samples,) for numbers
        Probabilities from models that were trained without the row, columns in the order of `classes`. Read in place,
        block by block; it may be a ``numpy.memmap`` larger than memory.
    rule : str, rule or None, default=None
        A name from :data:`skclean.rules.RULES` or an instance; None means the default rule of `labels`.
    labels : {"annotations", "outcomes"}, default="annotations"
        What the labels are, for the default rule. An annotation says what an expert could tell from the record, so part
        of the doubt is error: :class:`skclean.rules.RivalRatio` decides, in one pass. An outcome (paid, churned, died)
        can go either way for the same record, so doubt is no error: :class:`skclean.rules.ErrorProbability` decides.
        The detectors assume outcomes. This function assumes annotations, since most probabilities that are made
        elsewhere are those of images and texts.
    target : {"auto", "class", "ordinal", "numeric", "tags"}, default="auto"
        What y is; "auto" asks :func:`skclean.targets.kind_of_target`. Of kinds other than "class":

        - "ordinal": grades, of which `classes` or an ordered pandas Categorical tells the order; flagged by
          :class:`skclean.rules.LikelyWrong`, which expects slips of any size.
        - "numeric": `y_proba` holds one predicted number for each row.
        - "tags": `y` has a column for each tag, or sets of tags, and `y_proba` the probability of each tag.

        `labels`, `trusted_classes` and `sample_weight` are for "class" alone, and survival times need
        :class:`SurvivalAudit`.
    trusted_classes : array-like of labels or None, default=None
        Classes that are never given by mistake: their labels are never flagged.
    classes : array-like of shape (n_classes,) or None, default=None
        The label of each column, as in ``estimator.classes_``. None means the sorted labels in `y`, or the names of the
        columns where `y_proba` is a DataFrame and they hold all labels.
    sample_weight : array-like of shape (n_samples,) or None, default=None
        What each row counts for in the class thresholds; only their ratios matter.
    verified : array-like of shape (n_samples,), bool, or None, default=None
        True where a label is known to be right: never flagged, and an anchor of the thresholds.
    n_jobs : int or None, default=None
        Threads that read blocks of rows. The result does not depend on it.

    Returns
    -------
    noise_mask : ndarray of shape (n_samples,), bool
        True where the label is judged wrong.

    Warns
    -----
    NoSkillWarning
        If the probabilities tell no more of the labels, or of the members of a class, than the class shares do; such
        labels are not flagged. With fewer than 20 labels this cannot be told.

    UnseenClassWarning
        If every label of a class has the weight 0; such labels are not flagged.

    Raises
    ------
    ValueError
        If shapes do not fit, a label is not among `classes`, or a row is no probability distribution; the message
        names the argument, the row and the remedy.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean import find_label_issues
    >>> y = ["cat", "cat", "cat", "dog", "dog", "dog"]
    >>> y_proba = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.1, 0.9], [0.2, 0.8], [0.2, 0.8]])
    >>> find_label_issues(y, y_proba)
    array([False, False,  True, False, False, False])
    """
    kind = check_kind(target, y)
    if kind != "class":
        of_classes = {"labels": labels != "annotations", "trusted_classes": trusted_classes is not None}
        refuse_options(kind, of_classes | {"sample_weight": sample_weight is not None})
        return find_other_issues(kind, y, y_proba, rule=rule, classes=classes, verified=verified)
    decider = _resolve_rule(rule, labels)
    check_same_order(y_proba=y_proba, y=y, sample_weight=sample_weight, verified=verified)
    codes, classes, proba, summary = check_labels_and_proba(y, y_proba, classes=classes, n_jobs=n_jobs)
    weight = check_label_weights(sample_weight, codes)
    limits = np.zeros(len(codes), dtype=np.int8)
    given = ClassTarget(codes, classes)
    limit_by_weight(limits, given, weight)
    limit_by_skill(limits, given, proba, summary=summary, weight=weight)
    known = Labels(
        given,
        weight,
        verified=check_row_flags(verified, len(codes), name="verified"),
        trusted=check_trusted(trusted_classes, classes),
        limits=limits if limits.any() else None,
    )
    evidence = ClassProba(proba, codes, summary, n_jobs)
    audit = Audit(known, (evidence,), evidence.scores("self_confidence"), summary.predicted)
    return np.asarray(decider.decide(audit))


def _resolve_rule(rule, labels):
    """The rule to use; `labels` is for the default one."""
    if not isinstance(labels, str) or labels not in LABEL_KINDS:
        raise ValueError(f"labels must be 'outcomes' or 'annotations', got {labels!r}.")
    if labels == "annotations":
        return resolve_rule(rule)
    if rule is not None:
        raise ValueError("labels= chooses the default rule; leave it out where rule= is given.")
    return ErrorProbability(ambiguity=LABEL_KINDS[labels])
