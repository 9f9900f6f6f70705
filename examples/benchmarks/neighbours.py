"""What judging labels by neighbours costs beside the search for the neighbours.

python examples/benchmarks/neighbours.py [--n-samples 200000] [--n-features 20] [--n-classes 2] [--n-jobs 1]

Every row is one whole fit with defaults on standard normal features, beside one search by scikit-learn's
NearestNeighbors for as many neighbours with as many jobs; for ForestKDN beside the fit of the same forest and the walk
of all rows to its leaves. A ratio of 1.5 means that all else takes half of the time of the search; the second one is of
processor time, which other work on the machine does not touch.
"""

import argparse
import time

import numpy as np
from sklearn.neighbors import NearestNeighbors

from skclean.detectors import KDN, DistanceRatio, ForestKDN, KNNShapley, NeighborConsistency, RelationGraph
from skclean.evidence import default_estimator

DETECTORS = (KDN, NeighborConsistency, RelationGraph, DistanceRatio, KNNShapley)


def seconds(function):
    """Seconds of one call: on the clock, and of the processor."""
    start = np.array([time.perf_counter(), time.process_time()])
    function()
    return np.array([time.perf_counter(), time.process_time()]) - start


def neighbours_of(detector, n_samples):
    """How many neighbours a detector asks for with its defaults."""
    if isinstance(detector, KNNShapley):
        return n_samples - 1 if n_samples <= 5_000 else 100
    return detector.n_neighbors


def show(name, neighbours, search, fit):
    """One line of the table."""
    wall, cpu = fit / search
    print(f"{name:22}{neighbours:>11}{search[0]:10.1f}{fit[0]:10.1f}{wall:8.2f}{cpu:8.2f}", flush=True)


def main():
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n-samples", type=int, default=200_000)
    parser.add_argument("--n-features", type=int, default=20)
    parser.add_argument("--n-classes", type=int, default=2)
    parser.add_argument("--n-jobs", type=int, default=1)
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    X = rng.standard_normal((options.n_samples, options.n_features))
    y = rng.integers(options.n_classes, size=options.n_samples)
    searches = {}
    print(f"{'detector':22}{'neighbours':>11}{'search s':>10}{'fit s':>10}{'ratio':>8}{'cpu':>8}", flush=True)
    for make in DETECTORS:
        detector = make(n_jobs=options.n_jobs)
        k = neighbours_of(detector, options.n_samples)
        if k not in searches:
            search = NearestNeighbors(n_neighbors=k, n_jobs=options.n_jobs)
            searches[k] = seconds(lambda search=search: search.fit(X).kneighbors())
        fit = seconds(lambda detector=detector: detector.fit(X, y))
        show(make.__name__, k, searches[k], fit)
    forest = default_estimator(X, n_jobs=options.n_jobs)
    forest.set_params(random_state=0)
    grown = seconds(lambda: forest.fit(X, y).apply(X))
    fit = seconds(lambda: ForestKDN(n_jobs=options.n_jobs, random_state=0).fit(X, y))
    show("ForestKDN", "leaves", grown, fit)


if __name__ == "__main__":
    main()
