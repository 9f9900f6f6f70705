"""SKC009: short rules that describe where wrong labels are."""

from typing import Any, NamedTuple

import numpy as np
from sklearn.utils import check_random_state

from skclean.inspection.checks._check import CheckResult, NotApplicable, check, passed, tip
from skclean.inspection.checks._group_rates import Moments, rate_of, ratio_of, upper_p
from skclean.inspection.checks._inputs import TableView, findings_of
from skclean.inspection.checks._predictive import binned
from skclean.inspection.checks._statistics import adjusted
from skclean.inspection.checks._words import counted, percent
from skclean.utils._typing import RandomState, Table

__all__ = ["error_rules"]

MAX_ROWS = 10_000
MIN_WRONG = 10.0
MIN_SUPPORT = 20
MAX_GATHERED = 600  # conditions that are searched, of very wide tables
N_BINS, N_VALUES, MAX_CLASSES = 8, 24, 20
MAX_RULES, MAX_CONDITIONS, BEAM = 5, 3, 12
# A condition is added to a rule only if it makes the rule this many standard errors clearer.
CLEARER = 1.0
LEVEL, MIN_RATIO = 0.05, 1.5
Z = 1.64


class Conditions(NamedTuple):
    """Conditions on rows: which rows meet them, what they say, and the column of each, -1 for the prediction."""

    met: np.ndarray
    texts: list
    columns: np.ndarray


@check("SKC009", title="Rules of wrong labels")
def error_rules(detector: Any, X: Table, *, random_state: RandomState = None) -> CheckResult:
    """Describe where wrong labels are by rules of up to three conditions.

    A condition is a range of a number, a value of a category, a missing cell, or the class that the model predicts.
    Rules are searched in one half of the rows: the rule with the clearest excess of wrong labels over random rows is
    taken, its rows are set aside, and the next one is searched. Each rule is then tested in the other half alone. Its
    p-value there is adjusted for the rules by Benjamini-Hochberg, at 5 %, and the rate must be at least 1.5 times that
    of all other rows. The state is "tip" at most. Where the interval of the noise rate reaches down to 0, nothing is
    described: the model may only find these rows hard.

    Parameters
    ----------
    detector : detector
        Fitted.
    X : array-like of shape (n_samples, n_features)
        The table it was fitted to; at most 10,000 rows are read.
    random_state : int, RandomState instance or None, default=None
        Draws the halves.

    Returns
    -------
    result : CheckResult
        `numbers` are n_rules and share_covered, the share of all expected wrong labels in rows of a rule. `findings`
        has for each rule its rows, the expected wrong labels in them, the rate and its ratio to all other rows with
        90 % intervals, and the p-value; rates are of the half that was not searched. `rows` are the flagged rows that a
        rule describes, the lowest quality first.

    Notes
    -----
    Labels that are wrong by a rule in columns that the model sees look like right ones to it, unless they are few: it
    learns the rule. So leave out of the model what has to do with how labels were made, such as who made them and when,
    and pass it here.

    After EDR (Xi et al., "Rule-based error detection and correction to operationalize movement trajectory
    classification", arXiv 2308.14250): conditions and greedy cover. Otherwise: rules are conjunctions, chosen by
    excess over random rows, and confirmed on other rows.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import make_blobs
    >>> from skclean.detectors import ConfidentLearning
    >>> from skclean.inspection import error_rules
    >>> X, y = make_blobs(2000, centers=2, n_features=3, random_state=0)
    >>> rng = np.random.default_rng(0)
    >>> hour = rng.integers(0, 24, 2000)  # the model does not see it
    >>> wrong = (hour > 17) & (rng.random(2000) < 0.3)
    >>> detector = ConfidentLearning(random_state=0).fit(X, np.where(wrong, 1 - y, y))
    >>> table = np.column_stack([X, hour])
    >>> error_rules(detector, table, random_state=0).findings[0]["rule"]
    '3 > 17'
    """
    view = TableView.with_columns(X)
    found = findings_of(detector, view.n_rows)
    if found.noise is not None and found.noise.noise_rate.low <= 0:
        raise NotApplicable("it is not certain that any label is wrong")
    rng = check_random_state(random_state)
    rows = found.judged
    rows = np.sort(rng.choice(rows, min(len(rows), MAX_ROWS), replace=False))
    chance = found.chance[rows]
    if chance.sum() < MIN_WRONG:
        raise NotApplicable(f"fewer than {MIN_WRONG:.0f} labels are expected to be wrong, too few to describe")
    half = rng.permutation(len(rows)) % 2 == 0
    conditions = _conditions(view, found, rows, chance, half)
    rules = _search(conditions, half, chance)
    lines, members = _confirm(conditions, rules, ~half, chance)
    numbers = {"n_rules": len(lines), "share_covered": 0.0}
    if not lines:
        return passed("No short rule describes where labels are wrong.", numbers=numbers)
    covered = np.any(members, axis=0)
    numbers["share_covered"] = float(chance[covered].sum() / chance.sum())
    first = lines[0]
    verdict = (
        f"Where {first['rule']}, {percent(first['rate'])} of the labels seem wrong, {first['ratio']:.1f} times as "
        f"often as elsewhere; {counted(len(lines), 'rule')} cover{'s' if len(lines) == 1 else ''} "
        f"{percent(numbers['share_covered'])} of all wrong labels."
    )
    flagged = rows[covered]
    flagged = found.worst_first(flagged[found.flagged[flagged]])
    return tip(verdict, numbers=numbers, findings=lines, rows=flagged)


