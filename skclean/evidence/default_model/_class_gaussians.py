"""One elliptical distribution a class, fitted so that wrong labels hardly move it.

The plain mean and covariance of a class follow its wrong members, which then look right. Three things keep them out:

1. each class is a multivariate t distribution, whose fit weighs a member less the farther out it lies;
2. a member counts by how well its class explains it beside the other classes, so a group of rows that another class
   explains better is left out even where it lies close together, as wrong labels do; trimming alone would keep it;
3. what a row adds to its own class, and to what all classes have in common, is taken away again, in closed form,
   before the row is judged: in many columns the common part alone would know most labels of few rows by heart.

A class of few members has no covariance of its own worth the name, so each is shrunk towards what all classes have in
common. Leaving out the farthest 10 to 40 % of each class (the minimum covariance determinant) ranked wrong labels far
worse over many tables: classes are rarely of one piece, and trimming loses the smaller pieces.
"""

from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_factor, solve_triangular
from scipy.special import ndtri, softmax
from scipy.stats import rankdata
from sklearn.decomposition import TruncatedSVD

__all__ = ["ClassShapes", "class_log_odds", "elliptic_points", "fit_class_shapes"]

DEGREES = 5.0  # of freedom of the t distributions
SHRINKAGE = 4.0  # the common covariance counts as this many rows a column
RIDGE = 0.03  # added to each variance, in units of the mean one: columns may be constant within a class
# Columns are not independent, so log densities say too much: they are divided by the root of the number of columns.
MIN_WEIGHT = 0.01  # of a member, so that no class runs empty
MAX_COLUMNS = 30
# Number of rows for which deviations from a class are held at once.
BLOCK = 2048


def elliptic_points(points, random_state):
    """Points on which classes look more like one ellipse each.

    Every column goes half of the way to the normal scores of its ranks: a long tail or an outlier decides less, and the
    gaps between groups of rows stay, which ranks alone would close. Of more than 30 columns the directions of largest
    variance are kept. Over many tables both class shapes and neighbours ranked wrong labels better on these points than
    on standardised columns.

    Parameters
    ----------
    points : ndarray or sparse matrix of shape (n_samples, n_columns), float64
    random_state : int, RandomState instance or None
        Seeds the choice of directions.

    Returns
    -------
    points : ndarray of shape (n_samples, min(n_columns, 30)), float64
    """
    if hasattr(points, "toarray"):  # ranks would fill it
        points = _few_columns(points, random_state)
        points = points.toarray() if hasattr(points, "toarray") else points
    return _few_columns(_half_normal_scores(points), random_state)


def _few_columns(points, random_state):
    if points.shape[1] <= MAX_COLUMNS:
        return points
    reducer = TruncatedSVD(MAX_COLUMNS, random_state=random_state).set_output(transform="default")
    return reducer.fit_transform(points)


def _half_normal_scores(points):
    centred = points - points.mean(axis=0)
    scores = ndtri((rankdata(points, axis=0) - 0.5) / len(points))
    scores -= scores.mean(axis=0)
    spread = scores.std(axis=0)
    scores *= np.divide(points.std(axis=0), spread, out=np.zeros(len(spread)), where=spread > 1e-9)
    return (centred + scores) / 2


def class_log_odds(points, codes, n_classes, *, weight=None, n_rounds=2):
    """Log of class share times density, for every row and class, up to a constant a row.

    Parameters
    ----------
    points : ndarray of shape (n_samples, n_columns), float64
    codes : ndarray of shape (n_samples,), int
        Class of each row; -1 takes no part in the fit.
    n_classes : int
        Every class has a member.
    weight : ndarray of shape (n_samples,) or None, default=None
        What each row counts for.
    n_rounds : int, default=2
        How often members are weighed anew by what the classes say of them.

    Returns
    -------
    log_odds : ndarray of shape (n_samples, n_classes), float64
        Divided by the root of the number of columns; the class of a row is compared without the row.
    """
    fitted, members, weights, nearness = _weigh_members(points, codes, n_classes, weight, n_rounds)
    return _log_odds_of_members(points, [fitted[mine] for mine in members], weights, nearness)[0]


