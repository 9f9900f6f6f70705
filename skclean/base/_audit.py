"""Records of an audit: labels, the evidence on them, the verdict of a rule, and the rows selected by a treatment."""

from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from skclean._kernels import RowSummary, kept_by_none
from skclean.base._evidence import ClassProba
from skclean.targets import UNLABELLED, Target
from skclean.utils._short_repr import counted_labels, short_repr
from skclean.utils._typing import Array, Bools, Codes, Floats, Positions, Proba

__all__ = [
    "FLAGGED",
    "NOT_LABELLED",
    "NO_SKILL",
    "ONLY_MEMBER",
    "UNSEEN_CLASS",
    "VERIFIED",
    "Audit",
    "Labels",
    "Selection",
    "Verdict",
    "best_of_emptied",
    "missing_evidence",
]

R = TypeVar("R")  # a class of evidence


def missing_evidence(who: str, record: Any, owner: str = "this detector") -> ValueError:
    """Return the error for a part that needs evidence that is not there: ValueError.

    Parameters
    ----------
    who : str
        The part.
    record : class
        Of the evidence, with the attributes `what` and `remedy`.
    owner : str, default="this detector"
        What does not give it.
    """
    return ValueError(f"{who} needs {record.what}, and {owner} has none; {record.remedy}.")


# Why the evidence tells nothing of a label: no other row has its class; no model that predicted the row had seen the
# class; the probabilities do not tell members of the class from other rows.
ONLY_MEMBER, UNSEEN_CLASS, NO_SKILL = 1, 2, 3


@dataclass(frozen=True, eq=False)
class Labels:
    """Given labels, what the caller knows of them, and which the evidence tells something of.

    Parameters
    ----------
    target : Target
        What was given for each row.
    sample_weight : ndarray of shape (n_samples,) or None, default=None
        The caller's weights.
    verified : ndarray of shape (n_samples,), bool, or None, default=None
        True where the given label is known to be right.
    trusted : ndarray of shape (n_classes,), bool, or None, default=None
        Classes with labels that are never wrong, and so never flagged.
    limits : ndarray of shape (n_samples,), int8, or None, default=None
        Why the evidence tells nothing of a label: ONLY_MEMBER, UNSEEN_CLASS or NO_SKILL; 0 elsewhere.
    trust : ndarray of shape (n_samples,), float64, or None, default=None
        How far each label is trusted, in [0, 1], where that lies between; what speaks against a label counts by the
        rest. Quality and the noise model hold it already.
    """

    target: Target
    sample_weight: Floats | None = None
    verified: Bools | None = None
    trusted: Bools | None = None
    limits: NDArray[np.int8] | None = None
    trust: Floats | None = None
    __repr__ = short_repr

    @property
    def judgeable(self) -> Bools | None:
        """ndarray of shape (n_samples,), bool: labels that the evidence tells something of; None means all."""
        return None if self.limits is None else self.limits == 0

    @property
    def open_codes(self) -> Codes:
        """ndarray of shape (n_samples,), int32: the codes, with -1 for every row that may not be flagged."""
        codes = self.target.strata()
        for allowed in (None if self.verified is None else ~self.verified, self.judgeable):
            if allowed is not None:
                codes = np.where(allowed, codes, np.int32(UNLABELLED))
        if self.trusted is not None:
            codes = np.where(self.trusted[codes], np.int32(UNLABELLED), codes)
        return codes


