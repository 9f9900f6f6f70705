"""Class shapes, prototypes, neighbours and two groups against plain computations, and against gross contamination."""

import tracemalloc

import numpy as np
import pytest
from scipy import sparse
from scipy.special import softmax
from scipy.stats import multivariate_t
from sklearn.mixture import GaussianMixture

from skclean.evidence import (
    LabelFeatures,
    class_log_odds,
    elliptic_points,
    fit_class_shapes,
    log_odds,
    prototype_shares,
    split_by_class,
    two_groups,
)
from skclean.evidence.default_model._class_gaussians import DEGREES, RIDGE, SHRINKAGE


@pytest.fixture
def groups():
    """Three elliptic classes, 60 rows of two columns each."""
    rng = np.random.default_rng(0)
    codes = np.repeat(np.arange(3), 60)
    shapes = np.array([[[1, 0.8], [0, 0.6]], [[0.5, 0], [0, 2]], [[1, 0], [0, 1]]])
    points = np.einsum("nij,nj->ni", shapes[codes], rng.normal(size=(180, 2))) + 3 * np.eye(3)[codes, :2]
    return points, codes


def plain_log_odds(points, codes, row, n_classes):
    """Log odds of one row, by fits of all classes, and of what they have in common, to the other rows."""
    n_columns = points.shape[1]
    centred = points - np.array([points[codes == code].mean(axis=0) for code in range(n_classes)])[codes]
    pooled = centred.T @ centred / len(points)
    ridge = RIDGE * np.trace(pooled) / n_columns * np.eye(n_columns)
    pooled = sum(
        np.cov(points[members].T, ddof=0) * len(members)
        for members in (np.setdiff1d(np.flatnonzero(codes == code), row) for code in range(n_classes))
    ) / len(points)
    prior = SHRINKAGE * n_columns
    odds = []
    for code in range(n_classes):
        rows = np.flatnonzero(codes == code)
        others = rows[rows != row]
        away = points[others] - points[others].mean(axis=0)
        # the ridge is a part of the whole class's covariance, so it grows by the share that the row leaves behind
        covariance = (away.T @ away + prior * pooled + (len(rows) + prior) * ridge) / (len(others) + prior)
        density = multivariate_t(points[others].mean(axis=0), covariance, df=DEGREES).logpdf(points[row])
        odds.append((np.log(len(rows)) + density) / np.sqrt(n_columns))
    return np.array(odds)


@pytest.mark.parametrize("row", [0, 70, 179])
def test_a_class_judges_its_member_as_if_fitted_without_it(groups, row):
    points, codes = groups
    fast = class_log_odds(points, codes, 3, n_rounds=0)[row]
    plain = plain_log_odds(points, codes, row, 3)
    np.testing.assert_allclose(fast - fast[0], plain - plain[0], rtol=0, atol=1e-9)


@pytest.mark.parametrize(("n_rows", "n_columns", "n_classes"), [(40, 20, 2), (60, 30, 6)])
def test_labels_drawn_by_lot_are_not_known_by_heart(n_rows, n_columns, n_classes):
    rng = np.random.default_rng(0)
    codes = np.arange(n_rows) % n_classes
    tables = rng.normal(size=(10, n_rows, n_columns))
    hits = [class_log_odds(points, codes, n_classes).argmax(axis=1) == codes for points in tables]
    assert np.mean(hits) < 1 / n_classes + 0.15  # what the row taught other members stays


@pytest.mark.parametrize("n_wrong", [12, 24])
def test_wrong_labels_of_up_to_40_percent_of_a_class_do_not_hide_each_other(n_wrong):
    rng = np.random.default_rng(1)
    true = np.repeat([0, 1, 2], 60)
    points = rng.normal(size=(180, 4)) + 5 * np.eye(3, 4)[true]
    given = true.copy()
    given[:n_wrong] = 1  # they lie together, so trimming the class that got them would keep them
    found = class_log_odds(points, given, 3).argmax(axis=1)
    assert (found == true).mean() > 0.97


def test_shapes_of_tiny_classes_and_constant_columns_are_finite():
    points = np.zeros((9, 4))
    points[:, 0] = np.arange(9)
    codes = np.array([0, 0, 0, 0, 1, 1, 1, 2, -1])
    assert np.isfinite(class_log_odds(points, codes, 3)).all()
    assert np.isfinite(class_log_odds(points * 0, codes, 3)).all()


def test_only_proportions_of_weights_matter_and_rows_of_no_weight_shape_no_class(groups):
    points, codes = groups
    plain = class_log_odds(points, codes, 3)
    np.testing.assert_allclose(class_log_odds(points, codes, 3, weight=np.full(180, 5.0)), plain)
    weight = np.where(np.arange(180) % 60 < 30, 1.0, 0.0)
    moved = np.where(weight[:, None] > 0, points, points + 100)
    heavy = weight > 0
    expected = class_log_odds(points, codes, 3, weight=weight)[heavy]
    np.testing.assert_allclose(class_log_odds(moved, codes, 3, weight=weight)[heavy], expected, atol=1e-3)
    assert np.isfinite(class_log_odds(points, codes, 3, weight=(codes > 0).astype(float))).all()