class ClassShapes(NamedTuple):
    """The distribution of each class, for rows that had no part in its fit.

    Attributes
    ----------
    means : ndarray of shape (n_classes, n_columns)
    turns : ndarray of shape (n_classes, n_columns, n_columns)
        What makes the covariance of each class round.
    offsets : ndarray of shape (n_classes,)
        Logarithm of the weight of each class, less that of its volume.
    """

    means: np.ndarray
    turns: np.ndarray
    offsets: np.ndarray

    def log_odds(self, points):
        """As :func:`class_log_odds`: ndarray of shape (n_rows, n_classes), float64."""
        n_columns = points.shape[1]
        log_odds = np.empty((len(points), len(self.means)))
        for code, (mean, turn, offset) in enumerate(zip(*self, strict=True)):
            squares = (((points - mean) @ turn) ** 2).sum(axis=1)
            kernel = (DEGREES + n_columns) / 2 * np.log1p(squares / DEGREES)
            log_odds[:, code] = (offset - kernel) / np.sqrt(n_columns)
        return log_odds


def fit_class_shapes(points, codes, n_classes, *, weight=None, n_rounds=2):
    """Fit the distribution of each class, to predict rows that have no part in it.

    Parameters
    ----------
    points, codes, n_classes, weight, n_rounds
        As in :func:`class_log_odds`.

    Returns
    -------
    shapes : ClassShapes
    """
    fitted, members, weights, nearness = _weigh_members(points, codes, n_classes, weight, n_rounds)
    members = [fitted[mine] for mine in members]
    means, covariances = _means_and_covariances(points, members, weights * nearness)[1:3]
    turns, offsets = [], []
    for rows, covariance in zip(members, covariances, strict=True):
        factor = cho_factor(covariance, lower=True)[0]
        turns.append(solve_triangular(factor, np.eye(points.shape[1]), lower=True).T)
        offsets.append(np.log(weights[rows].sum()) - np.log(np.diag(factor)).sum())
    return ClassShapes(np.array(means), np.array(turns), np.array(offsets))


def _weigh_members(points, codes, n_classes, weight, n_rounds):
    """Rows that are fitted, the members of each class among them, and weight and nearness of all rows."""
    fitted = np.flatnonzero(codes >= 0)
    every = len(fitted) == len(points)
    rows, of_rows = points if every else points[fitted], codes[fitted]
    members = [np.flatnonzero(of_rows == code) for code in range(n_classes)]
    given = np.ones(len(rows)) if weight is None else np.maximum(weight[fitted] / weight[fitted].mean(), 1e-9)
    belongs, near = np.ones(len(rows)), np.ones(len(rows))
    for _ in range(n_rounds):
        log_odds, distances = _log_odds_of_members(rows, members, given * belongs, near)
        shares = softmax(log_odds, axis=1)
        for code, mine in enumerate(members):
            belongs[mine] = np.maximum(shares[mine, code], MIN_WEIGHT)
            near[mine] = (DEGREES + points.shape[1]) / (DEGREES + distances[mine, code])
    weights, nearness = np.ones((2, len(points)))
    weights[fitted], nearness[fitted] = given * belongs, near
    return fitted, members, weights, nearness


def _log_odds_of_members(points, members, weight, near):
    """Tempered log odds, and squared Mahalanobis distances, of every row to every class."""
    n_columns = points.shape[1]
    log_odds, distances = np.empty((2, len(points), len(members)))
    totals, means, covariances, prior = _means_and_covariances(points, members, weight * near)
    of, lost = _lost_without_itself(members, weight * near, totals)
    for code, rows in enumerate(members):
        factor = cho_factor(covariances[code], lower=True)[0]
        between = solve_triangular(factor, (np.array(means) - means[code]).T, lower=True)
        squares, along = _squares_and_products(points, means[code], factor, between, of)
        shift = prior / totals.sum() / (totals[code] + prior) * lost
        cross = squares - along  # of the way to this class and to the own one
        own_squares = 2 * cross - squares + (between**2).sum(axis=0)[of]
        judged, change = _without_common_part(squares, cross, own_squares, shift)
        volume = np.log(np.diag(factor)).sum() + change
        if len(rows) > 1:
            own, shared = (weight * near)[rows], 1 + prior / totals.sum()
            judged[rows], change = _without_itself(squares[rows], own, totals[code], prior, n_columns, shared)
            volume[rows] = np.log(np.diag(factor)).sum() + change
        squares = judged
        kernel = (DEGREES + n_columns) / 2 * np.log1p(squares / DEGREES)
        log_odds[:, code] = (np.log(weight[rows].sum()) - volume - kernel) / np.sqrt(n_columns)
        distances[:, code] = squares
    return log_odds, distances


