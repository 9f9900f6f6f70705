"""The default model does not see columns that hide wrong labels; a model of the user's own does."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.tree import DecisionTreeClassifier

from skclean import NoiseRobustClassifier
from skclean.detectors import (
    KDN,
    BiDimensional,
    ClassPrototypes,
    ConfidentLearning,
    Consensus,
    ReCoV,
    SplitModel,
    SyntheticMislabels,
)
from skclean.exceptions import LeakingColumnWarning, UnusualLabelsWarning
from skclean.noise import inject_noise

pytestmark = pytest.mark.usefixtures("few_trees")
WITH_DEFAULT = [ConfidentLearning, BiDimensional, ClassPrototypes, SplitModel, SyntheticMislabels, Consensus]


@pytest.fixture(scope="module")
def noisy():
    X, y = load_breast_cancer(return_X_y=True, as_frame=True)
    X = X.iloc[:300, :6]
    y_noisy, flipped = inject_noise(y.to_numpy()[:300], rate=0.1, random_state=0)
    return X, y_noisy, flipped


@pytest.mark.parametrize("detector", WITH_DEFAULT)
def test_the_result_is_that_without_the_leaking_columns(detector, noisy):
    X, y, _ = noisy
    plain = detector(random_state=0).fit(X, y)
    leaking = X.assign(copy=y, number=range(len(X)))
    with pytest.warns(LeakingColumnWarning, match="'copy' is the label; 'number' numbers the rows"):
        found = detector(random_state=0).fit(leaking, y)
    np.testing.assert_array_equal(found.label_quality_, plain.label_quality_)
    assert (plain.left_out_columns_, found.left_out_columns_) == ([], ["copy", "number"])
    assert found.n_features_in_ == 8


@pytest.mark.parametrize("detector", WITH_DEFAULT)
def test_kept_on_request(detector, noisy):
    X, y, _ = noisy
    kept = detector(leaks="keep", random_state=0).fit(X.assign(copy=y), y)
    assert kept.left_out_columns_ == []


def test_a_copy_hides_wrong_labels_and_without_it_they_are_found(noisy):
    X, y, flipped = noisy
    leaking = X.assign(copy=y).to_numpy()
    with pytest.warns(LeakingColumnWarning, match="6 is the label"):
        found = ConfidentLearning(random_state=0).fit(leaking, y)
    kept = ConfidentLearning(leaks="keep", random_state=0).fit(leaking, y)
    assert found.noise_mask_[flipped].mean() > 0.6 > 0.2 > kept.noise_mask_[flipped].mean()


def test_rows_in_lists(noisy):
    X, y, _ = noisy
    with pytest.warns(LeakingColumnWarning):
        found = ConfidentLearning(random_state=0).fit(X.assign(copy=y).to_numpy().tolist(), y)
    assert found.left_out_columns_ == [6]


def test_where_nothing_else_is_left_the_columns_are_kept():
    X = pd.DataFrame({"row": range(40)})
    with pytest.warns(LeakingColumnWarning, match="All are kept"):
        detector = ConfidentLearning(random_state=0).fit(X, np.arange(40) // 20)
    assert detector.left_out_columns_ == []


@pytest.mark.filterwarnings("ignore::skclean.exceptions.LeakingColumnWarning")
def test_models_of_the_user_see_every_column(noisy):
    X, y, _ = noisy
    leaking = X.assign(copy=y)
    assert ConfidentLearning(DecisionTreeClassifier(), cv=2).fit(leaking, y).left_out_columns_ == []
    assert (
        NoiseRobustClassifier(DecisionTreeClassifier(), random_state=0).fit(leaking, y).estimator_.n_features_in_ == 7
    )


@pytest.mark.filterwarnings("ignore::skclean.exceptions.NoSkillWarning")  # labels are drawn at random
@pytest.mark.filterwarnings("ignore:The number of unique classes")  # so says scikit-learn of its forest
@pytest.mark.parametrize("detector", [KDN(), ReCoV(n_repeats=10), ConfidentLearning(random_state=0)])
def test_labels_that_are_no_classes_are_named(detector):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(120, 3))
    prices = np.append(np.arange(118), [3, 4]) * 7 + 100
    with pytest.warns(UnusualLabelsWarning, match=r"118 distinct values in 120 labelled rows.*[Bb]in"):
        detector.fit(X, prices)
    with pytest.warns(UnusualLabelsWarning, match="-1 is read as a class of its own"):
        detector.fit(X, rng.integers(-1, 2, 120))


@pytest.mark.filterwarnings("ignore::skclean.exceptions.NoSkillWarning")
@pytest.mark.parametrize("labels", [[-1, 1], [-1, 0], [-2, -1, 0], [-1, 1, 2], ["-1", "0", "1"]])
def test_ordinary_codings_pass_in_silence(labels):
    rng = np.random.default_rng(0)
    KDN().fit(rng.normal(size=(60, 3)), np.array(labels)[np.arange(60) % len(labels)])
