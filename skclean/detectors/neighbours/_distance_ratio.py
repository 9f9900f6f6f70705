"""Distances to the nearest rows of the same class over those to the nearest of other classes."""

from numbers import Integral

import numpy as np

from skclean.base import BaseRule
from skclean.detectors._template import DetectorTemplate, Findings
from skclean.evidence import class_votes, strongest_other, voting_rows
from skclean.preprocessing import as_points, find_sides
from skclean.rules import Otsu
from skclean.utils._compat import Interval

__all__ = ["DistanceRatio"]


class DistanceRatio(DetectorTemplate):
    """Find wrong labels by the distance to rows of the same class beside that to other classes (SelfClean).

    A row whose own class is far and another one near has probably a wrong label. The rows of each class are searched
    apart from all others. It assumes that distance means the same all over the table, and unlike a vote it is not
    swamped by large classes.

    Parameters
    ----------
    n_neighbors : int, default=10
        Nearest rows on either side whose mean distance counts; all there are where there are fewer. SelfClean takes
        1, which a wrong label nearby spoils: over tables of 500 rows and four kinds of noise mean average precision was
        0.56 with 1, 0.74 with 5, 0.76 with 10 and 0.75 with 20.
    rule : str, rule or None, default=None
        Which labels are flagged; a name from :data:`skclean.rules.RULES` or an instance. None means
        ``Otsu(max_cut=0.5)``: rows that are nearer to their own class are never flagged.
        Over the same tables mean F1 was 0.67, and 0.63 without this bound.
    n_jobs : int or None, default=None
        For scikit-learn's search. The result does not depend on it.

    Attributes
    ----------
    label_quality_ : ndarray of shape (n_samples,), float64
        In [0, 1], low is suspicious; 1 for unlabelled rows.
    noise_mask_ : ndarray of shape (n_samples,), bool
        True where the label is judged wrong.
    suggested_labels_ : ndarray of shape (n_samples,)
        The given label, and of flagged rows the other class that is strongest around them, in the caller's type.
    classes_ : ndarray of shape (n_classes,)
        The sorted labels.
    audit_ : Audit
        Everything that rules and treatments read. It does not hold X.
    n_features_in_ : int
        Number of features seen in `fit`, where X has columns.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where X has names that are all strings.

    Notes
    -----
    As in the paper: the ratio of the distance to the nearest row of the own class and to the nearest row of any
    other, as ``o^2 / (s^2 + o^2)``.

    Otherwise: the mean of several neighbours takes the place of the nearest one (``n_neighbors=1`` is the paper's).
    The representation is the standardised table, not a self-supervised network. It is one of three indicators of
    SelfClean; off-topic rows and near duplicates are not looked for. The paper's automatic cut by a logistic law is
    replaced by the rule.

    In tables of more than 20,000 rows and 15 columns neighbours are searched approximately, on each side by itself: of
    the 10 nearest of 200,000 rows about 95 % in the same class and 97 % in others are found where columns depend on
    each other, and mean distances are larger by up to 0.3 % (``examples/benchmarks/nearest.py``). Sides of at most
    4,000 rows are searched exactly.

    Quality is ``o^2 / (s^2 + o^2)`` for mean distances s to the same and o to other classes. Distances are not
    weighted; rows whose `sample_weight` is 0 and unlabelled rows are nobody's neighbours.

    References
    ----------
    Gröger et al., "Intrinsic Self-Supervision for Data Quality Audits" (SelfClean), NeurIPS 2024.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import DistanceRatio
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = DistanceRatio().fit(X, y_noisy)
    >>> bool(flipped[detector.noise_mask_].mean() > 0.5)  # most flags are right
    True
    """

    alias = "distance_ratio"

    _parameter_constraints: dict = {
        **DetectorTemplate._parameter_constraints,
        "n_neighbors": [Interval(Integral, 1, None, closed="left")],
        "n_jobs": [Integral, None],
    }

    def __init__(self, n_neighbors: int = 10, *, rule: BaseRule | str | None = None, n_jobs: int | None = None) -> None:
        self.n_neighbors = n_neighbors
        self.rule = rule
        self.n_jobs = n_jobs

    def _default_rule(self):
        return Otsu(max_cut=0.5)

    def _find(self, given, progress):
        """Mean distances on both sides, class by class."""
        codes, classes = given.labels
        points, voters = as_points(given.X), voting_rows(codes, given.weight)
        quality, rival = np.ones(len(codes)), np.zeros(len(codes), dtype=np.int32)
        for rows, same, other in find_sides(points, codes, voters, self.n_neighbors, n_jobs=self.n_jobs):
            quality[rows] = _ratio(same.distances, other.distances)
            rival[rows] = strongest_other(class_votes(other.indices, codes, len(classes)), codes[rows])
        return Findings(quality, rival=rival)


def _ratio(same, other):
    """``o^2 / (s^2 + o^2)`` of the mean distances; one half where a side has no rows, or both are at the place."""
    if not same.shape[1] or not other.shape[1]:
        return np.full(len(same), 0.5)
    same, other = same.mean(axis=1) ** 2, other.mean(axis=1) ** 2
    return np.divide(other, same + other, out=np.full(len(same), 0.5), where=same + other > 0)
