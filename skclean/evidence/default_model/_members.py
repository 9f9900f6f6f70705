"""Two simple models that are averaged with a forest, each trained without the row: class shapes, logistic regression.

A forest learns local patterns and adds up columns badly. The elliptical shape of a class uses all columns at once, and
a logistic regression adds them up. The three err on different rows, so a weighted mean ranks wrong labels better than
any of them; how much each counts for is learned from how well it predicts the given labels.
"""

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp, softmax
from sklearn.linear_model import LogisticRegression

from skclean.evidence.default_model._class_gaussians import fit_class_shapes
from skclean.evidence.geometry._votes import voting_rows

__all__ = ["fit_logistic", "fit_shapes", "mix_with_members"]

# The shares before any label is used: forest, shapes, logistic regression. They count for a quarter, the shares that
# predict the given labels best for the rest. Each member is calibrated by one exponent first, since a forest is
# underconfident and would have too small a share. docs/defaults.md has the measurements.
SHARES, PRIOR = (0.8, 0.2, 0.0), 0.25
# Members are trained on so many rows, or fewer of many classes; more hardly move them.
MAX_ROWS, MIN_ROWS, MAX_ROWS_TIMES_CLASSES = 20_000, 5_000, 400_000
# Of each class so many rows are among them, where there are.
FEW_MEMBERS = 200
# With more classes, shapes and slopes would take longer than the forest.
MAX_CLASSES = 100
# Small tables have more folds.
FOLDS, FEW_FOLDS, MANY_ROWS = 5, 3, 5_000
# On tables that are larger than the sample a member of a smaller share is left out: it has to predict all rows.
MIN_SHARE = 0.05
MIN_PROBA = 0.01
MAX_EXPONENT = (-1.5, 1.5)  # logarithms
N_ROUNDS = 20
# Rows that are predicted at once. The last digits of float32 depend on it.
BLOCK = 8192


def mix_with_members(proba, points_of, labels, *, weight=None, used=(0, 1), most_rows=MAX_ROWS, rng):
    """A weighted mean of out-of-sample probabilities, of class shapes and of logistic regression.

    Parameters
    ----------
    proba : ndarray of shape (n_samples, n_classes)
        Of a model that was trained without the row. It is overwritten.
    points_of : callable
        From positions of rows and numbers of members to an array of shape (n_rows, n_coordinates) for each of these.
    labels : ClassTarget
        Codes and classes.
    weight : ndarray of shape (n_samples,) or None, default=None
        Sample weights; rows of weight 0 are not trained on.
    used : tuple of int, default=(0, 1)
        Numbers of the members, ascending: 0 for shapes, 1 for the logistic regression.
    most_rows : int, default=20_000
        Rows that members are trained on, at most.
    rng : RandomState
        Draws rows and folds.

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes)
    """
    n_samples, n_classes = proba.shape
    if n_classes > MAX_CLASSES:
        return proba
    rows, mass = _sample(labels.codes, n_classes, weight, most_rows, rng)
    if not rows.size:
        return proba
    codes = labels.codes[rows]
    # the points of one member at a time: together they may be larger than the table
    members = [_cross_fitted(FITS[place], *points_of(rows, (place,)), codes, mass, n_classes, rng) for place in used]
    exponents = [_exponent(member, codes, mass) for member in (proba[rows], *members)]
    members = [_to_power(member, exponent) for member, exponent in zip(members, exponents[1:], strict=True)]
    prior = np.array(SHARES)[[0, *(place + 1 for place in used)]]
    shares = _shares([_to_power(proba[rows], exponents[0]), *members], prior / prior.sum(), codes, mass)
    if len(rows) < n_samples:
        shares = np.where(shares < MIN_SHARE, 0.0, shares)
        shares /= shares.sum()
    for start in range(0, n_samples, BLOCK):
        block = slice(start, start + BLOCK)
        proba[block] = shares[0] * _to_power(proba[block], exponents[0])
    proba[rows] += sum(share * member for share, member in zip(shares[1:], members, strict=True))
    del members
    if len(rows) < n_samples:
        predictors = [
            (place, share, exponent, FITS[place](*points_of(rows, (place,)), codes, n_classes, mass))
            for place, share, exponent in zip(used, shares[1:], exponents[1:], strict=True)
            if share
        ]
        _add_to_others(proba, points_of, rows, predictors)
    return proba


def fit_shapes(points, codes, n_classes, weight):
    """Fit class shapes; returns a function from points to probabilities."""
    present, own = np.unique(codes, return_inverse=True)
    shapes = fit_class_shapes(points, own, len(present), weight=weight)
    return lambda others: _among_all(softmax(shapes.log_odds(others), axis=1), present, n_classes)


