"""Records of a fit: its checked input with what reviewers found, and what a detector found."""

from typing import Any, NamedTuple

import numpy as np
from sklearn.base import BaseEstimator

from skclean._kernels import RowSummary
from skclean.base import ClassProba
from skclean.evidence import SeenClasses
from skclean.noise.model._ambiguity import LABEL_KINDS
from skclean.targets import UNLABELLED, Target, codes_of
from skclean.utils._typing import Array, Bools, Codes, Floats, Params, Positions, Proba, Table
from skclean.utils._values import is_missing

__all__ = [
    "Findings",
    "Given",
    "Review",
    "Routed",
    "apply_review",
    "check_findings",
    "chosen_ambiguity",
    "under_ambiguity",
]


class Routed(NamedTuple):
    """What was routed to the model, weights included, to the splitter and to the scorer: dicts."""

    fit_params: Params
    split_params: Params
    score_params: Params = {}


class Review(NamedTuple):
    """Findings of reviewers.

    Attributes
    ----------
    rows : ndarray of int, shape (n_reviewed,)
        Reviewed rows that had a label.
    given : ndarray of shape (n_reviewed,), int32
        The codes that they had.
    found_wrong : ndarray of shape (n_reviewed,), bool
        Where the given label was wrong.
    """

    rows: Positions
    given: Codes
    found_wrong: Bools


class Given(NamedTuple):
    """Checked input of `fit`.

    Attributes
    ----------
    X : indexable of shape (n_samples, ...)
        As the caller gave it.
    labels : Target
        Codes, -1 where a row is unlabelled, and classes; a detector that accepts other targets gets those.
    weight : ndarray of shape (n_samples,) or None
        Sample weights.
    verified : ndarray of shape (n_samples,), bool, or None
        Rows whose label is known to be right.
    estimator : estimator or None
        The model, to be cloned; None for detectors without one.
    fit_params, split_params, score_params : dict
        What was routed to the model, weights included, to the splitter and to the scorer.
    review : Review or None
        What reviewers found; `labels` hold their labels already.
    seen : SeenClasses or None
        Where evidence records which rows were predicted by models that knew their class.
    trusted : ndarray of shape (n_classes,), bool, or None
        Classes with labels that are never flagged.
    trust : ndarray of shape (n_samples,), float64, or None
        How far each label is trusted, in [0, 1].
    """

    X: Table
    labels: Target
    weight: Floats | None
    verified: Bools | None
    estimator: BaseEstimator | None
    fit_params: Params
    split_params: Params
    score_params: Params = {}
    review: Review | None = None
    seen: SeenClasses | None = None
    trusted: Bools | None = None
    trust: Floats | None = None

    @property
    def known_weight(self) -> Floats:
        """Weights of the labelled rows, 1 in the mean: ndarray of shape (n_labelled,); all 1 where none were given."""
        if self.weight is None:
            return np.ones(len(self.labelled))
        weight = self.weight[self.labelled]
        return weight / weight.mean()

    @property
    def labelled(self) -> Positions:
        """Positions of the rows that have a label: ndarray of int."""
        return np.flatnonzero(self.labels.known)


class Findings(NamedTuple):
    """Findings of a detector about each label.

    Attributes
    ----------
    quality : ndarray of shape (n_samples,), float64
        In [0, 1], low is suspicious; anything where a row is unlabelled.
    proba : ndarray of shape (n_samples, n_classes) or None
        Out-of-sample class probabilities, where there are any: rules may ask for them.
    summary : RowSummary or None
        Of `proba`, where it was read before.
    rival : ndarray of shape (n_samples,), int32, or None
        Code of the class that each row would have instead. Not needed beside `proba`; without either, a model trained
        on the rows that were not flagged says it.
    evidence : tuple of records
        Further evidence, such as FoldCounts, NoiseModel, Residuals or CellProba.
    suggested : ndarray of shape (n_samples, ...) or None
        What each row should have, as `given` of a target without classes holds it: numbers, cells or records.
    """

    quality: Floats
    proba: Proba | None = None
    summary: RowSummary | None = None
    rival: Codes | None = None
    evidence: tuple[Any, ...] = ()
    suggested: Array | None = None


