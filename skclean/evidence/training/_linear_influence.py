"""Influence of each row on a linear model, in closed form, without fitting it again.

A linear model has margins z = x·w (one, or one per class), and its weights minimise the sum of a loss of each row's
margins plus a quadratic penalty. With r and S the first and second derivatives of a row's loss in its margins, H the
second derivative of the sum in the coefficients, and M = (I⊗x)ᵀ H⁻¹ (I⊗x) the row's leverage, a matrix of outputs by
outputs, one Newton step from the solution of all rows to that without a row of weight w changes the row's margins by
M v, where v = (I - w S M)⁻¹ w r, since the row's part of H has low rank (Pregibon 1981; Rad & Maleki 2020). For least
squares S is constant, so that the step is exact. The same r, M and v give the self-influence rᵀ M r (Koh & Liang 2017)
and Cook's distance vᵀ M v / (number of coefficients).
"""

from typing import NamedTuple

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.utils import check_array, check_consistent_length

from skclean.evidence.cross_fitting._final_estimator import (
    coded_clone,
    last_step,
    parts_of,
    split_fit_params,
    step_that_reads_labels,
)
from skclean.evidence.default_model._default import requesting_weights
from skclean.evidence.training._linear_losses import check_served, linear_loss
from skclean.linear._logistic_loss import make_rows
from skclean.targets import UNLABELLED
from skclean.utils._compat import num_samples, safe_indexing
from skclean.utils._params import subset_params

__all__ = ["LinearInfluence", "default_linear_model", "linear_influence"]

# Coefficients of which every pair has a second derivative: with more, the matrices would fill half a gigabyte.
MAX_COEFFICIENTS = 4000
# Numbers that the products of a block of rows may hold.
BLOCK_NUMBERS = 1 << 20


class LinearInfluence(NamedTuple):
    """Influence of each row on a linear model.

    Attributes
    ----------
    self_influence : ndarray of shape (n_samples,), float64
        How fast the row's own loss would fall with more weight on it: gᵀ H⁻¹ g.
    cook_distance : ndarray of shape (n_samples,), float64
        How far the coefficients move in the metric of H when the row is left out, per coefficient. For least squares
        it is not divided by the error variance, which is the same for all rows.
    loo_proba : ndarray of shape (n_samples, n_classes), float64
        Class probabilities of the model that is one Newton step from not having seen the row.
    """

    self_influence: np.ndarray
    cook_distance: np.ndarray
    loo_proba: np.ndarray


def linear_influence(estimator, X, labels, *, fit_params=None, random_state=None):
    """Fit once, and tell of each row what it did to the model.

    Parameters
    ----------
    estimator : LogisticRegression or RidgeClassifier, or Pipeline that ends in one
        Cloned. The steps before it are fitted on all labelled rows and count as given, so they must not read y.
    X : array-like of shape (n_samples, ...)
        Passed on as given.
    labels : ClassTarget
        Codes and classes. Unlabelled rows have no influence; their probabilities are those of the model.
    fit_params : dict or None, default=None
        Passed to ``fit``; what has one value per row is subset with the rows.
    random_state : int, RandomState instance or None, default=None
        Seeds the clone where it has no seed of its own.

    Returns
    -------
    influence : LinearInfluence

    Raises
    ------
    ValueError
        If the model has no closed form, or too many coefficients.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclean.evidence import linear_influence
    >>> from skclean.targets import encode_labels
    >>> X, y = load_iris(return_X_y=True)
    >>> influence = linear_influence(LogisticRegression(max_iter=1000), X, encode_labels(y))
    >>> influence.loo_proba.shape
    (150, 3)
    """
    check_served(last_step(estimator))
    check_consistent_length(X, labels.codes)
    name = step_that_reads_labels(estimator)
    if name is not None:
        raise ValueError(
            f"the step {name!r} reads y, so that a row without its label would not be left out of it; choose steps "
            "that do not, or a detector that cross-fits the whole Pipeline, such as ConfidentLearning(cv=5)."
        )
    fit_params = fit_params or {}
    fitted = coded_clone(estimator, labels.classes, random_state)
    labelled = np.flatnonzero(labels.codes != UNLABELLED)
    codes = labels.codes[labelled].astype(np.int64)
    fitted.fit(safe_indexing(X, labelled), codes, **subset_params(fit_params, labelled, num_samples(X)))
    parts = parts_of(fitted)
    features = parts.features(X)
    weights = np.zeros(len(labels.codes))
    given = split_fit_params(estimator, fit_params)[1].get("sample_weight")
    weights[labelled] = 1.0 if given is None else np.asarray(given, dtype=np.float64)[labelled]
    loss = linear_loss(parts.model, labels.codes, len(labels.classes), weights)
    margins = parts.model.decision_function(features).reshape(len(weights), -1)
    return _influence(loss, _narrow(check_array(features, accept_sparse="csr", dtype=np.float64)), margins)


