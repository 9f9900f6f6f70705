"""What reviewers changed tells what else they would change."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.metrics import average_precision_score

from skclean.detectors import ConfidentLearning, KNNShapley
from skclean.review import Decisions, learn_corrections


@pytest.fixture(scope="module")
def problem():
    """Labels are wrong in one corner of the table only, where classes overlap anyway."""
    rng = np.random.RandomState(0)
    X = rng.normal(size=(1200, 4))
    y = np.where(X[:, 0] + 0.7 * rng.normal(size=1200) > 0, "yes", "no").astype(object)
    flipped = (X[:, 3] > 1) & (rng.uniform(size=1200) < 0.5)
    return X, y, np.where(flipped, np.where(y == "yes", "no", "yes"), y), flipped


def decide(y, given, rows):
    return Decisions(
        {
            "row": int(row),
            "given": given[row],
            "decision": "change" if y[row] != given[row] else "keep",
            "label": y[row],
        }
        for row in rows
    )


def test_the_rest_is_ranked_better(problem):
    X, y, given, flipped = problem
    detector = ConfidentLearning(random_state=0).fit(X, given)
    rows = np.r_[np.argsort(detector.label_quality_)[:100], np.random.RandomState(1).permutation(1200)[:100]]
    rows = np.unique(rows)
    found = learn_corrections(detector, X, given, decide(y, given, rows), random_state=1)
    rest = np.setdiff1d(np.arange(1200), rows)
    before, after = (
        average_precision_score(flipped[rest], score[rest])
        for score in (-detector.label_quality_, found.chance_changed)
    )
    assert after > before + 0.1
    assert set(found.rows) == set(rest) and (np.diff(found.chance_changed[found.rows]) <= 0).all()
    assert (found.chance_changed[rows] == flipped[rows]).all() and found.reviewed.sum() == len(rows)
    assert found.suggested[rows].tolist() == y[rows].tolist()


def test_a_table_of_what_comes_next(problem):
    pytest.importorskip("pandas")
    X, y, given, _ = problem
    given = given.copy()
    given[-5:] = None
    found = learn_corrections(ConfidentLearning(random_state=0), X, given, decide(y, given, range(100)))
    table = found.table(7)
    assert list(table.columns) == ["row", "given", "suggested", "chance_changed"] and len(table) == 7
    assert found.chance_changed[-5:].tolist() == [0] * 5 and not set(range(1195, 1200)) & set(found.rows)


def test_decisions_that_change_nothing(problem):
    X, _, given, _ = problem
    found = learn_corrections(ConfidentLearning(random_state=0), csr_matrix(X), given, decide(given, given, range(50)))
    assert np.isfinite(found.chance_changed).all() and found.detector.ambiguity == "auto"


def test_detectors_without_probabilities(problem):
    X, y, given, _ = problem
    with pytest.raises(ValueError, match="KNNShapley does not say"):
        learn_corrections(KNNShapley(), X, given, decide(y, given, range(50)))