# Qualities may leave [0, 1] by rounding errors of this size.
_ROUNDING = 1e-6


def check_findings(findings, detector, rated):
    """Refuse findings that break what a detector declares.

    Parameters
    ----------
    findings : Findings
    detector : detector
    rated : ndarray of shape (n_samples,), bool
        Rows with a quality that is read.

    Raises
    ------
    ValueError
        If the quality has not one number in [0, 1] for each of these rows, or declared probabilities are missing.
    """
    name, quality = type(detector).__name__, np.asarray(findings.quality)
    if quality.shape != rated.shape:
        raise ValueError(
            f"{name}._find returned a quality of shape {quality.shape} for {len(rated)} rows; return one number in "
            "[0, 1] for each row."
        )
    wrong = np.flatnonzero(rated & ~((quality >= -_ROUNDING) & (quality <= 1 + _ROUNDING)))
    if wrong.size:
        raise ValueError(
            f"{name}._find returned the quality {quality[wrong[0]]} in row {wrong[0]}; a quality is in [0, 1], and low "
            "means suspicious."
        )
    if findings.proba is None and ClassProba in detector.gives:
        raise ValueError(
            f"{name} has ClassProba in gives, but its _find returned no proba; return Findings(quality, proba=...), or "
            "take ClassProba out of gives."
        )


def apply_review(labels, verified, reviewed):
    """Replace given labels by reviewed ones.

    Parameters
    ----------
    labels : ClassTarget
    verified : ndarray of shape (n_samples,), bool, or None
    reviewed : array-like of shape (n_samples,) or None
        The right label where somebody has looked, missing elsewhere.

    Returns
    -------
    labels : ClassTarget
    verified : ndarray of shape (n_samples,), bool, or None
        With the reviewed rows.
    review : Review or None
        None where no row with a label was reviewed.
    """
    if reviewed is None:
        return labels, verified, None
    if not labels.has_classes:
        raise ValueError(
            f"reviewed is for labels of one class, and y is of the kind {labels.kind!r}; put what reviewers found into "
            "y, and pass verified= for these rows."
        )
    codes, classes = labels
    if len(reviewed) != len(codes):
        raise ValueError(
            f"reviewed has {len(reviewed)} values but there are {len(codes)} rows; give the right label where somebody "
            "has looked at the row, and None elsewhere."
        )
    if all(map(is_missing, np.asarray(reviewed, dtype=object))):
        return labels, verified, None
    right = codes_of(reviewed, classes, name="reviewed")
    seen = right != UNLABELLED
    rows = np.flatnonzero(seen & (codes != UNLABELLED))
    verified = seen if verified is None else verified | seen
    review = Review(rows, codes[rows], right[rows] != codes[rows]) if len(rows) else None
    return type(labels)(np.where(seen, right, codes).astype(np.int32), classes), verified, review


def chosen_ambiguity(labels, ambiguity):
    """Return the ambiguity that the parameters name: a float, and whether it is to be estimated from reviewed rows.

    Parameters
    ----------
    labels : {"outcomes", "annotations"}
    ambiguity : float, "auto" or None
        None stands for the value of `labels`; so does "auto" as far as no row was reviewed.
    """
    value = LABEL_KINDS[labels] if ambiguity is None or isinstance(ambiguity, str) else ambiguity
    return float(value), isinstance(ambiguity, str)


def under_ambiguity(noise, labels, ambiguity, review):
    """Return a noise model under the chosen ambiguity, with what was reviewed; None stays None."""
    if noise is None:
        return None
    value, estimate = chosen_ambiguity(labels, ambiguity)
    noise = noise.with_ambiguity(value)
    if review is None:
        return noise
    return noise.with_review(review.rows, review.found_wrong, estimate=estimate)