def _narrow(features):
    """The same rows with no more columns than rows, turned: a quadratic penalty does not see which way they point."""
    n_rows, n_columns = features.shape
    if n_columns <= n_rows:
        return features
    _check_size(n_rows)
    gram = features @ features.T
    values, vectors = np.linalg.eigh(gram.toarray() if sparse.issparse(gram) else gram)
    return vectors * np.sqrt(np.maximum(values, 0))


def _influence(loss, features, margins):
    """The three quantities, block by block of rows."""
    n_rows, size = features.shape[0], features.shape[1] + loss.fit_intercept
    _check_size(size * loss.n_blocks)
    inverse = loss.inverse_hessian(make_rows(features, loss.fit_intercept), margins)
    self_influence, distance, moved = np.empty(n_rows), np.empty(n_rows), margins.copy()
    step = max(1, BLOCK_NUMBERS // (size * loss.n_blocks))
    for start in range(0, n_rows, step):
        rows = slice(start, start + step)
        block = features[rows].toarray() if sparse.issparse(features) else features[rows]
        leverage = loss.leverage(_with_ones(block) if loss.fit_intercept else block, inverse)
        residual, curvature = loss.derivatives(margins[rows], rows)
        weight = loss.weights[rows, None]
        leave = _solve(weight[..., None] * curvature @ leverage, weight * residual)
        self_influence[rows] = _form(residual, leverage, residual)
        distance[rows] = _form(leave, leverage, leave)
        moved[rows] += np.einsum("nkl,nl->nk", leverage, leave)
    n_coefficients = size * margins.shape[1]
    return LinearInfluence(
        np.maximum(self_influence, 0), np.maximum(distance, 0) / n_coefficients, loss.probabilities(moved)
    )


def _check_size(n_coefficients):
    if n_coefficients > MAX_COEFFICIENTS:
        raise ValueError(
            f"influence needs the second derivatives of {n_coefficients} coefficients, more than the "
            f"{MAX_COEFFICIENTS} that fit into memory; reduce the columns, for example by TruncatedSVD before the "
            "model in a Pipeline, or choose a detector such as ConfidentLearning."
        )


def _with_ones(block):
    return np.hstack([block, np.ones((len(block), 1))])


def _form(left, matrices, right):
    """Of each row the bilinear form left · matrix · right."""
    return np.einsum("nk,nkl,nl->n", left, matrices, right)


def _solve(share, right):
    """(I - share)⁻¹ right, row by row. A row that alone decides its margins has share 1, and moves them very far."""
    kept = (1 + 1e-10) * np.eye(right.shape[1]) - share
    return np.linalg.solve(kept, right[..., None])[..., 0]


def default_linear_model():
    """The model whose rows are judged when the user names none, for the points of :func:`skclean.evidence.as_points`.

    Over ten tables and four kinds of noise the out-of-sample probabilities ranked label errors best with C=0.1, and
    self-influence with C=1; C=0.3 is within 0.004 of the best mean average precision of each.
    """
    return requesting_weights(LogisticRegression(C=0.3, max_iter=1000))