def fit_logistic(points, codes, n_classes, weight):
    """Fit a logistic regression with some shrinkage; returns a function from points to probabilities."""
    present = np.unique(codes)
    if len(present) == 1:
        return lambda others: _among_all(np.ones((len(others), 1)), present, n_classes)
    model = LogisticRegression(C=0.1, max_iter=1000, tol=1e-3).fit(points, codes, sample_weight=weight)
    return lambda others: _among_all(model.predict_proba(others), present, n_classes)


FITS = (fit_shapes, fit_logistic)


def _among_all(proba, present, n_classes):
    """Probabilities of some classes among those of all."""
    if len(present) == n_classes:
        return proba
    every = np.zeros((len(proba), n_classes))
    every[:, present] = proba
    return every


def _sample(codes, n_classes, weight, most_rows, rng):
    """Rows that members are trained on, and what each stands for, 1 in the mean.

    Of a large table rows are drawn class by class, so that each class has some.
    """
    rows = voting_rows(codes, weight)
    mass = np.ones(len(rows)) if weight is None else weight[rows]
    most = min(MAX_ROWS, most_rows, max(MIN_ROWS, MAX_ROWS_TIMES_CLASSES // n_classes))
    if len(rows) > most:
        members = np.bincount(codes[rows], minlength=n_classes)
        wanted = np.minimum(members, np.maximum(np.ceil(members * (most / len(rows))).astype(np.int64), FEW_MEMBERS))
        shuffled = rng.permutation(len(rows))
        by_class = shuffled[np.argsort(codes[rows[shuffled]], kind="stable")]
        starts = np.cumsum(members) - members
        chosen = np.concatenate([by_class[start : start + n] for start, n in zip(starts, wanted, strict=True)])
        chosen.sort()
        mass = mass[chosen] * (members / np.maximum(wanted, 1))[codes[rows[chosen]]]
        rows = rows[chosen]
    return rows, mass / mass.mean() if mass.size else mass


def _cross_fitted(fit, points, codes, mass, n_classes, rng):
    """Probabilities of a member for the rows that it is trained on, by models that were trained without the row.

    Folds are drawn without a look at the labels, so that no label has a part in its own evidence.
    """
    n_folds = min(FOLDS if len(points) <= MANY_ROWS else FEW_FOLDS, len(points))
    fold = rng.permutation(np.arange(len(points)) % n_folds)
    proba = np.full((len(points), n_classes), 1 / n_classes)
    for number in range(n_folds):
        train, test = fold != number, fold == number
        if train.any():
            proba[test] = fit(points[train], codes[train], n_classes, mass[train])(points[test])
    return proba


def _exponent(proba, codes, mass):
    """The exponent of probabilities that predicts the labels best."""
    logs = _floored_log(proba)

    def loss(log_exponent):
        given = np.empty(len(codes))
        for start in range(0, len(codes), BLOCK):
            block = slice(start, start + BLOCK)
            powers = np.exp(log_exponent) * logs[block]
            given[block] = powers[np.arange(len(powers)), codes[block]] - logsumexp(powers, axis=1)
        return -(mass @ given)

    return float(np.exp(minimize_scalar(loss, bounds=MAX_EXPONENT, method="bounded", options={"xatol": 0.01}).x))


def _to_power(proba, exponent):
    return softmax(exponent * _floored_log(proba), axis=1)


def _floored_log(proba):
    """Logarithms of probabilities, each mixed with 1 % of an even one, so that no single row decides."""
    return np.log((1 - MIN_PROBA) * proba.astype(np.float64) + MIN_PROBA / proba.shape[1])


def _shares(members, prior, codes, mass):
    """Return what each member counts for, mostly the shares of the mixture that predicts the labels best."""
    given = np.stack([proba[np.arange(len(codes)), codes] for proba in members], axis=1)
    shares = np.full(len(members), 1 / len(members))
    for _ in range(N_ROUNDS):
        belongs = given * shares
        shares = mass @ (belongs / belongs.sum(axis=1, keepdims=True)) / mass.sum()
    return PRIOR * prior + (1 - PRIOR) * shares


def _add_to_others(proba, points_of, rows, predictors):
    """Add the predictions of members, trained on the sample, for all other rows."""
    other = np.ones(len(proba), dtype=bool)
    other[rows] = False
    places = tuple(place for place, *_ in predictors)
    for start in range(0, len(proba), BLOCK):
        block = start + np.flatnonzero(other[start : start + BLOCK])
        if block.size:
            proba[block] += sum(
                share * _to_power(predict(points), exponent)
                for (_, share, exponent, predict), points in zip(predictors, points_of(block, places), strict=True)
            )
