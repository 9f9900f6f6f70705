"""Detectors compared on one's own table."""

import numpy as np
import pytest

from skclean.detectors import KDN
from skclean.review import compare_detectors


def table(n=300):
    rng = np.random.RandomState(0)
    y = rng.choice(3, n)
    return rng.normal(size=(n, 3)) + 4 * np.eye(3)[y], np.array(["a", "b", "c"])[y]


def test_the_best_one_comes_first():
    X, y = table()
    steps = []
    results = compare_detectors(
        X, y, ["kdn", "self_influence", KDN(n_neighbors=3)], progress=lambda *step: steps.append(step), n_repeats=2
    )
    assert [one.name for one in results].count("kdn") == 1 and {one.name for one in results} == {
        "kdn",
        "self_influence",
        "KDN",
    }
    scores = [one.average_precision for one in results]
    assert scores == sorted(scores, reverse=True) and scores[0] > 0.7 and results[0].spread == 0
    assert all(one.seconds > 0 and 0 <= one.precision <= 1 and 0 <= one.recall <= 1 for one in results)
    assert steps[0] == (0, 6, "kdn") and len(steps) == 6


def test_large_tables_are_sampled_and_unlabelled_rows_left_out():
    X, y = table(400)
    y = y.astype(object)
    y[:50] = None
    y[50] = "rare"
    options = dict(kind="pair_flip", rate=0.2, n_repeats=1, random_state=1)
    assert compare_detectors(X, y, ["kdn"], max_rows=100, **options)[0].average_precision > 0.5
    assert compare_detectors(X, y, ["kdn"], max_rows=None, **options)[0].error == ""


def test_one_that_fails_is_named_last():
    X, y = table()
    results = compare_detectors(X, y, [KDN(n_neighbors=-1), "class_prototypes"], n_repeats=1)
    assert results[0].name == "class_prototypes" and results[-1].error and np.isnan(results[-1].average_precision)


def test_bad_input():
    X, y = table()
    with pytest.raises(ValueError, match="name at least one"):
        compare_detectors(X, y, [])
    with pytest.raises(ValueError, match="detectors"):
        compare_detectors(X, y, ["none"])
