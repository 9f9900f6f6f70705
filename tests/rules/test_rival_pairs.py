"""RivalRatio from the pairs of classes that occur, against tables of all pairs."""

import tracemalloc

import numpy as np
import pytest
from material import class_audit, random_proba, rival_histogram, rival_mask

from skclean import _kernels as kernels
from skclean import find_label_issues
from skclean.noise._confident_joint import class_thresholds
from skclean.rules import RivalRatio, _rival
from skclean.rules._otsu import otsu_cut
from skclean.targets import class_totals


def dense_rule(audit):
    """The rule with tables of shape (n_classes, n_classes), without the second opinion."""
    codes, n_classes, weight = audit.codes, audit.n_classes, audit.sample_weight
    thresholds = class_thresholds(codes, audit.proba, summary=audit.summary, weight=weight, verified=audit.verified)
    known = np.isfinite(thresholds)
    root = np.sqrt(np.maximum(np.where(known, thresholds, thresholds[known].max()), 1e-6))
    usual = root[:, None] / root

    def split(scale):
        histogram = rival_histogram(audit.open_codes, audit.summary, scale, 512, weight=weight)
        return rival_mask(audit.open_codes, audit.summary, scale, otsu_cut(histogram), usual)

    mask = split(usual)
    flagged = np.flatnonzero(mask)
    if not flagged.size:
        return mask
    pairs = audit.summary.rivals_of(flagged).astype(np.intp) * n_classes + codes[flagged]
    confusions = np.bincount(pairs, None if weight is None else weight[flagged], n_classes**2)
    confusions = confusions.reshape(n_classes, n_classes).astype(np.float64)
    totals = class_totals(codes, n_classes, weight)
    one_row = 1.0 if weight is None else weight[(codes >= 0) & (weight > 0)].mean()
    kept = class_totals(np.where(mask, np.int32(-1), codes), n_classes, weight)
    n_true = confusions.sum(axis=1) + kept
    rates = (confusions + one_row) / (n_true[:, None] + one_row / (confusions.sum() / totals.sum() / (n_classes - 1)))
    typical = (confusions * rates).sum() / confusions.sum()
    return split(usual * np.sqrt(rates / typical).T)


def audit_of(rng, n_rows, n_classes, dtype, *, weighted=False, verified=False, strength=2.0):
    codes = rng.integers(n_classes, size=n_rows).astype(np.int32)
    seen = np.where(rng.random(n_rows) < 0.3, rng.integers(n_classes, size=n_rows), codes)
    proba = random_proba(rng, n_rows, n_classes, seen, strength=strength).astype(dtype)
    codes[rng.random(n_rows) < 0.1] = -1
    _, rows = kernels.scan_rows(codes, proba)
    return class_audit(
        codes=codes,
        classes=np.arange(n_classes),
        proba=proba,
        quality=rows.given.astype(np.float64),
        suggested=rows.predicted,
        summary=rows,
        sample_weight=rng.exponential(size=n_rows) if weighted else None,
        verified=rng.random(n_rows) < 0.2 if verified else None,
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_classes", [2, 3, 4, 20, 300])
@pytest.mark.parametrize("options", [{}, {"weighted": True}, {"verified": True}, {"strength": 0.5}])
def test_equals_the_rule_with_tables_of_all_pairs(monkeypatch, dtype, n_classes, options):
    monkeypatch.setattr(_rival, "judge_minority_classes", lambda mask, *_: mask)
    for seed in range(4):
        audit = audit_of(np.random.default_rng(seed), 400, n_classes, dtype, **options)
        np.testing.assert_array_equal(RivalRatio()._flag(audit), dense_rule(audit))


def test_rows_are_gathered_anew_where_the_second_split_reaches_further(monkeypatch):
    monkeypatch.setattr(_rival, "judge_minority_classes", lambda mask, *_: mask)
    monkeypatch.setattr(_rival, "MIN_REACH", 1e-3)
    for seed in range(4):
        audit = audit_of(np.random.default_rng(seed), 400, 6, np.float64)
        np.testing.assert_array_equal(RivalRatio()._flag(audit), dense_rule(audit))


def test_many_classes_take_a_tenth_of_the_matrix():
    rng = np.random.default_rng(0)
    y = rng.integers(4000, size=6000)
    proba = rng.random((6000, 4000), dtype=np.float32)
    proba[np.arange(6000), y] += 4000 * rng.random(6000)
    proba /= proba.sum(axis=1, keepdims=True)
    tracemalloc.start()
    find_label_issues(y, proba, classes=np.arange(4000))
    extra = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # the sample that measures skill has up to 4 million cells, whatever the matrix
    assert extra < 0.1 * proba.nbytes + 50e6 < 4000**2 * 8
