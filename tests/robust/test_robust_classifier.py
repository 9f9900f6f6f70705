"""Treatments change what is trained; the gate keeps what helps; what cannot work is told before any fit."""

import numpy as np
import pytest
from material import Log, Planted, Recorder, planted_problem, small_detector
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.dummy import DummyClassifier
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, PredefinedSplit, cross_val_score
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skclean import LabelCleaner, NoiseRobustClassifier
from skclean.detectors import ConfidentLearning
from skclean.exceptions import FewMembersWarning
from skclean.noise import inject_noise
from skclean.treatments import TREATMENTS, Drop, MixedLabels, Reweight, SoftLabels


def heavy(seed=0):
    X, y, *_ = planted_problem(300, 3, seed=seed)
    noisy, flipped = inject_noise(y, rate=0.35, random_state=seed)
    return Planted(X, y, noisy, flipped)


@pytest.mark.parametrize("treatment", TREATMENTS)
def test_it_trains_on_exactly_what_the_treatment_selects(treatment, planted):
    X = np.column_stack([np.arange(150.0), planted.X])
    names = np.array(["x", "y", "z"])
    log = Log()
    clf = NoiseRobustClassifier(Recorder(log), detector=small_detector(), treatment=treatment)
    clf.fit(X, names[planted.noisy])
    (call,) = log
    np.testing.assert_array_equal(call["X"][:, 0], clf.sample_indices_)
    np.testing.assert_array_equal(call["y"], names[clf.selection_.codes])
    if TREATMENTS[treatment].returns_weights:
        np.testing.assert_array_equal(call["sample_weight"], clf.selection_.sample_weight)
    else:
        assert "sample_weight" not in call


# With half of the wrong labels left a tree learns them by heart.
STRONG = {"mixed_labels": MixedLabels(0.8)}


@pytest.mark.parametrize("treatment", [STRONG.get(name, name) for name in TREATMENTS], ids=str)
def test_it_beats_the_plain_fit_under_heavy_noise(treatment):
    X, _, noisy, _ = heavy()
    X_test, y_test, *_ = planted_problem(300, 3, seed=9)
    tree = DecisionTreeClassifier(min_samples_leaf=2, random_state=0)  # learns noise by heart
    plain = clone(tree).fit(X, noisy).score(X_test, y_test)
    detector = ConfidentLearning(LogisticRegression(), cv=3, random_state=0)
    robust = NoiseRobustClassifier(tree, detector=detector, treatment=treatment).fit(X, noisy)
    assert robust.score(X_test, y_test) > plain + 0.1


class CountingDetector(ConfidentLearning):
    """Counts its fits in a log that clones share."""

    def __init__(self, log=None):
        super().__init__()
        self.log = log

    def fit(self, X, y, **params):
        self.log.append("fit")
        return super().fit(X, y, **params)


@pytest.mark.parametrize("treatment", ["reweight", "soft_labels", Reweight(0.1), SoftLabels()], ids=repr)
@pytest.mark.parametrize(
    "model",
    [
        KNeighborsClassifier(),
        make_pipeline(StandardScaler(), KNeighborsClassifier()),
        GridSearchCV(KNeighborsClassifier(), {"n_neighbors": [3]}),
    ],
    ids=lambda model: type(model).__name__,
)
def test_weights_for_a_model_without_are_refused_before_any_fit(treatment, model, planted):
    log = Log()
    clf = NoiseRobustClassifier(model, detector=CountingDetector(log), treatment=treatment)
    with pytest.raises(ValueError, match="takes no sample_weight.*'drop' or 'relabel'"):
        clf.fit(planted.X, planted.noisy)
    assert not log


@pytest.mark.parametrize(
    ("model", "params", "message"),
    [
        (KNeighborsClassifier(), {"sample_weight": np.ones(150)}, "sample_weight was given"),
        (SVC(kernel="precomputed"), {}, "precomputed"),
        (Ridge(), {}, "NoiseRobustClassifier, Ridge, is a regressor; pass a classifier"),
        (make_pipeline(Ridge()), {}, "is a regressor"),
    ],
)
def test_what_cannot_work_is_told_before_any_fit(model, params, message, planted):
    log = Log()
    with pytest.raises(ValueError, match=message):
        NoiseRobustClassifier(model, detector=CountingDetector(log)).fit(planted.X, planted.noisy, **params)
    assert not log


@pytest.mark.parametrize("model", [KNeighborsClassifier(), GaussianProcessClassifier()], ids=repr)
@pytest.mark.parametrize("treatment", ["drop", "relabel"])
def test_models_without_weights_take_the_other_treatments(model, treatment, planted):
    clf = NoiseRobustClassifier(model, detector=small_detector(), treatment=treatment).fit(planted.X, planted.noisy)
    assert clf.score(planted.X, planted.y) > 0.95


@pytest.mark.parametrize("treatment", ["reweight", "soft_labels"])
def test_the_cleaner_refuses_treatments_whose_weights_would_be_lost(treatment, planted):
    log = Log()
    cleaner = LabelCleaner(detector=CountingDetector(log), treatment=treatment)
    with pytest.raises(ValueError, match="cannot hand back.*'drop' or 'relabel'"):
        cleaner.fit_resample(planted.X, planted.noisy)
    assert not log
    assert LabelCleaner(detector=small_detector(), treatment=treatment).fit(planted.X, planted.noisy).selection_


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
    X, _, noisy, _ = heavy()
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
    X, _, noisy, _ = heavy()
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