class _Gatherer:
    """Collects conditions; of very many only those with the clearest excess of wrong labels in the searched half."""

    def __init__(self, chance, half):
        self.met, self.texts, self.columns, self.clearness = [], [], [], []
        self._excess = np.where(half, chance - chance[half].mean(), 0.0)
        self._half = half

    def add(self, mask, text, column):
        """Add a condition, if enough rows meet it and enough do not."""
        support = np.count_nonzero(mask)
        if MIN_SUPPORT <= support <= len(mask) - MIN_SUPPORT:
            self.met.append(mask)
            self.texts.append(text)
            self.columns.append(column)
            searched = max(1, np.count_nonzero(mask & self._half))
            self.clearness.append(float(self._excess[mask].sum()) / np.sqrt(searched))
            if len(self.met) >= 2 * MAX_GATHERED:
                self._prune()

    def _prune(self):
        kept = np.sort(np.argsort(-np.array(self.clearness), kind="stable")[:MAX_GATHERED]).tolist()
        for name in ("met", "texts", "columns", "clearness"):
            values = getattr(self, name)
            setattr(self, name, [values[place] for place in kept])

    def conditions(self):
        """All of them: Conditions."""
        matrix = np.array(self.met, dtype=np.float32).reshape(len(self.met), len(self._half))
        return Conditions(matrix, self.texts, np.array(self.columns, dtype=np.intp))


def _conditions(view, found, rows, chance, half):
    """Conditions on the rows."""
    gathered = _Gatherer(chance, half)
    for j, name in enumerate(view.names):
        if view.kind(j) in ("identifier", "words"):
            continue
        codes, bins = binned(view, j, rows, N_BINS, N_VALUES)
        gathered.add(codes < 0, f"{name} is missing", j)
        for code, value in enumerate(bins):
            low = value[0] if isinstance(value, tuple) else bins[code - 1]
            if code and isinstance(low, float):
                gathered.add(codes >= code, f"{name} > {low:.4g}", j)
                gathered.add((codes >= 0) & (codes < code), f"{name} <= {low:.4g}", j)
            if value is not None and not isinstance(value, tuple):
                text = f"{value:.6g}" if isinstance(value, float) else repr(str(value))
                gathered.add(codes == code, f"{name} is {text}", j)
    summary = found.audit.summary
    if summary is not None and found.audit.n_classes <= MAX_CLASSES:
        for code, name in enumerate(found.names):
            gathered.add(summary.predicted[rows] == code, f"the model predicts {name!r}", -1)
    return gathered.conditions()


def _search(conditions, half, chance):
    """Rules found in some rows: list of tuples of numbers of conditions."""
    met, left = conditions.met[:, half], chance[half].astype(np.float32)
    rules = []
    open_ = np.ones(met.shape[1], dtype=np.float32)
    for _ in range(MAX_RULES):
        rule = _best_rule(met, conditions.columns, left, open_)
        if rule is None:
            break
        rules.append(rule)
        open_[met[list(rule)].all(axis=0)] = 0
    return rules


def _best_rule(met, columns, chance, open_):
    """The rule with the clearest excess among open rows; None where none has enough rows."""
    n_open = float(open_.sum())
    if n_open < 2 * MIN_SUPPORT or not len(met):
        return None
    mean = float((chance * open_).sum() / n_open)
    variance = float(((chance - mean) ** 2 * open_).sum() / n_open)
    beam, best = [((), open_)], (None, 0.0)
    for _ in range(MAX_CONDITIONS):
        candidates = []
        for rule, members in beam:
            support = met @ members
            excess = met @ (members * chance) - mean * support
            spread = np.sqrt(np.maximum(support * (1 - support / n_open) * variance, 1e-12))
            taken = np.isin(columns, columns[list(rule)]) if rule else np.zeros(len(met), dtype=bool)
            z = np.where((support >= MIN_SUPPORT) & (support < n_open) & ~taken, excess / spread, -np.inf)
            for number in np.argsort(-z)[:BEAM].tolist():
                if np.isfinite(z[number]):
                    candidates.append((float(z[number]), (*rule, number)))
        candidates.sort(key=lambda one: (-one[0], one[1]))
        if not candidates or (best[0] is not None and candidates[0][0] < best[1] + CLEARER):
            break
        best = candidates[0][1], candidates[0][0]
        kept = dict.fromkeys(tuple(sorted(rule)) for _, rule in candidates)
        beam = [(rule, open_ * met[list(rule)].all(axis=0)) for rule in list(kept)[:BEAM]]
    return best[0]


def _confirm(conditions, rules, half, chance):
    """Lines of the rules that hold in other rows, and the rows of each among all."""
    members = [conditions.met[list(rule)].all(axis=0) for rule in rules]
    there = chance[half]
    n = np.array([np.count_nonzero(inside[half]) for inside in members])
    totals = np.array([there[inside[half]].sum() for inside in members])
    p_values = adjusted(upper_p(n, totals, Moments.of(there))) if rules else []
    lines, kept = [], []
    for rule, inside, p in zip(rules, members, p_values, strict=True):
        here = inside[half]
        if p > LEVEL or not 0 < here.sum() < len(here):
            continue
        prior = float(chance.mean())
        own, rest = rate_of(there[here], prior), rate_of(there[~here], prior)
        ratio = ratio_of(own, rest)
        if ratio.value >= MIN_RATIO:
            line = {"rule": " and ".join(conditions.texts[number] for number in rule), "rows": int(inside.sum())}
            line |= {"expected wrong": round(float(chance[inside].sum()), 1), "rate": own[0]}
            line |= {"rate low": max(0.0, own[0] - Z * own[1]), "rate high": min(1.0, own[0] + Z * own[1])}
            line |= {"ratio": ratio.value, "ratio low": ratio.low, "ratio high": ratio.high, "p": float(p)}
            lines.append(line)
            kept.append(inside)
    return lines, kept
