"""What decisions say of an audit: whether doubt is error, how many labels are wrong, and what to look at next."""

from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from skclean._kernels import RowSummary
from skclean.base import Audit, ClassProba
from skclean.detectors._tiers import Tiers, tiers_of
from skclean.noise import NoiseModel, NoiseRate
from skclean.noise.model._ambiguity import LABEL_KINDS, AmbiguityEstimate
from skclean.noise.model._noise_fit import noise_of
from skclean.review._decisions import Decisions
from skclean.rules import resolve_rule
from skclean.targets import UNLABELLED, ClassTarget, decode_labels
from skclean.utils._compat import check_pandas_support
from skclean.utils._short_repr import short_repr
from skclean.utils._typing import Bools, Positions

__all__ = ["Update", "update_with_decisions", "world_of"]

# Half way between the ambiguity of outcomes and that of annotations.
BETWEEN = (LABEL_KINDS["outcomes"] + LABEL_KINDS["annotations"]) / 2
_WORLDS = {
    "outcomes": "the labels are like outcomes: doubt is hardly ever error",
    "annotations": "the labels are like annotations: part of the doubt is error",
    "unclear": "it is not clear yet whether doubt is error; review more rows, spread over sure and doubtful ones",
}


@dataclass(frozen=True, eq=False)
class Update:
    """An audit after review.

    Parameters
    ----------
    audit : Audit
        With the labels that were found to be right, which are verified now; removed rows have no label.
    noise_mask : ndarray of shape (n_samples,), bool
        Further labels that are flagged. No reviewed row is, but rows that left the reviewer unsure may be.
    world : {"outcomes", "annotations", "unclear"}
        What the labels are, as far as the interval of `ambiguity` tells.
    ambiguity : AmbiguityEstimate
        Share of the doubt that is error, with a 90 % interval.
    noise_rate : NoiseRate
        Share of wrong labels among those that were given, with a 90 % interval, corrected by what was found.
    n_reviewed, n_wrong : int
        Labels that were found right or wrong, and those that were wrong.
    """

    audit: Audit
    noise_mask: Bools
    world: str
    ambiguity: AmbiguityEstimate
    noise_rate: NoiseRate
    n_reviewed: int
    n_wrong: int

    @property
    def chance_wrong(self) -> np.ndarray:
        """P(label is wrong) of each row that is still open, 0 elsewhere: ndarray of shape (n_samples,), float64."""
        return np.where(self.audit.open_codes == UNLABELLED, 0.0, self.audit[NoiseModel].wrong())

    @property
    def rows(self) -> Positions:
        """Flagged rows, the most doubtful first: ndarray of int."""
        rows = np.flatnonzero(self.noise_mask)
        return rows[np.argsort(self.audit.quality[rows], kind="stable")]

    @property
    def expected_errors(self) -> float:
        """How many of the flagged labels are expected to be wrong: float."""
        return float(self.chance_wrong[self.noise_mask].sum())

    @property
    def tiers(self) -> Tiers:
        """The two tiers of doubtful labels among the rows that are still open: Tiers."""
        return tiers_of(self.audit)

    def table(self) -> Any:
        """Return the new list, the most doubtful first.

        Returns
        -------
        table : pandas.DataFrame
            Columns row, given, suggested, quality, chance_wrong and tier.
        """
        pandas = check_pandas_support("Update.table")
        rows, audit = self.rows, self.audit
        return pandas.DataFrame(
            {
                "row": rows,
                "given": decode_labels(audit.codes[rows], audit.classes),
                "suggested": decode_labels(cast(RowSummary, audit.summary).rivals_of(rows), audit.classes),
                "quality": audit.quality[rows],
                "chance_wrong": self.chance_wrong[rows],
                "tier": self.tiers.tier[rows],
            }
        )

    def __str__(self) -> str:
        rate, share = self.noise_rate, self.ambiguity
        return (
            f"{self.n_wrong:,} of {self.n_reviewed:,} reviewed labels were wrong; {_WORLDS[self.world]} (ambiguity "
            f"{share.ambiguity:.2f}, 90 % interval {share.low:.2f} to {share.high:.2f}). Estimated noise rate "
            f"{100 * rate.rate:.1f} % (90 % interval {100 * rate.low:.1f} to {100 * rate.high:.1f} %). "
            f"{np.count_nonzero(self.noise_mask):,} further labels are flagged, about {self.expected_errors:,.0f} of "
            "them wrong."
        )

    __repr__ = short_repr


