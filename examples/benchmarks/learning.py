"""Learning in spite of label errors: NoiseRobustClassifier beside cleanlab's CleanLearning.

python examples/benchmarks/learning.py [PATH_OF_EVALUATION_SETS] [--features raw|encoded] [--out FILE.csv]

Each case is one table, one kind of noise and one seed, with the noise in the training rows only; it is written to the
CSV as soon as it is done, and a second run goes on where the first stopped. Printed at the end: test accuracy by kind
of noise, and the share of the loss to noise that was won back; with evaluation sets of given probabilities, the default
rule on these.
"""

import argparse
import time
import warnings

import numpy as np
from _results import Results
from _tables import NOISE, encode, evaluation_module, noisy, subsample, tables
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_fscore_support
from sklearn.model_selection import train_test_split

from skclean import NoiseRobustClassifier, find_label_issues
from skclean.quality import label_quality

MODELS = {"LR": LogisticRegression(max_iter=1000), "HGB": HistGradientBoostingClassifier(random_state=0)}
KEYS = ("table", "noise", "seed", "method")


def compare_models(X, y_noisy, y_true, seed, names):
    """Yield (method, metrics) with test accuracies; the noise is in the training rows only."""
    from cleanlab.classification import CleanLearning

    train, test = train_test_split(np.arange(len(y_true)), test_size=0.3, stratify=y_true, random_state=seed)
    for name in names:
        model = MODELS[name]
        fits = {
            "clean labels": (model, y_true),
            "no cleaning": (model, y_noisy),
            "skclean": (NoiseRobustClassifier(model, random_state=seed), y_noisy),
            "cleanlab": (CleanLearning(clone(model), seed=seed), y_noisy),
        }
        for method, (estimator, y) in fits.items():
            start = time.perf_counter()
            fitted = (clone(estimator) if method != "cleanlab" else estimator).fit(X[train], y[train])
            accuracy = float(np.mean(fitted.predict(X[test]) == y_true[test]))
            yield method, {f"accuracy {name}": accuracy, f"seconds {name}": time.perf_counter() - start}


def compare_default_learner(X, y_noisy, y_true, seed):
    """Yield the test accuracy of cleanlab's CleanLearning with its default model."""
    from cleanlab.classification import CleanLearning

    train, test = train_test_split(np.arange(len(y_true)), test_size=0.3, stratify=y_true, random_state=seed)
    fitted = CleanLearning(seed=seed).fit(X[train], y_noisy[train])
    yield "cleanlab default", {"accuracy": float(np.mean(fitted.predict(X[test]) == y_true[test]))}


def run(options):
    """Run what is not in the CSV yet; all its rows."""
    results = Results(options.out, KEYS)
    done = {(row["table"], row["noise"], row["seed"]) for row in results.rows}
    for table, X, cat_mask, y in tables(options.path, options.tables):
        X, y = subsample(X, y, options.max_rows)
        X = encode(X, cat_mask, options.features)
        for kind in NOISE:
            for seed in range(options.seeds):
                if (table, kind, str(seed)) in done:
                    continue
                start = time.perf_counter()
                y_noisy, _ = noisy(y, X, kind, seed)
                found = [
                    *compare_models(X, y_noisy, y, seed, options.models),
                    *compare_default_learner(X, y_noisy, y, seed),
                ]
                results.add(((table, kind, seed, method), metrics) for method, metrics in found)
                print(f"{table}, {kind}, seed {seed}: {time.perf_counter() - start:.1f} s", flush=True)
    return results.rows


def mean_of(rows, method, metric, kind=None):
    """Mean over tables and seeds; None stands for all kinds of noise but "none"."""
    values = [
        float(row["value"])
        for row in rows
        if row["method"] == method
        and row["metric"] == metric
        and (row["noise"] == kind if kind else row["noise"] != "none")
    ]
    return np.mean(values) if values else np.nan


def print_accuracy(rows, names):
    """Test accuracy by kind of noise, and the share of the loss to noise that was won back."""
    for name in names:
        metric = f"accuracy {name}"
        print(f"\n{metric:24}" + "".join(f"{kind:>16}" for kind in [*NOISE, "mean of noisy"]))
        table = {
            method: np.array([mean_of(rows, method, metric, kind) for kind in [*NOISE, None]])
            for method in ("clean labels", "no cleaning", "cleanlab", "skclean")
        }
        for method, values in table.items():
            print(f"{method:24}" + "".join(f"{value:16.4f}" for value in values))
        lost = table["clean labels"] - table["no cleaning"]
        for method in ("cleanlab", "skclean"):
            gain = table[method] - table["no cleaning"]
            share = np.divide(gain, lost, where=lost > 0, out=np.full(len(lost), np.nan))
            print(f"{'won back by ' + method:24}" + "".join(f"{value:16.1%}" for value in share))
    default = [mean_of(rows, "cleanlab default", "accuracy", kind) for kind in [*NOISE, None]]
    print(f"\n{'cleanlab, its default':24}" + "".join(f"{value:16.4f}" for value in default))


def print_given_probabilities(path):
    """Our default rule beside cleanlab's where the probabilities are given and the noise is real."""
    import cleanlab

    module = evaluation_module(path)
    names = module.names("probs")
    print(f"\n{'given probabilities':44}{'ours':>8}{'cleanlab':>10}{'best':>8}   largest ranking difference")
    scores = []
    for name in names:
        data = module.load(name)
        known = data["y_true"] >= 0
        y, proba, wrong = data["y_noisy"][known], data["pred_probs"][known], (data["y_noisy"] != data["y_true"])[known]
        masks = find_label_issues(y, proba), cleanlab.filter.find_label_issues(y, proba, n_jobs=1)
        f1 = [precision_recall_fscore_support(wrong, mask, average="binary")[2] for mask in masks]
        quality = label_quality(y, proba)
        order = np.argsort(quality)
        hits = np.cumsum(wrong[order])
        best = np.max(2 * hits / (np.arange(1, len(order) + 1) + wrong.sum()))
        difference = np.abs(quality - cleanlab.rank.get_self_confidence_for_each_label(y, proba)).max()
        scores.append([*f1, best])
        print(f"{name:44}{f1[0]:8.4f}{f1[1]:10.4f}{best:8.4f}   {difference:.1e}")
    human = [score for name, score in zip(names, scores, strict=True) if "synth" not in name]
    for label, part in (("mean", scores), ("mean of the human noise", human)):
        ours, theirs, best = np.mean(part, axis=0)
        print(f"{label:44}{ours:8.4f}{theirs:10.4f}{best:8.4f}")


def main():
    """Parse, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "path", nargs="?", help="folder of evaluation sets with load.py; default: scikit-learn's tables"
    )
    parser.add_argument("--features", choices=["raw", "encoded"], default="raw")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--max-rows", type=int, default=1500)
    parser.add_argument("--tables", nargs="*")
    parser.add_argument("--models", nargs="+", choices=list(MODELS), default=list(MODELS))
    parser.add_argument("--out", default="learning.csv")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    print_accuracy(run(options), options.models)
    if options.path is not None:
        print_given_probabilities(options.path)


if __name__ == "__main__":
    main()
