"""Treatments change what is trained, and what cannot work is told before any fit."""

import numpy as np
import pytest
from material import Log, Recorder, heavy_noise, planted_problem, small_detector
from sklearn.base import clone
from sklearn.dummy import DummyClassifier
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skclean import LabelCleaner, NoiseRobustClassifier
from skclean.detectors import ConfidentLearning
from skclean.treatments import TREATMENTS, Drop, MixedLabels, Reweight, SoftLabels


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
    X, _, noisy, _ = heavy_noise()
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
    X, _, noisy, _ = heavy_noise()
    clf = NoiseRobustClassifier(LogisticRegression(), detector=small_detector()).fit(X, noisy)
    assert clf.selection_.sample_weight is not None
    np.testing.assert_allclose(np.bincount(clf.sample_indices_, clf.selection_.sample_weight), 1)
    assert clf.decision_.startswith("labels are replaced")


def test_a_model_without_weights_is_trained_on_drawn_labels():
    X, _, noisy, _ = heavy_noise()
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


@pytest.mark.parametrize("n_samples", [4, 6, 19])
def test_the_labels_of_a_tiny_table_are_left_alone(n_samples):
    X, y = np.random.default_rng(0).normal(size=(n_samples, 3)), np.arange(n_samples) % 2  # features tell nothing
    model = NoiseRobustClassifier(GaussianNB(), random_state=0).fit(X, y)
    assert f"fewer than 20 labels, and there are {n_samples}" in model.decision_
    np.testing.assert_array_equal(model.selection_.codes, y)
    cleaned, _ = LabelCleaner(random_state=0).fit_resample(X, y)
    assert len(cleaned) == n_samples
