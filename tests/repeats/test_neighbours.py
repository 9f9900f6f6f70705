"""Repeated cross-validation by nearest neighbours gives the plain loop's scores, from one search."""

import numpy as np
import pytest
from joblib import parallel_config
from material import assert_same_as_plain, scores_of
from scipy import sparse
from sklearn.metrics import pairwise_distances
from sklearn.model_selection import StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from skclean.preprocessing import _nearest
from skclean.repeats import make_folds, repeated_cv
from skclean.repeats.engines import _neighbour_lists
from skclean.targets import encode_labels


def blobs(n_samples=120, n_classes=2, seed=0, n_features=4):
    """Continuous features, so that no two distances are equal, and classes that overlap."""
    rng = np.random.default_rng(seed)
    y = rng.integers(n_classes, size=n_samples)
    X = rng.normal(size=(n_samples, n_features))
    X[:, 0] += 1.2 * y
    return X, y


def regression(n_samples=120, seed=0):
    X, _ = blobs(n_samples, seed=seed)
    return X, X[:, 0] + np.sin(X[:, 1]) + np.random.default_rng(seed).normal(size=n_samples)


@pytest.mark.parametrize("weights", ["uniform", "distance"])
@pytest.mark.parametrize("scoring", [None, "roc_auc", "balanced_accuracy", "neg_log_loss"])
def test_two_classes(weights, scoring):
    X, y = blobs()
    assert_same_as_plain(KNeighborsClassifier(7, weights=weights), X, y, scoring=scoring)


@pytest.mark.parametrize("weights", ["uniform", "distance", None])
@pytest.mark.parametrize("scoring", [None, "accuracy", "balanced_accuracy", "roc_auc_ovr", "f1_macro"])
def test_four_classes(weights, scoring):
    X, y = blobs(n_classes=4)
    assert_same_as_plain(KNeighborsClassifier(6, weights=weights), X, y, scoring=scoring)


@pytest.mark.parametrize("scoring", [None, "balanced_accuracy"])
def test_labels_that_are_strings(scoring):
    X, y = blobs(n_classes=3)
    assert_same_as_plain(KNeighborsClassifier(), X, np.array(["ash", "birch", "cedar"])[y], scoring=scoring)


@pytest.mark.parametrize("scoring", [None, "roc_auc", "balanced_accuracy"])
def test_few_of_one_class(scoring):
    X, y = blobs(150)
    y = np.where(np.arange(150) % 12 == 0, y, 0)
    assert_same_as_plain(KNeighborsClassifier(3), X, y, scoring=scoring)


@pytest.mark.parametrize("scoring", [None, "balanced_accuracy", "f1_macro"])
def test_a_class_that_some_training_set_lacks(scoring):
    X, y = blobs()
    y[7] = 2
    assert_same_as_plain(KNeighborsClassifier(4), X, y, scoring=scoring)


@pytest.mark.parametrize("n_neighbors", [1, 2, 60, 96])
def test_few_and_many_neighbours(n_neighbors):
    X, y = blobs()
    assert_same_as_plain(KNeighborsClassifier(n_neighbors), X, y)


def test_more_neighbours_than_a_byte_counts():
    X, y = blobs(400)
    assert_same_as_plain(KNeighborsClassifier(255), X, y, n_repeats=2)
    assert_same_as_plain(KNeighborsClassifier(254), X, y, n_repeats=2)


@pytest.mark.parametrize("n_splits", [2, 3, 20])
def test_numbers_of_folds(n_splits):
    X, y = blobs()
    assert_same_as_plain(KNeighborsClassifier(), X, y, cv=n_splits)
    assert_same_as_plain(KNeighborsClassifier(), X, y, cv=StratifiedKFold(n_splits, shuffle=True))


def test_constant_columns_change_nothing():
    X, y = blobs()
    X[:, [1, 3]] = 5
    assert_same_as_plain(KNeighborsClassifier(), X, y)


@pytest.mark.parametrize("weights", ["uniform", "distance"])
def test_sparse_features(weights):
    X, y = blobs(n_features=20)
    X[np.random.default_rng(1).random(X.shape) < 0.5] = 0
    assert_same_as_plain(KNeighborsClassifier(weights=weights), sparse.csr_matrix(X), y)


def test_single_precision():
    X, y = blobs()
    assert_same_as_plain(KNeighborsClassifier(weights="distance"), X.astype(np.float32), y)


