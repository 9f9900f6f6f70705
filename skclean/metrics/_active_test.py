"""Draw a few test rows to check, and estimate the score of a model from their labels."""

from numbers import Integral
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtri
from sklearn.utils import check_random_state, check_scalar

from skclean.metrics._expected import RowMetric, scored_rows
from skclean.targets import codes_of, encode_labels
from skclean.utils._typing import Array, Floats, Labels1d, RandomState, Table

__all__ = ["ActiveDraw", "ActiveScore", "active_test", "draw_active_test"]

# Share of the draws that is uniform, so that every row has some chance to be drawn.
UNIFORM = 0.1
# Rows that the variance of the model of noise counts for, and mistakes that are added, as in test_score.
PRIOR_ROWS, MISTAKES = 4.0, 0.4


class ActiveDraw(NamedTuple):
    """Rows to check, in the order in which they were drawn.

    Attributes
    ----------
    rows : ndarray of shape (n_drawn,), int
        Positions of the rows. If there is time for fewer, check the first ones.
    chances : ndarray of shape (n_drawn,)
        Probability of each row to be drawn next, when it was drawn.
    values : ndarray of shape (n_drawn, n_classes)
        The score of each row if it were of each class.
    expected : ndarray of shape (n_drawn,)
        The score that was expected of it.
    classes : ndarray of shape (n_classes,)
    n_rows : int
        Rows that were drawn from.
    mean_expected : float
        Mean of the expected score over these.
    mean_spread : float
        Mean variance of the score of a row that was expected.
    """

    rows: Array
    chances: Floats
    values: Floats
    expected: Floats
    classes: Array
    n_rows: int
    mean_expected: float
    mean_spread: float


class ActiveScore(NamedTuple):
    """The score on the true labels of the rows that were drawn from.

    Attributes
    ----------
    score : float
        Greater is better.
    low, high : float
        Ends of the interval.
    standard_error : float
    """

    score: float
    low: float
    high: float
    standard_error: float


def draw_active_test(
    model: Any, X: Table, y: Labels1d, n_rows: int, *, metric: RowMetric = "accuracy", random_state: RandomState = None
) -> ActiveDraw:
    """Draw test rows to check; rows on which the score is less certain are drawn more often.

    Parameters
    ----------
    model : fitted classifier
        It must not have been trained on these rows.
    X : array-like of shape (n_samples, ...)
    y : array-like of shape (n_samples,)
        Noisy labels; missing where there is none.
    n_rows : int
        How many to draw, in [1, n_samples].
    metric : {"accuracy", "neg_log_loss", "neg_brier_score"}, default="accuracy"
    random_state : int, RandomState instance or None, default=None
        Seed of the draw.

    Returns
    -------
    draw : ActiveDraw
        Have the labels of ``draw.rows`` checked, and pass them to :func:`active_test`.

    Raises
    ------
    ValueError
        If `n_rows` or the metric is out of range.

    Notes
    -----
    As in the paper: rows are drawn without replacement by a surrogate of the true label, a tenth of the chance uniform.
    The surrogate is the posterior of the default model and the noisy label. Otherwise: chances follow the standard
    deviation of the score under the surrogate, and the checked rows correct the estimate of the surrogate. Over 25
    tables a checked label was worth 4.7 random ones at 10 % of wrong labels (2.6 as in the paper), and 1.8 at 30 %
    (1.3); ``examples/benchmarks/noisy_decisions.py`` prints it.

    References
    ----------
    Kossen, Farquhar, Gal, Rainforth, "Active Testing: Sample-Efficient Model Evaluation", ICML 2021.
    """
    scored = scored_rows(model, X, y, metric)
    n_samples = len(scored.codes)
    check_scalar(n_rows, "n_rows", Integral, min_val=1, max_val=n_samples)
    wanted = np.sqrt(np.maximum(scored.spread, 0))
    wanted = wanted / wanted.sum() if wanted.sum() > 0 else np.zeros(n_samples)
    chances = (1 - UNIFORM) * wanted + UNIFORM / n_samples
    keys = check_random_state(random_state).exponential(size=n_samples) / chances
    rows = np.argsort(keys, kind="stable")[:n_rows]
    drawn = chances[rows]
    left = chances.sum() - np.append(0.0, np.cumsum(drawn)[:-1])
    expected = scored.expected
    return ActiveDraw(
        rows,
        drawn / np.maximum(left, drawn),
        scored.values[rows],
        expected[rows],
        scored.classes,
        n_samples,
        float(expected.mean()),
        float(scored.spread.mean()),
    )


