"""SKC003: classes that the model cannot tell apart."""

from typing import Any

import numpy as np

from skclean.inspection.checks._check import CheckResult, Interval, NotApplicable, check, passed, tip
from skclean.inspection.checks._inputs import findings_of
from skclean.inspection.checks._words import percent, quoted

__all__ = ["class_overlap"]

MAX_PAIRS = 10
MAX_ROWS = 50
# Of 50 % that two classes share at most where nothing tells them apart.
MUCH = 0.25
MIN_MEMBERS = 20
MAX_SAMPLE = 20_000
Z = 1.64


@check("SKC003", title="Overlapping classes")
def class_overlap(detector: Any) -> CheckResult:
    """Find pairs of classes that the out-of-sample model cannot tell apart.

    The overlap of two classes is the share of their rows that the model would assign to the wrong one of the two if it
    had to choose by its own probabilities: 0 where they are far apart and 50 % where nothing tells them apart. The
    state is "tip" from 25 % on. Overlap is no fault of the labels; such classes may need another feature, or be one.

    Parameters
    ----------
    detector : detector
        Fitted, with class probabilities.

    Returns
    -------
    result : CheckResult
        `numbers` has the overlap of the worst pair with a 90 % interval over rows. `findings` lists up to 10 pairs.
        `rows` are up to 50 rows of the worst pair that lie between both classes. Overlaps are means over at most
        20,000 rows.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import ConfidentLearning
    >>> from skclean.inspection import class_overlap
    >>> X, y = load_iris(return_X_y=True)
    >>> class_overlap(ConfidentLearning(random_state=0).fit(X, y)).state
    'passed'
    """
    found = findings_of(detector)
    proba = found.audit.proba
    if proba is None:
        raise NotApplicable("the detector has no class probabilities")
    rows = found.judged
    rows = rows[np.linspace(0, len(rows) - 1, min(len(rows), MAX_SAMPLE)).astype(np.intp)]
    codes = found.codes[rows]
    members = np.bincount(codes, minlength=found.audit.n_classes)
    order = [pair for pair in _pairs(proba[rows], codes, members) if min(members[list(pair[:2])]) >= MIN_MEMBERS]
    if not order:
        raise NotApplicable(f"no two classes have {MIN_MEMBERS} members that could be judged")
    findings = [_line(found.names, *pair) for pair in order[:MAX_PAIRS]]
    first, second, mean, error = order[0]
    numbers = {"largest overlap": Interval(mean, max(0.0, mean - Z * error), min(0.5, mean + Z * error))}
    names = f"{quoted(found.names[first])} and {quoted(found.names[second])}"
    if mean < MUCH:
        verdict = f"The model tells all classes apart; {names} overlap most, in {percent(mean)} of their rows."
        return passed(verdict, numbers=numbers, findings=findings)
    of_pair = rows[np.isin(codes, [first, second])]
    near = np.abs(proba[of_pair, first] - proba[of_pair, second])
    verdict = f"The model can hardly tell {names} apart: it would confuse {percent(mean)} of their rows."
    between = of_pair[np.argsort(near, kind="stable")[:MAX_ROWS]]
    return tip(verdict, numbers=numbers, findings=findings, rows=between)


def _pairs(proba, codes, members):
    """Pairs of classes with the mean overlap and its standard error, the largest first."""
    found = []
    for first in range(len(members)):
        of_first = proba[codes == first]
        for second in range(first + 1, len(members)):
            both = np.concatenate([of_first, proba[codes == second]])[:, [first, second]].astype(np.float64)
            if len(both):
                smaller = both.min(axis=1) / np.maximum(both.sum(axis=1), 1e-12)
                found.append((first, second, float(smaller.mean()), float(smaller.std() / np.sqrt(len(both)))))
    return sorted(found, key=lambda pair: -pair[2])


def _line(names, first, second, mean, error):
    return {
        "first": names[first],
        "second": names[second],
        "overlap": round(mean, 4),
        "low": round(max(0.0, mean - Z * error), 4),
        "high": round(min(0.5, mean + Z * error), 4),
    }
