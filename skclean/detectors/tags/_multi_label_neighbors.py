"""Wrong tags by the tags of the nearest rows."""

from numbers import Integral

import numpy as np
from scipy.special import logit
from sklearn.neighbors import NearestNeighbors
from sklearn.utils import check_random_state

from skclean.base import BaseRule
from skclean.detectors.tags._tag_detector import TagDetector
from skclean.detectors.tags._tag_evidence import MARGIN, TagEvidence, add_scores_of_tags, usable_tags
from skclean.preprocessing import as_points
from skclean.targets import UNLABELLED
from skclean.utils._compat import Interval
from skclean.utils._typing import RandomState

__all__ = ["MultiLabelNeighbors"]

# A distance of this share of the mean one is added to all, so that a copy of a row does not decide alone.
SOFTENING = 0.1


class MultiLabelNeighbors(TagDetector):
    """Find wrong tags by the tags of the nearest rows, and by the other tags of the row.

    The share of the nearest rows that have a tag, near ones counting for more, is a first score of each tag. A logistic
    regression on these scores and on the chances of the *other* tags gives a second. Both go into the model of noise
    of :class:`MultiLabelConfidentLearning`. For embeddings, and where training a forest for each tag takes too long.

    Parameters
    ----------
    n_neighbors : int, default=20
        Rows that are asked, at least 1.
    rule : str, rule or None, default=None
        As in :class:`MultiLabelConfidentLearning`.
    quality : {"odds", "softmin", "minimum", "exponential_moving_average", "mean"}, default="odds"
        As in :class:`MultiLabelConfidentLearning`.
    n_jobs : int or None, default=None
        Threads of the search, and folds fitted side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Draws the folds of the logistic regression.

    Attributes
    ----------
    cell_quality_, cell_mask_, label_quality_, noise_mask_, suggested_labels_, classes_, drop_rate_, add_rate_, audit_
        As of :class:`MultiLabelConfidentLearning`.
    n_features_in_, feature_names_in_

    Notes
    -----
    As in the paper: labels are smoothed over 20 weighted neighbours, without the row itself.

    Otherwise: rows are not compared by their tags as well (joining points with singular vectors of Y) and neighbours
    are not asked again with smoothed labels: over 11 noisy tables both lowered average precision, by 0.01 to 0.03. The
    other tags of a row come in through the second score, which raised it by 0.2.

    It assumes that rows that lie together have tags in common. It loses where columns without meaning dominate the
    distances, as on two of eleven tables, and was below :class:`MultiLabelConfidentLearning` in the mean, by 0.12 in
    average precision. Where nothing was wrong, 1.4 % of the rows were flagged in the mean, and 6 % of one table.

    References
    ----------
    After Liu, Tian, Wu et al., "BoMD: Bag of Multi-label Descriptors for Noisy Chest X-ray Classification", ICCV 2023.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.detectors import MultiLabelNeighbors
    >>> X = np.random.default_rng(0).standard_normal((200, 2))
    >>> Y = (X > 0).astype(int)
    >>> Y[:8, 0] = 1 - Y[:8, 0]
    >>> detector = MultiLabelNeighbors(random_state=0).fit(X, Y)
    >>> bool((np.argsort(detector.cell_quality_[:, 0])[:8] < 8).mean() > 0.5)
    True
    """

    alias = "multi_label_neighbors"
    # Shares of neighbours are less sure: over 8 tables without noise 5 % of the rows were flagged with 0.1 and 1.4 %
    # with this; F1 of cells over 10 noisy tables was 0.42 and 0.41.
    _least_chance = 0.4

    _parameter_constraints: dict = {
        **TagDetector._parameter_constraints,
        "n_neighbors": [Interval(Integral, 1, None, closed="left")],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        n_neighbors: int = 20,
        *,
        rule: BaseRule | str | None = None,
        quality: str = "odds",
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.n_neighbors = n_neighbors
        self.rule = rule
        self.quality = quality
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _score(self, given, progress):
        cells, weight = given.labels.cells, given.weight
        usable = usable_tags(cells, weight)
        scores = np.zeros((2, *cells.shape))
        scores[0] = _neighbour_scores(as_points(given.X), cells, weight, self.n_neighbors, self.n_jobs)
        scores[0][:, ~usable] = 0
        seeds = check_random_state(self.random_state).randint(2**31 - 1, size=cells.shape[1])
        scores[1] = add_scores_of_tags(given, scores[0], usable, seeds, n_jobs=self.n_jobs)
        return TagEvidence(scores, usable)


def _neighbour_scores(points, cells, weight, n_neighbors, n_jobs):
    """Log odds of each tag among the nearest other rows, with the tag's share of all rows as one more neighbour."""
    n_rows = len(cells)
    n_asked = min(n_neighbors, n_rows - 1)
    search = NearestNeighbors(n_neighbors=n_asked + 1, n_jobs=n_jobs).fit(points)
    distances, near = search.kneighbors(points)
    own = near == np.arange(n_rows)[:, None]
    own[~own.any(axis=1), -1] = True  # among many copies the row itself may be missing
    near, distances = (part[~own].reshape(n_rows, n_asked) for part in (near, distances))
    shares = 1 / (distances + SOFTENING * max(distances.mean(), 1e-12))
    shares *= n_asked / shares.sum(axis=1, keepdims=True)
    if weight is not None:
        shares = shares * (weight / weight[weight > 0].mean())[near]
    known = cells != UNLABELLED
    counted = known if weight is None else known * weight[:, None]
    mean = (counted * (cells == 1)).sum(axis=0) / np.maximum(counted.sum(axis=0), 1e-12)
    there = np.zeros((2, *cells.shape))
    for place in range(n_asked):
        rows, share = near[:, place], shares[:, [place]]
        there[0] += share * (cells[rows] == 1)
        there[1] += share * known[rows]
    return logit(np.clip((there[0] + mean) / (there[1] + 1), MARGIN, 1 - MARGIN))