@dataclass(frozen=True, eq=False)
class Audit:
    """Everything that is known of each label. It never holds X.

    ``audit[Record]`` gives the evidence of one kind, such as ``audit[FoldCounts]``, or raises one clear error;
    ``audit.get(Record)`` gives None where there is none.

    Parameters
    ----------
    labels : Labels
        Given labels, and what is known of them.
    evidence : tuple of records
        At most one of each class: ClassProba, FoldCounts, Trials, NoiseModel, Residuals, CellProba, or a record of
        your own. Probabilities that were compared with other labels are compared with these.
    quality : ndarray of shape (n_samples,), float64
        Label quality in [0, 1], low is suspicious; 1 where a row is unlabelled.
    suggested : ndarray of shape (n_samples, ...)
        Code of the label that the evidence prefers; of targets without classes the number, the cells or the record.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.base import Audit, ClassProba, Labels
    >>> from skclean.targets import encode_labels
    >>> target = encode_labels(["no", "yes", "no"])
    >>> proba = ClassProba(np.array([[0.9, 0.1], [0.2, 0.8], [0.3, 0.7]]), target.codes)
    >>> audit = Audit(Labels(target), (proba,), proba.scores("self_confidence"), target.codes)
    >>> audit.quality, ClassProba in audit
    (array([0.9, 0.8, 0.3]), True)
    """

    labels: Labels
    evidence: tuple[Any, ...]
    quality: Floats
    suggested: Array

    def __post_init__(self) -> None:
        codes = self.labels.target.strata()
        evidence = tuple(
            record.compared_with(codes) if isinstance(record, ClassProba) else record for record in self.evidence
        )
        object.__setattr__(self, "evidence", evidence)  # a frozen record allows no plain assignment

    def get(self, record: type[R]) -> R | None:
        """Return the evidence of a class, or None."""
        return next((found for found in self.evidence if isinstance(found, record)), None)

    def __contains__(self, record: type) -> bool:
        return self.get(record) is not None

    def __getitem__(self, record: type[R]) -> R:
        found = self.get(record)
        if found is None:
            raise missing_evidence("the part that reads this audit", record)
        return found

    def with_evidence(self, added: object) -> "Audit":
        """Return an audit with one more record, in place of another of its class."""
        kept = tuple(record for record in self.evidence if not isinstance(record, type(added)))
        return replace(self, evidence=(*kept, added))

    @property
    def codes(self) -> Codes:
        """ndarray of shape (n_samples,), int32: the class of each row; -1 where a row is unlabelled."""
        return self.labels.target.strata()

    @property
    def classes(self) -> Array:
        """ndarray of shape (n_classes,): the labels, or names of tags, in the caller's own type."""
        return cast(Array, self.labels.target.classes)

    @property
    def n_classes(self) -> int:
        """Number of classes; 1 where the target has none."""
        return self.labels.target.n_strata

    @property
    def unlabelled(self) -> Bools:
        """ndarray of shape (n_samples,), bool: rows without a label."""
        return ~self.labels.target.known

    @property
    def open_codes(self) -> Codes:
        """ndarray of shape (n_samples,), int32: the codes, with -1 for every row that may not be flagged."""
        return self.labels.open_codes

    @property
    def sample_weight(self) -> Floats | None:
        """The caller's weights: ndarray of shape (n_samples,) or None."""
        return self.labels.sample_weight

    @property
    def verified(self) -> Bools | None:
        """Rows whose given label is known to be right: ndarray of shape (n_samples,), bool, or None."""
        return self.labels.verified

    @property
    def proba(self) -> Proba | None:
        """Out-of-sample probabilities: ndarray of shape (n_samples, n_classes); None where there are none."""
        found = self.get(ClassProba)
        return None if found is None else found.proba

    @property
    def summary(self) -> RowSummary | None:
        """RowSummary of `proba`, or None."""
        found = self.get(ClassProba)
        return None if found is None else found.summary

    @property
    def n_jobs(self) -> int | None:
        """Threads for passes over `proba`: int or None."""
        found = self.get(ClassProba)
        return None if found is None else found.n_jobs

    def scores(self, method: str) -> Floats:
        """Return another label-quality score of the same probabilities: ndarray of shape (n_samples,), float64."""
        return self[ClassProba].scores(method)

    def __repr__(self) -> str:
        target = self.labels.target
        kinds = f"of the kind {target.kind!r}"
        if target.has_classes:
            counts = np.bincount(target.strata()[target.known], minlength=target.n_strata)
            kinds = counted_labels(self.classes, counts.tolist())
        held = [type(record).__name__ for record in self.evidence]
        low, middle, high = np.quantile(self.quality, [0, 0.5, 1])
        return (
            f"Audit of {np.count_nonzero(target.known):,} labels in {target.n_rows:,} rows, {kinds}\n"
            f"  quality from {low:.3f} to {high:.3f}, median {middle:.3f}\n"
            f"  evidence: {', '.join(held) or 'none but the quality'}"
        )


# Reason codes beside those of `Labels.limits`.
VERIFIED, NOT_LABELLED, FLAGGED = 4, 5, 6


@dataclass(frozen=True, eq=False)
class Verdict:
    """An audit, and what a rule made of it.

    Parameters
    ----------
    audit : Audit
    mask : ndarray of shape (n_samples,), bool
        Flagged rows.
    """

    audit: Audit
    mask: Bools
    __repr__ = short_repr

    @property
    def reasons(self) -> NDArray[np.int8]:
        """Why each row is flagged or cannot be: ndarray of shape (n_samples,), int8.

        0 for ordinary rows, else ONLY_MEMBER, UNSEEN_CLASS, NO_SKILL, VERIFIED, NOT_LABELLED or FLAGGED.
        """
        labels = self.audit.labels
        reasons = np.zeros(len(self.mask), dtype=np.int8) if labels.limits is None else labels.limits.copy()
        if labels.verified is not None:
            reasons[labels.verified] = VERIFIED
        reasons[self.audit.unlabelled] = NOT_LABELLED
        reasons[self.mask] = FLAGGED
        return reasons


@dataclass(frozen=True, eq=False)
class Selection:
    """The training set that a treatment makes of a verdict.

    Parameters
    ----------
    indices : ndarray of shape (n_selected,), intp
        Positions of the rows to train on; a row may be repeated.
    codes : ndarray of shape (n_selected, ...)
        The label of each of them, as a position in the audit's classes; of targets without classes the number, the
        cells or the record.
    sample_weight : ndarray of shape (n_selected,), float64, or None
        Weights that the treatment asks for, without the caller's own.
    reason : str
        What was done and why, in one sentence; empty where the treatment has no choice.
    """

    indices: Positions
    codes: Array
    sample_weight: Floats | None = None
    reason: str = ""
    __repr__ = short_repr


def best_of_emptied(mask: Bools, audit: Audit) -> list[int]:
    """Return the best row of each class that has all rows flagged: list of int."""
    emptied = np.zeros(audit.n_classes + 1, dtype=bool)  # code -1 reads the last place
    emptied[kept_by_none(audit.codes, mask, audit.n_classes, summary=audit.summary)] = True
    if not emptied.any():
        return []
    rows = np.flatnonzero(emptied[audit.codes])
    rows = rows[np.lexsort((rows, -audit.quality[rows], audit.codes[rows]))]
    best: list[int] = rows[np.unique(audit.codes[rows], return_index=True)[1]].tolist()
    return best
