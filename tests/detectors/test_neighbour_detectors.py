"""Detectors that ask neighbours, each against a plain computation from all distances."""

import numpy as np
import pytest
from material import overlapping_blobs, small_forest, sorted_rows
from sklearn.base import clone
from sklearn.ensemble import BaggingClassifier, ExtraTreesClassifier, GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skclean.detectors import KDN, DistanceRatio, ForestKDN, KNNShapley, NeighborConsistency, RelationGraph
from skclean.evidence import distance_weights, voting_neighbours

# of blobs that overlap few neighbours may not tell the class in the middle from the others
pytestmark = pytest.mark.filterwarnings("ignore::skclean.exceptions.NoSkillWarning")

BY_DISTANCE = [KDN(), NeighborConsistency(), RelationGraph(), DistanceRatio(), KNNShapley()]
each_by_distance = pytest.mark.parametrize("detector", BY_DISTANCE, ids=lambda detector: type(detector).__name__)


def kernel_weights(X, k):
    order, distances = sorted_rows(X)
    width = distances[:, k - 1]
    return order[:, :k], np.exp(-2 * distances[:, :k] ** 2 / (width[:, None] * width[order[:, :k]]))


def soft_labels(lists, weights, y, left_out):
    """Votes of every row's neighbours with one row out of the table."""
    weights = np.where(lists == left_out, 0, weights)
    votes = (weights[:, :, None] * np.eye(y.max() + 1)[y[lists]]).sum(axis=1)
    return votes / votes.sum(axis=1, keepdims=True)


def test_kdn_is_the_share_of_agreeing_neighbours():
    X, y = overlapping_blobs()
    detector = KDN(7).fit(X, y)
    order, _ = sorted_rows(X)
    shares = np.eye(3)[y[order[:, :7]]].mean(axis=1)
    np.testing.assert_allclose(detector.audit_.proba, shares, atol=1e-12)
    np.testing.assert_allclose(detector.label_quality_, shares[np.arange(120), y], atol=1e-12)


@pytest.mark.parametrize("propagation", [0, 0.5, 1])
def test_consistency_leaves_the_judged_row_out_of_its_neighbours_votes(propagation):
    X, y = overlapping_blobs()
    detector = NeighborConsistency(6, propagation=propagation).fit(X, y)
    lists, weights = kernel_weights(X, 6)
    for row in range(120):
        neighbours = lists[row]
        soft = soft_labels(lists, weights, y, row)[neighbours]
        votes = (1 - propagation) * np.eye(3)[y[neighbours]] + propagation * soft
        expected = np.average(votes, axis=0, weights=weights[row])
        np.testing.assert_allclose(detector.audit_.proba[row], expected, atol=1e-9)


@pytest.mark.parametrize("detector", [KDN(), NeighborConsistency(propagation=1)])
def test_no_label_has_a_part_in_what_is_said_of_it(detector):
    X, y = overlapping_blobs()
    before = clone(detector).fit(X, y).audit_.proba
    for row in range(0, 120, 17):
        changed = y.copy()
        changed[row] = (y[row] + 1) % 3
        np.testing.assert_array_equal(clone(detector).fit(X, changed).audit_.proba[row], before[row])


def test_relations_are_summed_over_rows_that_are_not_noisy():
    X, y = overlapping_blobs(n_classes=2)
    y[:10] = 1 - y[:10]
    detector = RelationGraph(8).fit(X, y)
    lists, weights = kernel_weights(X, 8)
    predicted = soft_labels(lists, weights, y, -1)
    alike = np.zeros(lists.shape)
    for row in range(120):
        alike[row] = weights[row] * (soft_labels(lists, weights, y, row)[lists[row]] @ predicted[row])
    relations = alike * np.where(y[lists] == y[:, None], 1, -1)
    speaks = np.ones(120, dtype=bool)
    for _ in range(detector.n_iter_ - 1):
        speaks = (relations * speaks[lists]).sum(axis=1) >= -0.6 * alike.sum(axis=1)
    assert 1 < detector.n_iter_ < 10 and not speaks.all()
    support, contradiction = ((np.clip(sign * relations, 0, None) * speaks[lists]).sum(axis=1) for sign in (1, -1))
    expected = (support + 0.25) / (support + contradiction + 0.5)
    np.testing.assert_allclose(detector.label_quality_, expected, atol=1e-9)


