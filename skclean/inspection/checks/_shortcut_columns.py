"""SKC008: columns that copy the label, number or identify the rows, or predict the label alone; and what they cost."""

from typing import Any, NamedTuple

import numpy as np
from sklearn.utils import check_random_state

from skclean.evidence import find_leaks
from skclean.inspection.checks._check import CheckResult, Interval, NotApplicable, check, issue, passed, tip
from skclean.inspection.checks._directions import turning_columns
from skclean.inspection.checks._inputs import TableView, labels_of
from skclean.inspection.checks._periods import read_dates
from skclean.inspection.checks._predictive import (
    N_FOLDS,
    binned,
    forest_proba,
    held_out_proba,
    separation,
    separation_error,
    single_proba,
)
from skclean.inspection.checks._words import counted, percent, quoted
from skclean.targets import ClassTarget, encode_labels
from skclean.utils._compat import num_features, safe_indexing
from skclean.utils._typing import Labels1d, RandomState, Table

__all__ = ["shortcut_columns"]

MAX_ROWS = 4_000
MIN_ROWS = 40
MAX_PRICED = 3
# A shortcut reaches this share of the score of all columns, and the others reach no more than that without it.
ALONE, OTHERS = 0.95, 0.9
# A gain is worth naming from here on, and has vanished where no more than this share of it is left.
GAIN, LEFT = 0.05, 0.25


class Sample(NamedTuple):
    """Rows that columns are scored on."""

    view: TableView
    rows: np.ndarray
    target: ClassTarget
    seed: int
    groups: Any  # folds of whole groups, or None
    times: Any  # 0 for the last fifth by date and -1 before, or None
    group_codes: Any  # the group of each row, or None
    group_names: Any

    def score(self, columns: np.ndarray, folds: Any = None) -> float:
        """Separation of some columns, out of bag, or on rows of held-out folds."""
        table = safe_indexing(safe_indexing(self.view.columns, columns, axis=1), self.rows)
        if folds is None:
            return separation(forest_proba(table, self.target, self.seed), self.target.codes)
        proba, rows = held_out_proba(table, self.target, folds, safe_indexing, self.seed)
        return separation(proba, self.target.codes[rows])

    def interval(self, columns: np.ndarray) -> Interval:
        """The separation of some columns out of bag, with a 90 % interval over rows."""
        if not columns.size:
            return Interval(0.0, 0.0, 0.0)
        table = safe_indexing(safe_indexing(self.view.columns, columns, axis=1), self.rows)
        proba = forest_proba(table, self.target, self.seed)
        score, half = separation(proba, self.target.codes), 1.64 * separation_error(proba, self.target.codes)
        return Interval(score, max(-1.0, score - half), min(1.0, score + half))


@check("SKC008", title="Shortcut columns")
def shortcut_columns(
    X: Table,
    y: Labels1d,
    *,
    groups: Labels1d | None = None,
    dates: Labels1d | None = None,
    random_state: RandomState = None,
) -> CheckResult:
    """Find columns that give the label away, and say what they are worth.

    A copy of the label, also with some cells changed, a number of the rows and an identifier hide wrong labels: the
    state is "issue". The state is "tip" where one column alone predicts the label nearly as well (95 %) as all columns
    and the others do not (90 %), where the gain of a column vanishes once whole groups or the last fifth by date are
    held out, and where large numbers speak for a class in one group and against it in another.

    The score is ``2 * AUC - 1`` of each class against all others: 0 for a guess, 1 where perfect. It is measured out of
    bag by a forest of 60 trees on at most 4,000 rows. Up to three columns are priced: score with all columns and
    without the one, also on held-out groups and dates where these are given.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        The table.
    y : array-like of shape (n_samples,)
        Given labels.
    groups : array-like of shape (n_samples,) or None, default=None
        A group of each row; whole groups are held out in 5 folds.
    dates : array-like of shape (n_samples,) or None, default=None
        A date of each row; the last fifth is held out.
    random_state : int, RandomState instance or None, default=None
        Draws folds and seeds the forests.

    Returns
    -------
    result : CheckResult
        `numbers` are n_leaks, n_shortcuts, n_rows that were read, and score, of all columns but leaks, with a 90 %
        interval. `findings` lists the columns with the reason and their price. There are no `rows`.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.inspection import shortcut_columns
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> shortcut_columns(X.assign(species=y), y, random_state=0).verdict
    "1 column gives the label away or tells rows apart: 'species' is the label."
    """
    view = TableView.with_columns(X)
    labels = labels_of(y, view.n_rows)
    if num_features(view.columns) == 0 or len(labels.classes) < 2 or np.count_nonzero(labels.codes >= 0) < MIN_ROWS:
        raise NotApplicable(f"it needs two classes and {MIN_ROWS} labelled rows")
    leaks = {leak.column: leak.reason for leak in find_leaks(view.X, labels)}
    sample = _draw(view, labels, groups, dates, check_random_state(random_state))
    others = np.setdiff1d(np.arange(len(view.names)), list(leaks))
    alone = _alone(sample, others)
    interval = sample.interval(others)
    score = interval.value
    reasons = dict(list(leaks.items())[:MAX_PRICED])
    reasons |= _turning(sample, leaks) | _shortcuts(sample, others, alone, score)
    concerned = {**leaks, **reasons}
    findings = [_price(sample, others, j, concerned[j], alone, j in reasons) for j in concerned]
    n_shortcuts = len(findings) - len(leaks)
    numbers: dict[str, Any] = {"n_leaks": len(leaks), "n_shortcuts": n_shortcuts, "n_rows": len(sample.rows)}
    numbers["score"] = interval
    named = "; ".join(f"{quoted(line['column'])} {line['reason']}" for line in findings[:MAX_PRICED])
    if leaks:
        gives = "column gives" if len(leaks) == 1 else "columns give"
        tells = "tells" if len(leaks) == 1 else "tell"
        verdict = f"{len(leaks):,} {gives} the label away or {tells} rows apart: {named}."
        return issue(verdict, numbers=numbers, findings=findings)
    if findings:
        return tip(f"Look at {counted(n_shortcuts, 'column')}: {named}.", numbers=numbers, findings=findings)
    return passed("No column alone gives the label away.", numbers=numbers)