@pytest.mark.parametrize("treatment", ["relabel", "soft_labels"])
@pytest.mark.parametrize("detector", ["recov", "relation_graph", "area_under_margin"])
def test_what_needs_probabilities_is_told_before_any_fit(treatment, detector, planted):
    cleaners = [NoiseRobustClassifier(LogisticRegression(), detector=detector, treatment=treatment)]
    cleaners += [LabelCleaner(detector=detector, treatment=treatment)]
    for cleaner in cleaners:
        with pytest.raises(
            ValueError, match="needs class probabilities, and (ReCoV|RelationGraph|AreaUnderMargin) has none"
        ):
            cleaner.fit(planted.X, planted.noisy)


def test_a_refit_without_the_gate_forgets_it(planted):
    clf = NoiseRobustClassifier(LogisticRegression(), detector=small_detector(), gate=True)
    clf.fit(planted.X, planted.noisy).set_params(gate=False).fit(planted.X, planted.noisy)
    assert not hasattr(clf, "gate_")


@pytest.mark.parametrize("treatment", [Drop(), "drop"], ids=repr)
def test_parts_that_the_caller_gives_are_cloned(treatment, planted):
    detector = small_detector()
    clf = NoiseRobustClassifier(DummyClassifier(), detector=detector, treatment=treatment)
    clf.fit(planted.X, planted.noisy)
    assert clf.detector_ is not detector
    assert not hasattr(detector, "audit_")


def test_seed_and_jobs_reach_the_detector_that_is_made():
    clf = NoiseRobustClassifier(DummyClassifier(), detector="confident_learning", n_jobs=2, random_state=7)
    X, _, noisy, _ = planted_problem(60, 2, 5)
    made = clf.fit(X, noisy).detector_
    assert (made.n_jobs, made.random_state) == (2, 7)


def test_by_default_clean_labels_give_the_plain_fit():
    X, y, *_ = planted_problem(300, 3)
    clf = NoiseRobustClassifier(LogisticRegression(), detector=small_detector()).fit(X, y)
    np.testing.assert_array_equal(clf.predict_proba(X), LogisticRegression().fit(X, y).predict_proba(X))
    assert "may be no noise at all" in clf.decision_
    assert clf.noise_rate_.low == 0


def test_by_default_noisy_labels_become_probabilities_of_the_true_class():
    X, _, noisy, _ = heavy()
    clf = NoiseRobustClassifier(LogisticRegression(), detector=small_detector()).fit(X, noisy)
    assert clf.selection_.sample_weight is not None
    np.testing.assert_allclose(np.bincount(clf.sample_indices_, clf.selection_.sample_weight), 1)
    assert clf.decision_.startswith("labels are replaced")


def test_a_model_without_weights_is_trained_on_drawn_labels():
    X, _, noisy, _ = heavy()
    clf = NoiseRobustClassifier(KNeighborsClassifier(), detector=small_detector(), random_state=0).fit(X, noisy)
    assert clf.selection_.sample_weight is None
    assert clf.decision_.endswith("one label a row is drawn, since KNeighborsClassifier takes no sample weights")
    np.testing.assert_array_equal(clf.sample_indices_, np.arange(len(noisy)))
    again = clone(clf).fit(X, noisy)
    np.testing.assert_array_equal(clf.predict(X), again.predict(X))


def test_without_a_noise_model_the_default_leaves_flagged_rows_out(planted):
    for cleaner in (NoiseRobustClassifier(LogisticRegression(), detector="kdn"), LabelCleaner(detector="kdn")):
        cleaner.fit(planted.X, planted.noisy)
        np.testing.assert_array_equal(cleaner.sample_indices_, np.flatnonzero(~cleaner.noise_mask_))


def test_settings_of_the_detector_that_is_made_here(planted):
    settings = {
        "rule": "argmax_disagreement",
        "labels": "annotations",
        "ambiguity": 0.2,
        "trusted_classes": [planted.y[0]],
    }
    for make in (NoiseRobustClassifier, LabelCleaner):
        cleaner = make(LogisticRegression(), detector="confident_learning", **settings).fit(planted.X, planted.noisy)
        for name, value in settings.items():
            assert getattr(cleaner.detector_, name) == value
        assert not cleaner.noise_mask_[planted.noisy == planted.y[0]].any()
        with pytest.raises(ValueError, match="rule= of .* Set it in the detector"):
            make(LogisticRegression(), detector=small_detector(), rule="argmax_disagreement").fit(
                planted.X, planted.noisy
            )


def test_reviewed_labels_replace_the_given_ones(planted):
    reviewed = np.full(len(planted.y), None, dtype=object)
    rows = np.flatnonzero(planted.noisy != planted.y)[:5]
    reviewed[rows] = planted.y[rows]
    clf = NoiseRobustClassifier(LogisticRegression(), detector=small_detector())
    clf.fit(planted.X, planted.noisy, reviewed=reviewed)
    assert not clf.noise_mask_[rows].any()
    of_rows = np.isin(clf.sample_indices_, rows)
    np.testing.assert_array_equal(clf.classes_[clf.selection_.codes[of_rows]], planted.y[rows])


def test_the_gate_corrects_accuracy_for_the_noise_of_the_held_out_labels():
    X, y, noisy, _ = heavy()
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


@pytest.mark.parametrize("n_samples", [4, 6, 19])
def test_the_labels_of_a_tiny_table_are_left_alone(n_samples):
    X, y = np.random.default_rng(0).normal(size=(n_samples, 3)), np.arange(n_samples) % 2  # features tell nothing
    model = NoiseRobustClassifier(GaussianNB(), random_state=0).fit(X, y)
    assert f"fewer than 20 labels, and there are {n_samples}" in model.decision_
    np.testing.assert_array_equal(model.selection_.codes, y)
    cleaned, _ = LabelCleaner(random_state=0).fit_resample(X, y)
    assert len(cleaned) == n_samples
