"""Two tiers of doubtful labels: wrong whatever labels are, and wrong if they are annotations."""

import warnings
from typing import NamedTuple

import numpy as np

from skclean.exceptions import LargeShareWarning
from skclean.noise import NoiseModel
from skclean.noise.model._ambiguity import LABEL_KINDS
from skclean.rules import ErrorProbability

__all__ = ["Tiers", "tiers_of"]


class Tiers(NamedTuple):
    """Labels to review first, and labels to review next.

    Attributes
    ----------
    tier : ndarray of shape (n_samples,), int8
        1 where the label may be wrong even if labels are outcomes; 2 where it may be wrong only if labels are
        annotations; 0 elsewhere.
    expected : tuple of two floats
        How many wrong labels are expected in tier 1 and in tier 2, each under its assumption.
    """

    tier: np.ndarray
    expected: tuple


def tiers_of(audit):
    """Sort doubtful labels into two tiers.

    Parameters
    ----------
    audit : Audit
        With a noise model.

    Returns
    -------
    tiers : Tiers
    """
    first, second = (_flags(audit, LABEL_KINDS[kind]) for kind in ("outcomes", "annotations"))
    tier = np.where(first, 1, np.where(second, 2, 0)).astype(np.int8)
    chances = (audit[NoiseModel].wrong(LABEL_KINDS[kind]) for kind in ("outcomes", "annotations"))
    expected = tuple(float(chance[tier == number].sum()) for number, chance in enumerate(chances, 1))
    return Tiers(tier, expected)


def _flags(audit, ambiguity):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LargeShareWarning)  # the detector's own rule warns
        return ErrorProbability(ambiguity=ambiguity).decide(audit)
