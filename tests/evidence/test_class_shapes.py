"""Class shapes as out-of-sample evidence beside a forest."""

import numpy as np
import pytest

from skclean.detectors import ConfidentLearning
from skclean.evidence import _class_shapes as shapes
from skclean.evidence import class_shape_proba, out_of_bag_proba, with_class_shapes
from skclean.utils._labels import UNLABELLED, EncodedLabels, encode_labels


def labels_of(codes):
    return EncodedLabels(np.asarray(codes, dtype=np.int32), np.arange(3))


def test_shapes_find_planted_errors_and_judge_unlabelled_rows(planted):
    codes = planted.noisy.astype(np.int32)
    codes[::10] = UNLABELLED
    proba = class_shape_proba(planted.X, labels_of(codes), random_state=0)
    np.testing.assert_allclose(proba.sum(axis=1), 1)
    assert (proba.argmax(axis=1) == planted.y).mean() > 0.97


def test_rows_of_weight_0_are_not_fitted(planted):
    weight = np.where(planted.flipped, 0.0, 1.0)
    labels = encode_labels(planted.noisy)
    proba = class_shape_proba(planted.X, labels, weight=weight, random_state=0)
    other = np.where(planted.flipped, planted.y, planted.noisy)
    np.testing.assert_allclose(proba, class_shape_proba(planted.X, encode_labels(other), weight=weight, random_state=0))


def test_a_class_that_sits_in_one_fold_has_no_chance_there(planted):
    codes = planted.noisy % 2
    codes[7] = 2
    proba = class_shape_proba(planted.X, labels_of(codes), random_state=0)
    assert proba[7, 2] == 0 and np.isfinite(proba).all()


def test_few_rows_and_constant_columns_are_judged():
    proba = class_shape_proba(np.zeros((6, 2)), labels_of([0, 1, 2, 0, 1, 2]), random_state=0)
    np.testing.assert_allclose(proba.sum(axis=1), 1)


def test_the_default_judge_is_a_mean_of_forest_and_shapes(planted, monkeypatch):
    monkeypatch.setattr("skclean.evidence._default.MOST_TREES", 30)
    labels = encode_labels(planted.noisy)
    found = ConfidentLearning(random_state=0).fit(planted.X, planted.noisy).audit_.proba
    judge = ConfidentLearning()._judge(planted.X, labels)
    forest = out_of_bag_proba(judge, planted.X, labels, random_state=0)
    expected = 0.8 * forest + 0.2 * class_shape_proba(planted.X, labels, random_state=0)
    np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize("bound", ["MOST_CELLS", "MOST_WORK"])
def test_large_tables_and_rows_that_are_no_table_are_left_to_the_forest(bound, planted, monkeypatch):
    proba, labels = np.full((150, 3), 1 / 3), encode_labels(planted.noisy)
    assert with_class_shapes(proba, ["text"] * 150, labels) is proba
    assert with_class_shapes(proba, planted.X, labels) is not proba
    monkeypatch.setattr(shapes, bound, 10)
    assert with_class_shapes(proba, planted.X, labels) is proba


def test_large_classes_have_their_shape_from_some_of_their_rows(planted, monkeypatch):
    labels = encode_labels(planted.noisy)
    monkeypatch.setattr(shapes, "MOST_MEMBERS", 25)
    proba = class_shape_proba(planted.X, labels, random_state=0)
    assert (proba.argmax(axis=1) == planted.y).mean() > 0.97
    changed = labels.codes.copy()
    changed[0] = (changed[0] + 1) % 3
    after = class_shape_proba(planted.X, EncodedLabels(changed, labels.classes), random_state=0)
    np.testing.assert_array_equal(proba[0], after[0])
