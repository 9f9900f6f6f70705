"""The models that detectors use when the user names none."""

from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skclean.evidence._table_forest import TableForest
from skclean.preprocessing._bins import BinEncoder
from skclean.utils._compat import num_samples, routing_enabled

__all__ = ["default_committee", "default_estimator", "default_forest", "leaf_forest", "requesting_weights"]


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
    """A forest for detectors that fit many models: it need not judge out of bag, so each tree takes all rows it can.

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
