"""The gate keeps the fit that is better on held-out rows, and the plain one where it cannot tell."""

import numpy as np
import pytest
from material import Log, Recorder, heavy_noise, planted_problem, small_detector
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import PredefinedSplit, cross_val_score
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

from skclean import NoiseRobustClassifier
from skclean.detectors import ConfidentLearning
from skclean.exceptions import FewMembersWarning


class RandomFlags(ConfidentLearning):
    """Flags the whole of class 0 but one row: cleaning by it does harm."""

    def fit(self, X, y, **params):
        super().fit(X, y, **params)
        self.noise_mask_ = np.asarray(y) == self.classes_[0]
        self.noise_mask_[np.flatnonzero(self.noise_mask_)[0]] = False
        return self


def test_the_gate_keeps_the_plain_fit_where_cleaning_harms():
    X, y, *_ = planted_problem(150, 3, spread=2.0)
    clf = NoiseRobustClassifier(
        LogisticRegression(),
        detector=RandomFlags(LogisticRegression(), cv=2),
        treatment="drop",
        gate=True,
        random_state=0,
    ).fit(X, y)
    assert clf.gate_.kept == "plain"
    assert "does not help" in clf.gate_.reason
    assert clf.gate_.plain_scores.mean() > clf.gate_.cleaned_scores.mean()
    np.testing.assert_array_equal(clf.sample_indices_, np.arange(150))
    np.testing.assert_array_equal(clf.predict_proba(X), LogisticRegression().fit(X, y).predict_proba(X))


def test_the_gate_keeps_the_plain_fit_on_clean_data():
    X, y, *_ = planted_problem(150, 3)
    clf = NoiseRobustClassifier(LogisticRegression(), detector=small_detector(), gate=True, random_state=0).fit(X, y)
    assert clf.gate_.kept == "plain"


def test_the_gate_keeps_the_cleaned_fit_under_heavy_noise():
    X, _, noisy, _ = heavy_noise()
    tree = DecisionTreeClassifier(random_state=0)
    detector = ConfidentLearning(LogisticRegression(), cv=2, random_state=0)
    clf = NoiseRobustClassifier(tree, detector=detector, treatment="drop", gate=True, random_state=0).fit(X, noisy)
    assert clf.gate_.kept == "cleaned"
    assert "helps" in clf.gate_.reason
    assert len(clf.gate_.cleaned_scores) == len(clf.gate_.plain_scores)
    assert len(clf.sample_indices_) < 300
    ungated = clone(clf).set_params(gate=False).fit(X, noisy)
    np.testing.assert_array_equal(clf.predict(X), ungated.predict(X))


@pytest.mark.filterwarnings("ignore::skclean.exceptions.NoSkillWarning")  # of a class in a fold of few rows
def test_the_gate_takes_weights_groups_and_missing_labels():
    X, _, noisy, _ = heavy_noise()
    y = noisy.astype(object)
    y[::10] = None
    clf = NoiseRobustClassifier(
        LogisticRegression(), detector=ConfidentLearning(LogisticRegression(), cv=2), gate=True, treatment="reweight"
    )
    clf.fit(X, y, sample_weight=np.arange(1.0, 301), groups=np.arange(300) // 5)
    assert clf.gate_.kept in ("plain", "cleaned")
    assert not np.isin(np.arange(0, 300, 10), clf.sample_indices_).any()


class SeesTwins(BaseEstimator, ClassifierMixin):
    """Knows by heart what it was trained on, and scores the share of rows that it knows."""

    def fit(self, X, y):
        self.classes_, self.known_ = np.unique(y), set(X[:, 0])
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])

    def score(self, X, y):
        return np.mean([value in self.known_ for value in X[:, 0]])


@pytest.mark.filterwarnings("ignore::skclean.exceptions.NoSkillWarning")
def test_the_gate_holds_out_whole_groups():
    groups = np.random.default_rng(0).permutation(np.arange(120) // 2)
    X = np.column_stack([groups, np.arange(120)])
    clf = NoiseRobustClassifier(SeesTwins(), detector=ConfidentLearning(GaussianNB(), cv=2), gate=True)
    clf.fit(X, np.arange(120) % 2, groups=groups)
    assert clf.gate_.plain_scores.tolist() == [0, 0, 0]


@pytest.mark.filterwarnings("ignore::skclean.exceptions.NoSkillWarning")
@pytest.mark.filterwarnings("ignore::skclean.exceptions.UnseenClassWarning")
def test_the_gate_keeps_the_plain_fit_where_nothing_can_be_held_out():
    X, y = np.sin(np.arange(40.0))[:, None], np.arange(40) < 2
    with pytest.warns(FewMembersWarning):
        clf = NoiseRobustClassifier(DummyClassifier(), detector="kdn", gate=True).fit(X, y)
    assert clf.gate_.kept == "plain"
    groups = np.where(y, 0, 1)  # no fold leaves both classes to train on
    with pytest.warns(FewMembersWarning):
        clf = NoiseRobustClassifier(DummyClassifier(), detector=ConfidentLearning(cv=2), gate=True)
        clf.fit(X, y, groups=groups)
    assert clf.gate_.kept == "plain"
    assert "leaves two classes" in clf.gate_.reason


@pytest.mark.parametrize("cv", [[([0, 1], [2])], PredefinedSplit([0, 1] * 75)], ids=["list", "PredefinedSplit"])
def test_the_gate_takes_no_folds_of_all_rows(cv, planted):
    detector = ConfidentLearning(Recorder(log := Log()), cv=cv)
    with pytest.raises(ValueError, match="gate=True fits the detector again on two thirds"):
        NoiseRobustClassifier(LogisticRegression(), detector=detector, gate=True).fit(planted.X, planted.noisy)
    assert not log


def test_a_refit_without_the_gate_forgets_it(planted):
    clf = NoiseRobustClassifier(LogisticRegression(), detector=small_detector(), gate=True)
    clf.fit(planted.X, planted.noisy).set_params(gate=False).fit(planted.X, planted.noisy)
    assert not hasattr(clf, "gate_")


def test_the_gate_corrects_accuracy_for_the_noise_of_the_held_out_labels():
    X, y, noisy, _ = heavy_noise()
    make = NoiseRobustClassifier(LogisticRegression(), detector=small_detector(), gate=True, random_state=0)
    corrected = clone(make).fit(X, noisy).gate_
    plain = clone(make).set_params(scoring="balanced_accuracy").fit(X, noisy).gate_
    assert corrected.corrected and not plain.corrected
    assert "noise-corrected accuracy" in corrected.reason
    true = cross_val_score(LogisticRegression(), X, y, cv=3).mean()
    given = cross_val_score(LogisticRegression(), X, noisy, cv=3).mean()
    assert abs(corrected.cleaned_scores.mean() - true) < abs(given - true) / 2
    with pytest.raises(ValueError, match="scoring"):
        clone(make).set_params(scoring="no such score").fit(X, noisy)
