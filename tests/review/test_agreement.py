"""Two reviewers: agreement beyond chance, and what the second one should see."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from skclean.review import Decisions, agreement, second_review


def decisions(labels, given="a"):
    """Each label as a decision; None is unsure, "-" removes the row."""
    kinds = {None: "unsure", "-": "remove", given: "keep"}
    return Decisions(
        {"row": row, "given": given, "decision": kinds.get(label, "change"), "label": label or ""}
        for row, label in enumerate(labels)
    )


def test_kappa_is_that_of_scikit_learn():
    rng = np.random.RandomState(0)
    first = rng.choice(list("abc"), 300)
    second = np.where(rng.uniform(size=300) < 0.7, first, rng.choice(list("abc"), 300))
    found = agreement(decisions(first), decisions(second))
    assert found.kappa == pytest.approx(cohen_kappa_score(first, second))
    assert found.agreed == pytest.approx(np.mean(first == second)) and found.n_both == 300
    assert found.low < found.kappa < found.high
    assert found.differ.tolist() == np.flatnonzero(first != second).tolist()
    few = agreement(decisions(first[:30]), decisions(second[:30]), n_bootstrap=300, random_state=1)
    assert few.high - few.low > found.high - found.low


def test_rows_without_a_label():
    found = agreement(decisions(["a", None, "-", None, "b"]), decisions(["A ", "b", "-", None]))
    assert found.n_both == 1 and found.differ.tolist() == [1] and found.settled == {1: "b"}
    assert np.isnan(found.kappa) and np.isnan(found.low)


def test_nothing_in_common():
    found = agreement(decisions(["a"]), Decisions())
    assert found.n_both == 0 and np.isnan(found.agreed) and not found.differ.size


def test_what_a_second_reviewer_sees():
    first = decisions(["a"] * 50 + [None] * 5)
    rows = second_review(first, share=0.2, random_state=3)
    assert len(rows) == 15 and set(range(50, 55)) <= set(rows) and (np.diff(rows) > 0).all()
    assert second_review(first, share=0).tolist() == list(range(50, 55))
    with pytest.raises(ValueError, match="share must be"):
        second_review(first, share=2)
