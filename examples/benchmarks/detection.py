"""Detection of injected label errors, and learning in spite of them, beside cleanlab.

python examples/benchmarks/detection.py [PATH_OF_EVALUATION_SETS] [--features raw|encoded] [--out FILE.csv]

Every method gets the same features: "raw" is the table as it comes, with the median in place of gaps; "encoded" is
also one-hot and standardised, which helps linear judges such as cleanlab's default. Each case is one table, one kind
of noise and one seed; it is written to the CSV as soon as it is done, and a second run goes on where the first
stopped. Printed at the end: average precision of the ranking, precision, recall and F1 of the mask, test accuracy of
the robust models, and with evaluation sets of given probabilities, the default rule on these. "ceiling" is the
default detector with its forest trained on the clean labels. `--models` without a name compares detectors only.
"""

import argparse
import csv
import time
import warnings
from pathlib import Path

import numpy as np
from _tables import NOISE, encode, evaluation_module, noisy, subsample, tables
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, precision_recall_fscore_support
from sklearn.model_selection import train_test_split

from skclean import NoiseRobustClassifier, find_label_issues
from skclean.detectors import ConfidentLearning, FastReCoV, ReCoV
from skclean.quality import label_quality

MODELS = {"LR": LogisticRegression(max_iter=1000), "HGB": HistGradientBoostingClassifier(random_state=0)}
DETECTORS = ("skclean", "recov", "fast recov", "cleanlab", "ceiling")
FIELDS = ["table", "noise", "seed", "method", "metric", "value"]


def cases(path, options):
    """Yield (key, X, y_true) for every table that is asked for."""
    for name, X, cat_mask, y in tables(path):
        if options.tables and name not in options.tables:
            continue
        X, y = subsample(X, y, options.max_rows)
        yield name, encode(X, cat_mask, options.features), y


def detection_scores(quality, mask, wrong):
    """Metrics of a ranking and a mask against the rows that are truly wrong."""
    if not wrong.any():
        return {"flagged": float(mask.mean())}
    precision, recall, f1, _ = precision_recall_fscore_support(wrong, mask, average="binary", zero_division=0)
    return {"AP": average_precision_score(wrong, -quality), "precision": precision, "recall": recall, "F1": f1}


def compare_detectors(X, y_noisy, y_true, seed):
    """Yield (method, metrics) for our detectors with their defaults, cleanlab's default and the ceiling."""
    from cleanlab.classification import CleanLearning

    wrong = y_noisy != y_true
    ours = ConfidentLearning(random_state=seed)
    repeats = ReCoV(random_state=seed), FastReCoV(random_state=seed)
    for method, detector in zip(DETECTORS, (ours, *repeats), strict=False):
        start = time.perf_counter()
        detector.fit(X, y_noisy)
        seconds = time.perf_counter() - start
        found = detection_scores(detector.label_quality_, detector.noise_mask_, wrong)
        yield method, {**found, "seconds": seconds}
    start = time.perf_counter()
    issues = CleanLearning(seed=seed).find_label_issues(X, y_noisy)
    seconds = time.perf_counter() - start
    found = detection_scores(issues["label_quality"].to_numpy(), issues["is_label_issue"].to_numpy(), wrong)
    yield "cleanlab", {**found, "seconds": seconds}
    clean = ConfidentLearning(random_state=seed).fit(X, y_true).audit_.proba
    classes = np.unique(y_true)
    quality = label_quality(y_noisy, clean, method=ours.quality, classes=classes)
    mask = find_label_issues(y_noisy, clean, classes=classes)
    yield "ceiling", detection_scores(quality, mask, wrong)


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


def run_case(X, y, kind, seed, names):
    """Yield (method, metric, value) for one table, kind of noise and seed."""
    y_noisy, _ = noisy(y, X, kind, seed)
    comparisons = [(compare_detectors, ())]
    if names:
        comparisons += [(compare_models, (names,)), (compare_default_learner, ())]
    for compare, options in comparisons:
        for method, metrics in compare(X, y_noisy, y, seed, *options):
            for metric, value in metrics.items():
                yield method, metric, value


def run(options):
    """Run what is not in the CSV yet; return all its rows."""
    out = Path(options.out)
    rows = []
    if out.exists():
        with out.open(newline="") as handle:
            rows = [row for row in csv.DictReader(handle) if row["value"]]
    done = {(row["table"], row["noise"], row["seed"]) for row in rows}
    with out.open("a", newline="") as handle:
        writer = csv.DictWriter(handle, FIELDS)
        if not rows:
            writer.writeheader()
        for table, X, y in cases(options.path, options):
            for kind in NOISE:
                for seed in range(options.seeds):
                    if (table, kind, str(seed)) in done:
                        continue
                    start = time.perf_counter()
                    new = [
                        dict(zip(FIELDS, (table, kind, str(seed), *result), strict=True))
                        for result in run_case(X, y, kind, seed, options.models)
                    ]
                    writer.writerows(new)
                    handle.flush()
                    rows += new
                    print(f"{table}, {kind}, seed {seed}: {time.perf_counter() - start:.1f} s", flush=True)
    return rows


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


def print_detection(rows):
    """Ranking and mask, by kind of noise."""
    kinds = [kind for kind in NOISE if kind != "none"]
    print(f"\n{'':24}" + "".join(f"{kind:>16}" for kind in [*kinds, "mean"]))
    for metric in ("AP", "F1", "precision", "recall", "seconds"):
        for method in DETECTORS:
            values = [mean_of(rows, method, metric, kind) for kind in [*kinds, None]]
            if not np.isnan(values[-1]):
                print(f"{metric + ' ' + method:24}" + "".join(f"{value:16.4f}" for value in values))
    flagged = {method: mean_of(rows, method, "flagged", "none") for method in DETECTORS}
    print("share flagged where no noise was injected: " + ", ".join(f"{k} {v:.4f}" for k, v in flagged.items()))


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
    parser.add_argument("--models", nargs="*", choices=list(MODELS), default=list(MODELS))
    parser.add_argument("--out", default="detection.csv")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    rows = run(options)
    print_detection(rows)
    print_accuracy(rows, options.models)
    if options.path is not None:
        print_given_probabilities(options.path)


if __name__ == "__main__":
    main()
