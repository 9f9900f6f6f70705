"""What people read of a fitted detector: the printed record, the summary, and suggestions for flagged rows only."""

import numpy as np
import pytest
from material import planted_problem, small_detector
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler
from small_detectors import SMALL_DETECTORS

from skclean.detectors import ReCoV

X, Y, NOISY, FLIPPED = planted_problem(150, 3, 12)
NAMES = np.array(["ash", "birch", "cedar"])
every_detector = pytest.mark.parametrize("detector", SMALL_DETECTORS.values(), ids=SMALL_DETECTORS)


@every_detector
def test_the_record_prints_in_three_lines(detector):
    audit = detector.fit(StandardScaler().fit_transform(X), NAMES[NOISY]).audit_
    lines = repr(audit).splitlines()
    assert len(lines) == 3 and max(map(len, lines)) < 160
    assert lines[0].startswith("Audit of 150 labels in 150 rows, 3 classes: ash (")
    assert "quality" in lines[1] and lines[2].startswith("  evidence: ")
    for part in audit.evidence:
        assert len(repr(part)) < 1000


@every_detector
def test_the_summary_counts(detector):
    y = NAMES[NOISY].astype(object)
    y[::30] = None
    detector.fit(StandardScaler().fit_transform(X), y)
    summary, table = detector.summary(), detector.audit_table()
    assert summary["n_rows"] == 150
    assert summary["n_unlabelled"] == 5
    assert summary["n_flagged"] == table["flagged"].sum() == detector.noise_mask_.sum()
    moves = table[table["flagged"]].groupby(["given", "suggested"], observed=True).size()
    assert {(given, other): count for given, other, count in summary["moves"]} == moves.to_dict()
    assert [count for *_, count in summary["moves"]] == sorted(moves, reverse=True)
    assert dict(summary["classes"]) == table["given"].value_counts().to_dict()
    text = str(summary)
    assert text == repr(summary) and "150 rows, 5 unlabelled" in text
    assert f"{summary['n_flagged']} of 145 labels" in text


@every_detector
def test_labels_are_suggested_for_flagged_and_unlabelled_rows_only(detector):
    y = NAMES[NOISY].astype(object)
    y[::30] = None
    table = detector.fit(StandardScaler().fit_transform(X), y).audit_table()
    shown = table["suggested"].notna().to_numpy()
    assert not shown[~table["flagged"] & table["given"].notna()].any()
    assert (table["suggested"] != table["given"])[shown].all()
    rows = np.flatnonzero(shown)
    np.testing.assert_array_equal(table["suggested"].to_numpy()[rows], detector.suggested_labels_[rows])


def test_noise_and_what_is_never_flagged_are_told():
    summary = small_detector().fit(X, NOISY, verified=FLIPPED).summary()
    assert summary["n_not_judged"] == 12
    assert summary["noise_rate"] == summary["noise_rate"]
    assert [tier for tier, *_ in summary["tiers"]] == [1, 2]
    for line in ("never flagged", "estimated noise rate", "tier 1", "tier 2"):
        assert line in str(summary)


def test_many_kinds_of_change_are_cut_short():
    problem = planted_problem(400, 8, 40)
    summary = small_detector(rule="argmax_disagreement").fit(problem.X, problem.noisy).summary()
    assert len(summary["moves"]) > 5
    assert f"and {len(summary['moves']) - 5} more kinds" in str(summary)
    assert "8 classes" in str(summary) and "3 more" in str(summary)


def test_numbers_have_a_summary_too():
    detector = ReCoV(Ridge(), n_repeats=50, random_state=0).fit(X, X[:, 0] * 2)
    assert repr(detector.audit_).startswith("Audit of 150 labels in 150 rows, of the kind 'numeric'")
    assert detector.summary()["moves"] == detector.summary()["classes"] == []
    assert detector.audit_table()["suggested"].isna().all()


def test_before_the_fit_there_is_none():
    with pytest.raises(NotFittedError):
        small_detector().summary()
