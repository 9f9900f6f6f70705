"""The approximate search of large tables: how many true neighbours it finds, and that only the data change it."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.metrics import average_precision_score
from sklearn.neighbors import NearestNeighbors

from skclean._kernels import NearLists, measure_lists, project_points
from skclean.detectors import KDN, DistanceRatio, KNNShapley, NeighborConsistency, RelationGraph
from skclean.evidence import voting_neighbours
from skclean.noise import inject_noise
from skclean.preprocessing import _nearest, find_neighbours, neighbour_blocks
from skclean.preprocessing._near_forest import NearForest

N_ROWS, K = 4000, 20


def table(kind, n_rows=N_ROWS, seed=0):
    rng = np.random.default_rng(seed)
    if kind == "noise":
        return rng.normal(size=(n_rows, 20))
    if kind == "blobs":
        return 3 * rng.normal(size=(50, 20))[rng.integers(50, size=n_rows)] + rng.normal(size=(n_rows, 20))
    if kind == "curved":
        return np.tanh(rng.normal(size=(n_rows, 6)) @ rng.normal(size=(6, 20))) + 0.1 * rng.normal(size=(n_rows, 20))
    return make_classification(n_rows, 20, n_informative=8, n_redundant=4, random_state=seed)[0]


@pytest.fixture
def approximate(monkeypatch):
    """Small tables are searched as large ones are, with leaves that hold as small a part of them."""
    monkeypatch.setattr(_nearest, "EXACT_ROWS", 100)
    monkeypatch.setattr("skclean.preprocessing._near_forest.LEAF_ROWS", 60)
    monkeypatch.setattr("skclean.preprocessing._near_forest.LEAF_ROWS_EACH", 2)


def exact(X, k, of=None):
    of = np.arange(len(X)) if of is None else of
    distances, found = NearestNeighbors(n_neighbors=k + 1, algorithm="brute").fit(X).kneighbors(X[of])
    return [row[row != i][:k] for row, i in zip(found, of, strict=True)], distances


def recall(near, X, k=K):
    true, _ = exact(X, k)
    return np.mean([len(np.intersect1d(a, b)) / k for a, b in zip(near.indices, true, strict=True)])


@pytest.mark.parametrize(("kind", "least"), [("blobs", 0.95), ("curved", 0.98), ("classes", 0.9), ("noise", 0.8)])
def test_most_true_neighbours_are_found(approximate, kind, least):
    X = table(kind)
    near = find_neighbours(X, np.arange(N_ROWS), K)
    assert recall(near, X) >= least
    assert not (near.indices == np.arange(N_ROWS)[:, None]).any()
    assert all(len(set(row)) == K for row in near.indices.tolist())
    gaps = np.linalg.norm(X[near.indices] - X[:, None], axis=2)
    np.testing.assert_allclose(near.distances, gaps)
    assert (np.diff(near.distances, axis=1) >= 0).all()


@pytest.mark.parametrize("among", ["others", "all"])
def test_rows_that_are_no_candidates_get_lists_too(approximate, among):
    X, of = table("blobs"), np.arange(0, N_ROWS, 9)
    candidates = np.setdiff1d(np.arange(N_ROWS), of) if among == "others" else np.arange(N_ROWS)
    near = find_neighbours(X, candidates, 10, of=of)
    assert np.isin(near.indices, candidates).all() and not (near.indices == of[:, None]).any()
    true = NearestNeighbors(n_neighbors=10, algorithm="brute").fit(X[candidates]).kneighbors(X[of])[1]
    if among == "others":
        found = [len(np.intersect1d(a, candidates[b])) for a, b in zip(near.indices, true, strict=True)]
        assert np.mean(found) >= 9


def test_result_is_the_same_again_and_with_any_number_of_threads(approximate):
    X = table("noise")
    first, again, threaded = (find_neighbours(X, np.arange(N_ROWS), K, n_jobs=n) for n in (None, 1, 3))
    for other in (again, threaded):
        np.testing.assert_array_equal(first.indices, other.indices)
        np.testing.assert_array_equal(first.distances, other.distances)


def test_blocks_are_the_lists(approximate, monkeypatch):
    monkeypatch.setattr(_nearest, "FOUND_AT_ONCE", 5000)
    X, of = table("blobs"), np.arange(5, N_ROWS, 2)
    near = find_neighbours(X, np.arange(N_ROWS), K, of=of)
    parts = []
    for part, found, distances in neighbour_blocks(X, np.arange(N_ROWS), K, of=of):
        parts.append(part)
        np.testing.assert_array_equal(near.indices[part], found)
        np.testing.assert_array_equal(near.distances[part], distances)
    np.testing.assert_array_equal(np.concatenate(parts), np.arange(len(of)))


DETECTORS = [NeighborConsistency(), KDN(), RelationGraph(), DistanceRatio(), KNNShapley(n_ranks=100)]


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: type(detector).__name__)
def test_detectors_rank_label_errors_as_with_the_exact_search(monkeypatch, detector):
    """Tables as large as the ones that are searched approximately take too long here; leaves are made smaller."""
    X = table("classes", 6000)
    y, flipped = inject_noise((X[:, :3].sum(axis=1) > 0).astype(int), rate=0.2, random_state=0)
    ranked = []
    for exact_rows in (20_000, 100):
        monkeypatch.setattr(_nearest, "EXACT_ROWS", exact_rows)
        monkeypatch.setattr("skclean.preprocessing._near_forest.LEAF_ROWS", 100)
        ranked.append(average_precision_score(flipped, -clone(detector).fit(X, y).label_quality_))
    assert abs(ranked[0] - ranked[1]) < 0.005


def test_equal_rows_get_different_ones_among_them(approximate):
    X = np.repeat(np.eye(20), 200, axis=0)  # as a column of 20 categories
    near = find_neighbours(X, np.arange(N_ROWS), K)
    assert (near.distances == 0).all()
    assert not (near.indices == np.arange(N_ROWS)[:, None]).any()
    counts = np.bincount(near.indices.ravel(), minlength=N_ROWS)
    assert counts.max() < 20 * K  # no few rows are everybody's neighbours


def test_exact_finds_all_neighbours(approximate):
    X = table("noise")
    assert recall(find_neighbours(X, np.arange(N_ROWS), K, exact=True), X) == 1


def test_missing_labels_do_not_vote(approximate):
    X = table("blobs")
    codes = np.where(np.arange(N_ROWS) % 4, 0, -1)
    near = voting_neighbours(X, codes, K)
    assert near.indices.shape == (N_ROWS, K) and (codes[near.indices] == 0).all()


@pytest.mark.parametrize(
    ("kind", "n_columns", "among", "k"),
    [
        (np.asarray, 15, 4000, 20),
        (np.asarray, 20, 90, 20),
        (np.asarray, 20, 4000, 600),
        (sparse.csr_matrix, 20, 4000, 20),
    ],
)
def test_other_searches_stay_exact(approximate, kind, n_columns, among, k):
    X, of = table("noise")[:, :n_columns], np.arange(200)
    near = find_neighbours(kind(X), np.arange(among), k, of=of)
    gaps = np.linalg.norm(X[of][:, None] - X[None, :among], axis=2)
    gaps[of[of < among], of[of < among]] = np.inf
    np.testing.assert_allclose(near.distances, np.sort(gaps, axis=1)[:, :k], atol=1e-6)


def test_lists_in_double_precision_are_sorted_by_distance_and_position():
    points = np.array([[0.0], [1.0], [1.0], [3.0]])
    found = np.array([[3, 2, -1, 1]], dtype=np.int32)
    distances = measure_lists(points, np.arange(4), np.array([0]), found)
    assert found.tolist() == [[1, 2, 3, -1]] and distances.tolist() == [[1, 1, 3, np.inf]]


@pytest.mark.parametrize("k", [1, 5, 20, 100])
@pytest.mark.parametrize("n_columns", [1, 4, 20])
@pytest.mark.parametrize("coarse", [False, True])
def test_lists_hold_the_nearest_of_all_leaves(k, n_columns, coarse):
    """Against a sort of all members met; leaves overlap, so that members are met twice, and coarse points tie."""
    rng = np.random.default_rng(k)
    points = rng.integers(3, size=(400, n_columns)) if coarse else rng.normal(size=(400, n_columns))
    points = points.astype(np.float32)
    near, met = NearLists(points, k), np.zeros((400, 400), dtype=bool)
    for n_leaves in (1, 2, 3, 40) if k < 100 else (3, 2, 1):
        leaves = [(part, part) for part in np.array_split(rng.permutation(400).astype(np.int32), n_leaves)]
        near.search_leaves(leaves[::-1])
        for part, _ in leaves:
            met[np.ix_(part, part)] = True
        met[np.diag_indices(400)] = False
        gaps = np.where(met, ((points[:, None] - points[None]) ** 2).sum(axis=2), np.inf)
        np.testing.assert_allclose(near.distances, np.sort(gaps, axis=1)[:, :k], rtol=1e-5)
        found = near.found >= 0
        np.testing.assert_array_equal(found, np.isfinite(near.distances))
        of_found = np.take_along_axis(gaps, np.maximum(near.found, 0), axis=1)
        np.testing.assert_allclose(of_found[found], near.distances[found], rtol=1e-5)
        assert all(len(set(row[row >= 0])) == (row >= 0).sum() for row in near.found)


def test_long_lists_hold_most_true_neighbours(approximate):
    X = table("classes")
    assert recall(find_neighbours(X, np.arange(N_ROWS), 60), X, 60) > 0.9


def test_neighbours_of_neighbours_are_found():
    points = np.arange(40, dtype=np.float32)[:, None]
    near = NearLists(points, 4)
    rows = np.arange(40, dtype=np.int32)
    near.search_leaves([(part, part) for part in np.split(rows, 4)])
    near.search_leaves([(part, part) for part in np.split(np.roll(rows, 5), 4)])
    for _ in range(3):
        near.search_neighbours(4)
    assert near.search_neighbours(4) == 0
    assert sorted(near.found[20].tolist()) == [18, 19, 21, 22]


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda leaf: (leaf.astype(np.int64), leaf), "members must be int32"),
        (lambda leaf: (leaf, leaf + 1), "queries must be int32 numbers in 0..9"),
    ],
)
def test_kernels_refuse_numbers_of_no_row(change, match):
    near = NearLists(np.zeros((10, 2), dtype=np.float32), 3)
    with pytest.raises(ValueError, match=match):
        near.search_leaves([change(np.arange(10, dtype=np.int32))])


def test_kernels_refuse_other_types():
    with pytest.raises(ValueError, match="points must be a float32"):
        NearLists(np.zeros((10, 2)), 3)
    with pytest.raises(ValueError, match="k must be at least 1"):
        NearLists(np.zeros((10, 2), dtype=np.float32), 0)
    with pytest.raises(ValueError, match="points must be a float64"):
        measure_lists(np.zeros((3, 1), np.float32), np.arange(3), np.arange(3), np.zeros((3, 1), np.int32))
    with pytest.raises(ValueError, match="found must hold a list for each"):
        measure_lists(np.zeros((3, 1)), np.arange(3), np.arange(3), np.zeros((2, 1), np.int32))


def test_every_row_gets_a_full_list_whatever_the_leaves():
    X = table("noise", 1000)
    forest = NearForest(X, np.random.default_rng(0).permutation(1000), np.arange(1000), 499)
    found, distances = forest.lists_of(np.arange(1000))
    assert (found >= 0).all() and np.isfinite(distances).all()


@pytest.mark.parametrize("n_columns", [1, 3, 20])
def test_projections_are_products_with_the_line(n_columns):
    rng = np.random.default_rng(0)
    points, line = rng.normal(size=(50, n_columns)).astype(np.float32), rng.normal(size=n_columns).astype(np.float32)
    rows = rng.permutation(50)[:30].astype(np.int32)
    np.testing.assert_allclose(project_points(points, rows, line), points[rows] @ line, rtol=1e-4, atol=1e-5)
    with pytest.raises(ValueError, match="rows must be int32 numbers in 0..49"):
        project_points(points, rows + 30, line)
    with pytest.raises(ValueError, match="line must be float32 of shape"):
        project_points(points, rows, line[1:])


@pytest.mark.parametrize("k", [3, 20])
def test_members_are_offered_to_other_classes_alone(k):
    rng = np.random.default_rng(0)
    points, classes = rng.normal(size=(300, 5)).astype(np.float32), rng.integers(3, size=300).astype(np.int32)
    rows, near = np.arange(300, dtype=np.int32), NearLists(points, k)
    near.search_leaves([(rows, rows)], classes)
    gaps = ((points[:, None] - points[None]) ** 2).sum(axis=2)
    gaps[classes[:, None] == classes] = np.inf
    np.testing.assert_allclose(near.distances, np.sort(gaps, axis=1)[:, :k], rtol=1e-5)
    assert (classes[near.found] != classes[:, None]).all()
    with pytest.raises(ValueError, match="classes must hold the class of each of 300 rows"):
        near.search_leaves([(rows, rows)], classes[1:])


def test_lists_grow_through_other_lists():
    points = np.arange(40, dtype=np.float32)[:, None]
    first, second, near = (NearLists(points, 2) for _ in range(3))
    rows = np.arange(40, dtype=np.int32)
    first.search_leaves([(part, part) for part in np.split(rows, 4)])  # of row 19: 18 and 17
    second.search_leaves([(part, part) for part in np.split(np.roll(rows, 5), 4)])  # of row 18: 17 and 19
    assert near.search_neighbours(2, near=first, known=second) > 0
    for row in range(40):
        met = np.setdiff1d(second.found[first.found[row]], [row])
        gaps = np.sort(np.abs(met - row))[:2]
        assert np.sqrt(near.distances[row][: len(gaps)]).tolist() == gaps.tolist()


@pytest.mark.parametrize("k", [10, 60])
def test_lists_hold_the_nearest_of_all_neighbours_of_neighbours(k):
    """Short lists take candidates one by one and long ones merge them: both keep the nearest."""
    points = np.random.default_rng(k).integers(4, size=(300, 4)).astype(np.float32)
    rows, near, width = np.arange(300, dtype=np.int32), NearLists(points, k), 9
    for part in (rows, np.random.default_rng(0).permutation(rows)):
        near.search_leaves([(leaf, leaf) for leaf in np.array_split(part, 6)])
    known, before = near.found.copy(), near.distances.copy()
    gaps = ((points[:, None] - points[None]) ** 2).sum(axis=2)
    n_taken = near.search_neighbours(width)
    for row in range(300):
        met = np.setdiff1d(known[known[row, :width], :width], np.append(known[row], row))
        expected = np.sort(np.append(before[row], gaps[row, met[met >= 0]]))[:k]
        np.testing.assert_array_equal(near.distances[row], expected)
        assert len(set(near.found[row].tolist()) - {-1}) == np.isfinite(expected).sum()
    assert n_taken >= (near.found != known).any(axis=1).sum() > 0
