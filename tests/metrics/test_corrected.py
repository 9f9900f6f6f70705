"""Corrected scores: equal to scikit-learn's without noise, right on average with it, and with intervals that hold."""

import numpy as np
import pytest
from sklearn import metrics

from skclean.exceptions import UnidentifiableNoiseWarning
from skclean.metrics import (
    corrected_accuracy,
    corrected_balanced_accuracy,
    corrected_brier_score,
    corrected_log_loss,
    corrected_losses,
    corrected_roc_auc,
)
from skclean.noise import inject_noise

T2 = np.array([[0.9, 0.1], [0.3, 0.7]])
T3 = np.array([[0.8, 0.2, 0.0], [0.1, 0.7, 0.2], [0.0, 0.3, 0.7]])


def predictions(n_classes, n_rows, seed=0):
    """True classes, probabilities that are right more often than not, and the classes that they predict."""
    rng = np.random.RandomState(seed)
    y = rng.choice(n_classes, n_rows, p=np.arange(1, n_classes + 1) / np.arange(1, n_classes + 1).sum())
    logits = rng.randn(n_rows, n_classes) + 1.5 * np.eye(n_classes)[y]
    proba = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return y, proba, proba.argmax(axis=1)


def noisy(y, transition, seed):
    rng = np.random.RandomState(seed + 100_000)  # not the numbers that drew the classes
    return (rng.rand(len(y), 1) > transition[y].cumsum(axis=1)).sum(axis=1)


SCORES = {
    "accuracy": (
        lambda y, proba, pred, T, **more: corrected_accuracy(y, pred, T, **more),
        metrics.accuracy_score,
        True,
    ),
    "balanced": (
        lambda y, proba, pred, T, **more: corrected_balanced_accuracy(y, pred, T, **more),
        metrics.balanced_accuracy_score,
        True,
    ),
    "log loss": (lambda y, proba, pred, T, **more: corrected_log_loss(y, proba, T, **more), metrics.log_loss, False),
    "brier": (
        lambda y, proba, pred, T, **more: corrected_brier_score(y, proba, T, **more),
        lambda y, proba, **more: (
            ((proba - np.eye(proba.shape[1])[y]) ** 2).sum(axis=1) / (2 if proba.shape[1] == 2 else 1)
        ).mean(),
        False,
    ),
}


def true_score(name, y, proba, pred):
    _, reference, hard = SCORES[name]
    return reference(y, pred if hard else proba)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("name", SCORES)
def test_without_noise_scores_are_those_of_scikit_learn(name, n_classes):
    y, proba, pred = predictions(n_classes, 300)
    found = SCORES[name][0](y, proba, pred, np.eye(n_classes))
    assert found.score == pytest.approx(true_score(name, y, proba, pred))
    assert 0 < found.standard_error < 0.1


@pytest.mark.parametrize("transition", [T2, T3], ids=["two classes", "three classes"])
@pytest.mark.parametrize("name", SCORES)
def test_scores_are_right_on_average_and_intervals_hold(name, transition):
    """400 draws of rows and noise: the mean is within four standard errors, 93 to 97 % of the intervals hold it."""
    large = predictions(len(transition), 200_000, seed=99)
    expected, found = true_score(name, *large), []
    for seed in range(400):
        y, proba, pred = predictions(len(transition), 1_000, seed)
        found.append(SCORES[name][0](noisy(y, transition, seed), proba, pred, transition))
    scores, errors = np.array(found).T
    assert abs(scores.mean() - expected) < 4 * scores.std() / 20 + 2e-3  # the last for the error of what is expected
    low, high = np.array([one.interval(0.95) for one in found]).T
    assert 0.92 <= np.mean((low <= expected) & (expected <= high)) <= 0.98
    assert errors.mean() == pytest.approx(scores.std(), rel=0.15)


def test_the_area_under_the_curve_is_right_on_average_and_its_intervals_hold():
    y, proba, _ = predictions(2, 200_000, seed=99)
    expected, found = metrics.roc_auc_score(y, proba[:, 1]), []
    for seed in range(300):
        y, proba, _ = predictions(2, 1_000, seed)
        found.append(corrected_roc_auc(noisy(y, T2, seed), proba[:, 1], T2))
    scores, _ = np.array(found).T
    assert abs(scores.mean() - expected) < 4 * scores.std() / 300**0.5 + 2e-3
    low, high = np.array([one.interval(0.95) for one in found]).T
    assert 0.92 <= np.mean((low <= expected) & (expected <= high)) <= 0.98


def test_the_area_without_noise_is_that_of_scikit_learn_ties_included():
    y, proba, _ = predictions(2, 400)
    score = proba[:, 1].round(1)
    found = corrected_roc_auc(y, score, np.eye(2))
    assert found.score == pytest.approx(metrics.roc_auc_score(y, score))


@pytest.mark.parametrize("name", ["accuracy", "log loss", "balanced"])
def test_the_error_of_the_matrix_reaches_the_standard_error(name):
    """Against draws of the matrix: its standard error, to first order."""
    y, proba, pred = predictions(3, 4_000)
    given, error = noisy(y, T3, 0), np.where(np.eye(3, dtype=bool), 0, 0.01)
    rng, scores = np.random.RandomState(0), []
    for _ in range(400):
        drawn = T3 + error * rng.randn(3, 3)
        drawn = np.maximum(drawn, 0)
        drawn[np.eye(3, dtype=bool)] = 0
        drawn += np.diag(1 - drawn.sum(axis=1))
        scores.append(SCORES[name][0](given, proba, pred, drawn).score)
    without = SCORES[name][0](given, proba, pred, T3).standard_error
    found = SCORES[name][0](given, proba, pred, T3, transition_error=error).standard_error
    # entries of 0 are cut at 0 in the draws, so these vary a little less
    assert np.sqrt(found**2 - without**2) == pytest.approx(np.std(scores), rel=0.3)


