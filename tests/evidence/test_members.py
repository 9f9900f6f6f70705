"""Class shapes and logistic regression beside the forest."""

import numpy as np
import pytest

from skclean.detectors import ConfidentLearning
from skclean.evidence import BinPoints, TableForest, elliptic_points, fit_out_of_bag
from skclean.evidence.default_model import _default as default_proba_module
from skclean.evidence.default_model import _members as members
from skclean.evidence.default_model._default import default_proba
from skclean.preprocessing import BinEncoder, as_points
from skclean.targets import UNLABELLED, ClassTarget, encode_labels


def points_of(X):
    points = elliptic_points(as_points(X), 0)
    return lambda rows, places: [points[rows] for _ in places]


def even(n_samples, n_classes):
    return np.full((n_samples, n_classes), 1 / n_classes)


def test_members_predict_where_the_forest_says_nothing(planted):
    mixed = members.mix_with_members(
        even(150, 3), points_of(planted.X), encode_labels(planted.noisy), rng=np.random.RandomState(0)
    )
    np.testing.assert_allclose(mixed.sum(axis=1), 1)
    assert (mixed.argmax(axis=1) == planted.y).mean() > 0.97


def test_a_perfect_model_keeps_nearly_all_of_the_share(planted):
    perfect = np.full((150, 3), 0.001)
    perfect[np.arange(150), planted.noisy] = 0.998
    codes = planted.noisy.astype(np.int32)
    shares = members._shares([perfect, even(150, 3), even(150, 3)], np.array(members.SHARES), codes, np.ones(150))
    assert shares[0] > 0.9 and shares.sum() == pytest.approx(1)


def test_the_exponent_calibrates():
    rng = np.random.default_rng(0)
    true = rng.dirichlet([1, 1], 4000)
    codes = (rng.random(4000) > true[:, 0]).astype(np.int32)
    flat = true**0.5 / (true**0.5).sum(axis=1, keepdims=True)
    assert members._exponent(flat, codes, np.ones(4000)) == pytest.approx(2, rel=0.1)
    np.testing.assert_allclose(members._to_power(flat, 1.0).sum(axis=1), 1)


def test_no_label_has_a_part_in_its_own_member_evidence(planted):
    points, codes = points_of(planted.X)(np.arange(150), (0,))[0], planted.noisy.astype(np.int32)
    for fit in members.FITS:
        found = []
        for label in range(3):
            changed = codes.copy()
            changed[7] = label
            rng = np.random.RandomState(0)
            found.append(members._cross_fitted(fit, points, changed, np.ones(150), 3, rng)[7])
        np.testing.assert_array_equal(found[0], found[1])
        np.testing.assert_array_equal(found[0], found[2])


def test_unlabelled_rows_rows_of_weight_0_and_rows_outside_the_sample_are_predicted(planted, monkeypatch):
    codes = np.where(planted.flipped, UNLABELLED, planted.y).astype(np.int32)
    weight = np.ones(150)
    weight[::9] = 0
    labels = ClassTarget(codes, np.arange(3))
    monkeypatch.setattr(members, "MAX_ROWS", 60)
    monkeypatch.setattr(members, "FEW_MEMBERS", 10)
    rng = np.random.RandomState(0)
    rows, mass = members._sample(codes, 3, weight, 20_000, rng)
    assert len(rows) <= 63 and not np.isin(rows, np.flatnonzero((codes < 0) | (weight == 0))).any()
    assert mass.mean() == pytest.approx(1)
    mixed = members.mix_with_members(even(150, 3), points_of(planted.X), labels, weight=weight, rng=rng)
    np.testing.assert_allclose(mixed.sum(axis=1), 1)
    assert (mixed.argmax(axis=1) == planted.y).mean() > 0.97


def test_a_rare_class_is_in_the_sample_and_stands_for_its_size(monkeypatch):
    codes = np.zeros(5000, dtype=np.int32)
    codes[::250] = 1
    monkeypatch.setattr(members, "MAX_ROWS", 500)
    monkeypatch.setattr(members, "MIN_ROWS", 500)
    rows, mass = members._sample(codes, 2, None, 20_000, np.random.RandomState(0))
    assert (codes[rows] == 1).sum() == 20
    assert mass[codes[rows] == 1].sum() / mass.sum() == pytest.approx(20 / 5000)


