"""What must hold for every detector and meta-estimator, whatever the labels, the order of rows or the history."""

import pickle

import numpy as np
import pandas as pd
import pytest
from material import planted_problem, small_detector, small_forest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.tree import ExtraTreeClassifier
from small_detectors import SMALL_DETECTORS

from skclean import LabelCleaner, NoiseRobustClassifier
from skclean.detectors import ConfidentLearning, Consensus, InstanceHardness
from skclean.rules import ExactCount


def cross_fitted(cv=3, **params):
    return ConfidentLearning(LogisticRegression(), cv=cv, random_state=0, **params)


def maker(name):
    return lambda **params: clone(SMALL_DETECTORS[name]).set_params(**params)


JUDGES = {
    **{name: maker(name) for name in SMALL_DETECTORS},
    "cross-fitted": cross_fitted,
    "cleaner": lambda **params: LabelCleaner(detector=small_detector(**params)),
    "robust": lambda **params: NoiseRobustClassifier(LogisticRegression(), detector=small_detector(**params)),
}
every_judge = pytest.mark.parametrize("make", JUDGES.values(), ids=JUDGES)

LABEL_TYPES = {
    "{0, 1}": np.array([0, 1]),
    "{-1, 1}": np.array([-1, 1]),
    "{1, 2}": np.array([1, 2]),
    "int8": np.array([-100, 100], dtype=np.int8),
    "float": np.array([0.0, 1.0]),
    "str": np.array(["no", "yes"]),
    "object": np.array(["no", "yes"], dtype=object),
    "bool": np.array([False, True]),
    "dates": np.array(["2001-01-01", "2002-02-02"], dtype="datetime64[D]"),
}


def state(judge):
    return {
        "quality": judge.label_quality_,
        "mask": judge.noise_mask_,
        "suggested": judge.suggested_labels_,
        "classes": judge.classes_,
    }


def assert_same_state(left, right):
    left, right = state(left), state(right)
    for name in left:
        np.testing.assert_array_equal(left[name], right[name], err_msg=name)


# Labels are read in one place, so that a few detectors try all of their types, and the others two.
TRY_EVERY_TYPE = ("confident_learning", "recov", "kdn", "cross-fitted", "cleaner", "robust")
LABEL_CASES = [
    (judge, names)
    for judge in JUDGES
    for names in (LABEL_TYPES if judge in TRY_EVERY_TYPE else ("bool", "object"))
    if names != "dates" or judge in SMALL_DETECTORS  # scikit-learn's linear models take no dates as labels
]


@pytest.mark.parametrize(("judge", "names"), LABEL_CASES)
def test_planted_errors_are_found_under_every_label_type(judge, names):
    X, y, noisy, flipped = planted_problem(120, 2, 10)
    make, names = JUDGES[judge], LABEL_TYPES[names]
    judge = make().fit(X, names[noisy])
    found = judge.noise_mask_
    assert found[flipped].mean() >= 0.9
    assert flipped[found].mean() >= 0.9
    assert judge.classes_.dtype == names.dtype
    assert judge.suggested_labels_.dtype == names.dtype
    assert (judge.suggested_labels_[found & flipped] == names[y][found & flipped]).all()
    assert judge.label_quality_[flipped].max() < judge.label_quality_[~flipped].mean()


@every_judge
@pytest.mark.parametrize("ordered", [False, True])
def test_categories_are_labels_whatever_their_order(make, planted, ordered):
    X, _, noisy, _ = planted
    names = np.array(["ash", "birch", "cedar"])[noisy]
    categories = ["cedar", "ash", "unused", "birch"]
    judge = make().fit(X, pd.Categorical(names, categories=categories, ordered=ordered))
    assert_same_state(judge, make().fit(X, names))
    assert judge.classes_.tolist() == ["ash", "birch", "cedar"]


