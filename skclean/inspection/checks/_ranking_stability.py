"""SKC016: whether wrong test labels change which of several models is best."""

from collections.abc import Mapping
from itertools import combinations
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.utils import check_random_state, check_scalar

from skclean.inspection.checks._check import CheckResult, Interval, check, issue, passed, tip
from skclean.inspection.checks._words import percent, quoted
from skclean.targets import encode_labels
from skclean.utils._typing import Labels1d, RandomState

__all__ = ["ranking_stability"]

MOST = 3.0  # times today's share of wrong labels
MAX_ROWS = 200
LOW, HIGH = 0.05, 0.95


@check("SKC016", title="Ranking of models under wrong test labels")
def ranking_stability(
    predictions: Mapping[str, Labels1d],
    y: Labels1d,
    corrected: Labels1d,
    *,
    n_bootstrap: int = 500,
    random_state: RandomState = None,
) -> CheckResult:
    """Say at which share of wrong test labels two models swap places.

    The accuracy of a model is a mixture of that on rows with right labels and that on rows with wrong ones. If right
    rows were left out at random, wrong ones would be more frequent. So the share of wrong labels is followed from 0 to
    three times today's, and the share at which two models are level is given.

    Parameters
    ----------
    predictions : dict of str to array-like of shape (n_samples,)
        What at least two models predict for the test rows.
    y : array-like of shape (n_samples,)
        Given labels of the test rows.
    corrected : array-like of shape (n_samples,)
        Corrected labels; or booleans, True where the given label is wrong and the right one is not known.
    n_bootstrap : int, default=500
        How often rows are drawn for the intervals.
    random_state : int, RandomState instance or None, default=None
        Draws the rows.

    Returns
    -------
    result : CheckResult
        `numbers` are share_wrong and, for each model, its accuracy on given and on corrected labels with 90 %
        intervals; where the right labels are not known, corrected accuracy is that on the other rows. `findings` has
        the pairs of models that swap, with the share at which they do and its 90 % interval. `rows` are wrong rows on
        which the models disagree. The state is "issue" where another model is best on corrected labels, "tip" where
        models swap up to three times today's share, else "passed".

    References
    ----------
    Northcutt, Athalye, Mueller, "Pervasive label errors in test sets destabilize machine learning benchmarks", NeurIPS
    2021.

    Examples
    --------
    >>> from skclean.inspection import ranking_stability
    >>> y, corrected = [0, 0, 1, 1, 1, 0], [0, 0, 1, 1, 0, 1]
    >>> predictions = {"learned the errors": [0, 0, 1, 0, 1, 0], "right": [0, 0, 1, 1, 0, 1]}
    >>> ranking_stability(predictions, y, corrected, random_state=0).state
    'issue'
    """
    check_scalar(n_bootstrap, "n_bootstrap", Integral, min_val=2)
    names, on_given, on_corrected, wrong, table = _right_predictions(predictions, y, corrected)
    rng = check_random_state(random_state)
    draws = rng.randint(len(wrong), size=(n_bootstrap, len(wrong)))
    share = float(wrong.mean())
    counted = ~np.isnan(on_corrected[0])
    numbers: dict[str, Any] = {"share_wrong": share}
    for name, given, fixed in zip(names, on_given, on_corrected, strict=True):
        numbers[f"{name} on given labels"] = _interval(given.mean(), given[draws].mean(axis=1))
        numbers[f"{name} on corrected labels"] = _interval(
            fixed[counted].mean(), np.nanmean(np.where(counted, fixed, np.nan)[draws], axis=1)
        )
    findings = _swaps(names, on_given, wrong, draws)
    best_given = int(on_given.mean(axis=1).argmax())
    fixed_scores = on_corrected[:, counted].mean(axis=1)
    best_fixed = int(fixed_scores.argmax())
    disagree = np.flatnonzero(wrong & (table != table[0]).any(axis=0))[:MAX_ROWS]
    more = {"numbers": numbers, "findings": findings, "rows": disagree}
    if not wrong.any():
        return passed("No test label is wrong, so the ranking of the models stands.", **more)
    if fixed_scores[best_fixed] > fixed_scores[best_given]:
        return issue(
            f"{quoted(names[best_given])} is best on the given labels and {quoted(names[best_fixed])} on the corrected "
            f"ones; {percent(share)} of the labels are wrong.",
            **more,
        )
    if findings:
        first = findings[0]
        pair = f"{quoted(first['first'])} and {quoted(first['second'])}"
        at = f"where {percent(first['share'])} of the labels are wrong; today {percent(share)} are"
        return tip(f"{pair} swap places {at}.", **more)
    return passed(f"No two models swap places up to {percent(min(1.0, MOST * share))} wrong labels.", **more)


def _right_predictions(predictions, y, corrected):
    """Names; where each model is right on given and on corrected labels; wrong rows; and what the models predict."""
    if not isinstance(predictions, Mapping) or len(predictions) < 2:
        raise ValueError("predictions must be a dict of at least two models: {name: predicted labels}.")
    y = np.asarray(y)
    encode_labels(y)  # names the fault of labels that are none
    corrected = np.asarray(corrected)
    table = np.array([np.asarray(one) for one in predictions.values()], dtype=object)
    if corrected.shape != y.shape or table.shape != (len(predictions), *y.shape):
        raise ValueError(f"y, corrected and each prediction must have one value for each of {len(y)} rows.")
    on_given = (table == y).astype(np.float64)
    if corrected.dtype == bool and y.dtype != bool:
        wrong = corrected
        on_corrected = np.where(wrong, np.nan, on_given)
    else:
        wrong = np.asarray(y != corrected)
        on_corrected = (table == corrected).astype(np.float64)
    if wrong.all():
        raise ValueError("corrected differs from y in every row; at least one label must be right.")
    return [str(name) for name in predictions], on_given, on_corrected, wrong, table


def _interval(value, draws):
    low, high = np.quantile(draws, [LOW, HIGH])
    return Interval(float(value), float(min(low, value)), float(max(high, value)))


def _swaps(names, on_given, wrong, draws):
    """Pairs of models that swap up to three times today's share of wrong labels, the nearest to today's first."""
    share, found = float(wrong.mean()), []
    for first, second in combinations(range(len(names)), 2):
        apart = on_given[first] - on_given[second]
        at = _level(apart, wrong)
        if not 0 < at <= min(1.0, MOST * share):
            continue
        drawn = np.array([_level(apart[rows], wrong[rows]) for rows in draws])
        drawn = drawn[(drawn >= 0) & (drawn <= 1)]
        interval = _interval(at, drawn if len(drawn) else np.array([at]))
        line = {"first": names[first], "second": names[second], "share": at}
        found.append({**line, "share low": interval.low, "share high": interval.high, "share today": share})
    return sorted(found, key=lambda line: abs(line["share"] - share))


def _level(apart, wrong):
    """The share of wrong labels at which two models are equally accurate; NaN where there is none."""
    if wrong.all() or not wrong.any():
        return np.nan
    right, other = float(apart[~wrong].mean()), float(apart[wrong].mean())
    return right / (right - other) if right != other else np.nan