def active_test(draw: ActiveDraw, checked: Labels1d, *, confidence: float = 0.95) -> ActiveScore:
    """Estimate the score of a model from the checked labels of drawn rows.

    Parameters
    ----------
    draw : ActiveDraw
        Of :func:`draw_active_test`.
    checked : array-like of shape (n_checked,)
        The right labels of the first rows of the draw, in its order; at least 2.
    confidence : float, default=0.95
        Of the interval, in (0, 1).

    Returns
    -------
    score : ActiveScore
        Named tuple with `score`, `low` and `high`, for the rows that were drawn from.

    Raises
    ------
    ValueError
        If there are too few or too many labels, one is missing, or one is of no known class.

    Notes
    -----
    Rows weigh by the chance they had, so the estimate is unbiased. The interval is normal, from the variance of the
    weighted rows; bootstraps of the drawn sequence gave the same.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclean.metrics import active_test, draw_active_test
    >>> from skclean.noise import inject_noise
    >>> X, y = make_classification(1400, class_sep=1.5, flip_y=0, random_state=0)
    >>> given, _ = inject_noise(y, rate=0.1, random_state=0)
    >>> model = LogisticRegression().fit(X[:400], given[:400])
    >>> X, y, given = X[400:], y[400:], given[400:]
    >>> draw = draw_active_test(model, X, given, 60, random_state=0)
    >>> found = active_test(draw, y[draw.rows])  # 60 labels were checked
    >>> bool(found.low < model.score(X, y) < found.high)
    True
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be in (0, 1), got {confidence}.")
    right = encode_labels(checked, name="checked")
    n_checked = len(right.codes)
    if not right.known.all():
        raise ValueError("checked has a missing label; pass the labels of the first rows of the draw without gaps.")
    if not 2 <= n_checked <= len(draw.rows):
        raise ValueError(f"checked has {n_checked} labels; pass 2 to {len(draw.rows)}, in the order of draw.rows.")
    codes = codes_of(right.classes, draw.classes, name="checked")[right.codes]
    rows = np.arange(n_checked)
    left = draw.values[rows, codes] - draw.expected[:n_checked]
    weighted = left * _weights(draw.chances[:n_checked], draw.n_rows)
    score = draw.mean_expected + float(weighted.mean())
    floor = MISTAKES * float(np.ptp(draw.values, axis=1).mean()) ** 2
    away = ((weighted - weighted.mean()) ** 2).sum() + PRIOR_ROWS * weighted.var() + floor
    variance = away / (n_checked - 1 + PRIOR_ROWS) / n_checked
    error = float(np.sqrt(variance * (1 - n_checked / draw.n_rows)))
    half = float(ndtri((1 + confidence) / 2)) * error
    return ActiveScore(score, score - half, score + half, error)


def _weights(chances, n_rows):
    """Weights that make the mean of rows drawn without replacement unbiased (Farquhar, Gal, Rainforth, ICLR 2021)."""
    n_drawn = len(chances)
    place = np.arange(1, n_drawn + 1)
    rest = np.maximum(n_rows - place, 1)
    return 1 + (n_rows - n_drawn) / rest * (1 / ((n_rows - place + 1) * chances) - 1)
