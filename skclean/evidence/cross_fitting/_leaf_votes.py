"""Votes of the rows that share a leaf, in the trees of a forest that were grown without the judged row.

Two rows are as near as the number of trees in which they share a leaf. A vote weighted by this nearness needs no matrix
of it: in one tree it is a count of classes in the leaf, less the row itself.
"""

from functools import partial

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.tree import BaseDecisionTree

from skclean.evidence.cross_fitting._out_of_bag import has_out_of_bag, out_of_bag_proba
from skclean.evidence.default_model._table_forest import TableForest
from skclean.targets import UNLABELLED
from skclean.utils._compat import safe_indexing

__all__ = ["leaf_vote_proba"]

# Weights that are left when a row's own is taken from a leaf's: less than this part of the leaf's is rounding.
ROUNDING = 1e-9


def leaf_vote_proba(estimator, X, labels, *, weight=None, fit_params=None, **options):
    """Share of every class among the rows that share a row's leaf, averaged over the trees that did not draw the row.

    Parameters
    ----------
    estimator : bagging ensemble of trees with ``bootstrap=True``, or Pipeline that ends in one
        For example ExtraTreesClassifier or RandomForestClassifier.
    X : array-like of shape (n_samples, ...)
        Passed on as given.
    labels : ClassTarget
        Codes and classes. Unlabelled rows do not vote.
    weight : ndarray of shape (n_samples,) or None, default=None
        What each row's vote weighs.
    fit_params : dict or None, default=None
        Passed to ``fit``.
    **options
        As in :func:`out_of_bag_proba`.

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes), float64
        A tree in whose leaf the row is alone has no opinion.
    """
    _check_trees(estimator)
    member_proba = partial(_votes_in_leaves, labels=labels, weight=weight)
    return out_of_bag_proba(estimator, X, labels, fit_params=fit_params, member_proba=member_proba, **options)


def _check_trees(estimator):
    ensemble = estimator.steps[-1][1] if isinstance(estimator, Pipeline) else estimator
    bagged = getattr(ensemble, "estimator", None)  # of a forest the kind of its trees, of BaggingClassifier a choice
    if (
        isinstance(ensemble, TableForest)
        or not has_out_of_bag(estimator)
        or not (bagged is None or isinstance(bagged, BaseDecisionTree))
    ):
        raise ValueError(
            f"estimator={estimator!r:.100} has no leaves of trees that were grown on bootstrap samples; use for "
            "example RandomForestClassifier() or ExtraTreesClassifier(bootstrap=True)."
        )


def _votes_in_leaves(tree, features, rows, columns, *, labels, weight):
    """Return what the other rows in their leaves say of some rows."""
    codes, classes = labels
    leaves = tree.apply(features if columns is None else safe_indexing(features, columns, axis=1))
    votes = np.where(codes == UNLABELLED, 0.0, 1.0 if weight is None else weight)
    n_classes = len(classes)
    shape = tree.tree_.node_count, n_classes
    counts = np.bincount(leaves * n_classes + np.maximum(codes, 0), votes, shape[0] * shape[1]).reshape(shape)
    others = counts[leaves[rows]]
    total = others.sum(axis=1, keepdims=True)
    others[np.arange(len(rows)), codes[rows]] -= votes[rows]  # of an unlabelled row, the last column less nothing
    others = np.maximum(others, 0)
    rest = others.sum(axis=1, keepdims=True)
    some = rest > ROUNDING * total
    return rows, np.divide(others, rest, out=np.zeros_like(others), where=some), np.arange(n_classes)