@every_judge
def test_renaming_classes_in_order_changes_nothing(make, planted):
    X, _, noisy, _ = planted
    plain, renamed = make().fit(X, noisy), make().fit(X, np.array(["a", "b", "c"])[noisy])
    np.testing.assert_array_equal(plain.label_quality_, renamed.label_quality_)
    np.testing.assert_array_equal(plain.noise_mask_, renamed.noise_mask_)
    assert (np.array(["a", "b", "c"])[plain.suggested_labels_] == renamed.suggested_labels_).all()


@pytest.mark.parametrize("order", [[2, 0, 1], [1, 2, 0]])
def test_renaming_classes_out_of_order_permutes_columns(planted, order):
    X, _, noisy, _ = planted
    folds = list(StratifiedKFold(3).split(X, noisy))
    plain, renamed = cross_fitted(folds).fit(X, noisy), cross_fitted(folds).fit(X, np.array(order)[noisy])
    np.testing.assert_allclose(plain.label_quality_, renamed.label_quality_, atol=1e-4)
    np.testing.assert_array_equal(plain.noise_mask_, renamed.noise_mask_)
    np.testing.assert_allclose(plain.transition_matrix_, renamed.transition_matrix_[np.ix_(order, order)], atol=1e-9)


def test_permuting_rows_permutes_the_result(planted):
    X, _, noisy, _ = planted
    folds = list(StratifiedKFold(3).split(X, noisy))
    order = np.random.default_rng(3).permutation(len(X))
    place = np.argsort(order)
    moved = [(place[train], place[test]) for train, test in folds]
    plain, permuted = cross_fitted(folds).fit(X, noisy), cross_fitted(moved).fit(X[order], noisy[order])
    np.testing.assert_allclose(plain.label_quality_[order], permuted.label_quality_, atol=1e-9)
    np.testing.assert_array_equal(plain.noise_mask_[order], permuted.noise_mask_)


@every_judge
def test_a_second_fit_forgets_the_first(make, planted):
    X, _, noisy, _ = planted
    other = planted_problem(90, 2, 5, seed=7)
    frame = pd.DataFrame(other.X[:, :2], columns=["a", "b"])
    fresh, reused = make().fit(X, noisy), make().fit(frame, other.noisy).fit(X, noisy)
    assert_same_state(fresh, reused)
    assert set(vars(fresh)) == set(vars(reused))
    assert not hasattr(reused, "feature_names_in_")
    assert reused.n_features_in_ == 3


@every_judge
def test_the_same_seed_gives_the_same_result(make, planted):
    X, _, noisy, _ = planted
    judge = make()
    assert_same_state(clone(judge).fit(X, noisy), judge.fit(X, noisy))


@pytest.mark.parametrize("make", [small_detector, cross_fitted])
def test_jobs_do_not_change_a_bit(make, planted):
    X, _, noisy, _ = planted
    one, two = make(n_jobs=1).fit(X, noisy), make(n_jobs=2).fit(X, noisy)
    assert_same_state(one, two)
    np.testing.assert_array_equal(one.audit_.proba, two.audit_.proba)
    np.testing.assert_array_equal(one.confident_joint_, two.confident_joint_)


@every_judge
def test_pickles_keep_the_fitted_state(make, planted):
    X, _, noisy, _ = planted
    judge = make().fit(X, noisy)
    assert_same_state(judge, pickle.loads(pickle.dumps(judge)))


@every_judge
def test_a_pickle_never_holds_the_rows(make, planted):
    wide = np.hstack([planted.X, np.zeros((len(planted.X), 2000))])
    assert len(pickle.dumps(make().fit(wide, planted.noisy))) < wide.nbytes / 4


@every_judge
def test_what_the_caller_owns_is_left_alone(make, planted):
    X, y = pd.DataFrame(planted.X, columns=list("abc")), pd.Series(planted.noisy)
    X_before, y_before = X.copy(), y.copy()
    judge = make()
    params = {name: repr(value) for name, value in judge.get_params().items()}
    judge.fit(X, y)
    pd.testing.assert_frame_equal(X, X_before)
    pd.testing.assert_series_equal(y, y_before)
    assert {name: repr(value) for name, value in judge.get_params().items()} == params
    parts = [value for value in judge.get_params().values() if hasattr(value, "fit")]
    assert not any(name.endswith("_") for part in parts for name in vars(part) if name[0] != "_")


