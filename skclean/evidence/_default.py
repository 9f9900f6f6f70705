"""The models that judge labels when the user names none."""

from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skclean.evidence._even_columns import EvenColumns
from skclean.evidence._table import TableEncoder, needs_encoding
from skclean.utils._compat import num_samples, routing_enabled

__all__ = ["default_committee", "default_estimator", "default_forest", "requesting_weights"]


# More trees judge more steadily. On large tables their number is bounded by what they cost: trees times rows judged.
MOST_TREES, FEWEST_TREES = 400, 100
MOST_ROWS_TIMES_TREES = 20_000_000
# No tree draws more rows than this; beyond it, more rows a tree cost time and memory and hardly add to what they know.
MOST_ROWS_A_TREE = 100_000
# A tree keeps one number per node and class, so the rows a tree may draw are bounded by classes too: 5 GB at most.
MOST_ROWS_TIMES_CLASSES = 4_000_000


def default_estimator(X, *, n_classes=2, n_jobs=None):
    """A forest that predicts out of bag, behind encoders of the columns of `X`.

    Extremely randomised trees on bootstrap samples, with at least 3 rows a leaf so that a wrong label never has a leaf
    of its own. Over many tables and kinds of noise it ranked label errors better than cross-fitted logistic
    regression, gradient boosting or a random forest, at the price of one fit; ``examples/benchmarks/detection.py``
    prints the comparison. Leaves of 1, 2, 5 or 10 rows ranked worse. So did 100 and 200 trees; a second forest in which
    doubtful labels weighed less gained no more than as many further trees, and would have let labels judge themselves.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Numbers, NaN, text, dates or categories; sparse matrices too.
    n_classes : int, default=2
        Number of classes; many classes of many rows would fill the memory with trees.
    n_jobs : int or None, default=None
        Trees grown side by side.

    Returns
    -------
    estimator : Pipeline
        :class:`EvenColumns`, which takes the tails off the columns, and an ExtraTreesClassifier; before them a
        :class:`TableEncoder` where `X` has columns that are not numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.evidence import default_estimator
    >>> default_estimator(np.zeros((100, 3)))[-1]
    ExtraTreesClassifier(bootstrap=True, min_samples_leaf=3, n_estimators=400)
    """
    n_samples = num_samples(X)
    n_trees = min(MOST_TREES, max(FEWEST_TREES, MOST_ROWS_TIMES_TREES // n_samples))
    most_drawn = min(MOST_ROWS_A_TREE, MOST_ROWS_TIMES_CLASSES // n_classes)
    forest = ExtraTreesClassifier(
        n_trees,
        bootstrap=True,
        min_samples_leaf=3,
        max_samples=most_drawn if n_samples > most_drawn else None,
        n_jobs=n_jobs,
    )
    requesting_weights(forest)
    encoders = [TableEncoder(), EvenColumns()] if needs_encoding(X) else [EvenColumns()]
    return make_pipeline(*encoders, forest)


def default_forest(labels=None, *, n_trees=FEWEST_TREES):
    """A forest for detectors that fit many models: it need not judge out of bag, so each tree takes all rows it can.

    Parameters
    ----------
    labels : EncodedLabels or None, default=None
        What it will be fitted on: of very many rows or classes no tree draws all rows.
    n_trees : int, default=100
        Number of trees.

    Returns
    -------
    forest : ExtraTreesClassifier
    """
    n_samples, n_classes = (0, 1) if labels is None else (len(labels.codes), len(labels.classes))
    most_drawn = min(MOST_ROWS_A_TREE, MOST_ROWS_TIMES_CLASSES // n_classes)
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
