"""The audit: labels, evidence, and what a detector made of them."""

from dataclasses import dataclass, replace

import numpy as np

from skclean.base._evidence import ClassProba
from skclean.base._labels import Labels
from skclean.utils._short_repr import counted_labels

__all__ = ["Audit", "missing_evidence"]


def missing_evidence(who, record, owner="this detector"):
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
        At most one of each class: ClassProba, FoldCounts, Trials, NoiseModel, or a record of your own. Probabilities
        that were compared with other labels are compared with these.
    quality : ndarray of shape (n_samples,), float64
        Label quality in [0, 1], low is suspicious; 1 where a row is unlabelled.
    suggested : ndarray of shape (n_samples,), int32
        Code of the label that the evidence prefers; those of the given labels where the target has no classes.

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
    evidence: tuple
    quality: np.ndarray
    suggested: np.ndarray

    def __post_init__(self):
        codes = self.labels.target.strata()
        evidence = tuple(
            record.compared_with(codes) if isinstance(record, ClassProba) else record for record in self.evidence
        )
        object.__setattr__(self, "evidence", evidence)  # a frozen record allows no plain assignment

    def get(self, record):
        """Return the evidence of a class, or None."""
        return next((found for found in self.evidence if isinstance(found, record)), None)

    def __contains__(self, record):
        return self.get(record) is not None

    def __getitem__(self, record):
        found = self.get(record)
        if found is None:
            raise missing_evidence("what reads this audit", record)
        return found

    def with_evidence(self, added):
        """Return an audit with one more record, in place of another of its class."""
        kept = tuple(record for record in self.evidence if not isinstance(record, type(added)))
        return replace(self, evidence=(*kept, added))

    @property
    def codes(self):
        """ndarray of shape (n_samples,), int32: the class of each row; -1 where a row is unlabelled."""
        return self.labels.target.strata()

    @property
    def classes(self):
        """ndarray of shape (n_classes,): the labels in the caller's own type."""
        return self.labels.target.classes

    @property
    def n_classes(self):
        """Number of classes; 1 where the target has none."""
        return self.labels.target.n_strata

    @property
    def unlabelled(self):
        """ndarray of shape (n_samples,), bool: rows without a label."""
        return ~self.labels.target.known

    @property
    def open_codes(self):
        """ndarray of shape (n_samples,), int32: the codes, with -1 for every row that may not be flagged."""
        return self.labels.open_codes

    @property
    def sample_weight(self):
        """The caller's weights: ndarray of shape (n_samples,) or None."""
        return self.labels.sample_weight

    @property
    def verified(self):
        """Rows whose given label is known to be right: ndarray of shape (n_samples,), bool, or None."""
        return self.labels.verified

    @property
    def proba(self):
        """Out-of-sample probabilities: ndarray of shape (n_samples, n_classes); None where there are none."""
        found = self.get(ClassProba)
        return None if found is None else found.proba

    @property
    def summary(self):
        """RowSummary of `proba`, or None."""
        found = self.get(ClassProba)
        return None if found is None else found.summary

    @property
    def n_jobs(self):
        """Threads for passes over `proba`: int or None."""
        found = self.get(ClassProba)
        return None if found is None else found.n_jobs

    def scores(self, method):
        """Return another label-quality score of the same probabilities: ndarray of shape (n_samples,), float64."""
        return self[ClassProba].scores(method)

    def __repr__(self):
        target = self.labels.target
        kinds = f"of the kind {target.kind!r}"
        if target.kind == "class":
            counts = np.bincount(target.codes[target.known], minlength=target.n_strata)
            kinds = counted_labels(target.classes, counts.tolist())
        held = [type(record).__name__ for record in self.evidence]
        low, middle, high = np.quantile(self.quality, [0, 0.5, 1])
        return (
            f"Audit of {np.count_nonzero(target.known):,} labels in {target.n_rows:,} rows, {kinds}\n"
            f"  quality from {low:.3f} to {high:.3f}, median {middle:.3f}\n"
            f"  evidence: {', '.join(held) or 'none but the quality'}"
        )
