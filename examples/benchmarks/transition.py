"""Accuracy of the transition matrix by every method, on injected noise.

python examples/benchmarks/transition.py [PATH_OF_EVALUATION_SETS] [--seeds N] [--max-rows N] [--tables NAME ...]

Each case is one table, one kind of noise and one seed. The truth is the matrix counted from the flips that were in
fact made. Probabilities are those of ConfidentLearning's default forest, out of bag, on the table as it comes; "hoc"
searches its neighbours on one-hot and standardised features. Printed: mean absolute error of the entries for each
method and kind of noise, the same for each table, and the seconds that a method takes.
"""

import argparse
import time
import warnings

import numpy as np
from _tables import encode, subsample, tables

from skclean.evidence import default_estimator, out_of_bag_proba
from skclean.exceptions import UnidentifiableNoiseWarning
from skclean.noise import estimate_transition_matrix, inject_noise
from skclean.targets import encode_labels

NOISE = {
    "uniform 10 %": {"kind": "uniform", "rate": 0.1},
    "uniform 30 %": {"kind": "uniform", "rate": 0.3},
    "pair flip 20 %": {"kind": "pair_flip", "rate": 0.2},
    "random matrix 20 %": {"kind": "random_matrix", "rate": 0.2},
}
METHODS = ("confident_joint", "anchor", "dual_t", "em", "hoc")


def observed_matrix(y, y_noisy):
    """The share of each noisy label within each true class."""
    counts = np.zeros((y.max() + 1, y.max() + 1))
    np.add.at(counts, (y, y_noisy), 1)
    return counts / counts.sum(axis=1, keepdims=True)


def cases(options):
    """Yield (table, noise, evidence, truth): what the methods read, and the matrix they should find."""
    for table, X, cat_mask, y in tables(options.path, options.tables):
        X, y = subsample(X, y, options.max_rows)
        raw, encoded = encode(X, cat_mask, "raw"), encode(X, cat_mask, "encoded")
        for noise, params in NOISE.items():
            for seed in range(options.seeds):
                y_noisy, _ = inject_noise(y, random_state=seed, **params)
                judge = default_estimator(raw, n_classes=y.max() + 1)
                y_proba = out_of_bag_proba(judge, raw, encode_labels(y_noisy), random_state=seed)
                yield table, noise, {"y": y_noisy, "y_proba": y_proba, "X": encoded}, observed_matrix(y, y_noisy)


def print_means(title, names, errors, key):
    """A line for each name: the mean error of every method over the cases that bear it."""
    print(f"\n{title:20s}" + "".join(f"{method:>17s}" for method in METHODS))
    for name in names:
        of_name = np.array([error for case, error in errors if name in (key(case), None)])
        print(f"{name or 'mean':20s}" + "".join(f"{error:17.4f}" for error in of_name.mean(axis=0)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?", default=None)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--max-rows", type=int, default=2000)
    parser.add_argument("--tables", nargs="*", default=None)
    options = parser.parse_args()
    warnings.simplefilter("ignore", UnidentifiableNoiseWarning)  # many tables overlap; the errors tell by how much
    errors, seconds = [], np.zeros(len(METHODS))
    for table, noise, evidence, truth in cases(options):
        error = []
        for place, method in enumerate(METHODS):
            start = time.perf_counter()
            matrix = estimate_transition_matrix(method=method, **evidence)
            seconds[place] += time.perf_counter() - start
            error.append(np.abs(matrix - truth).mean())
        errors.append(((table, noise), error))
        print(f"{table:20s} {noise:20s} " + " ".join(f"{value:.4f}" for value in error), flush=True)
    print_means("noise", [*NOISE, None], errors, lambda case: case[1])
    print_means("table", dict.fromkeys(case[0] for case, _ in errors), errors, lambda case: case[0])
    print(f"{'seconds a case':20s}" + "".join(f"{second:17.3f}" for second in seconds / len(errors)))


if __name__ == "__main__":
    main()
