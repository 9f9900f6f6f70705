"""What share of the true nearest neighbours the search for large tables finds, and how long it takes.

Four kinds of tables of 20 columns: noise, 50 clusters, a curved surface of 6 dimensions, and scikit-learn's
``make_classification``. The share is that of 500 rows.

    python examples/benchmarks/nearest.py [n_rows] [k]
"""

import sys
import time

import numpy as np
from sklearn.datasets import make_classification
from sklearn.neighbors import NearestNeighbors

from skclean.preprocessing import find_neighbours

ASKED = 500


def tables(n_rows):
    """Yield (name, points)."""
    rng = np.random.default_rng(0)
    yield "noise", rng.normal(size=(n_rows, 20))
    yield "clusters", 3 * rng.normal(size=(50, 20))[rng.integers(50, size=n_rows)] + rng.normal(size=(n_rows, 20))
    curved = np.tanh(rng.normal(size=(n_rows, 6)) @ rng.normal(size=(6, 20)))
    yield "curved", curved + 0.1 * rng.normal(size=(n_rows, 20))
    yield "classes", make_classification(n_rows, 20, n_informative=8, n_redundant=4, random_state=0)[0]


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


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
