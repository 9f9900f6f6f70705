"""What estimators that learn from noisy labels have in common."""

import numpy as np
import pytest
from material import planted_problem, small_detector
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from skclean.robust import (
    BaggingReweightClassifier,
    CleanSeedClassifier,
    CoTeachingClassifier,
    IterativeFilterClassifier,
    LabelPairClassifier,
    NoisyLabelEM,
    PrivilegedInformationClassifier,
)
from skclean.robust.training._soft_fit import fit_soft, folds_of_all, keep_classes, one_hot
from skclean.targets import ClassTarget

pytestmark = pytest.mark.usefixtures("few_trees")


def hard_problem():
    X, y, *_ = planted_problem(240, 3, spread=2.5)
    noisy = np.where(np.arange(240) % 4 == 0, (y + 1) % 3, y)
    return X, y, noisy


@pytest.mark.parametrize("learner", [NoisyLabelEM, CleanSeedClassifier])
def test_trust_between_0_and_1_moves_targets_towards_the_label(learner):
    X, _, noisy = hard_problem()

    def own(trust):
        model = learner(LogisticRegression(), random_state=0).fit(X, noisy, verified=np.full(240, trust))
        targets = model.posterior_ if learner is NoisyLabelEM else model.targets_
        return targets[np.arange(240), noisy]

    none, half = own(0.0), own(0.5)
    np.testing.assert_allclose(half, 0.5 + 0.5 * none)
    np.testing.assert_allclose(own(1.0), 1)


@pytest.mark.parametrize(
    "learner",
    [
        BaggingReweightClassifier(GaussianNB(), detector=small_detector(), random_state=0),
        IterativeFilterClassifier(GaussianNB(), detector=small_detector(), random_state=0),
        PrivilegedInformationClassifier(GaussianNB(), random_state=0),
        CoTeachingClassifier(GaussianNB(), n_rounds=1, random_state=0),
        LabelPairClassifier(GaussianNB(), min_rows=10, random_state=0),
    ],
    ids=lambda learner: type(learner).__name__,
)
def test_numbers_are_taken_as_trust(learner):
    X, y, noisy = hard_problem()
    assert learner.fit(X, noisy, verified=np.where(noisy == y, 0.9, 0.1)).score(X, y) > 0.7
    with pytest.raises(ValueError, match="verified"):
        learner.fit(X, noisy, verified=np.full(240, 2.0))


@pytest.mark.parametrize(
    ("model", "message"),
    [(Ridge(), "is a regressor"), (SVC(kernel="precomputed", probability=True), "precomputed square X")],
)
@pytest.mark.filterwarnings("ignore:The `probability` parameter")
def test_models_that_cannot_work_are_refused(model, message):
    X, _, noisy = hard_problem()
    with pytest.raises(ValueError, match=message):
        BaggingReweightClassifier(model).fit(X, noisy)


def test_soft_targets_reach_a_model_as_weighted_copies_or_drawn_labels():
    X, targets = np.arange(6.0)[:, None], np.array([[1, 0], [0.25, 0.75], [0, 0], [0, 2], [0.999, 0.001], [0, 1]])
    received = []

    class Noting(GaussianNB):
        def fit(self, X, y, sample_weight=None):
            received.extend([X[:, 0], y, sample_weight])
            return super().fit(X, y, sample_weight)

    fit_soft(Noting(), X, np.array([5, 7]), targets, {})
    assert received[0].tolist() == [0, 1, 1, 3, 4, 5]
    assert received[1].tolist() == [5, 5, 7, 7, 5, 7]
    np.testing.assert_allclose(received[2], [1, 0.25, 0.75, 2, 1, 1])
    drawn = fit_soft(KNeighborsClassifier(1), X, np.array([5, 7]), targets, {}, random_state=0)
    assert set(drawn.classes_) == {5, 7}
    assert 2 not in drawn._fit_X.ravel()


def test_a_class_that_no_row_counts_for_keeps_its_likeliest_row():
    targets = np.array([[1, 0, 0], [0.2, 0.795, 0.005], [0.5, 0.496, 0.004]])
    kept = keep_classes(targets)
    np.testing.assert_array_equal(kept[1], [0, 0, 1])
    np.testing.assert_array_equal(kept[[0, 2]], targets[[0, 2]])
    assert keep_classes(kept) is kept


def test_folds_hold_every_row_once():
    X = np.zeros((40, 1))
    codes = np.r_[np.repeat([0, 1], 15), np.full(10, -1)].astype(np.int32)
    for labels in (codes, np.full(40, -1, dtype=np.int32), np.where(np.arange(40) < 38, np.arange(40) % 2, -1)):
        folds = folds_of_all(X, ClassTarget(labels.astype(np.int32), np.array([0, 1])), 5, 0)
        tested = np.concatenate([test for _, test in folds])
        assert set(tested) == set(range(40))
        assert all(not set(train) & set(test) for train, test in folds)


def test_one_hot_leaves_unlabelled_rows_empty():
    np.testing.assert_array_equal(one_hot([1, -1], 2), [[0, 1], [0, 0]])
