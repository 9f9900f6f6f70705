"""A score with an interval from few checked labels and many noisy ones."""

from typing import Any, NamedTuple

import numpy as np
from scipy.stats import t as student

from skclean.metrics._expected import RowMetric, ScoredRows, scored_rows
from skclean.targets import UNLABELLED, codes_of, encode_labels
from skclean.utils._compat import num_samples
from skclean.utils._typing import Labels1d, RandomState, Table

__all__ = ["TestScore", "test_score"]

# With fewer checked rows no slope is fitted: the expected score counts as it is.
FEW = 20
# Rows that the variance of the model of noise counts for beside the checked ones, so that a sample without any mistake
# does not have an interval of width 0.
PRIOR_ROWS = 4.0
# Squared mistakes that are added to those seen. With 0 and 100 checked rows, intervals of models with an accuracy above
# 0.9 held the truth in 88 %; with 0.4 those of all models held it in 94 %.
MISTAKES = 0.4


class TestScore(NamedTuple):
    """A score on true labels.

    Attributes
    ----------
    score : float
        Greater is better.
    low, high : float
        Ends of the interval.
    standard_error : float
    n_checked : int
    correlation : float
        Between the score of a checked row and what is expected of it from the noisy label and the default model.
    width_ratio : float
        Width of the interval over that of an interval from the checked rows alone: about
        ``sqrt(1 - correlation ** 2)``, and more with ``new_rows=True``.
    """

    score: float
    low: float
    high: float
    standard_error: float
    n_checked: int
    correlation: float
    width_ratio: float


