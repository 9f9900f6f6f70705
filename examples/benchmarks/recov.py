"""Repeated cross-validation beside a plain scikit-learn loop: time, equality, detection.

python examples/benchmarks/recov.py [PATH_OF_EVALUATION_SETS] [--parts engines histogram curve generic large]
python examples/benchmarks/recov.py [PATH] --backend dask

With evaluation sets the table is tab_mushrooms, one-hot (8,124 rows, 117 columns), without them a made one of the same
kind. The plain loop clones, fits and scores with one thread of linear algebra, on the very folds of the engine; its
time is measured on some repeats and scaled up. Engine and loop take turns, so that a busy machine slows both alike.

engines    seconds of 78,125 repeats, ratio, and the largest difference of fold scores, per estimator
histogram  KNeighborsClassifier(10), 20 % uniform noise, 78,125 repeats: time, average precision, the two-sigma rule
curve      average precision against repeats for each aggregation, with accuracy and with AUC as score
generic    the generic engine beside a plain loop with as many threads of linear algebra as the library likes
large      1,000,000 x 20 rows, KNeighborsClassifier(10), 1,000 repeats: time and peak memory
"""

import argparse
import resource
import time
import warnings
from functools import partial

import joblib
import numpy as np
from _tables import encode, evaluation_module
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.metrics import average_precision_score, precision_recall_fscore_support
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier

from skclean.detectors import ReCoV
from skclean.noise import inject_noise
from skclean.repeats import AGGREGATIONS, make_folds, repeated_cv
from skclean.targets import encode_labels

ALL_REPEATS = 78_125
# Estimator, engine, repeats of the engine and of the plain loop that are timed.
ENGINES = {
    "KNeighborsClassifier(10)": (KNeighborsClassifier(10), "auto", 4000, 20),
    "RidgeClassifier": (RidgeClassifier(), "auto", 512, 20),
    "GaussianNB": (GaussianNB(), "auto", 512, 20),
    "LogisticRegression": (LogisticRegression(), "auto", 128, 20),
    "LogisticRegression, one step": (LogisticRegression(), "one_step", 128, 20),
    "LogisticRegression(tol=1e-10)": (LogisticRegression(tol=1e-10, max_iter=10_000), "auto", 128, 6),
}


def one_hot_table(path):
    """X of zeros and ones, and clean labels."""
    if path is not None:
        data = evaluation_module(path).load("tab_mushrooms")
        return encode(data["X"], np.ones(data["X"].shape[1], dtype=bool), "every value"), data["y"]
    rng = np.random.default_rng(0)
    group = rng.integers(8, size=8_124)
    columns = [(group * 3 + rng.integers(4, size=group.size)) % 5 for _ in range(22)]
    return np.hstack([np.eye(5)[column] for column in columns]), group % 2


def runner_of(estimator, X, y, *, engine, n_jobs=None, scoring=None):
    """The engine of repeated cross-validation, with folds that depend on nothing but the labels."""
    labels = encode_labels(y)
    folds = make_folds(5, labels.codes, seed=1)
    return repeated_cv(estimator, X, labels, folds, scoring, engine=engine, seed=0, n_jobs=n_jobs)


def timed(runner, first, stop):
    """Scores of some repeats, and the seconds they took."""
    start = time.perf_counter()
    scores = np.concatenate([block for _, _, block in runner.blocks(first, stop)])
    return scores, time.perf_counter() - start


