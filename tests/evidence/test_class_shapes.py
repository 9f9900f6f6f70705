"""Class shapes as out-of-sample evidence."""

import numpy as np

from skclean.evidence import class_shape_proba
from skclean.targets import UNLABELLED, ClassTarget, encode_labels


def labels_of(codes):
    return ClassTarget(np.asarray(codes, dtype=np.int32), np.arange(3))


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