def _squares_and_products(points, mean, factor, between, of):
    """Square of every row's deviation from a class, and its product with the way to the row's own class.

    Both under the inverse covariance; rows are read in blocks, so that little more memory than the points is taken.
    """
    squares, products = np.empty((2, len(points)))
    for start in range(0, len(points), BLOCK):
        block = slice(start, start + BLOCK)
        away = solve_triangular(factor, (points[block] - mean).T, lower=True, overwrite_b=True)
        products[block] = np.einsum("ij,ij->j", away, between[:, of[block]])
        squares[block] = np.square(away, out=away).sum(axis=0)
    return squares, products


def _means_and_covariances(points, members, weight):
    """Weight, mean and shrunken covariance of each class, and the rows that the common covariance counts for."""
    totals, means, scatters = _moments(points, members, weight)
    n_columns = points.shape[1]
    pooled, prior = sum(scatters) / totals.sum(), SHRINKAGE * n_columns
    ridge = RIDGE * max(np.trace(pooled) / n_columns, 1e-6) * np.eye(n_columns)
    covariances = [
        (scatter + prior * pooled) / (total + prior) + ridge for total, scatter in zip(totals, scatters, strict=True)
    ]
    return totals, means, covariances, prior


def _moments(points, members, weight):
    """Weight, mean and scatter of each class."""
    totals = np.array([weight[rows].sum() for rows in members])
    means = [weight[rows] @ points[rows] / total for rows, total in zip(members, totals, strict=True)]
    scatters = []
    for rows, mean in zip(members, means, strict=True):
        away = points[rows]
        away -= mean
        scatters.append((weight[rows, None] * away).T @ away)
    return totals, means, scatters


def _lost_without_itself(members, weight, totals):
    """The class of every row, and how much of the square of its deviation the scatter loses without the row.

    Rows of no class, and the only members of one, lose nothing.
    """
    of, lost = np.zeros(len(weight), dtype=np.intp), np.zeros(len(weight))
    for code, rows in enumerate(members):
        of[rows] = code
        if len(rows) > 1:
            own = np.minimum(weight[rows], 0.99 * totals[code])
            lost[rows] = own * totals[code] / (totals[code] - own)
    return of, lost


def _without_common_part(squares, cross, own_squares, lost):
    """Distances to a class whose covariance lost the square of each row's deviation from its own class.

    `squares`, `cross` and `own_squares` are the products, under the inverse covariance, of the deviation from this
    class with itself, with that from the own class, and of the latter with itself.
    """
    left = np.maximum(1 - lost * own_squares, 1e-3)
    return squares + lost * cross**2 / left, np.log(left) / 2


def _without_itself(squares, weight, total, prior, n_columns, shared):
    """Distances of members to their class without them, and the change of the log volume (half a log determinant).

    The mean moves along the row's deviation and the scatter loses one rank, so both follow from the distance (Sherman
    and Morrison); the common covariance loses the same deviation, by which the loss is `shared` times as large.
    """
    weight = np.minimum(weight, 0.99 * total)
    rest = total - weight
    lost = weight * total / rest * shared
    leverage = squares / (total + prior)
    left = np.maximum(1 - lost * leverage, 1e-3)
    shrunk = (rest + prior) / (total + prior)
    volume = (np.log(left) - n_columns * np.log(shrunk)) / 2
    return (rest + prior) * (total / rest) ** 2 * leverage / left, volume
