"""What share of the true nearest neighbours the search for large tables finds, and how long it takes.

Four kinds of tables of 20 columns: noise, 50 clusters, a curved surface of 6 dimensions, and scikit-learn's
``make_classification``. The share is that of 500 rows. Then the same of half as many neighbours in the same class and
in others, as `DistanceRatio` searches them, and how much larger than the true ones their mean distances are. There are
two classes; the first column tells 9 in 10 labels, and none of noise.

    python examples/benchmarks/nearest.py [n_rows] [k]
"""

import sys
import time

import numpy as np
from sklearn.datasets import make_classification
from sklearn.neighbors import NearestNeighbors

from skclean.preprocessing import find_neighbours, find_sides

ASKED = 500


def tables(n_rows):
    """Yield (name, points)."""
    rng = np.random.default_rng(0)
    yield "noise", rng.normal(size=(n_rows, 20))
    yield "clusters", 3 * rng.normal(size=(50, 20))[rng.integers(50, size=n_rows)] + rng.normal(size=(n_rows, 20))
    curved = np.tanh(rng.normal(size=(n_rows, 6)) @ rng.normal(size=(6, 20)))
    yield "curved", curved + 0.1 * rng.normal(size=(n_rows, 20))
    yield "classes", make_classification(n_rows, 20, n_informative=8, n_redundant=4, random_state=0)[0]


def show_sides(name, X, k):
    """Print what is found of the k nearest in the same class and in the other one."""
    n_rows, rng = len(X), np.random.default_rng(1)
    codes = (X[:, 0] > 0).astype(int)
    is_random = rng.random(n_rows) < (1.0 if name == "noise" else 0.2)
    codes[is_random] = rng.integers(2, size=is_random.sum())
    asked = rng.choice(n_rows, min(ASKED, n_rows), replace=False)
    started = time.process_time()
    sides = list(find_sides(X, codes, np.arange(n_rows), k))
    seconds = time.process_time() - started
    indices = np.empty((2, n_rows, k), dtype=int)
    for rows, same, other in sides:
        indices[0, rows], indices[1, rows] = same.indices, other.indices
    shares, excess = np.empty((2, len(asked))), np.empty((2, len(asked)))
    for at, row in enumerate(asked):
        gaps = np.linalg.norm(X - X[row], axis=1)
        gaps[row] = np.inf
        for side, is_side in enumerate([codes == codes[row], codes != codes[row]]):
            of_side = np.flatnonzero(is_side)
            true = of_side[np.argpartition(gaps[of_side], k)[:k]]
            found = indices[side, row]
            shares[side, at] = len(np.intersect1d(found, true)) / k
            excess[side, at] = gaps[found].mean() / gaps[true].mean() - 1
    means = zip(shares.mean(axis=1), excess.mean(axis=1), strict=True)
    same, other = (f"{share:.3f} found, {farther:.2%} farther" for share, farther in means)
    print(f"{'':10} {k} in the same class: {same}; in others: {other}; in {seconds:.1f} s", flush=True)


def main(n_rows=200_000, k=20):
    """Print a line for each table."""
    asked = np.random.default_rng(0).choice(n_rows, min(ASKED, n_rows), replace=False)
    for name, X in tables(n_rows):
        X = (X - X.mean(axis=0)) / X.std(axis=0)
        started = time.process_time()
        near = find_neighbours(X, np.arange(n_rows), k)
        seconds = time.process_time() - started
        true = NearestNeighbors(n_neighbors=k + 1, algorithm="brute").fit(X).kneighbors(X[asked], return_distance=False)
        true = [row[row != i][:k] for row, i in zip(true, asked, strict=True)]
        shares = [len(np.intersect1d(a, b)) / k for a, b in zip(near.indices[asked], true, strict=True)]
        print(f"{name:10} {n_rows} rows, {k} neighbours: {np.mean(shares):.3f} found in {seconds:.1f} s", flush=True)
        show_sides(name, X, k // 2)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
