"""Objectives alone: derivatives, call conventions, and what is refused."""

import pickle
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import expit, softmax

from skclean.losses import ForwardCorrected, GeneralizedCrossEntropy, SoftBootstrap, SymmetricCrossEntropy


def transition(n_classes):
    return np.eye(n_classes) * 0.7 + 0.3 / n_classes


MAKERS = {
    "forward": lambda n, **more: ForwardCorrected(transition(n), **more),
    "gce": lambda n, **more: GeneralizedCrossEntropy(power=0.5, **more),
    "symmetric": lambda n, **more: SymmetricCrossEntropy(alpha=0.5, beta=0.3, **more),
    "bootstrap": lambda n, **more: SoftBootstrap(share=0.7, **more),
}
every_loss = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


def problem(n_classes, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, n_classes, 40)
    return y, 2 * rng.normal(size=40 if n_classes == 2 else (40, n_classes))


@every_loss
@pytest.mark.parametrize("n_classes", [2, 4])
def test_the_gradient_equals_differences_of_the_loss(make, n_classes):
    y, scores = problem(n_classes)
    objective = make(n_classes)
    gradient, hessian = objective(y, scores)
    assert gradient.shape == hessian.shape == scores.shape
    assert (hessian > 0).all()
    direction = np.random.default_rng(1).normal(size=scores.shape)
    step = 1e-5
    difference = objective.loss(y, scores + step * direction) - objective.loss(y, scores - step * direction)
    slope = (gradient * direction).reshape(40, -1).sum(axis=1)
    np.testing.assert_allclose(difference / (2 * step), slope, atol=1e-6)


@every_loss
def test_the_exact_curvature_equals_differences_of_the_gradient(make):
    y, scores = problem(2)
    objective = make(2, curvature="exact")
    step = 1e-5
    second = (objective(y, scores + step)[0] - objective(y, scores - step)[0]) / (2 * step)
    np.testing.assert_allclose(objective(y, scores)[1], np.maximum(second, 1e-6), atol=1e-6)


def test_the_identity_is_the_log_loss():
    y, scores = problem(2)
    proba = expit(scores)
    gradient, hessian = ForwardCorrected(np.eye(2))(y, scores)
    np.testing.assert_allclose(gradient, proba - y, atol=1e-12)
    np.testing.assert_allclose(hessian, proba * (1 - proba), atol=1e-12)
    y, scores = problem(3)
    proba = softmax(scores, axis=1)
    gradient, hessian = ForwardCorrected(np.eye(3))(y, scores)
    np.testing.assert_allclose(gradient, proba - np.eye(3)[y], atol=1e-12)
    np.testing.assert_allclose(hessian, 2 * proba * (1 - proba), atol=1e-12)
    np.testing.assert_allclose(ForwardCorrected(np.eye(3)).proba(scores), proba)


@every_loss
@pytest.mark.parametrize("n_classes", [2, 3])
def test_native_calls_read_labels_and_weights_from_the_data(make, n_classes):
    y, scores = problem(n_classes)
    weight = np.random.default_rng(2).random(40)
    objective = make(n_classes)
    plain, weighted = objective(y, scores), objective(y, scores, weight)
    for weights, expected in ((weight, weighted), (None, plain), (np.empty(0), plain)):
        data = SimpleNamespace(get_label=lambda: y.astype(np.float32), get_weight=lambda found=weights: found)
        for found, wanted in zip(objective(scores, data), expected, strict=True):
            np.testing.assert_array_equal(found, wanted)
    factor = weight if n_classes == 2 else weight[:, None]
    np.testing.assert_allclose(weighted[0], plain[0] * factor)
    np.testing.assert_allclose(weighted[1], plain[1] * factor)


@every_loss
def test_calls_of_catboost_have_the_other_sign(make):
    y, scores = problem(2)
    objective = make(2)
    gradient, hessian = objective(y, scores)
    np.testing.assert_allclose(objective.calc_ders_range(scores, y, None), -np.column_stack([gradient, hessian]))
    y, scores = problem(3)
    objective = make(3)
    gradient, _ = objective(y, scores)
    first, second = objective.calc_ders_multi(list(scores[0]), float(y[0]), 2.0)
    np.testing.assert_allclose(first, -2 * gradient[0])
    np.testing.assert_allclose(second, np.transpose(second))
    assert (np.linalg.eigvalsh(second) < 0).all()
    np.testing.assert_allclose(objective.calc_ders_multi(list(scores[0]), y[0], None)[0], -gradient[0])


def test_the_whole_matrix_of_second_derivatives_is_that_of_the_log_loss():
    _, scores = problem(3)
    proba = softmax(scores[0])
    second = ForwardCorrected(np.eye(3)).calc_ders_multi(scores[0], 1, None)[1]
    np.testing.assert_allclose(second, -(np.diag(proba) - np.outer(proba, proba)), atol=2e-6)


@every_loss
def test_objectives_are_pickled_and_print_their_parameters(make):
    y, scores = problem(2)
    objective = make(2)
    again = pickle.loads(pickle.dumps(objective))
    np.testing.assert_array_equal(again(y, scores)[0], objective(y, scores)[0])
    assert repr(again).startswith(type(objective).__name__ + "(") and "curvature='bound'" in repr(again)


def test_a_contradicted_label_has_little_weight():
    for objective in (GeneralizedCrossEntropy(), SymmetricCrossEntropy(alpha=0.0), SymmetricCrossEntropy(beta=0.1)):
        sure, doubtful = np.abs(objective([1, 1], [-6.0, -1.0])[0])
        assert sure < doubtful
    plain = np.abs(ForwardCorrected(np.eye(2))([1, 1], [-6.0, -1.0])[0])
    assert plain[0] > plain[1]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ForwardCorrected(np.ones((2, 3))), "must be of shape"),
        (lambda: ForwardCorrected(np.ones((2, 2))), "rows must sum to 1"),
        (lambda: GeneralizedCrossEntropy(0), "power must be"),
        (lambda: SymmetricCrossEntropy(-1), "alpha and beta"),
        (lambda: SymmetricCrossEntropy(0, 0), "alpha and beta"),
        (lambda: SoftBootstrap(0), "share must be"),
        (lambda: SoftBootstrap(curvature="guess"), "curvature must be"),
        (lambda: ForwardCorrected(np.eye(3))([0, 1], [0.0, 1.0]), "transition_matrix has 3 classes"),
        (lambda: SoftBootstrap()([0, 2], [0.0, 1.0]), "labels must be codes"),
        (lambda: SoftBootstrap()([0, 0.5], [0.0, 1.0]), "labels must be codes"),
        (lambda: SoftBootstrap()([0, 1], [0.0, 1.0, 0.0, 1.0]), "raw scores must be of shape"),
    ],
)
def test_what_cannot_work_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
