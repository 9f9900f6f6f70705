"""Cross-fitted probabilities equal scikit-learn's, whatever the splitter; the exceptions are handled."""

import warnings

import numpy as np
import pandas as pd
import pytest
from material import Log, Recorder
from random_models import Lottery
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    LeaveOneGroupOut,
    PredefinedSplit,
    RepeatedStratifiedKFold,
    StratifiedKFold,
    TimeSeriesSplit,
    cross_val_predict,
)
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from skclean.evidence import cross_fit_proba
from skclean.exceptions import FewMembersWarning
from skclean.targets import encode_labels

MODEL = LogisticRegression()


@pytest.mark.parametrize(
    "cv",
    [
        StratifiedKFold(3),
        StratifiedKFold(4, shuffle=True, random_state=0),
        PredefinedSplit(np.arange(150) % 3),
        list(StratifiedKFold(3).split(np.zeros((150, 1)), np.arange(150) % 2)),
    ],
    ids=["k-fold", "shuffled", "predefined", "iterable"],
)
@pytest.mark.parametrize("n_jobs", [None, 2])
def test_a_splitter_gives_what_cross_val_predict_gives(cv, n_jobs, planted):
    if n_jobs == 2 and not isinstance(cv, list):
        pytest.skip("one parallel case is enough")
    expected = cross_val_predict(MODEL, planted.X, planted.noisy, cv=cv, method="predict_proba")
    found = cross_fit_proba(MODEL, planted.X, encode_labels(planted.noisy), cv=cv, n_jobs=n_jobs)
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_an_integer_is_shuffled_stratified_folds_by_the_seed(planted):
    order = np.argsort(planted.noisy, kind="stable")
    X, y = planted.X[order], planted.noisy[order]
    first, again, other = (cross_fit_proba(MODEL, X, encode_labels(y), cv=3, random_state=s) for s in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_repeats_are_averaged(planted):
    labels = encode_labels(planted.noisy)
    repeated = RepeatedStratifiedKFold(n_splits=3, n_repeats=2, random_state=0)
    folds = list(repeated.split(planted.X, planted.noisy))
    each = [cross_fit_proba(MODEL, planted.X, labels, cv=part) for part in (folds[:3], folds[3:])]
    found = cross_fit_proba(MODEL, planted.X, labels, cv=repeated)
    np.testing.assert_allclose(found, np.mean(each, axis=0), atol=1e-12)


def test_rows_that_are_never_tested_are_judged_by_the_tested_ones(planted):
    folds = list(TimeSeriesSplit(3).split(planted.X))
    first_test = folds[0][1][0]
    found = cross_fit_proba(MODEL, planted.X, encode_labels(planted.noisy), cv=TimeSeriesSplit(3))
    late = LogisticRegression().fit(planted.X[first_test:], planted.noisy[first_test:])
    np.testing.assert_allclose(found[:first_test], late.predict_proba(planted.X[:first_test]))
    np.testing.assert_allclose(found.sum(axis=1), 1)


@pytest.mark.parametrize("cv", [3, GroupKFold(3), LeaveOneGroupOut()], ids=repr)
def test_a_group_is_never_split(cv, planted):
    groups = np.arange(150) // 10
    log = Log()
    X = np.column_stack([planted.X, groups])
    cross_fit_proba(Recorder(log), X, encode_labels(planted.noisy), cv=cv, split_params={"groups": groups})
    tested = [set(groups) - set(call["X"][:, 3]) for call in log]
    assert all(tested)
    assert sum(len(part) for part in tested) == 15
    assert set().union(*tested) == set(groups)


def test_a_row_is_never_judged_by_a_model_that_saw_it(planted):
    log = Log()
    X = np.column_stack([np.arange(150), planted.X])
    cross_fit_proba(Recorder(log), X, encode_labels(planted.noisy), cv=5)
    left_out = np.concatenate([np.setdiff1d(np.arange(150), call["X"][:, 0]) for call in log])
    assert sorted(left_out) == list(range(150))


def test_unlabelled_rows_are_judged_by_all_and_train_none(planted):
    holes = planted.noisy.astype(object)
    holes[::5] = None
    labelled = np.arange(150) % 5 > 0
    cv = StratifiedKFold(3)
    found = cross_fit_proba(MODEL, planted.X, encode_labels(holes), cv=cv)
    X, y = planted.X[labelled], planted.noisy[labelled]
    np.testing.assert_allclose(found[labelled], cross_val_predict(MODEL, X, y, cv=cv, method="predict_proba"))
    models = [LogisticRegression().fit(X[train], y[train]) for train, _ in cv.split(X, y)]
    expected = np.mean([model.predict_proba(planted.X[~labelled]) for model in models], axis=0)
    np.testing.assert_allclose(found[~labelled], expected)


@pytest.mark.parametrize("boolean", [False, True])
def test_folds_may_be_given_as_positions_or_masks(boolean, planted):
    folds = list(StratifiedKFold(3).split(planted.X, planted.noisy))
    labels = encode_labels(planted.noisy)
    expected = cross_fit_proba(MODEL, planted.X, labels, cv=folds)
    given = [(np.isin(np.arange(150), a), np.isin(np.arange(150), b)) for a, b in folds] if boolean else iter(folds)
    np.testing.assert_array_equal(cross_fit_proba(MODEL, planted.X, labels, cv=given), expected)


def test_predefined_folds_name_unlabelled_rows_too(planted):
    y = planted.noisy.astype(object)
    y[::7] = None
    folds = PredefinedSplit(np.arange(150) % 3)
    found = cross_fit_proba(MODEL, planted.X, encode_labels(y), cv=folds)
    np.testing.assert_array_equal(found, cross_fit_proba(MODEL, planted.X, encode_labels(y), cv=folds.split()))


def test_predefined_folds_of_labelled_rows_alone_are_refused(planted):
    y = planted.noisy.astype(object)
    y[::7] = None
    folds = PredefinedSplit(np.arange(150 - len(y[::7])) % 3)
    with pytest.raises(ValueError, match=r"inconsistent numbers of samples: \[150, 128\]"):
        cross_fit_proba(MODEL, planted.X, encode_labels(y), cv=folds)


def test_few_groups_reduce_the_folds_with_a_warning(planted):
    labels, groups = encode_labels(planted.noisy), np.arange(150) % 2
    with pytest.warns(FewMembersWarning, match="from 5 to 2 folds, because there are only 2 groups"):
        proba = cross_fit_proba(MODEL, planted.X, labels, cv=5, split_params={"groups": groups})
    np.testing.assert_allclose(proba.sum(axis=1), 1)


@pytest.mark.parametrize("cv", [5, GroupKFold(2)])
def test_groups_that_cannot_be_kept_together_are_told(cv, planted):
    for groups, message in ((np.zeros(150), "one group only|1"), (["a", "b", None] * 50, "no value in row 2")):
        with pytest.raises(ValueError, match=message):
            cross_fit_proba(MODEL, planted.X, encode_labels(planted.noisy), cv=cv, split_params={"groups": groups})


def test_few_members_reduce_the_folds_with_a_warning(planted):
    y = np.where(np.arange(150) < 3, "rare", "common")
    with pytest.warns(FewMembersWarning, match="from 5 to 3 folds, because the class 'rare' has only 3"):
        proba = cross_fit_proba(MODEL, planted.X, encode_labels(y), cv=5)
    np.testing.assert_allclose(proba.sum(axis=1), 1)


def test_a_class_of_one_does_not_reduce_the_folds(planted):
    y = 2 * planted.noisy
    y[0] = 3
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        proba = cross_fit_proba(MODEL, planted.X, encode_labels(y), cv=4)
    assert proba.shape == (150, 4)
    assert proba[0, 2] == 0  # nobody who judged it had seen its class
    assert (np.array([0, 2, 3, 4])[proba.argmax(axis=1)] == y)[~planted.flipped].mean() > 0.95
    np.testing.assert_allclose(proba.sum(axis=1), 1)


def test_a_fold_that_has_seen_one_class_is_sure_of_it(planted):
    y = np.where(np.arange(150) == 7, "alone", "many")
    proba = cross_fit_proba(MODEL, planted.X, encode_labels(y), cv=3, random_state=0)
    assert proba[7].tolist() == [0, 1]
    np.testing.assert_allclose(proba.sum(axis=1), 1)


class InSample(KFold):
    def split(self, X, y=None, groups=None):
        return ((np.arange(len(X)), test) for _, test in super().split(X, y, groups))


@pytest.mark.parametrize(
    ("model", "y", "cv", "message"),
    [
        (LinearSVC(), None, 3, "LinearSVC has no predict_proba.*CalibratedClassifierCV"),
        (MODEL, np.arange(150), 3, "identifier"),
        (MODEL, None, 1, "at least 2 folds"),
        (MODEL, None, [], "empty iterable"),
        (MODEL, None, [([0, 1], [150])], "row 150"),
        (MODEL, None, [([0, 1], [-151])], "row -151"),
        (MODEL, None, [(0, 1, 2)], r"fold 0 must be a pair \(train, test\)"),
        (MODEL, None, [5], r"fold 0 must be a pair \(train, test\)"),
        (MODEL, None, [([True, False], [False, True])], r"a mask of shape \(2,\), but there are 150 rows"),
        (MODEL, None, [([0.0, 1.0], [2.0])], "row numbers or masks, got an array of float64"),
        (MODEL, None, [([], [2])], "fold 0 has no row with a label to train on"),
        (MODEL, None, [([0, 1], [])], "with rows to predict"),
        (MODEL, None, [([0, 1], [2, 3]), ([1, 2, -1], [149, 3])], "fold 1 has row 149 in train and in test"),
        (MODEL, None, InSample(), "fold 0 has row 0 in train and in test"),
    ],
    ids=[
        "no predict_proba",
        "all singletons",
        "one fold",
        "no folds",
        "outside",
        "outside before",
        "no pair",
        "no fold",
        "short mask",
        "floats",
        "no training",
        "no testing",
        "overlap",
        "overlap of a splitter",
    ],
)
def test_what_cannot_work_is_told(model, y, cv, message, planted):
    labels = encode_labels(planted.noisy if y is None else y)
    with pytest.raises(ValueError, match=message):
        cross_fit_proba(model, planted.X, labels, cv=cv)


@pytest.mark.parametrize("fitted", [np.array(["x", "y", "z"]), np.arange(3) + 1], ids=["texts", "numbers"])
def test_a_fitted_model_must_know_the_labels(fitted, planted):
    model = FrozenEstimator(LogisticRegression().fit(planted.X, fitted[planted.y]))
    with pytest.raises(ValueError, match="predicts the class .*, which y does not have"):
        cross_fit_proba(model, planted.X, encode_labels(planted.noisy), cv=3)


class OneRowLess(LogisticRegression):
    def predict_proba(self, X):
        return super().predict_proba(X)[1:]


def test_predictions_of_another_shape_are_told(planted):
    with pytest.raises(ValueError, match=r"has the shape \(49, 3\) for 50 rows and 3 classes"):
        cross_fit_proba(OneRowLess(), planted.X, encode_labels(planted.noisy), cv=3)


def test_texts_as_pandas_keeps_them_are_cut_into_folds(planted):
    words = pd.Series([f"word{label} and so on" for label in planted.noisy])
    model = make_pipeline(TfidfVectorizer(), LogisticRegression())
    labels = encode_labels(planted.noisy)
    found, expected = (
        cross_fit_proba(model, texts, labels, cv=3, random_state=0)
        for texts in (pd.array(words.tolist(), dtype="string[pyarrow]"), words.tolist())
    )
    np.testing.assert_array_equal(found, expected)


def seeds_of(planted, random_state, *, own_seed=None, n_jobs=None):
    """Seeds of the clones, and the probabilities, over folds that are always the same."""
    log, folds = Log(), list(StratifiedKFold(3).split(planted.X, planted.noisy))
    model, labels = Lottery(log, own_seed), encode_labels(planted.noisy)
    proba = cross_fit_proba(model, planted.X, labels, cv=folds, random_state=random_state, n_jobs=n_jobs)
    assert model.random_state == own_seed
    return list(log), proba


def test_clones_without_a_seed_get_one_from_random_state(planted):
    first, again, other = (seeds_of(planted, seed) for seed in (0, 0, 1))
    assert all(isinstance(seed, int) for seed in first[0])
    assert first[0] == again[0]
    np.testing.assert_array_equal(first[1], again[1])
    assert not set(first[0]) & set(other[0])
    assert (first[1] != other[1]).any()


def test_a_generator_gives_the_next_call_other_seeds(planted):
    generator = np.random.RandomState(0)
    first, second = (seeds_of(planted, generator)[0] for _ in range(2))
    assert not set(first) & set(second)


def test_clones_have_no_seed_where_none_is_asked_for(planted):
    (first, proba), (_, again) = (seeds_of(planted, None) for _ in range(2))
    assert first == [None, None, None]
    assert (proba != again).any()


def test_the_seed_of_the_user_stays(planted):
    assert seeds_of(planted, 0, own_seed=7)[0] == [7, 7, 7]


def test_seeds_do_not_depend_on_the_number_of_jobs(planted):
    np.testing.assert_array_equal(seeds_of(planted, 3)[1], seeds_of(planted, 3, n_jobs=2)[1])
