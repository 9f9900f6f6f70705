"""The list of rows that can be shown to the person who made the labels."""

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skclean.base import NO_SKILL, ONLY_MEMBER, UNSEEN_CLASS
from skclean.detectors._summary import Summary
from skclean.detectors._tiers import tiers_of
from skclean.utils._compat import check_pandas_support
from skclean.utils._labels import UNLABELLED

__all__ = ["AuditTableMixin", "audit_table"]

_NOT_JUDGED = {
    0: "not judged",
    ONLY_MEMBER: "only member of its class: not judged",
    UNSEEN_CLASS: "no model had seen its class: not judged",
    NO_SKILL: "the model does not know its class: not judged",
}


def audit_table(audit, noise_mask, index, more=None):
    """One line per row, in the order of the rows.

    Parameters
    ----------
    audit : Audit
        What is known of each label.
    noise_mask : ndarray of shape (n_samples,), bool
        Flagged rows.
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
    columns = {
        "given": _labels(audit, audit.codes),
        "suggested": _suggested(audit, noise_mask),
        "quality": audit.quality,
        "flagged": noise_mask,
        "reason": _reasons(audit, noise_mask),
        **({} if audit.noise is None else _chances(audit)),
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

    def audit_table(self):
        """The list of rows to review, in the order of the rows of X.

        Returns
        -------
        table : pandas.DataFrame, or ndarray with named fields where pandas is not installed
            Columns given, suggested, quality, flagged and reason, under the index of X (of y where X has none). A
            label is suggested for rows that are flagged or unlabelled; `suggested_labels_` has all rows.
            ConfidentLearning adds chance_wrong, the probability that the label is wrong, and tier: 1 where it is
            probably wrong whatever labels are, 2 where it is if labels are annotations, 0 elsewhere. Sort by quality
            to see the most suspicious labels first.
        """
        check_is_fitted(self)
        return audit_table(self.audit_, self.noise_mask_, self._index, self._more_columns())

    def summary(self):
        """Count labels, flags and suggested changes.

        Returns
        -------
        summary : dict
            n_rows, n_labelled, n_unlabelled, n_not_judged, n_flagged: int; classes: list of (label, count); moves: list
            of (given label, suggested label, count) of the flagged rows, most frequent first; noise_rate: NoiseRate, or
            None where the detector does not estimate it; tiers: list of (tier, count, expected number of wrong labels).
            It prints as a few lines of text.
        """
        check_is_fitted(self)
        return Summary.of(self)

    def _more_columns(self):
        """Return what this detector alone knows of each row: dict of str -> ndarray of shape (n_samples,)."""
        return {}


def _chances(audit):
    """The columns of a noise model; rows that cannot be flagged have no chance of being wrong."""
    chance = np.where(audit.open_codes == UNLABELLED, 0.0, audit.noise.wrong())
    return {"chance_wrong": chance, "tier": tiers_of(audit).tier}


def _labels(audit, codes):
    """Labels of codes, or what else was given; None where a row is unlabelled."""
    labels = audit.classes[codes] if audit.target is None else _as_column(audit.target)
    if (codes < 0).any():
        labels = labels.astype(object)
        labels[codes < 0] = None
    return labels


def _suggested(audit, noise_mask):
    """The other label of flagged rows, and the likeliest one of unlabelled rows; None elsewhere."""
    suggested = np.full(len(noise_mask), None, dtype=object)
    if audit.target is None:  # nothing is suggested for numbers
        rows = np.flatnonzero((noise_mask | audit.unlabelled) & (audit.suggested != audit.codes))
        suggested[rows] = audit.classes[audit.suggested[rows]]
    return suggested


def _as_column(target):
    """Records, as survival analysis has them, one Python tuple a row, for DataFrames take no structured arrays."""
    if target.dtype.names is None:
        return target
    column = np.empty(len(target), dtype=object)
    column[:] = target.tolist()
    return column


def _reasons(audit, noise_mask):
    """Return why a row was flagged, or why it could not be: an array of texts, empty for ordinary rows."""
    reasons = np.full(len(noise_mask), "", dtype=object)
    if audit.judgeable is not None:
        limits = ONLY_MEMBER if audit.limits is None else audit.limits[~audit.judgeable]
        reasons[~audit.judgeable] = np.array(list(_NOT_JUDGED.values()), dtype=object)[limits]
    if audit.verified is not None:
        reasons[audit.verified] = "verified: not judged"
    reasons[audit.unlabelled] = "unlabelled: not judged"
    for row in np.flatnonzero(noise_mask):
        reasons[row] = _reason(audit, row)
    return reasons


def _reason(audit, row):
    suggested = audit.classes[audit.suggested[row]]
    if audit.proba is None:
        reason = f"label quality {audit.quality[row]:.2f}"
        return f"{reason}; {suggested} fits better" if audit.suggested[row] != audit.codes[row] else reason
    given = audit.proba[row, audit.codes[row]]
    if audit.suggested[row] == audit.codes[row]:
        return f"P({suggested}) is only {given:.2f}"
    return f"P({suggested}) = {audit.proba[row, audit.suggested[row]]:.2f}, given label {given:.2f}"
