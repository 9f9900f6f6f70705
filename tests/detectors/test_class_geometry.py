"""Detectors by class geometry: what each alone promises."""

import numpy as np
import pytest
from material import planted_problem, random_proba, small_forest
from scipy.spatial.distance import jensenshannon
from scipy.special import softmax
from sklearn.neighbors import KNeighborsClassifier

from skclean.detectors import BiDimensional, ClassGaussian, ClassPrototypes, SplitModel, SyntheticMislabels
from skclean.detectors.geometry._bi_dimensional import FLOOR, weighted_divergence
from skclean.evidence import class_log_odds, elliptic_points
from skclean.preprocessing import as_points
from skclean.quality import label_quality

BY_POINTS = {
    "prototypes": ClassPrototypes(small_forest(), cv="oob", random_state=0),
    "two dimensions": BiDimensional(KNeighborsClassifier(5), random_state=0),
    "synthetic": SyntheticMislabels(small_forest(), cv="oob", random_state=0),
}
ROBUST = {
    "gaussian": ClassGaussian(random_state=0),
    **{name: BY_POINTS[name] for name in ("prototypes", "synthetic")},
}
by_points = pytest.mark.parametrize("detector", BY_POINTS.values(), ids=BY_POINTS)


@pytest.mark.parametrize("rate", [0.2, 0.4])
@pytest.mark.parametrize(
    "detector",
    [ClassGaussian(), BY_POINTS["prototypes"], BY_POINTS["synthetic"]],
    ids=["gaussian", *list(BY_POINTS)[::2]],
)
def test_a_class_of_which_many_labels_are_wrong_is_still_known(detector, rate):
    X, y, _, _ = planted_problem(180, 3, 0)
    noisy, members = y.copy(), np.flatnonzero(y == 0)
    moved = members[: int(rate * len(members))]
    noisy[moved] = 1
    detector.fit(X, noisy)
    assert detector.noise_mask_[moved].mean() > 0.95
    assert (detector.suggested_labels_[moved] == 0).mean() > 0.95


def test_gaussian_quality_is_that_of_the_shares_of_the_classes(planted):
    judge = ClassGaussian().fit(planted.X, planted.noisy)
    shares = softmax(class_log_odds(elliptic_points(as_points(planted.X), 0), planted.noisy, 3), axis=1)
    np.testing.assert_allclose(judge.audit_.proba, shares)
    np.testing.assert_allclose(judge.label_quality_, label_quality(planted.noisy, shares, method="rival_odds"))


def test_gaussians_of_more_columns_than_rows(planted):
    wide = np.hstack([planted.X, np.random.default_rng(0).normal(size=(150, 200)) / 20])
    judge = ClassGaussian(random_state=0).fit(wide, planted.noisy)
    assert np.isfinite(judge.label_quality_).all()
    assert judge.label_quality_[planted.flipped].mean() < judge.label_quality_[~planted.flipped].mean()


def test_without_weight_prototypes_say_nothing(planted):
    judge = ClassPrototypes(small_forest(), cv="oob", prototype_weight=0, random_state=0).fit(planted.X, planted.noisy)
    expected = label_quality(planted.noisy, judge.audit_.proba, method="rival_odds")
    np.testing.assert_allclose(judge.label_quality_, expected)  # the odds alone are the quality of confident learning


def test_divergence_is_that_of_jensen_and_shannon():
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 4, 50)
    proba = random_proba(rng, 50, 4)
    proba[0] = np.eye(4)[(codes[0] + 1) % 4]
    proba[1] = np.eye(4)[codes[1]]
    plain = jensenshannon(proba, np.eye(4)[codes], base=2, axis=1) ** 2
    weight = proba.max(axis=1) / (proba[np.arange(50), codes] + FLOOR)
    np.testing.assert_allclose(weighted_divergence(proba, codes), plain * weight, atol=1e-12)


def test_each_class_uses_the_dimension_that_separates_it_better(planted):
    judge = BiDimensional(KNeighborsClassifier(5), random_state=0).fit(planted.X, planted.noisy)
    assert judge.separations_.shape == (3, 2) and (judge.separations_ > 2).any(axis=1).all()


@by_points
def test_rows_that_are_no_points_are_refused_with_a_remedy(detector):
    texts, y = ["a b", "b a", "c", "c c"] * 5, [0, 0, 1, 1] * 5
    with pytest.raises(ValueError, match="must have rows and columns; ConfidentLearning takes"):
        detector.fit(texts, y)


@by_points
def test_groups_cannot_be_kept_together(detector, planted):
    with pytest.raises(ValueError, match="leave groups out, or use ConfidentLearning"):
        detector.fit(planted.X, planted.noisy, groups=np.arange(150) // 3)


def test_groups_are_refused_where_nothing_is_split(planted):
    with pytest.raises(ValueError, match="splits no rows"):
        ClassGaussian().fit(planted.X, planted.noisy, groups=np.arange(150) // 3)


@pytest.mark.parametrize(
    ("detector", "message"),
    [
        (ClassGaussian(n_rounds=-1), "n_rounds"),
        (ClassPrototypes(n_rounds=0), "n_rounds"),
        (ClassPrototypes(prototype_weight=-0.5), "prototype_weight"),
        (SplitModel(n_rounds=0), "n_rounds"),
        (SyntheticMislabels(n_injections=0), "n_injections"),
        (SyntheticMislabels(n_neighbors=0), "n_neighbors"),
    ],
)
def test_parameters_out_of_range_are_named(detector, message, planted):
    with pytest.raises(ValueError, match=message):
        detector.fit(planted.X, planted.noisy)
