"""Detectors that watch a model learn: what they make of steps that are written down here."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import SGDClassifier

from skclean.detectors import AreaUnderMargin, EarlyLearning, ForgettingEvents, LateStopping
from skclean.quality import label_quality

DETECTORS = [AreaUnderMargin, EarlyLearning, ForgettingEvents, LateStopping]


class Scripted(ClassifierMixin, BaseEstimator):
    """Says what it was told to: `steps` of shape (n_steps, n_samples, n_classes)."""

    def __init__(self, steps):
        self.steps = steps

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def staged_decision_function(self, X):
        yield from self.steps


Y = np.array([0, 1, 2, 0, 1, 2])


def script(right):
    """Steps at which a row's given class has score 1 if it is right, and the next class if not: (n_steps, n_rows)."""
    steps = np.zeros((*right.shape, 3))
    steps[:, np.arange(6), Y] = right
    steps[:, np.arange(6), (Y + 1) % 3] = 1 - right
    return steps


RIGHT = np.array(
    [
        [1, 1, 1, 1, 1],  # always
        [0, 1, 1, 1, 1],  # learned
        [1, 0, 1, 1, 1],  # forgotten once
        [1, 0, 1, 0, 1],  # forgotten twice
        [0, 0, 0, 0, 1],  # learned last
        [0, 0, 0, 0, 0],  # never
    ]
).T


def fitted(make, steps, **params):
    return make(Scripted(steps), **params).fit(np.zeros((6, 1)), Y)


def test_forgetting_is_counted():
    quality = fitted(ForgettingEvents, script(RIGHT)).label_quality_
    np.testing.assert_allclose(quality, [1, 1 / 1.2, 1 / 2.2, 1 / 3.4, 1 / 1.8, 0])


def test_the_last_wrong_step_is_found():
    np.testing.assert_allclose(fitted(LateStopping, script(RIGHT)).label_quality_, [1, 0.8, 0.6, 0.2, 0.2, 0])


def test_a_tie_is_not_right():
    even = np.zeros((3, 6, 3))
    assert (fitted(LateStopping, even).label_quality_ == 0).all()
    assert (fitted(ForgettingEvents, even).label_quality_ == 0).all()


def test_margins_are_averaged():
    steps = np.random.default_rng(0).normal(size=(7, 6, 3))
    margins = [[step[i, Y[i]] - max(step[i, k] for k in range(3) if k != Y[i]) for i in range(6)] for step in steps]
    area = np.mean(margins, axis=0)
    expected = 0.5 + 0.5 * area / (np.abs(area) + np.abs(area).mean())
    np.testing.assert_allclose(fitted(AreaUnderMargin, steps).label_quality_, expected)


def test_the_scale_of_scores_does_not_count():
    steps = np.random.default_rng(0).normal(size=(7, 6, 3))
    small, large = fitted(AreaUnderMargin, steps), fitted(AreaUnderMargin, 1000 * steps)
    np.testing.assert_allclose(small.label_quality_, large.label_quality_)


def test_no_margin_at_all_says_nothing():
    quality = fitted(AreaUnderMargin, np.zeros((3, 6, 3)))
    assert (quality.label_quality_ == 0.5).all() and not quality.noise_mask_.any()


@pytest.mark.parametrize("momentum", [0.0, 0.7, 0.97])
def test_the_average_is_exponential_and_its_weights_sum_to_one(momentum):
    steps = np.random.default_rng(0).normal(size=(7, 6, 3))
    proba = np.exp(steps) / np.exp(steps).sum(axis=2, keepdims=True)
    average = np.average(proba, axis=0, weights=momentum ** np.arange(6, -1, -1.0))
    np.testing.assert_allclose(average.sum(axis=1), 1)
    quality = fitted(EarlyLearning, steps, momentum=momentum).label_quality_
    np.testing.assert_allclose(quality, label_quality(Y, average, method="rival_odds"), atol=1e-12)


@pytest.mark.parametrize("make", DETECTORS)
def test_the_suggestion_is_what_the_steps_prefer(make):
    steps = script(RIGHT)
    steps[:, 5] = [0.1, 1.0, 0.0]  # given 2
    judge = fitted(make, steps)
    assert judge.noise_mask_[5] and judge.suggested_labels_[5] == 1


@pytest.mark.parametrize("make", DETECTORS)
def test_a_model_without_steps_is_refused(make, planted):
    with pytest.raises(ValueError, match="does not learn in steps"):
        make(RandomForestClassifier()).fit(planted.X, planted.noisy)


@pytest.mark.parametrize("make", DETECTORS)
def test_groups_are_refused_since_nothing_is_split(make, planted):
    with pytest.raises(ValueError, match="splits no rows"):
        make().fit(planted.X, planted.noisy, groups=np.arange(150))


@pytest.mark.parametrize("params", [{"n_epochs": 0}, {"n_epochs": 2.5}])
def test_the_number_of_epochs_is_checked(params, planted):
    with pytest.raises(ValueError, match="n_epochs"):
        AreaUnderMargin(**params).fit(planted.X, planted.noisy)


@pytest.mark.parametrize("momentum", [-0.1, 1.0])
def test_momentum_is_checked(momentum, planted):
    with pytest.raises(ValueError, match="momentum"):
        EarlyLearning(momentum=momentum).fit(planted.X, planted.noisy)


def test_epochs_reach_the_model(planted):
    one, ten = (
        LateStopping(SGDClassifier(), n_epochs=n, random_state=0).fit(planted.X, planted.noisy) for n in (1, 10)
    )
    assert len(np.unique(one.label_quality_)) == 2 < len(np.unique(ten.label_quality_))


@pytest.mark.parametrize("make", DETECTORS)
def test_the_default_finds_planted_errors(make, planted):
    judge = make(random_state=0).fit(planted.X, planted.noisy)
    assert planted.flipped[np.argsort(judge.label_quality_)[:12]].mean() >= 0.9
