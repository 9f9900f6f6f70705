"""The models that detectors use when the user names none, and the probabilities of the default mixture."""

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.utils import check_random_state

from skclean.evidence.cross_fitting._out_of_bag import out_of_bag_proba
from skclean.evidence.default_model._bin_points import BinPoints
from skclean.evidence.default_model._class_gaussians import elliptic_points
from skclean.evidence.default_model._members import mix_with_members
from skclean.evidence.default_model._table_forest import TableForest, fit_out_of_bag
from skclean.preprocessing._bins import BinEncoder
from skclean.preprocessing._points import as_points
from skclean.utils._compat import num_samples, routing_enabled
from skclean.utils._params import seeded_clone
from skclean.utils._tasks import Progress

__all__ = [
    "default_committee",
    "default_estimator",
    "default_forest",
    "default_proba",
    "leaf_forest",
    "requesting_weights",
]

# More trees predict more steadily. Their number is bounded by what they cost, trees times rows: small tables have up
# to 800, which take about as long as one fit of boosting, larger ones 400, then fewer.
MAX_TREES, MANY_TREES, MIN_TREES = 800, 400, 100
FEW_ROWS_TIMES_TREES, MAX_ROWS_TIMES_TREES = 4_000_000, 20_000_000
# No tree of scikit-learn's draws more rows than this; beyond it, more cost time and memory and hardly add to what it
# knows. It keeps one number per node and class, so its rows are bounded by classes too: 5 GB at most.
MAX_ROWS_A_TREE = 100_000
MAX_ROWS_TIMES_CLASSES = 4_000_000


def default_estimator(X, *, n_classes=2, n_jobs=None):
    """A forest that predicts out of bag and reads the columns of any table.

    Extremely randomised trees on bootstrap samples, with at least 3 rows a leaf so that a wrong label never has a leaf
    of its own. Over many tables and kinds of noise it ranked label errors better than cross-fitted logistic
    regression, gradient boosting or a random forest, at the price of one fit; ``examples/benchmarks/detection.py``
    prints the comparison. Leaves of 1, 2, 5 or 10 rows ranked worse. So did 100, 200 and 400 trees; a second
    forest in which doubtful labels weighed less gained no more than as many further trees, and would have let labels
    have a part in their own evidence.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Numbers, NaN, text, dates or categories; sparse matrices too.
    n_classes : int, default=2
        Number of classes; many classes of many rows would fill the memory with the trees of sparse matrices.
    n_jobs : int or None, default=None
        Trees grown side by side.

    Returns
    -------
    estimator : TableForest, or ExtraTreesClassifier for sparse matrices

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.evidence import default_estimator
    >>> default_estimator(np.zeros((100, 3)))
    TableForest(n_estimators=800)
    """
    if hasattr(X, "toarray"):
        return leaf_forest(X, n_classes=n_classes, n_jobs=n_jobs)
    return requesting_weights(TableForest(_n_trees(X), n_jobs=n_jobs))


def leaf_forest(X, *, n_classes=2, n_jobs=None):
    """A forest like that of :func:`default_estimator` that tells the leaf of each row; an encoder comes before it.

    Parameters
    ----------
    X, n_classes, n_jobs
        As in :func:`default_estimator`.

    Returns
    -------
    estimator : Pipeline that ends in an ExtraTreesClassifier, or the latter alone for sparse matrices
    """
    n_samples, most_drawn = num_samples(X), min(MAX_ROWS_A_TREE, MAX_ROWS_TIMES_CLASSES // n_classes)
    forest = ExtraTreesClassifier(
        _n_trees(X),
        bootstrap=True,
        min_samples_leaf=3,
        max_samples=most_drawn if n_samples > most_drawn else None,
        n_jobs=n_jobs,
    )
    requesting_weights(forest)
    return forest if hasattr(X, "toarray") else make_pipeline(BinEncoder(), forest)


def _n_trees(X):
    n_samples = num_samples(X)
    on_large = max(MIN_TREES, min(MANY_TREES, MAX_ROWS_TIMES_TREES // n_samples))
    return min(MAX_TREES, max(on_large, FEW_ROWS_TIMES_TREES // n_samples))


def default_forest(labels=None, *, n_trees=MIN_TREES):
    """A forest for detectors that fit many models: it is not used out of bag, so each tree takes all rows it can.

    Parameters
    ----------
    labels : ClassTarget or None, default=None
        What it will be fitted on: of very many rows or classes no tree draws all rows.
    n_trees : int, default=100
        Number of trees.

    Returns
    -------
    forest : ExtraTreesClassifier
    """
    n_samples, n_classes = (0, 1) if labels is None else (len(labels.codes), len(labels.classes))
    most_drawn = min(MAX_ROWS_A_TREE, MAX_ROWS_TIMES_CLASSES // n_classes)
    some = n_samples > most_drawn
    forest = ExtraTreesClassifier(n_trees, min_samples_leaf=3, bootstrap=some, max_samples=most_drawn if some else None)
    return requesting_weights(forest)


def default_committee(labels=None):
    """Models of different kinds that read any points: a list of (name, classifier).

    A forest and a logistic regression with some shrinkage. Over several tables and kinds of noise their mean ranked
    label errors better than either alone; neighbours, naive Bayes and single trees, added one by one or together,
    made it worse.
    """
    logistic = LogisticRegression(C=0.1, max_iter=1000)
    return [("forest", default_forest(labels)), ("logistic", requesting_weights(logistic))]


def requesting_weights(model):
    """The model, which asks for weights where metadata is routed: the user cannot ask a model that is made here."""
    return model.set_fit_request(sample_weight=True) if routing_enabled() else model


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