@pytest.mark.parametrize("weights", ["uniform", "distance"])
@pytest.mark.parametrize("metric", ["euclidean", "manhattan", "cosine", "chebyshev", "correlation"])
@pytest.mark.parametrize("algorithm", ["auto", "brute"])
def test_metrics(metric, weights, algorithm):
    X, y = blobs()
    assert_same_as_plain(KNeighborsClassifier(metric=metric, weights=weights, algorithm=algorithm), X, y)


@pytest.mark.parametrize("algorithm", ["kd_tree", "ball_tree", "brute"])
def test_algorithms(algorithm):
    X, y = blobs()
    assert_same_as_plain(KNeighborsClassifier(algorithm=algorithm, p=3, leaf_size=5), X, y)


def test_a_metric_of_the_caller():
    X, y = blobs(60)
    assert_same_as_plain(KNeighborsClassifier(metric=lambda a, b: abs(a - b).sum()), X, y, n_repeats=2)


@pytest.mark.parametrize("make", [KNeighborsClassifier, KNeighborsRegressor])
def test_distances_in_place_of_features(make):
    X, y = blobs()
    apart = pairwise_distances(X) + np.random.default_rng(0).random((120, 120)) * 0.1  # from and to need not agree
    assert_same_as_plain(make(metric="precomputed", weights="distance"), apart, y)


@pytest.mark.parametrize("weights", ["uniform", "distance"])
@pytest.mark.parametrize("scoring", [None, "r2", "neg_mean_squared_error", "neg_mean_absolute_error"])
def test_regressors(weights, scoring):
    X, y = regression()
    assert_same_as_plain(KNeighborsRegressor(6, weights=weights), X, y, scoring=scoring)


@pytest.mark.parametrize("weights", ["uniform", "distance"])
def test_rows_that_occur_twice(weights):
    """Two rows at one place are as far from all others: whichever is taken first, both have the same target."""
    X, y = blobs(80)
    X, y = np.repeat(X, 2, axis=0), np.repeat(y, 2)
    assert_same_as_plain(KNeighborsClassifier(1, weights=weights), X, y)
    assert_same_as_plain(KNeighborsClassifier(5, weights=weights, algorithm="kd_tree"), X, y)
    assert_same_as_plain(KNeighborsRegressor(5, weights=weights, algorithm="kd_tree"), X, y)


