"""Wrong labels, near duplicates and off-topic rows, from distances between rows alone."""

import numpy as np

from skclean.base import BaseRule
from skclean.detectors.neighbours._distance_ratio import DistanceRatio
from skclean.evidence import chance_so_near, distinct_rows, near_lists, near_pairs, off_topic_heights
from skclean.preprocessing import as_points
from skclean.rules import LogisticCut
from skclean.rules._logistic_cut import logistic_cut

__all__ = ["SelfCleanAudit"]


class SelfCleanAudit(DistanceRatio):
    """Find wrong labels, near duplicates and rows that are far from all others, by distances alone (SelfClean).

    Labels have the quality of :class:`DistanceRatio`: a row whose own class is far and another one near has probably a
    wrong label. Beside it, two looks at the rows without their labels: pairs that are nearer than the rows around them
    explain, and rows that are far from all others.

    Parameters
    ----------
    n_neighbors : int, default=10
        Nearest rows on either side whose mean distance counts; SelfClean takes 1.
    rule : str, rule or None, default=None
        Which labels are flagged; a name from :data:`skclean.rules.RULES` or an instance. None means
        ``LogisticCut(max_cut=0.5)``: rows that are nearer to their own class are never flagged.
    n_jobs : int or None, default=None
        For the search. The result does not depend on it.

    Attributes
    ----------
    label_quality_ : ndarray of shape (n_samples,), float64
        In [0, 1], low is suspicious; 1 for unlabelled rows.
    noise_mask_ : ndarray of shape (n_samples,), bool
        True where the label is judged wrong.
    suggested_labels_ : ndarray of shape (n_samples,)
        The given label, and of flagged rows the other class that is strongest around them, in the caller's type.
    duplicate_quality_ : ndarray of shape (n_samples,), float64
        In [0, 1], low is suspicious: the probability that the nearest other row is so near by chance; 0 for equal rows.
    duplicate_pairs_ : ndarray of shape (n_pairs, 2), int
        Pairs of rows that are nearer than chance explains, the nearest first; equal rows are not among them.
    off_topic_quality_ : ndarray of shape (n_samples,), float64
        In [0, 1], low is suspicious: how near a row, or the small group that it is in, is to all others.
    off_topic_mask_ : ndarray of shape (n_samples,), bool
        True where it is below the cut of SelfClean.
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
    As in the paper: the ratio ``o^2 / (s^2 + o^2)`` of distances to the own class and to others; off-topic rows by
    single linkage; an automatic cut from two quantiles of a logistic law, of off-topic rows with its contamination of
    0.1 and level of 0.05. ``SelfCleanAudit(n_neighbors=1, rule=LogisticCut(0.1, 0.05))`` has the labels of the paper.

    Otherwise: the mean of several neighbours takes the place of the nearest one. The representation is the
    standardised table, not a self-supervised network. Near duplicates are ranked by the ratio of the first to the
    fourth distance, in place of the distance itself, and cut where 0.2 rows of the table would be so near by chance.
    Neighbours of off-topic rows and near duplicates are searched in the leaves of two trees in tables of more than
    5,000 rows.

    References
    ----------
    Gröger et al., "Intrinsic Self-Supervision for Data Quality Audits" (SelfClean), NeurIPS 2024.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import SelfCleanAudit
    >>> X, y = load_iris(return_X_y=True)
    >>> X = np.vstack([X, X[:2] + 0.001, [[40, 40, 40, 40]]])
    >>> detector = SelfCleanAudit().fit(X, np.append(y, [0, 0, 1]))
    >>> detector.duplicate_pairs_.tolist(), np.flatnonzero(detector.off_topic_mask_).tolist()
    ([[1, 151], [0, 150]], [152])
    """

    alias = "self_clean_audit"

    def __init__(self, n_neighbors: int = 10, *, rule: BaseRule | str | None = None, n_jobs: int | None = None) -> None:
        super().__init__(n_neighbors, rule=rule, n_jobs=n_jobs)

    def _default_rule(self):
        return LogisticCut(max_cut=0.5)

    def _find(self, given, progress):
        """The ratio of distances; and what is found without labels."""
        self._look_without_labels(as_points(given.X))
        return super()._find(given, progress)

    def _look_without_labels(self, points):
        """Set the attributes of near duplicates and off-topic rows."""
        rows, n_rows = distinct_rows(points), points.shape[0]
        near = near_lists(points[rows], n_jobs=self.n_jobs)
        chance = chance_so_near(near)
        pairs = near_pairs(near, chance)
        self.duplicate_quality_ = np.zeros(n_rows)
        self.duplicate_quality_[rows] = chance
        self.duplicate_pairs_ = rows[np.column_stack([pairs.first, pairs.second])]
        heights = off_topic_heights(near)
        usual = float(np.median(heights)) or 1.0
        quality = usual / (usual + heights)
        self.off_topic_quality_ = np.ones(n_rows)
        self.off_topic_quality_[rows] = quality
        self.off_topic_mask_ = self.off_topic_quality_ < logistic_cut(quality)
