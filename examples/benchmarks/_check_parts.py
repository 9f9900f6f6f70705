"""What checks.py measures, one function a part; each returns metrics of one table and seed."""

import time
import warnings

import numpy as np
import pandas as pd
from _tables import subsample
from sklearn.metrics import average_precision_score

from skclean.detectors import ConfidentLearning, SelfCleanAudit
from skclean.inspection import duplicates, noise_by_group, run_checks, shortcut_columns
from skclean.noise import inject_noise

__all__ = ["PARTS"]

N_GROUPS, GROUP_ROWS, N_DRAWS = 20, 200, 10


def changed(labels, rate, rng):
    """Labels with another class in a share of the rows."""
    n_classes = labels.max() + 1
    other = (labels + rng.integers(1, n_classes, len(labels))) % n_classes
    return np.where(rng.random(len(labels)) < rate, other, labels)


def leaks(X, y, cat_mask, seed):
    """Average precision and flags of the audit with planted copies of the label, and what the check says."""
    X, y = subsample(X, y, 2000)
    y_noisy, flipped = inject_noise(y, rate=0.1, random_state=seed)
    rng = np.random.default_rng(seed)
    copies = {"plain": [], "copy": [y_noisy], "95 %": [changed(y_noisy, 0.05, rng)]}
    found = {}
    for name, columns in copies.items():
        table = np.column_stack([X, *columns])
        detector = ConfidentLearning(random_state=seed).fit(table, y_noisy)
        result = shortcut_columns(table, y_noisy, random_state=seed)
        named = str(X.shape[1]) in [line["column"] for line in result.findings]
        found[name] = {
            "AP": average_precision_score(flipped, 1 - detector.label_quality_),
            "flags": np.count_nonzero(detector.noise_mask_),
            "issue": result.state == "issue",
            "tip": result.state == "tip",
            "named": named and result.state == "issue",
        }
    clean = shortcut_columns(X, y, random_state=seed)
    found["clean labels"] = {"issue": clean.state == "issue", "tip": clean.state == "tip"}
    return found


# Name, noise rate, that of one group, and whether the share is exact or each label is flipped by chance.
PLANTED = (
    ("10 and 20 %, exactly", 0.1, 0.2, True),
    ("10 and 20 %, by chance", 0.1, 0.2, False),
    ("5 and 10 %, exactly", 0.05, 0.1, True),
    ("5 and 10 %, by chance", 0.05, 0.1, False),
    ("10 % everywhere", 0.1, 0.1, False),
    ("5 % everywhere", 0.05, 0.05, False),
)


def groups(X, y, cat_mask, seed):
    """Whether a group with a doubled noise rate is found, and false alarms, in tables of at least 4,000 rows."""
    n_rows = N_GROUPS * GROUP_ROWS
    X, y = subsample(X, y, n_rows, seed)
    if len(y) < 0.95 * n_rows:
        return {}
    rng = np.random.default_rng(1000 + seed)
    group, found = rng.permutation(len(y)) % N_GROUPS, {}
    for name, rate, bad_rate, exact in PLANTED:
        bad = int(rng.integers(N_GROUPS))
        if exact:
            y_noisy = _changed_exactly(y, group, np.where(np.arange(N_GROUPS) == bad, bad_rate, rate), rng)
        else:
            y_noisy = changed(y, np.where(group == bad, bad_rate, rate), rng)
        detector = ConfidentLearning(random_state=seed).fit(X, y_noisy)
        result = noise_by_group(detector, X, groups=group)
        others = [result] if bad_rate > rate else [result, *_drawn(detector, group, rng)]
        named = [{line["value"] for line in one.findings if line["column"] == "the group"} for one in others]
        found[name] = {
            "found": str(bad) in named[0],
            "false": np.mean([bool(one - ({str(bad)} if bad_rate > rate else set())) for one in named]),
            "columns": any(line["column"] != "the group" for line in result.findings),
            "columns alone": bool(noise_by_group(detector, X).findings),
        }
    return found


def _changed_exactly(labels, group, rates, rng):
    """Labels with another class in exactly the given share of the rows of each group."""
    wrong = np.zeros(len(labels), dtype=bool)
    for number, rate in enumerate(rates):
        rows = np.flatnonzero(group == number)
        wrong[rng.choice(rows, round(rate * len(rows)), replace=False)] = True
    return np.where(wrong, changed(labels, 1.0, rng), labels)


def _drawn(detector, group, rng):
    """Results for random groups, of the same labels."""
    return [noise_by_group(detector, groups=rng.permutation(group)) for _ in range(N_DRAWS)]


def near_duplicates(X, y, cat_mask, seed):
    """Average precision for 5 % planted near duplicates, and the share of rows flagged before."""
    if cat_mask.all():
        return {}
    rng = np.random.default_rng(seed)
    X = np.unique(subsample(X, y, 2000, seed)[0], axis=0)
    X = X[rng.permutation(len(X))]
    source = rng.choice(len(X), len(X) // 20, replace=False)
    copies = X[source].copy()
    numbers = ~cat_mask
    jitter = 0.01 * np.nanstd(X[:, numbers], axis=0) * rng.normal(size=(len(source), numbers.sum()))
    copies[:, numbers] += jitter.astype(X.dtype)
    planted = np.vstack([X, copies])
    truth = np.zeros(len(planted), dtype=bool)
    truth[[*source, *range(len(X), len(planted))]] = True
    before, after = (_as_frame(table, cat_mask) for table in (X, planted))
    detector = SelfCleanAudit().fit(after, np.arange(len(after)) % 2)
    found = duplicates(after).numbers["n_near"] / len(source)
    flagged = duplicates(before).numbers["n_near"] / len(before)
    score = average_precision_score(truth, 1 - detector.duplicate_quality_)
    return {"near": {"AP": score, "found": found, "flagged before": flagged}}


def _as_frame(X, cat_mask):
    """Numbers as they are, categories as text."""
    frame = pd.DataFrame(X)
    for j in np.flatnonzero(cat_mask):
        frame[j] = frame[j].map(lambda code: None if code != code else f"c{int(code)}").astype(object)
    return frame


def alarms(X, y, cat_mask, seed):
    """The state of every check on labels as they come."""
    X, y = subsample(X, y, 3000, seed)
    X = _as_frame(X, cat_mask) if cat_mask.any() else X
    detector = ConfidentLearning(random_state=seed).fit(X, y)
    states = ("passed", "issue", "tip", "not applicable", "skipped")
    checks = run_checks(detector, X, y, random_state=seed)
    return {one.code: {state: float(one.state == state) for state in states} for one in checks}


PARTS = {"leaks": leaks, "groups": groups, "near duplicates": near_duplicates, "alarms": alarms}


def run_part(part, X, y, cat_mask, seed):
    """Metrics of one part by case, with the seconds that it took."""
    warnings.simplefilter("ignore")
    start = time.perf_counter()
    found = PARTS[part](X, y, cat_mask, seed)
    if found:
        next(iter(found.values()))["seconds"] = time.perf_counter() - start
    return found
