"""Kinds of noise that depend on the class of a row alone: the matrices that say how often, and the draw from them."""

from numbers import Integral, Real

import numpy as np
from sklearn.utils import check_random_state, check_scalar

from skclean.noise.kinds._kind import NoiseKind
from skclean.utils._typing import Floats, RandomState

__all__ = [
    "Imbalanced",
    "Matrix",
    "OpenSet",
    "PairFlip",
    "RandomMatrix",
    "Uniform",
    "draw_classes",
    "random_transition_matrix",
    "scaled_to_mean",
]


def random_transition_matrix(n_classes: int, *, trace: float, random_state: RandomState = None) -> Floats:
    """Draw a noise transition matrix whose diagonal has a given sum.

    Classes differ in how noisy they are, by up to three times; where the noise of a class goes is drawn evenly from
    all distributions over the other classes. The diagonal leads its row for certain where the mean noise of a class,
    ``1 - trace / n_classes``, is at most 1/6.

    Parameters
    ----------
    n_classes : int
        Number of classes, at least 2.
    trace : float
        Sum of the diagonal, in (0, n_classes]; `n_classes` means no noise.
    random_state : int, RandomState instance or None, default=None
        Seed.

    Returns
    -------
    transition_matrix : ndarray of shape (n_classes, n_classes), float64
        ``[i, j]`` is P(observed j | true i); rows sum to 1.

    Raises
    ------
    ValueError
        If there are fewer than 2 classes, or `trace` is outside (0, n_classes].
    TypeError
        If `n_classes` is no whole number, or `trace` no number.

    Examples
    --------
    >>> from skclean.noise import random_transition_matrix
    >>> matrix = random_transition_matrix(3, trace=2.4, random_state=0)
    >>> round(float(matrix.trace()), 12), matrix.sum(axis=1)
    (2.4, array([1., 1., 1.]))
    """
    check_scalar(n_classes, "n_classes", Integral)
    check_scalar(trace, "trace", Real)
    if n_classes < 2:
        raise ValueError(f"n_classes must be at least 2, got {n_classes}.")
    if not 0 < trace <= n_classes:
        raise ValueError(f"trace must be in (0, {n_classes}], the sum of a diagonal of probabilities, got {trace}.")
    even = np.full(n_classes, 1 / n_classes)
    return _random_matrix(even, 1 - trace / n_classes, check_random_state(random_state))


def _random_matrix(shares, rate, rng):
    """A matrix under which the expected share of flips is `rate` where classes have these `shares`."""
    n_classes = len(shares)
    noise = scaled_to_mean(rng.uniform(0.5, 1.5, size=n_classes), rate, shares)
    matrix = np.zeros((n_classes, n_classes))
    matrix[~np.eye(n_classes, dtype=bool)] = rng.dirichlet(np.ones(n_classes - 1), size=n_classes).ravel()
    matrix *= noise[:, None]
    np.fill_diagonal(matrix, 1 - noise)
    return matrix


def _shares(problem):
    return np.bincount(problem.codes, minlength=problem.n_classes) / len(problem.codes)


class Uniform(NoiseKind):
    """Every row alike, to any other class alike."""

    alias = "uniform"

    def flip(self, problem, rng):
        matrix = np.full((problem.n_classes, problem.n_classes), problem.rate / (problem.n_classes - 1))
        np.fill_diagonal(matrix, 1 - problem.rate)
        return draw_classes(problem.codes, matrix, rng)


class PairFlip(NoiseKind):
    """Every row alike, to the next class in sorted order."""

    alias = "pair_flip"

    def flip(self, problem, rng):
        unit = np.eye(problem.n_classes)
        return draw_classes(problem.codes, (1 - problem.rate) * unit + problem.rate * np.roll(unit, 1, axis=1), rng)


class Matrix(NoiseKind):
    """As the caller's matrix says."""

    alias = "matrix"

    def flip(self, problem, rng):
        matrix, n_classes = problem.transition_matrix, problem.n_classes
        matrix = np.asarray(matrix, dtype=np.float64) if matrix is not None else None
        if matrix is None or matrix.shape != (n_classes, n_classes):
            shape = None if matrix is None else matrix.shape
            raise ValueError(f"kind='matrix' needs transition_matrix of shape ({n_classes}, {n_classes}), got {shape}.")
        bad = np.flatnonzero(~((matrix >= 0).all(axis=1) & (np.abs(matrix.sum(axis=1) - 1) <= 1e-6)))  # NaN is bad too
        if bad.size:
            raise ValueError(f"transition_matrix: row {bad[0]} is negative somewhere or does not sum to 1.")
        return draw_classes(problem.codes, matrix, rng)


class RandomMatrix(NoiseKind):
    """By a matrix drawn first, in which classes differ in how noisy they are and in where their noise goes."""

    alias = "random_matrix"

    def flip(self, problem, rng):
        return draw_classes(problem.codes, _random_matrix(_shares(problem), problem.rate, rng), rng)


class Imbalanced(NoiseKind):
    """Every row alike, to another class in proportion to how frequent it is."""

    alias = "imbalanced"

    def flip(self, problem, rng):
        shares = _shares(problem)
        matrix = problem.rate * shares / (1 - shares)[:, None]
        np.fill_diagonal(matrix, 1 - problem.rate)
        return draw_classes(problem.codes, matrix, rng)


class OpenSet(NoiseKind):
    """Give all rows of one class, that whose share is nearest to the rate, labels of the other classes alike."""

    alias = "open_set"

    def flip(self, problem, rng):
        if problem.n_classes < 3:
            raise ValueError(
                f"kind='open_set' removes a class, so y needs at least 3 classes; it has {problem.n_classes}."
            )
        away = np.abs(_shares(problem) - problem.rate)
        removed = rng.choice(np.flatnonzero(away <= away.min() + 1e-12))
        matrix = np.eye(problem.n_classes)
        matrix[removed] = 1 / (problem.n_classes - 1)
        matrix[removed, removed] = 0
        return draw_classes(problem.codes, matrix, rng)


def draw_classes(codes, matrix, rng):
    """Draw each observed class from the row of its true class, by inverting the cumulated probabilities."""
    draws = rng.uniform(size=len(codes))
    new = np.empty(len(codes), dtype=np.int32)
    for code, cumulated in enumerate(np.cumsum(matrix, axis=1)):
        members = codes == code
        drawn = np.searchsorted(cumulated, draws[members], side="right")
        last = np.flatnonzero(matrix[code])[-1]  # the cumulated sum may end just below 1
        new[members] = np.minimum(drawn, last)
    return new


def scaled_to_mean(weights, mean, shares=None):
    """Multiply positive weights by the factor that gives ``min(1, factor * weights)`` the wanted (weighted) mean.

    Parameters
    ----------
    weights : ndarray of shape (n,)
        Positive.
    mean : float
        In [0, 1).
    shares : ndarray of shape (n,) or None, default=None
        What each entry counts for in the mean; None means the same.

    Returns
    -------
    probabilities : ndarray of shape (n,), in [0, 1]
    """
    low, high = 0.0, 1.0 / weights.min()
    for _ in range(100):
        middle = (low + high) / 2
        below = np.average(np.minimum(1, middle * weights), weights=shares) < mean
        low, high = (middle, high) if below else (low, middle)
    return np.minimum(1, high * weights)
