"""SelfCleanAudit: labels by distances, near duplicates and off-topic rows without labels."""

import numpy as np
import pytest
from material import planted_problem
from sklearn.metrics import average_precision_score

from skclean.detectors import DistanceRatio, SelfCleanAudit


def test_label_quality_is_that_of_the_distance_ratio(planted):
    X, _, noisy, _ = planted
    ours, other = (detector(n_neighbors=3).fit(X, noisy) for detector in (SelfCleanAudit, DistanceRatio))
    np.testing.assert_array_equal(ours.label_quality_, other.label_quality_)


def test_right_labels_are_hardly_flagged():
    X, y, _, _ = planted_problem(600, 3, 0, spread=2.0)
    assert SelfCleanAudit().fit(X, y).noise_mask_.mean() <= 0.01


@pytest.mark.parametrize("n", [800, 6000])
def test_planted_near_duplicates_rank_first(n):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 6))
    source = rng.choice(n, n // 20, replace=False)
    table = np.vstack([X, X[source] + 0.01 * rng.normal(size=(len(source), 6)), X[:1]])
    detector = SelfCleanAudit(n_jobs=1).fit(table, np.arange(len(table)) % 2)
    truth = np.zeros(len(table), dtype=bool)
    truth[[*source, *range(n, len(table))]] = True
    assert average_precision_score(truth, 1 - detector.duplicate_quality_) > 0.97
    planted = {(int(row), n + number) for number, row in enumerate(source)}
    found = set(map(tuple, detector.duplicate_pairs_.tolist()))
    assert len(found - planted) <= 2 and len(found & planted) > 0.9 * len(planted)
    assert detector.duplicate_quality_[-1] == 0.0  # equal to row 0


def test_equal_rows_alone_are_no_fault():
    detector = SelfCleanAudit().fit(np.zeros((30, 2)), np.arange(30) % 2)
    assert len(detector.duplicate_pairs_) == 0 and not detector.off_topic_mask_.any()


def test_far_rows_are_off_topic():
    X, y, _, _ = planted_problem(300, 3, 0)
    X = np.vstack([X, [[60, 60, 0], [61, 60, 0]]])
    detector = SelfCleanAudit().fit(X, np.append(y, [0, 1]))
    assert np.flatnonzero(detector.off_topic_mask_).tolist() == [300, 301]
    assert set(np.argsort(detector.off_topic_quality_)[:2]) == {300, 301}
