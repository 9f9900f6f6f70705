"""What the elliptical shape of each class says of every row, out of sample."""

import numpy as np
from scipy.special import softmax
from sklearn.utils import check_random_state

from skclean.evidence._class_gaussians import class_log_odds, elliptic_points
from skclean.evidence._points import as_points
from skclean.evidence._table import is_table
from skclean.utils._compat import num_features, num_samples
from skclean.utils._labels import UNLABELLED

__all__ = ["SHAPE_SHARE", "class_shape_proba", "with_class_shapes"]

N_FOLDS = 5
# Share of the shapes in a mean with a forest. Over many tables and kinds of noise the ranking gained up to a third, by
# 0.011 in average precision, and the mask up to a tenth, by 0.006 in F1; a fifth keeps most of both.
SHAPE_SHARE = 0.2
# Larger tables are left to the forest: cells of X, of which floats are held, and rows times classes times columns^2.
MOST_CELLS = 20_000_000
MOST_WORK = 10_000_000_000
COLUMNS_KEPT = 30
# No class has its shape from more rows than this: more hardly move it.
MOST_MEMBERS = 5_000


def with_class_shapes(proba, X, labels, *, weight=None, random_state=None):
    """A mean of out-of-sample probabilities and of what class shapes say.

    A forest knows local patterns and joins them badly, a shape sees all columns at once and no pattern: they err on
    different rows.

    Parameters
    ----------
    proba : ndarray of shape (n_samples, n_classes)
        Of a model that was trained without the row.
    X : array-like of shape (n_samples, ...)
        Where this is no table, or one too large for shapes, `proba` is returned.
    labels : EncodedLabels
    weight : ndarray of shape (n_samples,) or None, default=None
        Sample weights.
    random_state : int, RandomState instance or None, default=None
        Draws folds.

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes), float64
    """
    if not is_table(X) or _too_large(X, len(labels.classes)):
        return proba
    shapes = class_shape_proba(X, labels, weight=weight, random_state=random_state)
    return (1 - SHAPE_SHARE) * proba + SHAPE_SHARE * shapes


def class_shape_proba(X, labels, *, weight=None, random_state=None):
    """Probabilities of the classes by their robust elliptical shapes, fitted without the row's fold.

    Folds are drawn without a look at the labels, so that no label has any part in its own judgement.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Any table.
    labels : EncodedLabels
        Unlabelled rows are not fitted, but judged.
    weight : ndarray of shape (n_samples,) or None, default=None
        Sample weights; rows of weight 0 are not fitted.
    random_state : int, RandomState instance or None, default=None
        Draws folds.

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes), float64
        A class without a member outside the fold has 0.
    """
    rng = check_random_state(random_state)
    seed = rng.randint(2**31 - 1)
    points = elliptic_points(as_points(X), seed)
    fold = rng.permutation(np.arange(len(points)) % N_FOLDS)
    fitted = labels.codes if weight is None else np.where(weight > 0, labels.codes, np.int32(UNLABELLED))
    proba = np.zeros((len(points), len(labels.classes)))
    for number in range(N_FOLDS):
        test = np.flatnonzero(fold == number)
        # a generator of its own: what is drawn here must not depend on what labels of this fold drew elsewhere
        own_rng = np.random.default_rng([seed, number])
        train, counts_for = _members(np.where(fold == number, np.int32(UNLABELLED), fitted), weight, own_rng)
        if not train.size:
            proba[test] = 1 / len(labels.classes)
            continue
        present, codes = np.unique(fitted[train], return_inverse=True)
        rows = np.concatenate([train, test])
        codes = np.concatenate([codes, np.full(len(test), UNLABELLED)])
        log_odds = class_log_odds(points[rows], codes, len(present), weight=np.append(counts_for, np.ones(len(test))))
        proba[np.ix_(test, present)] = softmax(log_odds[len(train) :], axis=1)
    return proba


def _members(codes, weight, rng):
    """Rows that give each class its shape, at most 5,000 of each, and what each counts for, so that sums stay."""
    chosen, counts_for = [], []
    for code in range(codes.max() + 1):
        rows = np.flatnonzero(codes == code)
        kept = rng.permutation(rows)[:MOST_MEMBERS] if len(rows) > MOST_MEMBERS else rows
        chosen.append(kept)
        own = np.ones(len(kept)) if weight is None else weight[kept]
        counts_for.append(own * (len(rows) / max(len(kept), 1)))
    if not chosen:
        return np.empty(0, dtype=np.intp), np.empty(0)
    return np.concatenate(chosen), np.concatenate(counts_for)


def _too_large(X, n_classes):
    n_samples, n_columns = num_samples(X), num_features(X)
    return n_samples * n_columns > MOST_CELLS or n_samples * n_classes * min(n_columns, COLUMNS_KEPT) ** 2 > MOST_WORK