def test_score(
    model: Any,
    X: Table,
    y: Labels1d,
    checked: Labels1d,
    *,
    metric: RowMetric = "accuracy",
    confidence: float = 0.95,
    new_rows: bool = False,
    random_state: RandomState = 0,
) -> TestScore:
    """Estimate the score of a model on true labels from few checked labels and many noisy ones.

    A regression on the checked rows predicts the score of a row from its noisy label and from the posterior of the
    default model. The estimate is the mean prediction over all rows; the checked rows correct it. So it is right under
    any noise and with any default model; they only change how wide the interval is.

    Parameters
    ----------
    model : fitted classifier
        It must not have been trained on these rows.
    X : array-like of shape (n_samples, ...)
        Test rows.
    y : array-like of shape (n_samples,)
        Noisy labels; missing where there is none.
    checked : array-like of shape (n_samples,)
        The right label of rows that were checked, missing (None, NaN) elsewhere. **The rows must be a random sample**
        of all rows: not the most doubtful ones. For rows that are chosen by a model see :func:`draw_active_test`.
    metric : {"accuracy", "neg_log_loss", "neg_brier_score"}, default="accuracy"
        As scikit-learn's scorers of these names.
    confidence : float, default=0.95
        Of the interval, in (0, 1).
    new_rows : bool, default=False
        False gives an interval for the score on the true labels of the rows of X. True gives one for the score on new
        rows of the kind, which is wider: the rows of X are a sample themselves.
    random_state : int, RandomState instance or None, default=0
        Seeds the default model.

    Returns
    -------
    score : TestScore
        Named tuple with `score`, `low` and `high`.

    Raises
    ------
    ValueError
        If fewer than 5 rows are checked, or the metric is unknown.

    Notes
    -----
    How much is gained depends on the correlation of the prediction with the true score. The interval is half as wide as
    that of the checked rows alone where it is 0.87, and a third where it is 0.94. With ``new_rows=True`` there must
    also be at least 4 and 9 times as many noisy labels. Over 13 tables it was 0.84 with 5 % of wrong labels and 0.70
    with 30 %; ``examples/benchmarks/noisy_decisions.py`` prints the widths. Where classes overlap much and labels are
    very noisy, nothing but more checked labels helps.

    As in the paper: a difference estimator with the weight that minimises its variance. Otherwise: it is the tabular
    counterpart, not the papers' code, with a regression on two predictions in place of one weight, and a variance that
    counts the default model's as that of four further rows.

    References
    ----------
    Angelopoulos, Bates, Fannjiang, Jordan, Zrnic, "Prediction-powered inference", Science 2023.
    Angelopoulos, Duchi, Zrnic, "PPI++: Efficient Prediction-Powered Inference", 2023.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclean.metrics import test_score
    >>> from skclean.noise import inject_noise
    >>> X, y = make_classification(2400, class_sep=2.0, flip_y=0, random_state=0)
    >>> given, _ = inject_noise(y, rate=0.1, random_state=0)
    >>> model = LogisticRegression().fit(X[:400], given[:400])
    >>> checked = np.full(2000, np.nan)
    >>> checked[:100] = y[400:500]
    >>> found = test_score(model, X[400:], given[400:], checked)
    >>> bool(found.low < model.score(X[400:], y[400:]) < found.high), found.n_checked
    (True, 100)
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be in (0, 1), got {confidence}.")
    right = encode_labels(checked, name="checked")
    if len(right.codes) != num_samples(y):
        raise ValueError(
            f"checked has {len(right.codes)} rows and y has {num_samples(y)}; pass a missing label where none is."
        )
    rows = np.flatnonzero(right.known)
    if len(rows) < 5:
        raise ValueError(f"checked has {len(rows)} labels; check at least 5 rows, drawn at random.")
    scored = scored_rows(model, X, y, metric, others=right.classes.tolist(), random_state=random_state)
    codes = codes_of(right.classes, scored.classes)[right.codes[rows]]
    return _estimate(scored, rows, scored.of_codes(rows, codes), confidence, new_rows)


# no tests, whatever pytest makes of the names
vars(test_score)["__test__"] = False
type.__setattr__(TestScore, "__test__", False)


def _estimate(scored: ScoredRows, rows, true, confidence, new_rows=False):
    predicted, n_fitted = _predict(scored, rows, true)
    n_rows, n_checked = len(predicted), len(rows)
    left = true - predicted[rows]
    score = float(predicted.mean() + left.mean())
    prior = float(scored.spread.mean())
    floor = MISTAKES * float(np.ptp(scored.values, axis=1).mean()) ** 2
    left_variance = _variance(left, n_fitted, PRIOR_ROWS * prior + floor)
    alone = _variance(true, 1, PRIOR_ROWS * float(prior + predicted.var()) + floor)
    rest, spread = 1 - n_checked / n_rows, alone / n_rows if new_rows else 0.0
    error = np.sqrt(left_variance / n_checked * rest + spread)
    half = float(student.ppf((1 + confidence) / 2, n_checked - n_fitted) * error)
    own = float(student.ppf((1 + confidence) / 2, n_checked - 1) * np.sqrt(alone / n_checked * rest + spread))
    correlation = np.sqrt(np.clip(1 - left_variance / alone, 0, 1)) if alone > 0 else 1.0
    ratio = half / own if own > 0 else 1.0
    return TestScore(score, score - half, score + half, float(error), n_checked, float(correlation), ratio)


def _variance(values, n_fitted, prior):
    away = ((values - values.mean()) ** 2).sum()
    return float((away + prior) / (len(values) - n_fitted + PRIOR_ROWS))


def _predict(scored: ScoredRows, rows, true):
    """Scores predicted for all rows, and the number of coefficients that were fitted."""
    expected = scored.expected
    if len(rows) < FEW:
        return expected, 1
    given = np.where(scored.codes == UNLABELLED, expected, scored.values[np.arange(len(expected)), scored.codes])
    columns = [np.ones(len(expected))]
    columns += [column for column in (expected, given) if column[rows].std() > 1e-9]
    design = np.column_stack(columns)
    coefficients = np.linalg.lstsq(design[rows], true, rcond=None)[0]
    return design @ coefficients, design.shape[1]
