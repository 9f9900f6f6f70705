"""A wrapper refuses what would lead its kernel outside its arrays, and copies what lies at odd places."""

import numpy as np
import pytest
from scipy import sparse

from skclean import _kernels as kernels
from skclean._kernels import RowSummary, Voters

GOOD = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.2, 0.3, 0.5], [0.5, 0.4, 0.1]])
CODES = np.array([0, 1, 2, -1], dtype=np.int32)


def summary(**changes):
    rows = kernels.scan_rows(CODES, GOOD)[1]
    return RowSummary(**({name: getattr(rows, name) for name in RowSummary.__dataclass_fields__} | changes))


@pytest.mark.parametrize("value", [np.nan, np.inf, -1.0])
@pytest.mark.parametrize("summarised", [False, True])
@pytest.mark.parametrize(
    "ask",
    [
        *(
            lambda proba, rows, method=method: kernels.label_quality(CODES, proba, method, summary=rows)
            for method in ("self_confidence", "normalized_margin", "weighted_entropy", "rival_odds")
        ),
        lambda proba, rows: kernels.confident_classes(CODES, proba, [0.5] * 3, summary=rows),
        lambda proba, rows: kernels.confident_joint(CODES, proba, [0.5] * 3, summary=rows),
        lambda proba, rows: kernels.self_confidence_sums(CODES, proba, summary=rows),
        lambda proba, rows: kernels.noise_counts_mask(CODES, proba, np.ones((3, 3), dtype=int), summary=rows),
    ],
)
def test_numbers_that_are_no_probabilities_are_refused(ask, value, summarised):
    proba = GOOD.copy()
    proba[1] = value
    rows = kernels.scan_rows(CODES, proba, atol=None)[1] if summarised else None
    with pytest.raises(ValueError, match="proba must hold"):
        ask(proba, rows)


@pytest.mark.parametrize("value", [np.nan, -1.0, -1e300])
def test_a_histogram_counts_no_negative_ratio(value):
    proba = GOOD.copy()
    proba[1, 1] = value
    rows = kernels.scan_rows(CODES, proba, atol=None)[1]
    with pytest.raises(ValueError, match="NaN or negative numbers"):
        near = kernels.find_contenders(CODES, rows, 1.0, every=True)
        near.histogram(near.ratios(np.ones(9)), 16, np.ones(3))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"given": np.ones(3)}, r"given must have shape \(4,\)"),
        ({"rival": np.ones(4, dtype=np.float32)}, "rival must be float64"),
        ({"near_rival": np.full(4, 3, dtype=np.int32)}, r"near_rival must lie in -1\.\.2"),
        ({"near_rival": np.full(4, -2, dtype=np.int32)}, r"near_rival must lie in -1\.\.2"),
        ({"near_rival": np.zeros((4, 1), dtype=np.int32)}, "near_rival must have 1 dimensions"),
        ({"predicted": np.full(4, 9, dtype=np.int32)}, "predicted must lie in"),
        ({"codes": np.full(4, 3, dtype=np.int32)}, r"codes must lie in -1\.\.2"),
        ({"codes": np.zeros(4, dtype=np.int64)}, "codes must be int32"),
        ({"codes": np.zeros(5, dtype=np.int32)}, r"codes must have shape \(4,\)"),
        ({"proba": GOOD[:2]}, r"given must have shape \(2,\)"),
    ],
)
def test_a_summary_leads_nowhere_outside(changes, message):
    with pytest.raises(ValueError, match=message):
        summary(**changes)


def test_a_summary_is_one_of_the_matrix():
    rows = summary()
    for other in (GOOD[:3], GOOD[:, :2], GOOD.astype(np.float32)):
        codes = np.zeros(len(other), dtype=np.int32)
        with pytest.raises(ValueError, match="rows must be a summary of proba"):
            kernels.label_quality(codes, other, "rival_odds", summary=rows)


def malformed(**parts):
    matrix = sparse.csr_array(np.array([[1.0, 0, 2], [0, 3, 0], [4, 5, 0]]))
    for name, values in parts.items():
        setattr(matrix, name, np.asarray(values, dtype=getattr(matrix, name).dtype))
    return matrix


MALFORMED = [
    ({"indices": [0, 3, 1, 0, 1]}, "indices must lie in 0..2"),
    ({"indices": [0, -1, 1, 0, 1]}, "indices must lie in 0..2"),
    ({"indices": [0, 2**31 - 1, 1, 0, 1]}, "indices must lie in 0..2"),
    ({"indices": [2, 0, 1, 0, 1]}, "indices must rise within each row"),
    ({"indptr": [0, 2, 3, 9]}, "indptr must rise"),
    ({"indptr": [0, 4, 3, 5]}, "indptr must rise"),
    ({"indptr": [-4, 2, 3, 5]}, "indptr must rise"),
    ({"indptr": [0, 2, 3]}, "must have 4 numbers in indptr"),
    ({"data": [1.0, 2.0]}, "as many in indices as in data"),
]


