"""Flip labels on purpose, so that detectors can be measured against a known truth."""

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.utils import check_random_state

from skclean.utils._compat import num_samples
from skclean.utils._labels import UNLABELLED, encode_labels

__all__ = ["inject_noise"]


def inject_noise(y, *, kind="uniform", rate=0.2, X=None, transition_matrix=None, random_state=None):
    """Flip a share of the labels.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        True labels of any type. A missing label stays missing.
    kind : {"uniform", "pair_flip", "matrix", "boundary"}, default="uniform"
        How the wrong label is chosen, and which rows are likely to get one:

        - "uniform": every row alike, to any other class alike;
        - "pair_flip": every row alike, to the next class in sorted order;
        - "matrix": by `transition_matrix`;
        - "boundary": rows near the boundary between classes are likelier, and turn into the other class that a
          forest, judging out of bag, finds likeliest (instance-dependent noise). Needs `X`.
    rate : float, default=0.2
        Expected share of flipped labels, in [0, 1). Not used by "matrix".
    X : array-like of shape (n_samples, n_features) or None, default=None
        Numeric features, for "boundary".
    transition_matrix : array-like of shape (n_classes, n_classes) or None, default=None
        ``[i, j]`` is P(observed j | true i), for "matrix"; rows sum to 1.
    random_state : int, RandomState instance or None, default=None
        Seed.

    Returns
    -------
    y_noisy : ndarray of shape (n_samples,)
        Labels in the caller's own type.
    flipped : ndarray of shape (n_samples,), bool
        True where the label was changed.

    Raises
    ------
    ValueError
        If `kind` is unknown, `rate` is outside [0, 1), `y` has one class only, or what `kind` needs is missing.

    Examples
    --------
    >>> from skclean.noise import inject_noise
    >>> y_noisy, flipped = inject_noise(["cat", "dog"] * 500, rate=0.1, random_state=0)
    >>> y_noisy[:3].tolist(), bool(0.07 < flipped.mean() < 0.13)
    (['cat', 'dog', 'cat'], True)
    """
    values = np.asarray(y)
    codes, classes = encode_labels(y)
    if not 0 <= rate < 1:
        raise ValueError(f"rate must be in [0, 1), got {rate}.")
    if len(classes) < 2:
        raise ValueError(f"y has one class only ({classes.item(0)!r}); at least two are needed to flip labels.")
    rng = check_random_state(random_state)
    rows = np.flatnonzero(codes != UNLABELLED)
    n_classes = len(classes)
    if kind == "boundary":
        new = _flip_near_boundary(codes[rows], n_classes, rate, _rows_of(X, rows, len(codes)), rng)
    elif kind == "matrix":
        new = _flip_by_matrix(codes[rows], _check_transition(transition_matrix, n_classes), rng)
    elif kind == "uniform":
        new = _flip_by_matrix(codes[rows], _uniform_matrix(n_classes, rate), rng)
    elif kind == "pair_flip":
        new = _flip_by_matrix(codes[rows], _pair_matrix(n_classes, rate), rng)
    else:
        raise ValueError(f"kind={kind!r} is not known; the kinds are ['boundary', 'matrix', 'pair_flip', 'uniform'].")
    flipped = np.zeros(len(codes), dtype=bool)
    flipped[rows] = new != codes[rows]
    noisy = classes[np.maximum(codes, 0)]
    noisy[rows] = classes[new]
    if len(rows) < len(codes):
        noisy = noisy.astype(object) if values.dtype.kind == "O" else noisy
        noisy[codes == UNLABELLED] = values[codes == UNLABELLED]
    return noisy, flipped


def _uniform_matrix(n_classes, rate):
    matrix = np.full((n_classes, n_classes), rate / (n_classes - 1))
    np.fill_diagonal(matrix, 1 - rate)
    return matrix


def _pair_matrix(n_classes, rate):
    return (1 - rate) * np.eye(n_classes) + rate * np.roll(np.eye(n_classes), 1, axis=1)


def _check_transition(matrix, n_classes):
    matrix = np.asarray(matrix, dtype=np.float64) if matrix is not None else None
    if matrix is None or matrix.shape != (n_classes, n_classes):
        shape = None if matrix is None else matrix.shape
        raise ValueError(f"kind='matrix' needs transition_matrix of shape ({n_classes}, {n_classes}), got {shape}.")
    bad = np.flatnonzero(~((matrix >= 0).all(axis=1) & (np.abs(matrix.sum(axis=1) - 1) <= 1e-6)))  # NaN is bad too
    if bad.size:
        raise ValueError(f"transition_matrix: row {bad[0]} is negative somewhere or does not sum to 1.")
    return matrix


def _flip_by_matrix(codes, matrix, rng):
    """Draw each observed class from the row of its true class, by inverting the cumulated probabilities."""
    draws = rng.uniform(size=len(codes))
    new = np.empty(len(codes), dtype=np.int32)
    for code, cumulated in enumerate(np.cumsum(matrix, axis=1)):
        members = codes == code
        drawn = np.searchsorted(cumulated, draws[members], side="right")
        new[members] = np.minimum(drawn, len(matrix) - 1)  # the cumulated sum may end just below 1
    return new


def _rows_of(X, rows, n_samples):
    if X is None:
        raise ValueError("kind='boundary' needs X, the features that say which rows are near a boundary.")
    if num_samples(X) != n_samples:
        raise ValueError(f"X has {num_samples(X)} rows but y has {n_samples} labels.")
    return np.asarray(X, dtype=np.float32)[rows]


def _flip_near_boundary(codes, n_classes, rate, X, rng):
    """Flip to the runner-up class, with a probability that falls with the distance from the boundary."""
    forest = RandomForestClassifier(
        n_estimators=100, min_samples_leaf=3, bootstrap=True, oob_score=True, random_state=rng.randint(2**31 - 1)
    )
    proba = forest.fit(X, codes).oob_decision_function_
    rows = np.arange(len(codes))
    own = proba[rows, codes]
    others = proba.copy()
    others[rows, codes] = -1
    runner_up = others.argmax(axis=1).astype(np.int32)
    distance = np.abs(own - others[rows, runner_up])
    probability = _scaled_to_mean(np.exp(-distance / 0.2), rate)
    return np.where(rng.uniform(size=len(codes)) < probability, runner_up, codes)


def _scaled_to_mean(weights, mean):
    """Multiply positive weights by the factor that gives ``min(1, factor * weights)`` the wanted mean."""
    low, high = 0.0, 1.0 / weights.min()
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if np.minimum(1, middle * weights).mean() < mean else (low, middle)
    return np.minimum(1, high * weights)
