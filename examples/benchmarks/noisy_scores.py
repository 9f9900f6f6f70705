"""Scores of models on noisy test labels: do corrected scores come nearer to the truth, and choose better models?

python examples/benchmarks/noisy_scores.py [PATH_OF_EVALUATION_SETS] [--seeds N] [--max-rows N] [--tables NAME ...]

Each case is one table, one kind of noise that depends on the true class alone, and one seed. Half of the rows train
twelve models: logistic regression, gradient boosting, nearest neighbours and trees, each with a few settings. Their
accuracy is measured on the other half. The labels of both halves are noisy.

"noisy" is plain accuracy on noisy test labels. "true T" corrects by the matrix that was injected, "train T" by one that
is estimated by "em" from ConfidentLearning's probabilities of the training rows, "estimate" by that of the default
scorer, from the test rows, and "own T" by one that is estimated from each model's own probabilities.

Printed: mean distance to the accuracy on true test labels; how much of that accuracy is lost by choosing the model
with the best score, in points of 100; how often the 95 % interval of the score holds the true accuracy (the matrix
counts as exact, but for "estimate").
"""

import argparse
import warnings

import numpy as np
from _tables import encode, subsample, tables
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from skclean.detectors import ConfidentLearning
from skclean.metrics import corrected_accuracy, make_noise_corrected_scorer
from skclean.noise import estimate_transition_matrix, inject_noise

NOISE = {
    "uniform 30 %": {"kind": "uniform", "rate": 0.3},
    "pair flip 30 %": {"kind": "pair_flip", "rate": 0.3},
    "random matrix 30 %": {"kind": "random_matrix", "rate": 0.3},
}
SCORES = ("noisy", "true T", "train T", "estimate", "own T")


def models():
    """Twelve models of unlike quality and unlike bias under noise."""
    for strength in (0.001, 0.1, 10):
        yield LogisticRegression(C=strength, max_iter=500)
    yield LogisticRegression(C=0.1, max_iter=500, class_weight="balanced")
    for leaves, rounds in ((4, 40), (31, 40), (31, 200)):
        yield HistGradientBoostingClassifier(max_leaf_nodes=leaves, max_iter=rounds, random_state=0)
    for neighbours in (1, 15, 60):
        yield KNeighborsClassifier(neighbours)
    for depth in (3, None):
        yield DecisionTreeClassifier(max_depth=depth, random_state=0)


def scores_of(model, X, y, given, matrices):
    """The accuracy on true labels, and each kind of score with whether its interval holds it."""
    truth = float((model.predict(X) == y).mean())
    predicted, found = model.predict(X), {}
    noisy = float((predicted == given).mean())
    error = np.sqrt(noisy * (1 - noisy) / len(y))
    found["noisy"] = (noisy, abs(noisy - truth) <= 1.96 * error)
    for name, matrix in matrices.items():
        if name == "own T":
            matrix = estimate_transition_matrix(given, model.predict_proba(X), method="em", classes=model.classes_)
        if name == "estimate":
            score = matrix.with_error(model, X, given)
        else:
            score = corrected_accuracy(given, predicted, matrix, classes=model.classes_)
        low, high = score.interval(0.95)
        found[name] = (score.score, low <= truth <= high)
    return truth, found


def case(X, y, params, seed):
    """One case: for each kind of score (distance, loss by the choice, share of intervals that hold)."""
    train, test = train_test_split(np.arange(len(y)), test_size=0.5, stratify=y, random_state=seed)
    given, _ = inject_noise(y, random_state=seed, **params)
    classes = np.unique(y)
    if not np.array_equal(np.unique(given[train]), classes) or not np.array_equal(np.unique(given[test]), classes):
        return None
    counts = np.zeros((len(classes), len(classes)))
    np.add.at(counts, (y, given), 1)
    detector = ConfidentLearning(random_state=seed).fit(X[train], given[train])
    once = estimate_transition_matrix(given[train], detector.audit_.proba, method="em", classes=classes)
    matrices = {
        "true T": counts / counts.sum(axis=1, keepdims=True),
        "train T": once,
        "estimate": make_noise_corrected_scorer(),
        "own T": None,
    }
    truths, found = [], []
    for model in models():
        truth, scores = scores_of(model.fit(X[train], given[train]), X[test], y[test], given[test], matrices)
        truths.append(truth)
        found.append(scores)
    truths = np.array(truths)
    result = {}
    for name in SCORES:
        values, held = np.array([one[name] for one in found], dtype=float).T
        result[name] = (np.abs(values - truths).mean(), 100 * (truths.max() - truths[values.argmax()]), held.mean())
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "path", nargs="?", help="folder of evaluation sets with load.py; default: scikit-learn's tables"
    )
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--max-rows", type=int, default=2000)
    parser.add_argument("--tables", nargs="+")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    results = {noise: [] for noise in NOISE}
    for table, X, cat_mask, y in tables(options.path, options.tables):
        X, y = subsample(X, y, options.max_rows)
        X = encode(X, cat_mask, "encoded")
        for noise, params in NOISE.items():
            for seed in range(options.seeds):
                try:
                    found = case(X, y, params, seed)
                except ValueError as error:
                    print(f"{table}, {noise}, seed {seed}: left out, {error}")
                    continue
                if found is not None:
                    results[noise].append([found[name] for name in SCORES])
        print(f"{table} done", flush=True)
    for place, title in enumerate(
        ("mean distance to the true accuracy", "points lost by the choice", "intervals that hold")
    ):
        print(f"\n{title:38s}" + "".join(f"{name:>10s}" for name in SCORES))
        for noise, found in results.items():
            print(f"{noise:31s}{len(found):7d}" + "".join(f"{v:10.3f}" for v in np.mean(found, axis=0)[:, place]))


if __name__ == "__main__":
    main()