def world_of(ambiguity: AmbiguityEstimate) -> str:
    """Return what labels are: "outcomes" or "annotations" where the interval leaves one of them, else "unclear".

    Parameters
    ----------
    ambiguity : AmbiguityEstimate

    Returns
    -------
    world : {"outcomes", "annotations", "unclear"}

    Examples
    --------
    >>> from skclean.noise.model._ambiguity import AmbiguityEstimate
    >>> from skclean.review import world_of
    >>> world_of(AmbiguityEstimate(0.05, 0.0, 0.15))
    'outcomes'
    """
    if ambiguity.high < BETWEEN:
        return "outcomes"
    return "annotations" if ambiguity.low > BETWEEN else "unclear"


def update_with_decisions(detector: Any, decisions: Decisions) -> Update:
    """Bring the audit of a fitted detector up to date with decisions on its rows, without fitting a model again.

    Parameters
    ----------
    detector : fitted detector with probabilities
        Fitted to the labels that were reviewed. It is not changed.
    decisions : Decisions
        On rows of the table that it was fitted to. Some should be on rows that were not doubted, as
        :meth:`skclean.detectors.ConfidentLearning.review_sample` draws them.

    Returns
    -------
    update : Update
        To train on the labels that were found, fit again with ``reviewed=decisions.reviewed_labels(y)``.

    Raises
    ------
    ValueError
        If the detector has no noise model, the decisions are on other labels, or none of them says right or wrong.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import ConfidentLearning
    >>> from skclean.review import Decisions, update_with_decisions
    >>> X, y = load_iris(return_X_y=True)
    >>> given = y.copy()
    >>> given[:10] = 1
    >>> detector = ConfidentLearning(random_state=0).fit(X, given)
    >>> found = [
    ...     {"row": row, "given": int(given[row]), "decision": "change" if y[row] != given[row] else "keep",
    ...      "label": int(y[row])} for row in range(0, 150, 3)]
    >>> update = update_with_decisions(detector, Decisions(found))
    >>> update.n_reviewed, update.n_wrong, bool(update.noise_mask[0])
    (50, 4, False)
    """
    audit = detector.audit_
    noise = None if ClassProba not in audit else noise_of(audit)
    if noise is None:
        raise ValueError(
            f"{type(detector).__name__} has no noise model to bring up to date: it gives no probabilities, or there "
            "are too many classes; fit it again with reviewed=decisions.reviewed_labels(y)."
        )
    target = audit.labels.target
    decisions.check(target.as_y())
    rows, right = _reviewed_codes(decisions, target)
    if not len(rows):
        raise ValueError("none of the decisions says that a label is right or wrong; review some rows first.")
    found_wrong = right != target.codes[rows]
    noise = noise.with_review(rows, found_wrong)
    updated = _audit_after(audit.with_evidence(noise), rows, right, decisions.of_kind("remove"))
    rule = detector._default_rule() if detector.rule is None else resolve_rule(detector.rule)
    return Update(
        audit=updated,
        noise_mask=rule.decide(updated),
        world=world_of(noise.ambiguity),
        ambiguity=noise.ambiguity,
        noise_rate=noise.noise_rate,
        n_reviewed=len(rows),
        n_wrong=int(np.count_nonzero(found_wrong)),
    )


def _reviewed_codes(decisions, target):
    """Reviewed rows that had a label, and the codes that were found to be right."""
    reviewed = decisions.reviewed_labels(target.as_y())
    codes = {label: code for code, label in enumerate(target.classes.tolist())}
    rows = [row for row, label in enumerate(reviewed) if label is not None and target.codes[row] != UNLABELLED]
    return np.array(rows, dtype=np.intp), np.array([codes[reviewed[row]] for row in rows], dtype=np.int32)


def _audit_after(audit, rows, right, removed):
    """The audit with the labels that were found, which are verified; quality is that of the labels it has now."""
    labels, codes = audit.labels, audit.codes.copy()
    changed = rows[right != codes[rows]]
    codes[rows] = right
    codes[removed] = UNLABELLED
    verified = np.zeros(len(codes), dtype=bool) if labels.verified is None else labels.verified.copy()
    verified[rows] = True
    target = ClassTarget(codes, labels.target.classes)
    after = replace(audit, labels=replace(labels, target=target, verified=verified))
    quality = audit.quality.copy()
    quality[changed] = after.scores("self_confidence")[changed]
    quality[removed] = 1.0
    return replace(after, quality=quality)
