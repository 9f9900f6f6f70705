"""Settings are chosen by their loss on true labels, and the first stays unless another is surely better."""

import numpy as np

from skclean.evidence import default_matrix
from skclean.metrics import corrected_log_loss
from skclean.robust.training._choose import Choice, CorrectedLoss
from skclean.targets import encode_labels


def problem(n=4000):
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, n)
    matrix = np.array([[1.0, 0.0], [0.4, 0.6]])
    given = np.where(rng.random(n) < matrix[truth, 1], 1, 0).astype(np.int32)
    return truth, given, matrix


def test_it_prefers_what_is_right_over_what_repeats_the_noise():
    truth, given, matrix = problem()
    right = np.where(truth[:, None] == [0, 1], 0.9, 0.1)
    noisy = right @ matrix
    corrected, plain = CorrectedLoss(given, matrix), CorrectedLoss(given, np.eye(2))
    assert corrected.of(right).score < corrected.of(noisy).score
    assert plain.of(right).score > plain.of(noisy).score
    expected = corrected_log_loss(given, right, matrix)
    np.testing.assert_allclose(corrected.of(right), expected, rtol=1e-9)


def test_rows_without_label_or_weight_do_not_count():
    truth, given, matrix = problem()
    right = np.where(truth[:, None] == [0, 1], 0.9, 0.1)
    some, weight = given.copy(), np.ones(len(given))
    some[:1000] = -1
    weight[1000:2000] = 0
    found = CorrectedLoss(some, matrix, weight).of(right)
    np.testing.assert_allclose(found, CorrectedLoss(given[2000:], matrix).of(right[2000:]))


def test_the_first_setting_stays_where_the_difference_is_small():
    truth, given, _ = problem()
    right = np.where(truth[:, None] == [0, 1], 0.8, 0.2)
    choice = Choice(CorrectedLoss(given, np.eye(2)))
    choice.add("first", right)
    choice.add("hardly better", right + np.where(given[:, None] == [0, 1], 1, -1) * 1e-9 * truth[:, None])
    assert choice.best == "hardly better"  # better in every row: there is no error of the difference to speak of
    rng = np.random.default_rng(1)
    shaken = np.clip(right + rng.normal(scale=0.1, size=(len(right), 1)) * [1, -1], 0.01, 0.99)
    choice = Choice(CorrectedLoss(given, np.eye(2)), n_errors=100)
    choice.add("first", shaken)
    choice.add("second", right)
    assert choice.best == "first" and set(choice.scores) == {"first", "second"}


def test_a_matrix_that_cannot_be_inverted_leaves_the_plain_loss():
    truth, given, _ = problem()
    right = np.where(truth[:, None] == [0, 1], 0.9, 0.1)
    singular, plain = (CorrectedLoss(given, matrix).of(right) for matrix in (np.full((2, 2), 0.5), np.eye(2)))
    assert singular == plain


def test_the_default_matrix_is_estimated_out_of_bag():
    truth, given, matrix = problem(600)
    X = np.random.default_rng(2).normal(size=(600, 3)) + 3 * truth[:, None]
    found = default_matrix(X, encode_labels(given), None, 0)
    np.testing.assert_allclose(found, matrix, atol=0.15)
