"""CleaningGainDisplay: only training rows are cleaned, held-out rows are scored as they were given."""

import sys

import numpy as np
import pytest
from joblib import parallel_config
from material import planted_problem, small_detector
from scipy.stats import ttest_1samp
from sklearn.base import clone
from sklearn.model_selection import GroupKFold, RepeatedStratifiedKFold, StratifiedKFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from skclean.detectors import KDN, ConfidentLearning
from skclean.inspection import CleaningGainDisplay

X, Y, NOISY, FLIPPED = planted_problem(150, 3, 20, spread=3.0)
NAMES = np.array(["ash", "birch", "cedar"])
KNN = KNeighborsClassifier(1)


@pytest.mark.parametrize("treatment", ["drop", "relabel"])
def test_scores_are_those_of_cleaning_the_training_rows_by_hand(treatment):
    shares, y = [0, 0.1, 0.3], NAMES[NOISY]
    display = CleaningGainDisplay.from_estimator(
        KNN, X, y, detector=KDN(5), treatment=treatment, shares=shares, cv=4, random_state=0, n_jobs=1
    )
    for fold, (train, test) in enumerate(StratifiedKFold(4, shuffle=True, random_state=0).split(X, y)):
        detector = KDN(5).fit(X[train], y[train])
        order = np.argsort(detector.label_quality_, kind="stable")
        for place, share in enumerate(shares):
            lowest, labels, kept = order[: round(share * len(train))], y[train].copy(), np.ones(len(train), dtype=bool)
            if treatment == "drop":
                kept[lowest] = False
            else:
                labels[lowest] = detector.suggested_labels_[lowest]
            model = clone(KNN).fit(X[train][kept], labels[kept])
            assert display.scores[place, fold] == model.score(X[test], y[test])
    assert display.test_share == pytest.approx(1 / 3, abs=0.01) and display.treatment == treatment


def test_no_cleaning_is_plain_cross_validation_and_is_always_there():
    display = CleaningGainDisplay.from_estimator(
        DecisionTreeClassifier(random_state=0),
        X,
        NOISY,
        detector="kdn",
        shares=[0.2],
        cv=StratifiedKFold(5),
        scoring="f1_macro",
    )
    expected = cross_val_score(
        DecisionTreeClassifier(random_state=0), X, NOISY, cv=StratifiedKFold(5), scoring="f1_macro"
    )
    assert display.shares.tolist() == [0, 0.2]
    np.testing.assert_allclose(display.scores[0], expected)
    assert display.gain[0] == display.gain_low[0] == display.gain_high[0] == 0


def test_cleaning_helps_where_labels_are_wrong_and_classes_apart():
    problem = planted_problem(200, 3, 40)
    cv = RepeatedStratifiedKFold(n_splits=5, n_repeats=2, random_state=0)
    display = CleaningGainDisplay.from_estimator(KNN, problem.X, problem.noisy, detector="kdn", shares=[0.2], cv=cv)
    assert display.scores.shape == (2, 10) and display.gain_low[1] > 0


def test_unlabelled_rows_are_neither_trained_on_nor_scored():
    y = NAMES[NOISY].astype(object)
    y[::10] = None
    known = np.arange(150) % 10 > 0
    options = dict(detector="kdn", shares=[0, 0.1], cv=StratifiedKFold(3))
    first = CleaningGainDisplay.from_estimator(KNN, X, y, **options)
    second = CleaningGainDisplay.from_estimator(KNN, X[known], NAMES[NOISY][known], **options)
    np.testing.assert_array_equal(first.scores, second.scores)


def test_groups_stay_together_in_the_folds_and_in_the_detector():
    groups = np.arange(150) // 5
    options = dict(shares=[0, 0.1], cv=GroupKFold(3), groups=groups, random_state=0)
    detector = small_detector(cv=GroupKFold(2), rule="otsu")
    display = CleaningGainDisplay.from_estimator(KNN, X, NOISY, detector=detector, **options)
    np.testing.assert_allclose(display.scores[0], cross_val_score(KNN, X, NOISY, groups=groups, cv=GroupKFold(3)))
    with pytest.raises(ValueError, match="splits no rows, so it cannot keep groups together"):
        CleaningGainDisplay.from_estimator(KNN, X, NOISY, detector="kdn", **options)


def test_no_class_loses_its_last_row():
    y = np.where(np.arange(60) < 9, "few", "many")
    display = CleaningGainDisplay.from_estimator(KNN, X[:60], y, detector="relation_graph", shares=[0.99], cv=3)
    assert np.isfinite(display.scores).all()


