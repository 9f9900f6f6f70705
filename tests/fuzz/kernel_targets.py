"""The wrappers of kernels."""

import copy

import numpy as np
from fuzz.targets import Answer, Target, rows_of
from scipy import sparse

from skclean import _kernels as kernels

__all__ = ["KERNELS"]

N, K = 12, 3
METHODS = ("self_confidence", "normalized_margin", "weighted_entropy", "rival_odds")


def _rows(rng):
    codes, proba = rows_of(rng, N, K, np.float32 if rng.random() < 0.3 else np.float64)
    return {"codes": codes, "proba": proba}


def _weighted(rng):
    return _rows(rng) | {"weight": rng.random(N) + 0.1}


def _thresholds(rng):
    return _weighted(rng) | {"thresholds": rng.random(K)}


def _pairs(rng):
    return _rows(rng) | {"counts": rng.integers(0, 3, (K, K))}


def _class_counts(rng):
    return {"codes": _rows(rng)["codes"], "quality": rng.random(N), "counts": rng.integers(0, 3, K)}


def _scaled(rng):
    return _weighted(rng) | {"scales": rng.random(K**2) + 0.5}


def _summary(codes, proba):
    return kernels.scan_rows(codes, proba, atol=None)[1]


def _quality(codes, proba, **_):
    return [Answer(m, kernels.label_quality(codes, proba, m), unit=True) for m in METHODS]


def _groups(rng):
    return {"rows": rng.normal(size=(N, 4)), "group": rng.integers(-1, 3, N), "weight": rng.random(N)}


def _sparse_groups(rng):
    matrix = sparse.random(N, 4, density=0.5, random_state=rng, format="csr")
    parts = {"indptr": matrix.indptr.astype(np.int32), "indices": matrix.indices.astype(np.int32)}
    return parts | {"data": matrix.data, "group": rng.integers(-1, 3, N)}


def _csr(indptr, indices, data):
    matrix = sparse.csr_array((N, 4))
    matrix.indptr, matrix.indices, matrix.data = indptr, indices, data
    return matrix


def _sum_sparse(indptr, indices, data, group):
    rows = _csr(indptr, indices, data)
    sums, _ = kernels.sum_groups(rows, group, 3, squares=True)
    products = kernels.multiply_groups(rows, group, np.ones((3, 2, 4)))
    if not np.isfinite(np.asarray(data, dtype=float)).all() or np.abs(np.asarray(data, dtype=float)).max() > 1e100:
        return []
    return [Answer("sums", sums), Answer("grams", kernels.gram_groups(rows, group, 3)), Answer("products", products)]


def _compact(indptr, indices, data, group):
    rows = kernels.compact_rows(_csr(indptr, indices, data))
    kernels.sum_groups(rows, group, 3)
    kernels.SparseRows.of(sparse.csr_matrix(rows)).gram(np.arange(N), np.ones(N))
    return []


def _sum_dense(rows, group, weight):
    kernels.gram_groups(rows, group, 3, weight=weight)
    kernels.sum_groups(rows, group, 3, weight=weight)
    return []


def _lists(rng):
    lists = (np.arange(N)[:, None] + np.arange(1, 4)) % N
    return {"lists": lists.astype(np.int32), "weights": rng.random((N, 3)) + 0.1, "codes": _rows(rng)["codes"]}


def _spread(lists, weights, codes):
    shares = kernels.neighbour_votes(lists, weights, codes, K, propagation=0.5)
    agreements = kernels.neighbour_agreements(lists, weights, codes, shares)
    return [Answer("shares", shares, unit=True), Answer("agreements", agreements)]


def _voting(rng):
    return _lists(rng) | {"rows": np.arange(N, dtype=np.int32), "fold": rng.integers(0, 3, N).astype(np.uint8), "k": 1}


def _tally(lists, weights, codes, rows, fold, k):
    voters = kernels.Voters(rows, lists, weights, N)
    lanes = kernels.pack_lanes(np.asarray(fold)[None])
    misses = np.zeros((kernels.LANES, 256), dtype=np.int64)
    kernels.vote_misses(lanes, voters, codes, K, k, misses)
    shares = np.zeros((N, K))
    kernels.neighbour_shares(fold, voters, codes, k, shares)
    kernels.neighbour_winners(fold, voters, codes, K, k, np.zeros(N, dtype=np.int32))
    kernels.neighbour_means(fold, voters, np.ones(N), k, np.zeros(N))
    return [Answer("shares", shares)]