def test_a_class_that_is_in_one_fold_only_has_no_chance_there(planted):
    codes = (planted.noisy % 2).astype(np.int32)
    codes[7] = 2
    points = points_of(planted.X)(np.arange(150), (0,))[0]
    for fit in members.FITS:
        proba = members._cross_fitted(fit, points, codes, np.ones(150), 3, np.random.RandomState(0))
        assert proba[7, 2] == 0 and np.isfinite(proba).all()
    one_class = members.fit_logistic(points[:5], np.zeros(5, dtype=np.int32), 3, np.ones(5))(points)
    np.testing.assert_array_equal(one_class, np.tile([1.0, 0, 0], (150, 1)))


def test_many_classes_are_left_to_the_forest(planted, monkeypatch):
    monkeypatch.setattr(members, "MAX_CLASSES", 2)
    proba = even(150, 3)
    assert members.mix_with_members(proba, None, encode_labels(planted.noisy), rng=np.random.RandomState(0)) is proba


def test_the_default_evidence_is_forest_and_members(planted, monkeypatch):
    monkeypatch.setattr("skclean.evidence.default_model._default.MAX_TREES", 30)
    labels = encode_labels(planted.noisy)
    found = ConfidentLearning(random_state=0).fit(planted.X, planted.noisy).audit_.proba
    np.testing.assert_allclose(found, default_proba(TableForest(30), planted.X, labels, random_state=0))
    assert (found != fit_out_of_bag(TableForest(30, random_state=0), planted.X, labels)[1]).any()


def test_points_of_bins_are_elliptic_points():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 3)) ** 3
    encoder = BinEncoder()
    cells = encoder.fit_transform(X)
    points = BinPoints(encoder.bins_, cells)
    few = points.few(points.wide(cells))
    np.testing.assert_allclose(few, elliptic_points(as_points(X), 0), atol=0.02)


def test_wide_tables_keep_the_directions_of_largest_variance():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 3)) @ rng.normal(size=(3, 80)) + 0.01 * rng.normal(size=(60, 80))
    for rows in (60, 200):
        encoder = BinEncoder()
        cells = encoder.fit_transform(np.resize(X, (rows, 80)))
        points = BinPoints(encoder.bins_, cells)
        wide = points.wide(cells)
        few = points.few(wide)
        assert wide.shape == (rows, 80) and few.shape == (rows, 30)
        assert (few**2).sum() > 0.95 * (wide**2).sum()
        expected = np.sort(np.linalg.svd(wide, compute_uv=False))[::-1][:30]
        np.testing.assert_allclose(np.sort(np.linalg.norm(few, axis=0))[::-1][:5], expected[:5], rtol=1e-3)


def test_categories_are_coordinates_and_missing_cells_stand_at_the_mean():
    X = np.array([["a", 1.0], ["b", None], [None, 3.0], ["a", 2.0]], dtype=object)
    encoder = BinEncoder()
    cells = encoder.fit_transform(X)
    points = BinPoints(encoder.bins_, cells)
    wide = points.wide(cells)
    np.testing.assert_array_equal(wide[:, :2], [[1, 0], [0, 1], [0, 0], [1, 0]])
    assert wide[1, 2] == 0 and wide[0, 2] < 0 < wide[2, 2]


def test_wide_tables_have_fewer_rows_and_very_wide_ones_no_slopes(planted, monkeypatch):
    labels, asked = encode_labels(planted.noisy), []
    X = np.hstack([planted.X, np.random.default_rng(0).normal(size=(150, 40))])
    mix = default_proba_module.mix_with_members

    def watched(proba, points_of, labels, *, most_rows, used, **options):
        asked.append((most_rows, used))
        return mix(proba, points_of, labels, most_rows=most_rows, used=used, **options)

    monkeypatch.setattr(default_proba_module, "mix_with_members", watched)
    monkeypatch.setattr(default_proba_module, "MIN_ROWS", 50)
    monkeypatch.setattr(default_proba_module, "MAX_CELLS", 43 * 100)
    proba = default_proba(TableForest(10), X, labels, random_state=0)
    monkeypatch.setattr(default_proba_module, "MAX_SLOPES", 20)
    without = default_proba(TableForest(10), X, labels, random_state=0)
    assert asked == [(100, (0, 1)), (100, (0,))]
    for some in (proba, without):
        np.testing.assert_allclose(some.sum(axis=1), 1)
    assert (proba != without).any()