def test_elliptic_points_tame_tails_and_keep_gaps():
    rng = np.random.default_rng(0)
    gap = np.repeat([-5.0, 5.0], 50) + rng.normal(size=100)
    tail = np.exp(2 * rng.normal(size=100))
    points = elliptic_points(np.column_stack([gap, (tail - tail.mean()) / tail.std()]), 0)
    assert np.sort(points[:, 0])[50] - np.sort(points[:, 0])[49] > 1
    assert points[:, 1].max() < 0.8 * ((tail - tail.mean()) / tail.std()).max()
    assert (np.argsort(points[:, 1]) == np.argsort(tail)).all()


def test_elliptic_points_of_wide_and_sparse_tables_are_few_dense_columns():
    wide = np.random.default_rng(0).normal(size=(50, 80))
    assert elliptic_points(wide, 0).shape == (50, 30)
    assert elliptic_points(sparse.csr_matrix(wide), 0).shape == (50, 30)
    np.testing.assert_allclose(elliptic_points(sparse.csr_matrix(wide[:, :5]), 0), elliptic_points(wide[:, :5], 0))


def test_a_row_has_no_part_in_the_prototype_that_judges_it(groups):
    points, codes = groups
    weight = np.random.default_rng(0).uniform(0.1, 1, size=180)
    shares = prototype_shares(points, codes, 3, weight)
    squares = np.empty((180, 3))
    for row in range(180):
        for code in range(3):
            rest = np.flatnonzero((codes == code) & (np.arange(180) != row))
            squares[row, code] = ((points[row] - np.average(points[rest], axis=0, weights=weight[rest])) ** 2).sum()
    spread = np.average(squares[np.arange(180), codes], weights=weight) / 2
    np.testing.assert_allclose(shares, softmax(-squares / (2 * np.sqrt(2) * spread), axis=1))


def test_log_odds_are_those_against_the_strongest_other_class():
    odds, rivals = log_odds(np.array([[0.2, 0.5, 0.3], [0.2, 0.5, 0.3]]), np.array([1, 0]), 0.1)
    np.testing.assert_allclose(odds, np.log([0.6 / 0.4, 0.3 / 0.6]))
    assert rivals.tolist() == [2, 1]


def test_features_of_a_row_change_with_its_own_label_only(groups):
    _, codes = groups
    shares = np.random.default_rng(0).dirichlet(np.ones(3), size=180)
    features = LabelFeatures([shares, shares[::-1]], [0.05, 0.1], codes)
    changed = codes.copy()
    changed[5] = 2
    differs = (features.of(codes) != features.of(changed)).any(axis=1)
    assert differs.nonzero()[0].tolist() == [5]
    assert features.of(codes).shape == (180, 4)


@pytest.mark.parametrize("n_low", [10, 100, 190])
def test_two_groups_are_those_of_a_mixture(n_low):
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(-3, 0.5, n_low), rng.normal(1, 0.5, 200 - n_low)])
    groups = two_groups(values)
    plain = GaussianMixture(2, covariance_type="tied", n_init=10, random_state=0).fit(values[:, None])
    high = plain.means_[:, 0].argmax()
    np.testing.assert_allclose(groups.upper(values), plain.predict_proba(values[:, None])[:, high], atol=1e-2)
    assert groups.separation == pytest.approx(8, rel=0.15)
    order = np.argsort(values)
    assert (np.diff(groups.upper(values)[order]) >= 0).all()


def test_equal_values_make_no_two_groups():
    groups = two_groups(np.full(30, 0.3))
    assert groups.separation == 0 and (groups.upper(np.array([0.1, 0.3])) == 0.5).all()


def test_small_classes_are_split_as_all_rows():
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(0, 1, 50), rng.normal(5, 1, 50), [4.0, 6.0]])
    codes = np.array([0] * 100 + [1] * 2)
    large, small = split_by_class(values, codes, 2)
    assert small == two_groups(values) and large == two_groups(values[:100])


def test_class_shapes_take_little_memory_beside_the_points(monkeypatch):
    rng = np.random.default_rng(0)
    points, codes = rng.normal(size=(20_000, 30)), rng.integers(0, 10, 20_000)
    points[:, 0] += codes
    tracemalloc.start()
    shapes = fit_class_shapes(points, codes, 10)
    extra = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert extra < 3 * points.nbytes  # log odds, distances and shares of 10 classes are as large as the points
    monkeypatch.setattr("skclean.evidence.default_model._class_gaussians.BLOCK", 777)
    for one, other in zip(shapes, fit_class_shapes(points, codes, 10), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)