def print_engines(X, y, n_jobs):
    """Time and equality of every engine."""
    print(f"\n{len(y):,} x {X.shape[1]}, 5 folds, n_jobs={n_jobs}; seconds of {ALL_REPEATS:,} repeats")
    print(f"{'estimator':32}{'plain s':>10}{'engine s':>10}{'ratio':>9}{'start-up s':>12}{'largest difference':>20}")
    for name, (estimator, engine, n_engine, n_plain) in ENGINES.items():
        ours = runner_of(estimator, X, y, engine=engine, n_jobs=n_jobs)
        plain = runner_of(estimator, X, y, engine="plain", n_jobs=n_jobs)
        _, start_up = timed(ours, 0, 1)
        timed(plain, 0, 2)  # start the pool
        seconds, plain_seconds, differences = [], [], []
        for turn in range(2):
            first = turn * n_plain // 2
            scores, took = timed(ours, first, first + n_engine)
            seconds.append(took / n_engine)
            expected, took = timed(plain, first, first + n_plain // 2)
            plain_seconds.append(took / (n_plain // 2))
            differences.append(np.abs(scores[: len(expected)] - expected).max())
        per_repeat, per_plain = np.mean(seconds), np.mean(plain_seconds)
        print(
            f"{name:32}{per_plain * ALL_REPEATS:10.0f}{per_repeat * ALL_REPEATS:10.1f}{per_plain / per_repeat:9.1f}"
            f"{start_up:12.2f}{max(differences):20.2e}",
            flush=True,
        )


def print_histogram(X, y, n_jobs):
    """The histogram of the paper at its full length."""
    noisy, wrong = inject_noise(y, rate=0.2, random_state=0)
    detector = ReCoV(
        KNeighborsClassifier(10),
        n_repeats=ALL_REPEATS,
        aggregation="worst_fold",
        n_jobs=n_jobs,
        random_state=0,
    )
    start = time.perf_counter()
    detector.fit(X, noisy)
    seconds = time.perf_counter() - start
    start = time.perf_counter()
    clone(detector).set_params(n_repeats=1).fit(X, noisy)
    overhead = time.perf_counter() - start
    precision, recall, _, _ = precision_recall_fscore_support(wrong, detector.noise_mask_, average="binary")
    print(
        f"\nhistogram of {ALL_REPEATS:,} repeats, KNeighborsClassifier(10), 20 % uniform noise, n_jobs={n_jobs}: "
        f"{seconds:.1f} s, of which neighbour search and the rest of a fit {overhead:.1f} s\n"
        f"average precision {average_precision_score(wrong, -detector.label_quality_):.4f}; "
        f"two-sigma rule: precision {precision:.4f}, recall {recall:.4f}",
        flush=True,
    )


def print_curve(X, y, n_jobs, counts, longest):
    """How many repeats each aggregation needs."""
    for scoring, rate in ((None, 0.2), ("roc_auc", 0.3)):
        noisy, wrong = inject_noise(y, rate=rate, random_state=0)
        print(f"\naverage precision by repeats, {scoring or 'accuracy'}, {rate:.0%} uniform noise")
        print(
            f"{'repeats':>8}{'worst_fold':>12}{'standardized':>14}{'regression':>12}{'repeats s':>11}{'solving s':>11}"
        )
        curves = {name: [] for name in AGGREGATIONS}
        for n_repeats in counts:
            found, seconds = {}, {}
            for name in AGGREGATIONS:
                if n_repeats > longest[scoring] and name != "worst_fold":
                    continue
                detector = ReCoV(
                    KNeighborsClassifier(10),
                    n_repeats=n_repeats,
                    scoring=scoring,
                    aggregation=name,
                    rule="fraction",
                    n_jobs=n_jobs,
                    random_state=0,
                )
                start = time.perf_counter()
                detector.fit(X, noisy)
                seconds[name] = time.perf_counter() - start
                found[name] = average_precision_score(wrong, -detector.label_quality_)
                curves[name].append((n_repeats, found[name]))
            solving = seconds.get("regression", np.nan) - seconds["worst_fold"]
            print(
                f"{n_repeats:8,}{found['worst_fold']:12.4f}{found.get('standardized_loss', np.nan):14.4f}"
                f"{found.get('regression', np.nan):12.4f}{seconds['worst_fold']:11.2f}{solving:11.2f}",
                flush=True,
            )
        print_factors(curves)


def print_factors(curves):
    """How many times fewer repeats the regression needs for what counting reaches."""
    repeats, reached = map(np.array, zip(*curves["regression"], strict=True))
    for n_repeats, value in curves["worst_fold"]:
        if reached[0] <= value <= reached.max():
            enough = np.argmax(reached >= value)
            low, high = max(enough - 1, 0), enough
            share = (value - reached[low]) / (reached[high] - reached[low]) if high > low else 0.0
            needed = repeats[low] * (repeats[high] / repeats[low]) ** share
            less = n_repeats / needed
            print(f"{value:.3f}: counting {n_repeats:,} repeats, regression {needed:,.0f}, {less:.0f} times fewer")


def plain_loop_repeat(estimator, X, y, fold):
    """One repeat as a notebook has it."""
    scores = []
    for f in range(5):
        train, test = np.flatnonzero(fold != f), np.flatnonzero(fold == f)
        scores.append(clone(estimator).fit(X[train], y[train]).score(X[test], y[test]))
    return scores


def print_generic(X, y, n_jobs, n_repeats=30):
    """The generic engine beside a loop that leaves threads to the libraries."""
    print(f"\nseconds a repeat, n_jobs={n_jobs}; the loop with the default threads of linear algebra")
    for name in ("RidgeClassifier", "GaussianNB", "LogisticRegression"):
        estimator = ENGINES[name][0]
        runner = runner_of(estimator, X, y, engine="plain", n_jobs=n_jobs)
        timed(runner, 0, 4)  # start the pool
        n_loop = n_repeats // 5
        start = time.perf_counter()
        for fold in runner.folds.draw(0, n_loop):
            plain_loop_repeat(estimator, X, y, fold)
        loop = (time.perf_counter() - start) / n_loop
        ours = timed(runner, 0, n_repeats)[1] / n_repeats
        print(f"{name:32}loop {loop:.3f}, ours {ours:.3f}, ratio {loop / ours:.1f}", flush=True)


def print_large(n_jobs, n_samples=1_000_000, n_repeats=1000):
    """Peak memory on many rows."""
    rng = np.random.default_rng(0)
    centers = 10 * rng.normal(size=(1000, 20))
    group = rng.integers(1000, size=n_samples)
    X = centers[group]
    X += rng.normal(size=(n_samples, 20))
    y = group % 2
    before = peak()
    start = time.perf_counter()
    model = KNeighborsClassifier(10, algorithm="kd_tree")
    ReCoV(model, n_repeats=n_repeats, aggregation="worst_fold", n_jobs=n_jobs, random_state=0).fit(X, y)
    print(
        f"\n{n_samples:,} x 20, {n_repeats:,} repeats: {time.perf_counter() - start:.0f} s, peak memory "
        f"{(peak() - before) / X.nbytes:.2f} times X beyond X itself",
        flush=True,
    )


def peak():
    """Largest resident memory of the process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def print_dask(X, y, n_repeats=40):
    """The same histogram from two worker processes of a Dask cluster."""
    from dask.distributed import Client, LocalCluster

    detector = ReCoV(RidgeClassifier(), n_repeats=n_repeats, engine="plain", n_jobs=2, random_state=0)
    local = clone(detector).fit(X, y)
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster):
        start = time.perf_counter()
        with joblib.parallel_config(backend="dask"):
            spread = clone(detector).fit(X, y)
        seconds = time.perf_counter() - start
    same = np.array_equal(local.noise_histogram_, spread.noise_histogram_)
    print(f"\nDask, two worker processes: {n_repeats} repeats in {seconds:.1f} s, the same histogram: {same}")


def main():
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?")
    parts = ["engines", "histogram", "curve", "generic", "large"]
    parser.add_argument("--parts", nargs="*", choices=parts, default=parts[:-1])
    parser.add_argument("--backend", choices=["dask"])
    parser.add_argument("--n-jobs", type=int, default=2)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    if options.backend is not None:
        print_dask(*one_hot_table(options.path))
        return
    X, y = one_hot_table(options.path)
    noisy, _ = inject_noise(y, rate=0.2, random_state=0)
    counts = [400, 800, 1200, 1600, 2000, 3200, 4800, 6400, 12_800, 25_600, ALL_REPEATS]
    parts = {
        "engines": partial(print_engines, X, noisy, options.n_jobs),
        "histogram": partial(print_histogram, X, y, options.n_jobs),
        "curve": partial(print_curve, X, y, options.n_jobs, counts, {None: 6400, "roc_auc": 6400}),
        "generic": partial(print_generic, X, noisy, options.n_jobs),
        "large": partial(print_large, options.n_jobs),
    }
    for part in options.parts:
        parts[part]()


if __name__ == "__main__":
    main()
