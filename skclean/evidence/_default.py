"""The model that judges labels when the user names none."""

from sklearn.ensemble import ExtraTreesClassifier
from sklearn.pipeline import make_pipeline

from skclean.evidence._table import TableEncoder, needs_encoding

__all__ = ["default_estimator"]


def default_estimator(X, *, n_jobs=None):
    """A forest that judges out of bag, behind an encoder where `X` has columns that are not numbers.

    Extremely randomised trees on bootstrap samples, with at least 3 rows a leaf so that a wrong label never has a leaf
    of its own. Over many tables and kinds of noise it ranked label errors better than cross-fitted logistic
    regression, gradient boosting or a random forest, at the price of one fit; ``examples/benchmarks/detection.py``
    prints the comparison.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Numbers, NaN, text, dates or categories; sparse matrices too.
    n_jobs : int or None, default=None
        Trees grown side by side.

    Returns
    -------
    estimator : ExtraTreesClassifier or Pipeline
    """
    forest = ExtraTreesClassifier(n_estimators=200, bootstrap=True, min_samples_leaf=3, n_jobs=n_jobs)
    return make_pipeline(TableEncoder(), forest) if needs_encoding(X) else forest