@pytest.mark.parametrize(("parts", "message"), MALFORMED)
@pytest.mark.parametrize(
    "ask",
    [
        lambda rows: kernels.sum_groups(rows, [0, 1, 0], 2, squares=True),
        lambda rows: kernels.gram_groups(rows, [0, 1, 0], 2),
        lambda rows: kernels.multiply_groups(rows, [0, 1, 0], np.ones((2, 1, 3))),
    ],
)
def test_a_malformed_sparse_matrix_is_refused(ask, parts, message):
    with pytest.raises(ValueError, match=message):
        ask(malformed(**parts))


@pytest.mark.parametrize(("parts", "message"), [case for case in MALFORMED if "rise within" not in case[1]])
def test_a_malformed_sparse_matrix_is_refused_at_the_entry(parts, message):
    with pytest.raises(ValueError, match="X is a malformed sparse matrix"):
        kernels.compact_rows(malformed(**parts))


def test_models_have_three_dimensions():
    with pytest.raises(ValueError, match="coef must have 3 dimensions"):
        kernels.multiply_groups(np.ones((3, 2)), [0, 0, 0], np.ones((1, 2)))
    with pytest.raises(ValueError, match="weight must be at least 0"):
        kernels.gram_groups(np.ones((2, 2)), [0, 0], 1, weight=[-1.0, 1.0])


def at_odd_places(values):
    """The same numbers, one byte off where they should be."""
    buffer = bytearray(values.nbytes + 1)
    odd = np.frombuffer(buffer, dtype=values.dtype, offset=1).reshape(values.shape)
    odd[...] = values
    assert not odd.flags.aligned
    return odd


def test_numbers_at_odd_places_are_read_as_others():
    rows = kernels.scan_rows(CODES, GOOD)[1]
    odd_rows = kernels.scan_rows(at_odd_places(CODES), at_odd_places(GOOD))[1]
    np.testing.assert_array_equal(odd_rows.given, rows.given)
    counts = np.ones((3, 3), dtype=np.int64)
    expected = kernels.noise_counts_mask(CODES, GOOD, counts)
    np.testing.assert_array_equal(
        kernels.noise_counts_mask(at_odd_places(CODES), at_odd_places(GOOD), at_odd_places(counts)), expected
    )
    weight = np.array([0.5, 1.0, 2.0, 1.0])
    for one, other in zip(
        kernels.self_confidence_sums(at_odd_places(CODES), at_odd_places(GOOD), weight=at_odd_places(weight)),
        kernels.self_confidence_sums(CODES, GOOD, weight=weight),
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)


def test_folds_name_what_they_cannot_use():
    grouped, starts = kernels.group_rows([0, 0, 1, 1])
    draw = {"n_rows": 4, "n_splits": 2, "seed": 0, "first": 0, "stop": 1}
    for changes, message in [
        ({"n_splits": 1}, "n_splits"),
        ({"n_splits": 256}, "n_splits"),
        ({"stop": -1}, "stop"),
        ({"n_rows": 3}, "grouped names rows outside"),
    ]:
        with pytest.raises(ValueError, match=message):
            kernels.draw_folds(grouped, starts, **(draw | changes))
    for bad in (starts[:0], starts + 1, starts[::-1].copy()):
        with pytest.raises(ValueError, match="starts must rise"):
            kernels.draw_folds(grouped, bad, **draw)
    empty = np.empty((1, 0), dtype=np.uint8)
    with pytest.raises(ValueError, match="have parts for 0 places, not for 4"):
        kernels.draw_even_folds(grouped, starts, 4, 2, empty, empty, seed=0, first=0)
    folds = np.zeros((1, 4), dtype=np.uint8)
    with pytest.raises(ValueError, match="worst must have shape"):
        worst = np.zeros(4, dtype=np.int32)
        kernels.count_fold_extremes(folds, np.zeros((1, 2)), seed=0, first=0, worst=worst, best=worst)
    with pytest.raises(ValueError, match="folds must be uint8"):
        kernels.sum_fold_values(folds.astype(int) + 256, np.zeros((1, 2)), np.zeros(4))


@pytest.mark.parametrize("weight", [0.0, -1.0, np.nan])
def test_neighbours_have_positive_weights(weight):
    rows, lists = np.zeros(1, dtype=np.int32), np.array([[1, -1]], dtype=np.int32)
    with pytest.raises(ValueError, match="weights must be positive"):
        Voters(rows, lists, np.array([[weight, 1.0]]), 2)
    Voters(rows, lists, np.array([[1.0, weight]]), 2)  # of no neighbour
    with pytest.raises(ValueError, match="weights must be positive, from 1e-100 to 1e|weights holds NaN"):
        kernels.neighbour_votes(np.array([[1], [0]], dtype=np.int32), [[weight], [1.0]], [0, 1], 2)


def test_codes_of_a_summary_are_counted_as_any_others():
    rows, mask = kernels.scan_rows(CODES, GOOD)[1], np.array([True, False, False, False])
    for codes in (rows.codes, CODES.copy(), CODES.astype(np.int64)):
        assert kernels.class_sizes(codes, 3, summary=rows).tolist() == [1, 1, 1]
        assert kernels.kept_by_none(codes, mask, 3, summary=rows).tolist() == [0]
    with pytest.raises(ValueError, match="codes must lie in"):
        kernels.class_sizes(rows.codes, 2, summary=rows)
    with pytest.raises(ValueError, match="codes must lie in"):
        kernels.kept_by_none(CODES + 1, mask, 3, summary=rows)