def _draw(view, labels, groups, dates, rng):
    """Return the rows that are scored, with folds of whole groups and the last fifth by date."""
    known = np.flatnonzero(labels.codes >= 0)
    rows = np.sort(rng.choice(known, min(len(known), MAX_ROWS), replace=False))
    target = ClassTarget(labels.codes[rows], labels.classes)
    folds = times = codes = names = None
    if groups is not None:
        encoded = encode_labels(groups, name="groups")
        codes, names = encoded.codes[rows], encoded.classes.tolist()
        if len(np.unique(codes)) >= N_FOLDS:
            folds = rng.permutation(codes.max() + 2)[codes + 1] % N_FOLDS
    if dates is not None:
        seconds = read_dates(dates)[rows]
        times = np.where(seconds > np.nanquantile(seconds, 0.8), 0, -1)
        times = times if len(np.unique(target.codes[times == 0])) > 1 else None
    return Sample(view, rows, target, int(rng.randint(2**31 - 1)), folds, times, codes, names)


def _alone(sample, columns):
    """Separation by each column alone, cross-fitted: dict of int to float."""
    n_rows = len(sample.rows)
    folds = np.random.RandomState(sample.seed).permutation(n_rows) % N_FOLDS
    codes, n_classes = sample.target.codes, len(sample.target.classes)
    found = {}
    for j in columns.tolist():
        if sample.view.kind(j) != "identifier" and sample.view.kind(j) != "words":
            values = binned(sample.view, j, sample.rows)[0]
            found[j] = separation(single_proba(values, codes, n_classes, folds), codes)
    return found


def _shortcuts(sample, columns, alone, score):
    """Reasons of the columns that predict the label alone, or that help only inside groups or times: dict."""
    best = sorted((j for j in alone if alone[j] >= GAIN), key=lambda j: -alone[j])[:MAX_PRICED]
    found = {}
    if len(columns) < 2 or score <= GAIN:
        return found
    for j in best:
        rest = columns[columns != j]
        strong = alone[j] >= ALONE * score
        if not (strong or sample.groups is not None or sample.times is not None):
            continue
        without = sample.score(rest)
        vanishes = _vanishes(sample, columns, rest, score - without) if score - without >= GAIN else None
        if vanishes:
            found[j] = f"helps only until {vanishes} held out"
        elif strong and without <= OTHERS * score:
            found[j] = f"alone predicts the label nearly as well as all columns ({percent(min(1, alone[j] / score))})"
    return found


def _turning(sample, leaks):
    """Reasons of the columns that have an effect of another sign in another group: dict."""
    if sample.group_codes is None:
        return {}
    turning = turning_columns(sample.view, sample.rows, sample.target.codes, sample.group_codes)
    found = [
        (j, [quoted(sample.group_names[group]) for group in pair]) for j, pair in turning.items() if j not in leaks
    ]
    return {j: f"means the opposite in group {one} and in group {other}" for j, (one, other) in found[:MAX_PRICED]}


def _vanishes(sample, columns, rest, gain):
    """Return what takes away most of the gain of a column when it is held out: a text, None where nothing does."""
    for folds, where in ((sample.groups, "whole groups are"), (sample.times, "the last fifth by date is")):
        if folds is None:
            continue
        left = max(0.0, sample.score(columns, folds)) - max(0.0, sample.score(rest, folds))
        if left <= LEFT * gain:
            return where
    return None


def _price(sample, others, j, reason, alone, priced):
    """One line for a column: its reason, and the score with and without it."""
    line = {"column": str(sample.view.names[j]), "reason": reason}
    own = alone.get(j, _alone(sample, np.array([j])).get(j) if priced else None)
    line["alone"] = None if own is None else round(own, 3)
    with_it, rest = np.union1d(others, [j]), others[others != j]
    ways = {"": None, " over groups": sample.groups, " over time": sample.times}
    for name, folds in ways.items():
        used = priced and (name == "" or folds is not None)
        line[f"with{name}"] = round(sample.score(with_it, folds), 3) if used else None
        line[f"without{name}"] = round(sample.score(rest, folds), 3) if used and rest.size else None
    return line