@pytest.mark.parametrize("weights", ["uniform", "distance"])
@pytest.mark.parametrize("metric", ["euclidean", "manhattan"])
def test_lists_that_are_too_short_grow(monkeypatch, weights, metric):
    monkeypatch.setattr(_neighbour_lists, "TOO_SHORT", 0.9)
    X, y = blobs()
    estimator = KNeighborsClassifier(9, weights=weights, metric=metric)
    assert_same_as_plain(estimator, X, y, n_repeats=20)
    assert_same_as_plain(estimator, X, y, scoring="roc_auc", cv=2)
    groups = GroupedFolds(np.argsort(np.argsort(X[:, 0])) // 30)  # nearly all neighbours are in the own fold
    assert_same_as_plain(estimator, X, y, cv=groups)


class GroupedFolds:
    """Folds of whole groups, the same in every repeat."""

    def __init__(self, groups, random_state=None):
        self.groups = groups
        self.random_state = random_state

    def get_n_splits(self, X=None, y=None, groups=None):
        return self.groups.max() + 1

    def split(self, X, y=None, groups=None):
        for group in range(self.get_n_splits()):
            yield np.flatnonzero(self.groups != group), np.flatnonzero(self.groups == group)


@pytest.mark.parametrize("make", [KNeighborsClassifier, KNeighborsRegressor])
@pytest.mark.parametrize("weights", ["uniform", "distance"])
def test_unlabelled_rows_are_nowhere(make, weights):
    X, y = blobs()
    unlabelled = np.random.default_rng(5).random(len(y)) < 0.3
    given = np.where(unlabelled, np.nan, y.astype(float))
    if make is KNeighborsClassifier:
        scores = fold_scores_of(make(weights=weights), X, given)
        rest = fold_scores_of(make(weights=weights), X[~unlabelled], given[~unlabelled])
        np.testing.assert_array_equal(scores, rest)
        apart = pairwise_distances(X)
        precomputed = make(weights=weights, metric="precomputed")
        np.testing.assert_allclose(fold_scores_of(precomputed, apart, given), rest)


def fold_scores_of(estimator, X, y, *, n_repeats=40, scoring=None, n_jobs=None):
    return scores_of(estimator, X, y, engine="auto", n_repeats=n_repeats, scoring=scoring, n_jobs=n_jobs)[1]


@pytest.mark.parametrize("weights", ["uniform", "distance"])
@pytest.mark.parametrize("scoring", [None, "roc_auc"])
def test_any_number_of_threads_gives_the_same(monkeypatch, weights, scoring):
    monkeypatch.setattr(_neighbour_lists, "TOO_SHORT", 0.2)
    X, y = blobs(n_features=20)
    estimator = KNeighborsClassifier(5, weights=weights)
    alone = fold_scores_of(estimator, X, y, n_repeats=1100, scoring=scoring)
    together = fold_scores_of(estimator, X, y, n_repeats=1100, scoring=scoring, n_jobs=2)
    np.testing.assert_array_equal(alone, together)


def test_blocks_may_run_in_processes(monkeypatch):
    monkeypatch.setattr(_neighbour_lists, "TOO_SHORT", 0.2)
    X, y = blobs()
    alone = fold_scores_of(KNeighborsClassifier(), X, y, n_repeats=1100)
    with parallel_config("loky", n_jobs=2):
        np.testing.assert_array_equal(fold_scores_of(KNeighborsClassifier(), X, y, n_repeats=1100), alone)


@pytest.mark.parametrize("too_short", [1e-7, 0.9])
@pytest.mark.parametrize("weights", ["uniform", "distance"])
@pytest.mark.parametrize("algorithm", ["brute", "kd_tree"])
def test_equal_distances_are_taken_in_row_order(monkeypatch, too_short, weights, algorithm):
    """Against a plain reference: rows of a small grid, where hundreds of distances are equal."""
    monkeypatch.setattr(_neighbour_lists, "TOO_SHORT", too_short)
    rng = np.random.default_rng(0)
    X = rng.integers(3, size=(300, 3)).astype(float)
    y = (X.sum(axis=1) + rng.integers(3, size=300) > 4).astype(int)
    estimator = KNeighborsClassifier(6, weights=weights, algorithm=algorithm)
    folds = make_folds(5, y, seed=3)
    engine = repeated_cv(estimator, X, encode_labels(y), folds)
    for _, block, scores in engine.blocks(0, 3):
        for fold, got in zip(block, scores, strict=True):
            np.testing.assert_allclose(got, grid_scores(X, y, fold, 6, weights), atol=1e-12)


def grid_scores(X, y, fold, k, weights):
    """Shares of right votes, neighbours sorted by (squared distance, row)."""
    apart = ((X[:, None] - X) ** 2).sum(axis=2)
    right = np.zeros(len(y), dtype=bool)
    for row in range(len(y)):
        others = np.flatnonzero(fold != fold[row])
        nearest = others[np.lexsort((others, apart[row, others]))][:k]
        far = np.sqrt(apart[row, nearest])
        weight = np.ones(k)
        if weights == "distance":
            weight = (far == 0).astype(float) if (far == 0).any() else 1 / far
        right[row] = np.bincount(y[nearest], weight, minlength=2).argmax() == y[row]
    return [right[fold == f].mean() for f in range(5)]


@pytest.mark.parametrize("algorithm", ["brute", "kd_tree"])
def test_very_many_equal_distances_do_not_make_the_search_endless(monkeypatch, algorithm):
    monkeypatch.setattr(_nearest, "MAX_TIED", 2)
    monkeypatch.setattr(_neighbour_lists, "TOO_SHORT", 0.2)
    X = np.tile(np.eye(4), (100, 1))
    y = np.arange(400) % 4
    estimator = KNeighborsClassifier(algorithm=algorithm)
    scores = fold_scores_of(estimator, X, y, n_repeats=600)
    assert (scores == 1).all()  # all neighbours of a row are at its place
    np.testing.assert_array_equal(scores, fold_scores_of(estimator, X, y, n_repeats=600, n_jobs=2))


def test_too_many_neighbours_for_a_training_set_are_named():
    X, y = blobs(50)
    assert_same_as_plain(KNeighborsClassifier(40), X, y)
    for scoring in (None, "roc_auc"):
        with pytest.raises(ValueError, match="n_neighbors=41 is more than the 40 training rows"):
            fold_scores_of(KNeighborsClassifier(41), X, y, scoring=scoring)


@pytest.mark.parametrize(
    "estimator",
    [
        KNeighborsClassifier(weights=lambda distances: 1 / (1 + distances)),
        KNeighborsRegressor(weights=lambda distances: 1 / (1 + distances)),
        type("Own", (KNeighborsClassifier,), {})(),
    ],
)
def test_what_the_lists_cannot_say_is_left_to_the_estimator(estimator):
    X, y = blobs(40)
    name, _ = scores_of(estimator, X, y, engine="auto", n_repeats=1)
    assert name == "plain"
