"""Labels that people have looked at: they replace the given ones, and tell how far doubt is error."""

from typing import NamedTuple

import numpy as np

from skclean.noise._ambiguity import LABEL_KINDS
from skclean.targets import UNLABELLED, ClassTarget, codes_of
from skclean.utils._values import is_missing

__all__ = ["Review", "apply_review", "chosen_ambiguity", "under_ambiguity"]


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

    rows: np.ndarray
    given: np.ndarray
    found_wrong: np.ndarray


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
    return ClassTarget(np.where(seen, right, codes).astype(np.int32), classes), verified, review


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