def test_the_estimator_is_cloned_not_fitted(planted):
    forest = small_forest()
    ConfidentLearning(forest, cv="oob").fit(planted.X, planted.noisy)
    NoiseRobustClassifier(forest, detector=small_detector()).fit(planted.X, planted.noisy)
    assert not hasattr(forest, "estimators_")


@pytest.fixture(scope="module")
def overlapping():
    """Classes that overlap: of a tenth of the right labels even a good model prefers another."""
    return planted_problem(200, 3, 24, seed=1, spread=3.2)


@every_judge
def test_planted_errors_rank_low_where_classes_overlap(make, overlapping):
    judge = make().fit(overlapping.X, overlapping.noisy)
    found = judge.noise_mask_
    assert roc_auc_score(overlapping.flipped, -judge.label_quality_) > 0.8
    assert overlapping.flipped[found].mean() > 2.5 * overlapping.flipped.mean()
    assert found[overlapping.flipped].mean() > 0.25  # cautious rules leave much


@every_judge
def test_a_flagged_label_is_never_suggested_where_classes_overlap(make, overlapping):
    judge = make(rule=ExactCount(80)) if "rule" in make().get_params() else make()
    judge.fit(overlapping.X, overlapping.noisy)
    found = judge.noise_mask_
    assert found.any()
    assert (judge.suggested_labels_[found] != overlapping.noisy[found]).all()


def with_random_model(detector):
    """The same detector with a random model that has no seed; None where it takes no such model."""
    detector, tree = clone(detector), random_tree()
    settings = detector.get_params(deep=False)
    model = settings.get("estimator")
    if isinstance(detector, Consensus):
        forest = ConfidentLearning(with_no_seed(small_forest()), cv="oob")
        return Consensus([("forest", forest), ("tree", ConfidentLearning(tree, cv=3))])
    if isinstance(detector, InstanceHardness):
        return detector.set_params(estimators=[("tree", tree), ("other", clone(tree))], random_state=None)
    if model is None or isinstance(model, LogisticRegression):
        return None
    if "n_repeats" in settings and settings["n_repeats"] is not None:
        detector.set_params(n_repeats=min(settings["n_repeats"], 20))
    forest = hasattr(model, "n_estimators")
    chosen = with_no_seed(model) if forest or isinstance(model, SGDClassifier) else tree
    return detector.set_params(estimator=chosen, random_state=None)


def with_no_seed(model):
    return clone(model).set_params(random_state=None)


def random_tree():
    return ExtraTreeClassifier(max_features=None, min_samples_leaf=10)


RANDOM = {name: with_random_model(detector) for name, detector in SMALL_DETECTORS.items()}
RANDOM = {name: detector for name, detector in RANDOM.items() if detector is not None} | {
    "cross-fitted": ConfidentLearning(random_tree(), cv=3),
    "cleaner": LabelCleaner(detector=ConfidentLearning(random_tree(), cv=3)),
    "robust": NoiseRobustClassifier(ExtraTreeClassifier(), detector=ConfidentLearning(with_no_seed(small_forest()))),
}


@pytest.mark.parametrize("judge", RANDOM.values(), ids=RANDOM)
def test_a_random_model_without_a_seed_gives_the_same_result_twice(judge, overlapping):
    first, again, other = (
        clone(judge).set_params(random_state=seed).fit(overlapping.X, overlapping.noisy) for seed in (0, 0, 1)
    )
    assert_same_state(first, again)
    assert (first.label_quality_ != other.label_quality_).any()
    if isinstance(judge, NoiseRobustClassifier):
        elsewhere = overlapping.X + 0.5  # full trees agree on their own training rows
        np.testing.assert_array_equal(first.predict(elsewhere), again.predict(elsewhere))
