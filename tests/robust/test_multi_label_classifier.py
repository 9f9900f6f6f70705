"""Classifiers of several tags on noisy tags: our own, and scikit-learn's wrappers around NoiseRobustClassifier."""

import numpy as np
import pytest
from material import small_detector
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.multioutput import ClassifierChain, MultiOutputClassifier
from sklearn.naive_bayes import GaussianNB

from skclean import NoiseRobustClassifier
from skclean.detectors import MultiLabelConfidentLearning
from skclean.robust import NoiseRobustMultiLabelClassifier, PartialMultiLabelClassifier
from skclean.rules import ExactCount

RNG = np.random.default_rng(0)
X = RNG.standard_normal((240, 3))
TRUE = (X > [0, 0.3, -0.3]).astype(int)
WRONG = np.zeros(TRUE.shape, dtype=bool)
WRONG[RNG.choice(240, 36, replace=False), RNG.integers(0, 3, 36)] = True
GIVEN = np.where(WRONG, 1 - TRUE, TRUE)
FINDS = MultiLabelConfidentLearning(GaussianNB(), cv=3, random_state=0)


def small(**params):
    return NoiseRobustMultiLabelClassifier(
        **{"estimator": GaussianNB(), "detector": FINDS, "random_state": 0, **params}
    )


@pytest.mark.parametrize("treatment", ["drop", "relabel"])
def test_flagged_cells_are_left_out_or_turned_round(treatment):
    found = small(treatment=treatment).fit(X, GIVEN)
    mask = found.cell_mask_
    assert WRONG[mask].mean() > 0.7 and mask[WRONG].mean() > 0.6
    cells = np.where(mask, np.nan, GIVEN) if treatment == "drop" else np.where(mask, 1 - GIVEN, GIVEN)
    same = PartialMultiLabelClassifier(GaussianNB(), random_state=0).fit(X, cells)
    np.testing.assert_allclose(found.predict_proba(X), same.predict_proba(X))
    plain = PartialMultiLabelClassifier(GaussianNB(), random_state=0).fit(X, GIVEN)
    loss = [-np.log(np.where(TRUE, m.predict_proba(X), 1 - m.predict_proba(X))).mean() for m in (found, plain)]
    assert loss[0] < loss[1]


def test_clean_tags_are_learned_as_they_are():
    found = small().fit(X, TRUE)
    assert found.cell_mask_.mean() < 0.01


def test_containers_unknown_cells_verified_rows_and_groups():
    names = np.array(["red", "round", "soft"])
    sets = [set(names[row == 1]) for row in GIVEN]
    assert all(isinstance(row, set) for row in small().fit(X, sets).predict(X[:4]))
    holed = np.where(RNG.random(GIVEN.shape) < 0.2, np.nan, GIVEN)
    weight = np.linspace(0.5, 2, len(X))
    found = small().fit(X, holed, weight, verified=WRONG.any(axis=1), groups=np.arange(len(X)) // 2)
    assert not found.cell_mask_[WRONG.any(axis=1)].any() and found.score(X, TRUE) > 0.5
    np.testing.assert_array_equal(clone(found).set_params(n_jobs=2).fit(X, holed).predict_proba(X).shape, (240, 3))
    flags = small(detector=clone(FINDS).set_params(rule=ExactCount(5))).fit(X, GIVEN).cell_mask_
    assert flags.any(axis=1).sum() == 5


def test_a_detector_of_classes_is_refused():
    with pytest.raises(ValueError, match="does not take several tags"):
        small(detector=small_detector()).fit(X, GIVEN)
    with pytest.raises(ValueError, match="treatment"):
        small(treatment="reweight").fit(X, GIVEN)


@pytest.mark.parametrize("wrapper", [MultiOutputClassifier, ClassifierChain])
def test_wrappers_of_scikit_learn_clean_one_tag_at_a_time(wrapper):
    inner = NoiseRobustClassifier(LogisticRegression(), detector=small_detector(), random_state=0)
    model = wrapper(inner).fit(X, GIVEN)
    assert average_precision_score(TRUE, model.predict(X), average="macro") > 0.8
    first = model.estimators_[0]
    assert WRONG[first.detector_.noise_mask_, 0].mean() > 0.5


@pytest.mark.parametrize("wrapper", [MultiOutputClassifier, ClassifierChain])
def test_wrappers_of_scikit_learn_take_no_unknown_cells(wrapper):
    """So cells that are unknown need NoiseRobustMultiLabelClassifier."""
    holed = np.where(RNG.random(GIVEN.shape) < 0.2, np.nan, GIVEN)
    with pytest.raises(ValueError, match="NaN"):
        wrapper(NoiseRobustClassifier(LogisticRegression(), detector=small_detector())).fit(X, holed)
