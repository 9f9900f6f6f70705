"""The list of rows that can be shown to the person who made the labels."""

from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skclean.base import FLAGGED, NO_SKILL, NOT_LABELLED, ONLY_MEMBER, UNSEEN_CLASS, VERIFIED, Audit, Verdict
from skclean.detectors._summary import Summary
from skclean.detectors._tiers import tiers_of
from skclean.noise import NoiseModel
from skclean.targets import UNLABELLED
from skclean.utils._compat import check_pandas_support
from skclean.utils._typing import Bools, Params

__all__ = ["AuditTableMixin", "audit_table"]

_NOT_FLAGGED = {
    ONLY_MEMBER: "only member of its class: not judged",
    UNSEEN_CLASS: "no model had seen its class: not judged",
    NO_SKILL: "the model does not know its class: not judged",
    VERIFIED: "verified: not judged",
    NOT_LABELLED: "unlabelled: not judged",
}


def audit_table(verdict, index, more=None):
    """One line per row, in the order of the rows.

    Parameters
    ----------
    verdict : Verdict
        What is known of each label, and which are flagged.
    index : array-like of shape (n_samples,)
        Names of the rows.
    more : dict of str -> ndarray of shape (n_samples,), or None, default=None
        Further columns.

    Returns
    -------
    table : pandas.DataFrame, or ndarray with named fields where pandas is not installed
        Columns given, suggested (None unless a row is flagged or unlabelled), quality, flagged and reason; where the
        audit has a noise model, chance_wrong, the probability that the label is wrong, and tier: 1 where it is probably
        wrong whatever labels are, 2 where it is if labels are annotations; then further ones. Under the index of X;
        without pandas the index is a field.
    """
    audit, noise_mask = verdict.audit, verdict.mask
    columns = {
        "given": audit.labels.target.entries(audit.labels.target.given),
        "suggested": _suggested(audit, noise_mask),
        "quality": audit.quality,
        "flagged": noise_mask,
        "reason": _sentences(verdict),
        **(_chances(audit) if NoiseModel in audit else {}),
        **(more or {}),
    }
    try:
        pandas = check_pandas_support("audit_table")
    except ImportError:  # pandas is an extra
        fields = {"index": np.asarray(index), **columns}
        table = np.empty(len(noise_mask), dtype=[(name, values.dtype) for name, values in fields.items()])
        for name, values in fields.items():
            table[name] = values
        return table
    return pandas.DataFrame(columns, index=index)


class AuditTableMixin:
    """Gives a detector its ``audit_table``."""

    audit_: Audit
    noise_mask_: Bools
    _index: Any

    def audit_table(self) -> Any:
        """The list of rows to review, in the order of the rows of X.

        Returns
        -------
        table : pandas.DataFrame, or ndarray with named fields where pandas is not installed
            Columns given, suggested, quality, flagged and reason, under the index of X (of y where X has none). A
            label is suggested for rows that are flagged or unlabelled; `suggested_labels_` has all rows.
            ConfidentLearning adds chance_wrong, the probability that the label is wrong, and tier: 1 where it is
            doubtful whatever labels are, 2 where it is if labels are annotations, 0 elsewhere. Sort by quality
            to see the most suspicious labels first.
        """
        check_is_fitted(self)
        return audit_table(Verdict(self.audit_, self.noise_mask_), self._index, self._more_columns())

    def summary(self) -> Params:
        """Count labels, flags and suggested changes.

        Returns
        -------
        summary : dict
            n_rows, n_labelled, n_unlabelled, n_not_judged, n_flagged: int; classes: list of (label, count); moves: list
            of (given label, suggested label, count) of the flagged rows, most frequent first; noise_rate: NoiseRate, or
            None where the detector does not estimate it; tiers: list of (tier, count, expected number of wrong labels).
            It prints as a few lines of text, and notebooks show it as a table.
        """
        check_is_fitted(self)
        return Summary.of(self)

    def _more_columns(self):
        """Return what this detector alone knows of each row: dict of str -> ndarray of shape (n_samples,)."""
        return {}


def _chances(audit):
    """The columns of a noise model; rows that cannot be flagged have no chance of being wrong."""
    chance = np.where(audit.open_codes == UNLABELLED, 0.0, audit[NoiseModel].wrong())
    return {"chance_wrong": chance, "tier": tiers_of(audit).tier}


def _suggested(audit, noise_mask):
    """What flagged rows should have instead, and the likeliest label of unlabelled rows; None elsewhere."""
    target = audit.labels.target
    suggested = np.full(len(noise_mask), None, dtype=object)
    differs = audit.suggested != target.given
    if differs.ndim > 1:
        differs = differs.any(axis=1)
    rows = np.flatnonzero((noise_mask | (audit.unlabelled & target.has_classes)) & differs)
    suggested[rows] = target.entries(audit.suggested)[rows]
    return suggested


def _sentences(verdict):
    """Return why a row was flagged, or why it could not be: an array of texts, empty for ordinary rows."""
    codes = verdict.reasons
    sentences = np.full(len(codes), "", dtype=object)
    for code, sentence in _NOT_FLAGGED.items():
        sentences[codes == code] = sentence
    for row in np.flatnonzero(codes == FLAGGED):
        sentences[row] = _why_flagged(verdict.audit, row)
    return sentences


def _why_flagged(audit, row):
    quality = f"label quality {audit.quality[row]:.2f}"
    if not audit.labels.target.has_classes:
        sentence = next((record.sentence(row) for record in audit.evidence if hasattr(record, "sentence")), "")
        return f"{quality}; {sentence}" if sentence else quality
    suggested = audit.classes[audit.suggested[row]]
    if audit.proba is None:
        return f"{quality}; {suggested} fits better" if audit.suggested[row] != audit.codes[row] else quality
    given = audit.proba[row, audit.codes[row]]
    if audit.suggested[row] == audit.codes[row]:
        return f"P({suggested}) is only {given:.2f}"
    return f"P({suggested}) = {audit.proba[row, audit.suggested[row]]:.2f}, given label {given:.2f}"