def test_outliers_have_the_highest_outlier_score():
    X, y = overlapping_blobs()
    X[5] += 30
    detector = RelationGraph().fit(X, y)
    assert detector.outlier_score_.argmax() == 5 and detector.outlier_score_[5] > 0.95
    assert (detector.outlier_score_ >= 0).all() and (detector.outlier_score_ <= 1).all()
    repeated = RelationGraph(5).fit(np.r_[np.zeros((50, 2)), [[3.0, 3.0]]], np.arange(51) % 2)
    assert repeated.outlier_score_[50] == 1 and (repeated.outlier_score_[:50] == 0).all()


@pytest.mark.parametrize("n_neighbors", [1, 4, 500])
def test_ratio_of_mean_distances(n_neighbors):
    X, y = overlapping_blobs()
    quality = DistanceRatio(n_neighbors).fit(X, y).label_quality_
    order, distances = sorted_rows(X)
    for row in range(120):
        same = y[order[row]] == y[row]
        n_others = (y == y[row]).sum() - 1
        own = distances[row][same][: min(n_neighbors, n_others)].mean()
        other = distances[row][~same][:n_neighbors].mean()
        np.testing.assert_allclose(quality[row], other**2 / (own**2 + other**2), atol=1e-9)


def test_ratio_of_rows_at_one_place_is_undecided():
    detector = DistanceRatio().fit(np.zeros((40, 2)), np.arange(40) % 2)
    assert (detector.label_quality_ == 0.5).all() and not detector.noise_mask_.any()


@pytest.mark.parametrize("weighted", [False, True])
def test_forest_votes_are_those_of_the_rows_in_the_leaves(weighted):
    X, y = overlapping_blobs()
    weight = np.random.default_rng(0).integers(1, 4, size=120).astype(float) if weighted else None
    forest = ExtraTreesClassifier(30, bootstrap=True, random_state=0)
    detector = ForestKDN(forest).fit(X, y, sample_weight=weight)
    forest.fit(X, y, sample_weight=weight)
    leaves = forest.apply(X)
    total = np.zeros((120, 3))
    for tree, drawn in enumerate(forest.estimators_samples_):
        for row in np.setdiff1d(np.arange(120), drawn):
            near = leaves[:, tree] == leaves[row, tree]
            near[row] = False
            if near.any():
                votes = np.bincount(y[near], None if weight is None else weight[near], 3)
                total[row] += votes / votes.sum()
    np.testing.assert_allclose(detector.audit_.proba, total / total.sum(axis=1, keepdims=True), atol=1e-9)


@pytest.mark.parametrize(
    "estimator",
    [
        BaggingClassifier(n_estimators=20, max_features=2, random_state=0),
        make_pipeline(StandardScaler(), small_forest(20)),
    ],
)
def test_forests_of_other_kinds_vote_too(estimator, planted):
    detector = ForestKDN(estimator).fit(planted.X, planted.noisy)
    assert detector.label_quality_[planted.flipped].mean() < 0.5 < detector.label_quality_[~planted.flipped].mean()


@pytest.mark.parametrize(
    "estimator",
    [
        LogisticRegression(),
        ExtraTreesClassifier(),
        GradientBoostingClassifier(),
        BaggingClassifier(GaussianNB()),
        make_pipeline(StandardScaler(), GaussianNB()),
    ],
)
def test_models_without_leaves_of_bootstrap_samples_are_refused(estimator, planted):
    with pytest.raises(ValueError, match=r"no leaves of trees .* ExtraTreesClassifier\(bootstrap=True\)"):
        ForestKDN(estimator).fit(planted.X, planted.noisy)


@pytest.mark.parametrize("detector", [*BY_DISTANCE, ForestKDN(small_forest(20))], ids=lambda d: type(d).__name__)
def test_jobs_change_no_bit(detector, planted):
    one, two = (clone(detector).set_params(n_jobs=n_jobs).fit(planted.X, planted.noisy) for n_jobs in (1, 2))
    np.testing.assert_array_equal(one.label_quality_, two.label_quality_)
    np.testing.assert_array_equal(one.suggested_labels_, two.suggested_labels_)