def test_same_seed_same_result_whatever_the_number_of_jobs():
    options = dict(detector=small_detector(random_state=None), shares=[0, 0.1], cv=2, random_state=0)
    with parallel_config(backend="threading"):
        first, second = (CleaningGainDisplay.from_estimator(KNN, X, NOISY, n_jobs=n, **options) for n in (1, 2))
    np.testing.assert_array_equal(first.scores, second.scores)


@pytest.mark.usefixtures("few_trees")
def test_the_default_detector_is_confident_learning():
    problem, options = planted_problem(90, 3, 9), dict(shares=[0, 0.1], cv=2, random_state=0)
    first, second = (
        CleaningGainDisplay.from_estimator(KNN, problem.X, problem.noisy, detector=detector, **options)
        for detector in (None, ConfidentLearning())
    )
    np.testing.assert_array_equal(first.scores, second.scores)


def test_intervals_are_those_of_student_with_the_corrected_variance():
    scores = np.random.default_rng(0).random((3, 6))
    display = CleaningGainDisplay.from_predictions([0, 0.1, 0.2], scores, test_share=0.0, confidence=0.8)
    for place in range(3):
        expected = ttest_1samp(scores[place], 0).confidence_interval(0.8)
        assert (display.low[place], display.high[place]) == pytest.approx((expected.low, expected.high))
    gain = ttest_1samp(scores[2] - scores[0], 0).confidence_interval(0.8)
    assert (display.gain_low[2], display.gain_high[2]) == pytest.approx((gain.low, gain.high))
    wide = CleaningGainDisplay.from_predictions([0, 0.1, 0.2], scores, test_share=0.2, confidence=0.8)
    factor = np.sqrt((1 / 6 + 0.2) / (1 / 6))
    np.testing.assert_allclose(wide.high - wide.low, factor * (display.high - display.low))


@pytest.mark.parametrize("kind", ["score", "gain"])
def test_the_line_is_what_is_kept(kind):
    display = CleaningGainDisplay.from_predictions([0, 0.1], [[0.5, 0.6], [0.7, 0.7]], treatment="relabel", kind=kind)
    expected = display.mean if kind == "score" else display.gain
    np.testing.assert_array_equal(display.ax_.lines[0].get_ydata(), expected)
    assert "with a new label" in display.ax_.get_xlabel() and "as given" in display.ax_.get_ylabel()


def test_the_docstring_says_what_wrong_test_labels_mean():
    assert "labels as given" in CleaningGainDisplay.__doc__


def test_wrong_input_is_named():
    scores = [[0.5, 0.6], [0.7, 0.7]]
    for arguments, message in (
        (dict(shares=[0, 1.5], scores=scores), "shares must be from 0 to 1"),
        (dict(shares=[0, 1], scores=scores), "shares must be below 1"),
        (dict(shares=[0.1, 0.2], scores=scores), "begin with 0"),
        (dict(shares=[0, 0], scores=scores), "must ascend"),
        (dict(shares=[0], scores=scores), "scores must hold finite numbers of shape"),
        (dict(shares=[0, 0.1], scores=[[0.5], [0.6]]), "at least 2 folds"),
        (dict(shares=[0, 0.1], scores=[[0.5, np.nan], [0.6, 1]]), "finite"),
        (dict(shares=[0, 0.1], scores=scores, test_share=-1), "test_share"),
        (dict(shares=[0, 0.1], scores=scores, confidence=2), "confidence must be"),
        (dict(shares=[0, 0.1], scores=scores, treatment="burn"), "treatment must be one of"),
        (dict(shares=[0, 0.1], scores=scores, kind="loss"), "kind must be one of"),
    ):
        with pytest.raises(ValueError, match=message):
            CleaningGainDisplay.from_predictions(**arguments)
    for arguments, message in (
        (dict(detector="knd"), "detector"),
        (dict(shares=[-0.1]), "shares must be from 0 to 1"),
        (dict(treatment="reweight"), "treatment must be one of"),
    ):
        with pytest.raises(ValueError, match=message):
            CleaningGainDisplay.from_estimator(KNN, X, NOISY, **arguments)


def test_without_matplotlib_nothing_is_fitted(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    for call in (
        lambda: CleaningGainDisplay.from_estimator(None, X, NOISY),
        lambda: CleaningGainDisplay.from_predictions([0], [[1, 2]]),
    ):
        with pytest.raises(ImportError, match=r"CleaningGainDisplay.* needs matplotlib"):
            call()