def _folds(rng):
    grouped, starts = kernels.group_rows(_rows(rng)["codes"])
    return {"grouped": grouped, "starts": starts, "n_rows": N, "n_splits": 3, "first": 0, "stop": 4}


def _draw(grouped, starts, n_rows, n_splits, first, stop):
    if (isinstance(n_rows, int) and n_rows > 1000) or (isinstance(stop, int) and stop > 1000):
        return []  # so much memory was asked for
    folds = kernels.draw_folds(grouped, starts, n_rows, n_splits, seed=1, first=first, stop=stop)
    return [Answer("folds", folds)]


def _extremes(rng):
    return {
        "folds": rng.integers(0, 3, (4, N)).astype(np.uint8),
        "scores": rng.random((4, 3)),
        "worst": np.zeros(N, dtype=np.int64),
    }


def _count(folds, scores, worst):
    best = np.zeros(N, dtype=np.int64)
    kernels.count_fold_extremes(folds, scores, seed=0, first=0, worst=copy.copy(worst), best=best)
    kernels.sum_fold_values(folds, scores, np.zeros(N))
    return []


def _confident(codes, proba, thresholds, weight):
    kernels.confident_joint(codes, proba, thresholds, weight=weight)
    rows = _summary(codes, proba)
    return [Answer("classes", kernels.confident_classes(codes, proba, thresholds, summary=rows))]


def _flag_pairs(codes, proba, counts):
    return [Answer("mask", kernels.noise_counts_mask(codes, proba, counts), unit=True)]


def _flag_lowest(codes, quality, counts):
    return [Answer("mask", kernels.lowest_per_class(codes, quality, counts), unit=True)]


def _contend(codes, proba, weight, scales):
    near = kernels.find_contenders(codes, _summary(codes, proba), 1.5, every=True)
    ratios = near.ratios(scales)
    near.below(ratios, 0.5, scales)
    return [Answer("ratios", ratios), Answer("bins", near.histogram(ratios, 16, weight if len(ratios) == N else None))]


SPARSE_NAMES = ("indptr", "indices", "data", "sparse", "rows", "columns", "X")
OF_SPARSE = dict.fromkeys(("indptr", "indices", "data"), SPARSE_NAMES)
OF_ROWS = {"proba": ("codes", "rows"), "codes": ("strata",)}

KERNELS = [
    Target("label_quality", _rows, _quality, ("codes", "proba"), OF_ROWS),
    Target("confident_joint", _thresholds, _confident, ("codes", "proba", "thresholds", "weight"), OF_ROWS),
    Target(
        "noise_counts_mask", _pairs, _flag_pairs, ("codes", "proba", "counts"), OF_ROWS | {"proba": ("codes", "counts")}
    ),
    Target(
        "lowest_per_class",
        _class_counts,
        _flag_lowest,
        ("codes", "quality", "counts"),
        {"counts": ("codes",), "codes": ("quality", "size")},
    ),
    Target(
        "find_contenders",
        _scaled,
        _contend,
        ("codes", "proba", "weight", "scales"),
        OF_ROWS | {"proba": ("codes", "scales", "rows")},
    ),
    Target(
        "sum_groups",
        _groups,
        _sum_dense,
        ("rows", "group", "weight"),
        {"rows": ("codes", "weight"), "group": ("codes",)},
    ),
    Target(
        "sparse groups",
        _sparse_groups,
        _sum_sparse,
        ("indptr", "indices", "data", "group"),
        OF_SPARSE | {"group": ("codes",)},
    ),
    Target(
        "compact_rows",
        _sparse_groups,
        _compact,
        ("indptr", "indices", "data", "group"),
        OF_SPARSE | {"group": ("codes",)},
    ),
    Target("neighbour_votes", _lists, _spread, ("lists", "weights", "codes"), {"lists": ("codes", "weights")}),
    Target(
        "voters",
        _voting,
        _tally,
        ("lists", "weights", "codes", "rows", "fold", "k"),
        {"lists": ("rows", "codes", "weights"), "fold": ("folds", "lanes"), "rows": ("lists",)},
    ),
    Target(
        "draw_folds",
        _folds,
        _draw,
        ("grouped", "starts", "n_rows", "n_splits", "first", "stop"),
        {"n_rows": ("grouped",), "grouped": ("starts",), "first": ("stop",)},
    ),
    Target(
        "count_fold_extremes",
        _extremes,
        _count,
        ("folds", "scores", "worst"),
        {"folds": ("values", "worst", "totals"), "scores": ("values",)},
    ),
]