@each_by_distance
def test_permuting_rows_permutes_the_result(detector, planted):
    order = np.random.default_rng(3).permutation(len(planted.X))
    plain = clone(detector).fit(planted.X, planted.noisy)
    permuted = clone(detector).fit(planted.X[order], planted.noisy[order])
    np.testing.assert_allclose(plain.label_quality_[order], permuted.label_quality_, atol=1e-9)
    np.testing.assert_array_equal(plain.noise_mask_[order], permuted.noise_mask_)


@each_by_distance
def test_rows_of_weight_0_say_nothing_of_others(detector):
    X, y = overlapping_blobs()
    weight = np.ones(120)
    weight[::4] = 0
    kept = weight > 0
    changed = np.where(kept, y, (y + 1) % 3)
    one, two = (clone(detector).fit(X, labels, sample_weight=weight).label_quality_ for labels in (y, changed))
    if isinstance(detector, KNNShapley):  # such rows are valued, but judge nobody
        assert (KNNShapley().fit(X, y, sample_weight=weight).shapley_values_[~kept] != 0).any()
    else:
        np.testing.assert_array_equal(one[kept], two[kept])


@each_by_distance
def test_unlabelled_rows_say_nothing_of_others(detector):
    X, y = overlapping_blobs()
    labels = y.astype(float)
    labels[::4] = np.nan
    rest = ~np.isnan(labels)
    quality = clone(detector).fit(X, labels).label_quality_
    X[::4] = X[::4][::-1]  # the scale of the columns stays
    moved = clone(detector).fit(X, labels).label_quality_
    np.testing.assert_allclose(quality[rest], moved[rest], atol=1e-9)


@each_by_distance
def test_more_neighbours_than_rows_are_all_rows(detector):
    X, y = overlapping_blobs(12, 2)
    quality = clone(detector).set_params(n_neighbors=10**12).fit(X, y).label_quality_
    assert np.isfinite(quality).all()


@each_by_distance
@pytest.mark.parametrize("n_neighbors", [0, -1, 2.5, "auto"])
def test_numbers_of_neighbours_that_are_none_are_refused(detector, n_neighbors, planted):
    with pytest.raises(ValueError, match="'n_neighbors' parameter"):
        clone(detector).set_params(n_neighbors=n_neighbors).fit(planted.X, planted.noisy)


@pytest.mark.parametrize(
    ("detector", "name"),
    [(NeighborConsistency(propagation=1.5), "propagation"), (KNNShapley(n_ranks=0), "n_ranks")],
)
def test_other_parameters_out_of_range_are_refused(detector, name, planted):
    with pytest.raises(ValueError, match=f"'{name}' parameter"):
        detector.fit(planted.X, planted.noisy)


def test_groups_are_refused_where_nothing_is_split(planted):
    with pytest.raises(ValueError, match="KDN splits no rows"):
        KDN().fit(planted.X, planted.noisy, groups=np.arange(150))


def walk_by_hand(lists, weights, codes, n_classes):
    """Personalised PageRank by dense matrices, the first step by distance alone."""
    n_rows = len(codes)
    first, later = np.zeros((2, n_rows, n_rows))
    for row in range(n_rows):
        for place, other in enumerate(lists[row]):
            first[row, other] = weights[row, place]
            later[row, other] = weights[row, place] * (1 if codes[row] == codes[other] else 0.1)
    first, later = (part / part.sum(axis=1, keepdims=True) for part in (first, later))
    ends = 0.15 * np.linalg.inv(np.eye(n_rows) - 0.85 * later) @ np.eye(n_classes)[codes]
    return first @ ends


def test_walks_end_where_labels_agree():
    X, y = overlapping_blobs(80)
    judge = NeighborConsistency(n_neighbors=7, edges="labels").fit(X, y)
    near = voting_neighbours(X, y, 7)
    expected = walk_by_hand(near.indices, distance_weights(near, None), y, 3)
    np.testing.assert_allclose(judge.audit_.proba, expected, atol=2e-3)
    assert (judge.label_quality_ != NeighborConsistency(n_neighbors=7).fit(X, y).label_quality_).any()
    with pytest.raises(ValueError, match="edges"):
        NeighborConsistency(edges="none").fit(X, y)
