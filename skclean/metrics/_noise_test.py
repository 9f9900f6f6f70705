"""A test of the hypothesis that labels are clean."""

from numbers import Integral
from typing import NamedTuple

import numpy as np
from sklearn.utils import check_random_state, check_scalar

from skclean.evidence import default_estimator, default_proba
from skclean.noise.transition._noisy_logit import NoisyLogit, centred_logs, fit_calibration, fit_noisy_logit
from skclean.preprocessing import is_table
from skclean.targets import ClassTarget, check_class_rows, refuse_one_class
from skclean.utils._compat import safe_indexing
from skclean.utils._typing import Floats, Labels1d, RandomState, Table

__all__ = ["NoiseTest", "noise_test"]

# Draws that fit at least as well as the labels, after which the test stops: the labels are then not significant.
ENOUGH = 4
# A drawn class with fewer rows than this is drawn again.
FEWEST, MOST_TRIES = 3, 20


class NoiseTest(NamedTuple):
    """The result of a test that labels are clean.

    Attributes
    ----------
    p_value : float
        Small where labels are not clean.
    statistic : float
        Logarithm of how much likelier the labels are with a transition matrix than without one.
    of_clean : ndarray of shape (n_draws,)
        The same of clean labels that were drawn for the same rows.
    noise_rate : float
        Share of wrong labels by the fit with the matrix.
    """

    p_value: float
    statistic: float
    of_clean: Floats
    noise_rate: float


def noise_test(
    X: Table, y: Labels1d, *, n_draws: int = 39, n_jobs: int | None = None, random_state: RandomState = None
) -> NoiseTest:
    """Test whether labels are clean.

    Labels alone do not show whether classes overlap or labels are wrong: a row of class A with the features of class B
    may be wrong, or it may be a rare case. **The test assumes that classes do not overlap where the features are
    clear**: the clearer the features, the rarer the other classes, without a limit, as under logistic regression. Other
    labels that are left where the features are clearest are then noise. Where classes overlap everywhere, the test
    hardly ever rejects.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Any table.
    y : array-like of shape (n_samples,)
        Labels; a row with a missing one is left out.
    n_draws : int, default=39
        Clean label sets to compare with, at least 19; the p-value is at least 1 / (n_draws + 1). Each costs a fit of
        the default model. Labels that look clean need about 4.
    n_jobs : int or None, default=None
        Trees grown side by side.
    random_state : int, RandomState instance or None, default=None
        Seed.

    Returns
    -------
    result : NoiseTest
        Named tuple with `p_value`, `statistic`, `of_clean` and `noise_rate`.

    Raises
    ------
    ValueError
        If X is no table, or y has one class.

    Notes
    -----
    The statistic is a likelihood ratio: of a logistic curve behind a transition matrix, and of one alone, on the
    default model's probabilities out of bag. Its distribution under clean labels is simulated: labels are drawn from
    the curve without the matrix, and the model is fitted to them again. So the test allows for errors of the model,
    such as the low confidence of forests. It stops at the fourth draw that is as large (Besag and Clifford, 1991).

    A rejection means noise, or exceptions that no feature explains; the test cannot tell which. A high p-value does not
    mean that labels are clean: noise near the boundary of the classes looks like overlap.
    ``examples/benchmarks/noisy_decisions.py`` prints how often it rejects.

    References
    ----------
    Besag, Clifford, "Sequential Monte Carlo p-values", Biometrika 1991.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import make_blobs
    >>> from skclean.metrics import noise_test
    >>> from skclean.noise import inject_noise
    >>> X, y = make_blobs(400, centers=2, random_state=0)
    >>> given, _ = inject_noise(y, rate=0.2, random_state=0)
    >>> noise_test(X, given, n_draws=19, random_state=0).p_value
    0.05
    """
    check_scalar(n_draws, "n_draws", Integral, min_val=19)
    X, labels = check_class_rows(X, y)
    refuse_one_class(labels, None)
    if not is_table(X):
        raise ValueError("X must be a table, for the default model; encode texts or images as numbers first.")
    if not labels.known.all():
        rows = np.flatnonzero(labels.known)
        X, labels = safe_indexing(X, rows), ClassTarget(labels.codes[rows], labels.classes)
    rng = check_random_state(random_state)
    ratio, fitted, truth = _ratio(X, labels, n_jobs, rng)
    found: list[float] = []
    larger = 0
    while len(found) < n_draws and larger < ENOUGH and ratio > 0:
        drawn = ClassTarget(_draw(truth, rng), labels.classes)
        found.append(_ratio(X, drawn, n_jobs, rng)[0])
        larger += found[-1] >= ratio
    stopped = larger == ENOUGH
    p_value = 1.0 if ratio <= 0 else larger / len(found) if stopped else (larger + 1) / (len(found) + 1)
    rate = 1 - float(truth.mean(axis=0) @ np.diag(fitted.matrix))
    return NoiseTest(float(p_value), ratio, np.array(found), rate)


def _ratio(X, labels, n_jobs, rng):
    """Log-likelihood ratio, the fit with a matrix, and its P(true class | row)."""
    n_classes = len(labels.classes)
    forest = default_estimator(X, n_classes=n_classes, n_jobs=n_jobs)
    logs = centred_logs(default_proba(forest, X, labels, n_jobs=n_jobs, random_state=rng))
    weight = np.ones(len(logs))
    noisy = fit_noisy_logit(logs, labels.codes, weight)
    truth = noisy.truth(logs)
    of_noisy = float(np.log((truth * noisy.matrix.T[labels.codes]).sum(axis=1)).sum())
    starts = noisy, NoisyLogit(1.0, np.zeros(n_classes), np.eye(n_classes))  # a steep start may end in a bad maximum
    of_clean = max(fit_calibration(logs, labels.codes, weight, start, np.eye(n_classes))[1] for start in starts)
    return of_noisy - of_clean, noisy, truth


def _draw(truth, rng):
    """Draw a class for each row; every class has some rows."""
    summed = np.cumsum(truth, axis=1)
    for _ in range(MOST_TRIES):
        codes = (summed[:, :-1] < rng.uniform(size=(len(truth), 1))).sum(axis=1)
        if np.bincount(codes, minlength=truth.shape[1]).min() >= FEWEST:
            break
    for code in range(truth.shape[1]):  # a class that is too rare gets its likeliest rows
        if (codes == code).sum() < FEWEST:
            codes[np.argsort(-truth[:, code])[:FEWEST]] = code
    return codes.astype(np.int32)
