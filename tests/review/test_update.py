"""An audit after review tells which world it is, and agrees with a fit on the reviewed labels."""

import numpy as np
import pytest

from skclean.detectors import ConfidentLearning, KNNShapley
from skclean.noise import NoiseModel
from skclean.noise.model._ambiguity import AmbiguityEstimate
from skclean.review import Decisions, update_with_decisions
from skclean.review._update import world_of


@pytest.fixture(scope="module")
def problem():
    """Labels that go either way, and what an expert would have said."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(800, 3))
    chance = 1 / (1 + np.exp(-2 * X[:, 0]))
    y = np.where(rng.uniform(size=800) < chance, "yes", "no")
    return X, y, np.where(chance > 0.5, "yes", "no")


@pytest.fixture(scope="module")
def detector(problem):
    X, y, _ = problem
    return ConfidentLearning(random_state=0).fit(X, y)


def found(y, right, rows):
    made = [("keep", "") if y[row] == right[row] else ("change", right[row]) for row in rows]
    return Decisions(
        {"row": int(row), "given": y[row], "decision": kind, "label": label}
        for row, (kind, label) in zip(rows, made, strict=True)
    )


@pytest.mark.parametrize("world", ["outcomes", "annotations"])
def test_a_hundred_decisions_tell_the_world(world, problem, detector):
    _, y, expert = problem
    right = expert if world == "annotations" else y
    rows = detector.review_sample(100, random_state=0)
    decisions = found(y, right, rows)
    update = update_with_decisions(detector, decisions)
    assert update.world == world and world_of(update.ambiguity) == world
    assert update.noise_rate.low <= np.mean(y != right) <= update.noise_rate.high
    assert (update.n_reviewed, update.n_wrong) == (100, int(np.sum(y[rows] != right[rows])))
    assert not update.noise_mask[rows].any() and update.audit.verified[rows].all()
    assert update.audit.classes[update.audit.codes[rows]].tolist() == right[rows].tolist()
    assert f"labels are like {world}" in str(update) and len(repr(update)) < 1000


def test_it_agrees_with_a_fit_on_the_reviewed_labels(problem, detector):
    X, y, expert = problem
    rows = detector.review_sample(100, random_state=1)
    decisions = found(y, expert, rows)
    update = update_with_decisions(detector, decisions)
    again = ConfidentLearning(ambiguity="auto", random_state=0).fit(X, y, reviewed=decisions.reviewed_labels(y))
    assert abs(update.ambiguity.ambiguity - again.ambiguity_.ambiguity) < 0.15
    assert abs(update.noise_rate.rate - again.noise_rate_.rate) < 0.05
    assert np.mean(update.noise_mask == again.noise_mask_) > 0.93
    assert np.isfinite(update.audit.quality).all()


def test_the_new_list(problem, detector):
    pytest.importorskip("pandas")
    _, y, expert = problem
    update = update_with_decisions(detector, found(y, expert, detector.review_sample(100, random_state=0)))
    table = update.table()
    assert (
        table["row"].tolist() == update.rows.tolist() == sorted(update.rows, key=lambda row: update.audit.quality[row])
    )
    assert table["quality"].is_monotonic_increasing and (table["given"] != table["suggested"]).all()
    assert update.expected_errors == pytest.approx(table["chance_wrong"].sum())
    assert set(table["tier"]) <= {0, 1, 2} and len(update.tiers.expected) == 2
    assert (update.chance_wrong[detector.review_sample(100, random_state=0)] == 0).all()


def test_nothing_of_the_detector_changes(problem, detector):
    _, y, expert = problem
    before = detector.noise_mask_.copy(), detector.audit_.codes.copy(), detector.audit_[NoiseModel].wrong()
    update_with_decisions(detector, found(y, expert, range(50)))
    after = detector.noise_mask_, detector.audit_.codes, detector.audit_[NoiseModel].wrong()
    assert all(np.array_equal(*pair) for pair in zip(before, after, strict=True))


def test_rows_that_are_removed_or_unsure(problem, detector):
    _, y, _ = problem
    flagged = [10, 11]
    decisions = found(y, y, range(5))
    for row, kind in zip(flagged, ("remove", "unsure"), strict=True):
        decisions.append({"row": int(row), "given": y[row], "decision": kind})
    update = update_with_decisions(detector, decisions)
    assert update.audit.codes[flagged[0]] == -1 and not update.noise_mask[flagged[0]]
    assert not update.audit.verified[flagged[1]] and update.audit.codes[flagged[1]] >= 0


def test_detectors_without_a_noise_model_of_their_own(problem):
    X, y, _ = problem
    with pytest.raises(ValueError, match="KNNShapley has no noise model"):
        update_with_decisions(KNNShapley().fit(X, y), found(y, y, range(5)))


def test_too_little_to_go_by(problem, detector):
    _, y, _ = problem
    with pytest.raises(ValueError, match="none of the decisions"):
        update_with_decisions(detector, Decisions([{"row": 0, "given": y[0], "decision": "unsure"}]))
    with pytest.raises(ValueError, match="rows that are not there"):
        update_with_decisions(detector, Decisions([{"row": 800, "given": "no", "decision": "keep"}]))
    update = update_with_decisions(detector, found(y, y, range(3)))
    assert update.world == "unclear" and "review more rows" in str(update)


def test_worlds():
    assert world_of(AmbiguityEstimate(0.1, 0.0, 0.19)) == "outcomes"
    assert world_of(AmbiguityEstimate(0.5, 0.21, 1.0)) == "annotations"
    assert world_of(AmbiguityEstimate(0.2, 0.1, 0.3)) == "unclear"