def test_the_error_of_the_matrix_reaches_the_area():
    y, proba, _ = predictions(2, 4_000)
    given, error = noisy(y, T2, 0), np.array([[0, 0.02], [0.02, 0]])
    rng, scores = np.random.RandomState(0), []
    for _ in range(400):
        flips = np.array([0.1, 0.3]) + 0.02 * rng.randn(2)
        drawn = np.array([[1 - flips[0], flips[0]], [flips[1], 1 - flips[1]]])
        scores.append(corrected_roc_auc(given, proba[:, 1], drawn).score)
    without = corrected_roc_auc(given, proba[:, 1], T2).standard_error
    found = corrected_roc_auc(given, proba[:, 1], T2, transition_error=error).standard_error
    assert np.sqrt(found**2 - without**2) == pytest.approx(np.std(scores), rel=0.2)


@pytest.mark.parametrize("name", SCORES)
def test_labels_of_any_type_weights_and_missing_labels(name):
    y, proba, pred = predictions(3, 300)
    given, names = noisy(y, T3, 1), np.array(["ant", "bee", "cow"], dtype=object)
    plain = SCORES[name][0](given, proba, pred, T3)
    assert SCORES[name][0](names[given], proba, names[pred], T3) == pytest.approx(plain)
    backwards = names[::-1]  # classes in another order, as the matrix and the columns follow them
    turned = SCORES[name][0](backwards[given], proba, backwards[pred], T3, classes=backwards)
    assert turned == pytest.approx(plain)
    weight = np.r_[np.full(100, 2.0), np.ones(100), np.zeros(100)]
    twice = np.r_[np.arange(100), np.arange(200)]
    weighted = SCORES[name][0](given, proba, pred, T3, sample_weight=weight)
    assert weighted.score == pytest.approx(SCORES[name][0](given[twice], proba[twice], pred[twice], T3).score)
    missing = names[given].copy()
    missing[200:] = None
    left_out = SCORES[name][0](missing, proba, names[pred], T3)
    assert left_out == pytest.approx(SCORES[name][0](given[:200], proba[:200], pred[:200], T3))


def test_any_loss_is_corrected_by_the_inverse_row_by_row():
    y, _, _ = predictions(3, 50)
    given, losses = noisy(y, T3, 2), np.random.RandomState(0).rand(50, 3)
    inverse = np.linalg.inv(T3)
    by_hand = [sum(inverse[given[row], k] * losses[row, k] for k in range(3)) for row in range(50)]
    found = corrected_losses(given, losses, T3)
    assert found.score == pytest.approx(np.mean(by_hand))
    assert found.standard_error == pytest.approx(np.std(by_hand, ddof=1) / 50**0.5)


def test_a_matrix_that_is_nearly_singular_is_named():
    y, _, pred = predictions(2, 200)
    with pytest.warns(UnidentifiableNoiseWarning, match="nearly singular"):
        corrected_accuracy(y, pred, [[0.55, 0.45], [0.45, 0.55]])


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"transition_matrix": [[0.5, 0.5], [0.5, 0.5]]}, "transition_matrix has no inverse"),
        ({"transition_matrix": [[1.0, 0.1], [0.0, 1.0]]}, "its rows must sum to 1"),
        ({"transition_matrix": np.eye(3)}, "transition_matrix has 3 classes, and there are 2 labels"),
        ({"transition_matrix": [1.0, 0.0]}, "must be of shape"),
        ({"transition_error": [[0.1]]}, "transition_error must be of the shape"),
        ({"y_pred": [0]}, "y_pred has 1 labels and y has 200"),
        ({"y_pred": ["no"] * 200}, "y_pred"),
        ({"y": [None] * 200}, "label"),
        ({"sample_weight": [0.0] * 200}, "weight"),
    ],
)
def test_what_does_not_fit_is_named(params, message):
    y, _, pred = predictions(2, 200)
    given = {"y": y, "y_pred": pred, "transition_matrix": T2} | params
    with pytest.raises(ValueError, match=message):
        corrected_accuracy(given.pop("y"), given.pop("y_pred"), given.pop("transition_matrix"), **given)


def test_scores_for_two_classes_and_shapes_are_checked():
    y, proba, _ = predictions(3, 60)
    with pytest.raises(ValueError, match="corrected_roc_auc is for two classes, and there are 3"):
        corrected_roc_auc(y, proba[:, 1], T3)
    with pytest.raises(ValueError, match="losses must be of shape"):
        corrected_losses(y, proba[:, :2], T3)
    with pytest.raises(ValueError, match="y_score must hold one finite number a row"):
        corrected_roc_auc(y.clip(max=1), [np.nan] * 60, T2)
    with pytest.raises(ValueError, match="does not fit these labels"):
        corrected_roc_auc([0] * 95 + [1] * 5, np.arange(100.0), T2)
    with pytest.raises(ValueError, match="no row is truly of class 1"):
        corrected_balanced_accuracy([0] * 99 + [1], [0] * 100, [[0.9, 0.1], [0.1, 0.9]])


def test_the_noise_of_inject_noise_is_taken_out():
    y, _, pred = predictions(3, 20_000)
    given, _ = inject_noise(y, kind="matrix", transition_matrix=T3, random_state=100_000)
    found = corrected_accuracy(given, pred, T3)
    assert abs(found.score - (pred == y).mean()) < 4 * found.standard_error
    assert abs((given == pred).mean() - (pred == y).mean()) > 0.05
