"""Out of sample means: a row's own label has no part in its judgement."""

import numpy as np
import pytest
from material import small_forest
from sklearn.linear_model import LogisticRegression

from skclean.evidence import class_shape_proba, default_estimator, leaf_forest, out_of_bag_proba, out_of_sample_proba
from skclean.targets import encode_labels

FOLDS = [(np.flatnonzero(np.arange(150) % 3 != k), np.flatnonzero(np.arange(150) % 3 == k)) for k in range(3)]


@pytest.mark.parametrize(
    ("model", "cv"), [(small_forest(), "oob"), (LogisticRegression(), FOLDS)], ids=["out of bag", "cross-fitted"]
)
def test_a_label_never_judges_itself(planted, model, cv):
    X, _, noisy, _ = planted
    changed = noisy.copy()
    changed[0] = (changed[0] + 1) % 3
    before, after = (out_of_sample_proba(model, X, encode_labels(y), cv=cv, random_state=0) for y in (noisy, changed))
    np.testing.assert_array_equal(before[0], after[0])
    assert not np.array_equal(before, after)


def test_a_label_has_no_part_in_what_class_shapes_say_of_it(planted):
    X, _, noisy, _ = planted
    changed = noisy.copy()
    changed[0] = (changed[0] + 1) % 3
    before, after = (class_shape_proba(X, encode_labels(y), random_state=0) for y in (noisy, changed))
    np.testing.assert_array_equal(before[0], after[0])
    assert not np.array_equal(before, after)


def test_rows_sum_to_one_where_leaves_have_no_opinion(planted):
    X, _, noisy, _ = planted
    weight = np.where(np.arange(len(noisy)) < 40, 1.0, 0.0)
    proba = out_of_bag_proba(small_forest(), X, encode_labels(noisy), fit_params={"sample_weight": weight})
    np.testing.assert_allclose(proba.sum(axis=1), 1)


@pytest.mark.parametrize(
    ("n_samples", "n_classes", "n_trees", "drawn"),
    [
        (1000, 2, 800, None),
        (8000, 2, 500, None),
        (50_000, 2, 400, None),
        (200_000, 2, 100, 100_000),
        (50_000, 1000, 400, 4000),
    ],
)
def test_the_default_forest_bounds_what_it_costs(n_samples, n_classes, n_trees, drawn):
    X = np.empty((n_samples, 1))
    forest = leaf_forest(X, n_classes=n_classes)[-1]
    assert (forest.n_estimators, forest.max_samples) == (n_trees, drawn)
    assert default_estimator(X, n_classes=n_classes).n_estimators == n_trees
