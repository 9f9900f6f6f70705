"""Out-of-sample probabilities of the default model."""

import numpy as np
from sklearn.utils import check_random_state

from skclean.evidence._bin_points import BinPoints
from skclean.evidence._class_gaussians import elliptic_points
from skclean.evidence._members import mix_with_members
from skclean.evidence._out_of_bag import out_of_bag_proba
from skclean.evidence._table_forest import TableForest, fit_out_of_bag
from skclean.preprocessing._points import as_points
from skclean.utils._params import seeded_clone
from skclean.utils._progress import Progress

__all__ = ["default_proba"]

# Rows, spread evenly, from which scales and directions of points are learned.
LEARNED_FROM = 20_000
# Of more coordinates a logistic regression is left out. Trained on the 30 directions of largest variance in their
# place, it ranked worse than the forest, and so did their mean: 0.35 in average precision in place of 0.74.
MAX_SLOPES = 1000
# Cells of the points that members are trained on; of wide tables they have fewer rows.
MAX_CELLS, MIN_ROWS = 6_000_000, 2_000


def default_proba(forest, X, labels, *, weight=None, n_jobs=None, random_state=None, progress=None, seen=None):
    """Out-of-sample probabilities of the default model: the forest out of bag, averaged with its members.

    A table is encoded once for all of them, and no member is trained on a row that it predicts.

    Parameters
    ----------
    forest : TableForest or ExtraTreesClassifier
        Of :func:`default_estimator`; cloned.
    X : array-like of shape (n_samples, n_features)
        Any table.
    labels : ClassTarget
        Codes and classes. Unlabelled rows are not trained on.
    weight : ndarray of shape (n_samples,) or None, default=None
        Sample weights.
    n_jobs : int or None, default=None
        Threads. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Seeds the forest and draws rows and folds.
    progress : Progress or None, default=None
        Where the steps are reported.
    seen : SeenClasses or None, default=None
        Where it is recorded which rows were predicted by models that had seen their class.

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes)
    """
    rng = check_random_state(random_state)
    progress = progress or Progress.silent()
    if isinstance(forest, TableForest):
        proba, points_of, width, used = _of_table(forest, X, labels, weight, rng, progress, seen)
    else:
        proba, points_of, width, used = _of_sparse(forest, X, labels, weight, n_jobs, rng, progress, seen)
    most_rows = max(MIN_ROWS, MAX_CELLS // width)
    with progress.task("ask-members"):
        return mix_with_members(proba, points_of, labels, weight=weight, used=used, most_rows=most_rows, rng=rng)


def _of_table(forest, X, labels, weight, rng, progress, seen):
    """Probabilities of the forest; from the same encoding, the points of members, their width, and which are used."""
    forest = seeded_clone(forest, rng)
    with progress.task("fit-ensemble"):
        cells, proba = fit_out_of_bag(forest, X, labels, weight=weight, seen=seen)
    some = np.linspace(0, len(cells) - 1, min(len(cells), LEARNED_FROM)).astype(np.intp)
    points = BinPoints(forest.encoder_.bins_, cells[some])

    def points_of(rows, places):
        wide = points.wide(cells[rows])
        return [wide if place else points.few(wide) for place in places]

    return proba, points_of, points.width, (0, 1) if points.width <= MAX_SLOPES else (0,)


def _of_sparse(forest, X, labels, weight, n_jobs, rng, progress, seen):
    fit_params = {} if weight is None else {"sample_weight": weight}
    options = {"fit_params": fit_params, "n_jobs": n_jobs, "random_state": rng, "progress": progress, "seen": seen}
    proba = out_of_bag_proba(forest, X, labels, **options)
    points = elliptic_points(as_points(X), rng.randint(2**31 - 1))
    return proba, lambda rows, places: [points[rows]] * len(places), points.shape[1], (0,)
