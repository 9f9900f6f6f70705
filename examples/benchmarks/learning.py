"""Learning in spite of label errors: NoiseRobustClassifier beside cleanlab's CleanLearning.

python examples/benchmarks/learning.py [PATH_OF_EVALUATION_SETS] [--features raw|encoded] [--out FILE.csv]

Each case is one table, one kind of noise and one seed, with the noise in the training rows only; it is written to the
CSV as soon as it is done, and a second run goes on where the first stopped. Printed at the end: test accuracy by kind
of noise, the share of the loss to noise that was won back, and log loss; with evaluation sets of given probabilities,
the default rule on these. Labels are taken for outcomes by default. Noise near the boundary or after the features
looks like doubt, and is noise only where labels are annotations: so both are printed.
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
METHODS = ("clean labels", "no cleaning", "skclean", "skclean, annotations", "cleanlab")


def make_learner(method, model, seed):
    """The estimator of a method around a model, not fitted."""
    if method == "cleanlab":
        from cleanlab.classification import CleanLearning

        return CleanLearning(clone(model), seed=seed)
    if method.startswith("skclean"):
        labels = "annotations" if method.endswith("annotations") else "outcomes"
        return NoiseRobustClassifier(clone(model), labels=labels, random_state=seed)
    return clone(model)


def compare_models(X, y_noisy, y_true, seed, names, methods):
    """Yield (method, metrics) with test scores; the noise is in the training rows only."""
    train, test = train_test_split(np.arange(len(y_true)), test_size=0.3, stratify=y_true, random_state=seed)
    for name in names:
        for method in methods:
            y = y_true if method == "clean labels" else y_noisy
            start = time.perf_counter()
            fitted = make_learner(method, MODELS[name], seed).fit(X[train], y[train])
            seconds = time.perf_counter() - start
            proba = np.zeros((len(test), y_true.max() + 1))  # noise may leave a class without a label
            proba[:, getattr(fitted, "classes_", np.unique(y[train]))] = fitted.predict_proba(X[test])
            accuracy = float(np.mean(proba.argmax(axis=1) == y_true[test]))
            loss = float(-np.log(proba[np.arange(len(test)), y_true[test]].clip(1e-6)).mean())
            yield method, {f"accuracy {name}": accuracy, f"log loss {name}": loss, f"seconds {name}": seconds}


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
                found = [*compare_models(X, y_noisy, y, seed, options.models, options.methods)]
                if "cleanlab" in options.methods:
                    found += compare_default_learner(X, y_noisy, y, seed)
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


def print_scores(rows, names, methods):
    """Test accuracy and log loss by kind of noise, and the share of the accuracy lost to noise that was won back."""
    kinds = [*NOISE, None]
    for name in names:
        for metric in (f"accuracy {name}", f"log loss {name}"):
            print(f"\n{metric:28}" + "".join(f"{kind or 'mean of noisy':>16}" for kind in kinds))
            table = {method: np.array([mean_of(rows, method, metric, kind) for kind in kinds]) for method in methods}
            for method, values in table.items():
                print(f"{method:28}" + "".join(f"{value:16.4f}" for value in values))
            if metric.startswith("accuracy"):
                print_won_back(table)
    if "cleanlab" in methods:
        default = [mean_of(rows, "cleanlab default", "accuracy", kind) for kind in kinds]
        print(f"\n{'cleanlab, its default':28}" + "".join(f"{value:16.4f}" for value in default))


def print_won_back(table):
    """The share of what noise costs that each method of cleaning wins back."""
    lost = table["clean labels"] - table["no cleaning"]
    for method in [method for method in table if method not in ("clean labels", "no cleaning")]:
        gain = table[method] - table["no cleaning"]
        share = np.divide(gain, lost, where=lost > 0, out=np.full(len(lost), np.nan))
        print(f"{'won back by ' + method:28}" + "".join(f"{value:16.1%}" for value in share))


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
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--out", default="learning.csv")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    options.methods = list(dict.fromkeys(["clean labels", "no cleaning", *options.methods]))
    print_scores(run(options), options.models, options.methods)
    if options.path is not None and "cleanlab" in options.methods:
        print_given_probabilities(options.path)


if __name__ == "__main__":
    main()
