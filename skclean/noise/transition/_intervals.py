"""Bootstrap intervals of the transition matrix."""

from numbers import Integral, Real
from typing import NamedTuple

import numpy as np
from sklearn.utils import check_random_state, check_scalar

from skclean.noise.transition._identifiable import warn_if_doubtful
from skclean.noise.transition._transition import METHODS, transition_problem
from skclean.utils._tasks import run_in_order
from skclean.utils._typing import Floats, Labels1d, Numbers, RandomState, Table

__all__ = ["TransitionIntervals", "transition_intervals"]


class TransitionIntervals(NamedTuple):
    """A transition matrix and how certain it is; all of shape (n_classes, n_classes).

    Attributes
    ----------
    matrix : ndarray
        The estimate from all rows.
    low, high : ndarray
        Bounds of each entry.
    """

    matrix: Floats
    low: Floats
    high: Floats


def transition_intervals(
    y: Labels1d,
    y_proba: Numbers | None = None,
    *,
    X: Table = None,
    method: str = "confident_joint",
    confidence: float = 0.95,
    n_bootstrap: int = 200,
    classes: Labels1d | None = None,
    sample_weight: Numbers | None = None,
    verified: Numbers | None = None,
    n_jobs: int | None = None,
    random_state: RandomState = None,
) -> TransitionIntervals:
    """Estimate the transition matrix with bootstrap intervals.

    Rows are drawn with replacement, as weights, and the matrix is estimated again; the interval of an entry lies
    between percentiles of these estimates (Efron and Tibshirani, 1993, chapter 13). The probabilities and the
    neighbours of a row stay as they are, so the intervals tell how the estimate varies with the rows, neither how it
    varies with the model nor how far the assumptions of `method` are off. The error of a matrix that is counted on
    reviewed rows is another thing: see :func:`transition_error`.

    Parameters
    ----------
    y, y_proba, X, method, classes, sample_weight, verified
        As in :func:`estimate_transition_matrix`.
    confidence : float, default=0.95
        Probability that each interval aims at, in (0, 1).
    n_bootstrap : int, default=200
        Number of draws, at least 2.
    n_jobs : int or None, default=None
        Threads that estimate side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Seed.

    Returns
    -------
    intervals : TransitionIntervals
        Named tuple of `matrix`, `low` and `high`.

    Raises
    ------
    ValueError
        As :func:`estimate_transition_matrix`, or if `confidence` or `n_bootstrap` is out of range.
    TypeError
        If `confidence` is no number, or `n_bootstrap` no whole one.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.noise import transition_intervals
    >>> y = [0, 0, 0, 1, 1, 1] * 20
    >>> y_proba = np.array([[0.9, 0.1], [0.8, 0.2], [0.2, 0.8], [0.1, 0.9], [0.3, 0.7], [0.2, 0.8]] * 20)
    >>> matrix, low, high = transition_intervals(y, y_proba, random_state=0)
    >>> bool((low <= matrix).all() and (matrix <= high).all())
    True
    """
    check_scalar(confidence, "confidence", Real)
    check_scalar(n_bootstrap, "n_bootstrap", Integral)
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be in (0, 1), got {confidence}.")
    if n_bootstrap < 2:
        raise ValueError(f"n_bootstrap must be at least 2, got {n_bootstrap}.")
    problem, classes = transition_problem(
        y, y_proba, X, method, classes=classes, sample_weight=sample_weight, verified=verified, n_jobs=n_jobs
    )
    matrix = METHODS[method](problem)
    warn_if_doubtful(problem, matrix, classes)
    single = problem._replace(n_jobs=1)  # the threads are spent on the draws
    draws = ((method, single, weight) for weight in _bootstrap_weights(problem, n_bootstrap, random_state))
    estimates = np.array(list(run_in_order(_estimate, draws, n_jobs=n_jobs, prefer="threads")))
    low, high = np.quantile(estimates, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    return TransitionIntervals(matrix, low, high)


def _bootstrap_weights(problem, n_bootstrap, random_state):
    """Yield how often each row is drawn among the labelled ones, times its own weight."""
    rng = check_random_state(random_state)
    rows, own = problem.counted()
    # A label counts in about three triples of a row and its two neighbours, so no more than a third are independent.
    n_drawn = len(rows) if problem.neighbours is None else max(1, len(rows) // 3)
    for _ in range(n_bootstrap):
        weight = np.zeros(len(problem.codes))
        times = np.bincount(rng.randint(len(rows), size=n_drawn), minlength=len(rows))
        weight[rows] = own * times * (len(rows) / n_drawn)
        yield weight


def _estimate(method, problem, weight):
    return METHODS[method](problem._replace(weight=weight))
