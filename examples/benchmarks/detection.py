"""Detection of injected label errors: every detector of this package beside its peers.

python examples/benchmarks/detection.py [PATH_OF_EVALUATION_SETS] [--features raw|encoded] [--out FILE.csv]
    [--detectors NAME ...] [--tables NAME ...] [--max-rows N] [--seeds N] [--jobs N] [--figure FILE.png]

Design: table x kind of noise x seed x detector, each with its default model and rule; and the default detector with
other models. Every method gets the same features: "raw" is the table as it comes, with the median in place of gaps;
"encoded" is also one-hot and standardised, which helps linear judges such as cleanlab's default. Each case is written
to the CSV as soon as it is done, and a second run goes on where the first stopped; more detectors may be added.

Printed: average precision by kind of noise, mean rank among all with its 95 % interval over tables, F1 of the default
rule, seconds; and what the written rule makes the default. "ceiling" is the default's model trained on the true labels,
judging the noisy ones by the default's score and rule; it has no rank.
The detectors of scikit-clean take part as they are built here (KDN, ForestKDN, PartitionFilter, InstanceHardness).
"""

import argparse
import time
import warnings

import numpy as np
from _contestants import CEILING, MEMBERS, PEERS, contestants, judge
from _results import Results
from _tables import NOISE, encode, noisy, subsample, tables
from joblib import Parallel, delayed
from scipy.stats import rankdata
from sklearn.metrics import average_precision_score, precision_recall_fscore_support

KEYS = ("table", "noise", "seed", "detector")
CASE = ("table", "noise", "seed")
DEFAULT = "confident_learning"
# The default serves everybody: rows that are no table, such as texts, and groups that must stay together. And it does
# not surprise: it may take so many times the seconds of the cheapest peer, in the mean over cases.
SERVE_EVERYBODY = ("confident_learning", "cross_split", "instance_hardness", "partition_filter")
MAX_TIMES_SLOWER = 10.0


def run_case(X, y, kind, seed, names):
    """Yield (detector, metrics) for one table, kind of noise and seed."""
    warnings.simplefilter("ignore")
    y_noisy, _ = noisy(y, X, kind, seed)
    wrong = y_noisy != y
    found = []
    for name, method in contestants(names, y).items():
        start = time.perf_counter()
        try:
            quality, mask = judge(method, X, y_noisy, seed)
        except ValueError as error:
            found.append((name, {"failed": 1.0}))
            print(f"{name}: {error}", flush=True)
            continue
        metrics = {"seconds": time.perf_counter() - start, "flagged": float(mask.mean())}
        found.append((name, {**metrics, **detection_scores(quality, mask, wrong)}))
    return found


def detection_scores(quality, mask, wrong):
    """Metrics of a ranking and a mask against the rows that are truly wrong."""
    if not wrong.any():
        return {}
    precision, recall, f1, _ = precision_recall_fscore_support(wrong, mask, average="binary", zero_division=0)
    scores = {"AP": average_precision_score(wrong, -quality), "precision": precision, "recall": recall, "F1": f1}
    return {**scores, "chance": float(wrong.mean())}


def cases(options, results, names):
    """Yield (key, arguments of run_case) for all that is not in the results yet."""
    done = {tuple(row[name] for name in KEYS) for row in results.rows}
    for table, X, cat_mask, y in tables(options.path, options.tables):
        X, y = subsample(X, y, options.max_rows)
        X = encode(X, cat_mask, options.features)
        for kind in options.noise or NOISE:
            for seed in range(options.seeds):
                left = [name for name in names if (table, kind, str(seed), name) not in done]
                if left:
                    yield (table, kind, seed), (X, y, kind, seed, left)


def run(options):
    """Run what is missing, several cases side by side; the results."""
    results = Results(options.out, KEYS)
    todo = list(cases(options, results, list(contestants(options.detectors))))
    pool = Parallel(n_jobs=options.jobs, return_as="generator_unordered")
    done = pool(delayed(_keyed)(key, arguments) for key, arguments in todo)
    for key, found in _with_progress(done, len(todo)):
        results.add(((*key, detector), metrics) for detector, metrics in found)
    return results


def _keyed(key, arguments):
    return key, run_case(*arguments)


def _with_progress(iterable, total):
    """A progress bar where rich is installed."""
    try:
        from rich.progress import track
    except ImportError:
        return iterable
    return track(iterable, total=total, description="cases")


def summary(results):
    """What is printed of each detector: a dict by name, best average precision first."""
    names, cases, values = results.table("AP", "detector", CASE)
    competes = [name != CEILING for name in names]
    ranks = np.full(values.shape, np.nan)
    ranks[:, competes] = [rankdata(-line) for line in values[:, competes]]
    kinds = np.array([case[1] for case in cases])
    of_table = np.array([case[0] for case in cases])
    lines = {}
    for j in np.argsort(-values.mean(axis=0)):
        by_table = np.array([ranks[of_table == table, j].mean() for table in np.unique(of_table)])
        lines[names[j]] = {
            **{kind: values[kinds == kind, j].mean() for kind in dict.fromkeys(kinds)},
            "mean": values[:, j].mean(),
            "rank": ranks[:, j].mean(),
            "+-": 1.96 * by_table.std(ddof=1) / np.sqrt(len(by_table)) if len(by_table) > 1 else np.nan,
            "F1": _mean(results, "F1", names[j]),
            "precision": _mean(results, "precision", names[j]),
            "recall": _mean(results, "recall", names[j]),
            "seconds": _mean(results, "seconds", names[j]),
            "no noise": _mean(results, "flagged", names[j], noise="none"),
        }
    return lines, len(cases)


def _mean(results, metric, detector, **where):
    values = [
        float(row["value"])
        for row in results.rows
        if row["metric"] == metric
        and row["detector"] == detector
        and all(row[name] == value for name, value in where.items())
    ]
    return np.mean(values) if values else np.nan


def print_summary(lines, n_cases):
    """Average precision by kind of noise, and the rest."""
    columns = list(next(iter(lines.values())))
    print(f"\naverage precision, {n_cases} cases")
    print(f"{'detector':32}" + "".join(f"{name:>{max(9, len(name) + 2)}}" for name in columns))
    for detector, line in lines.items():
        print(f"{detector:32}" + "".join(f"{line[name]:{max(9, len(name) + 2)}.3f}" for name in columns))


def print_choice(results, lines):
    """The default by the written rule, and whether it keeps what a default must."""
    peers = [name for name in PEERS if name in lines]
    if not peers:
        return
    cheapest = min(lines[name]["seconds"] for name in peers)
    allowed = {
        name: line
        for name, line in lines.items()
        if name in SERVE_EVERYBODY and line["seconds"] <= MAX_TIMES_SLOWER * cheapest
    }
    print(
        f"\nThe default is the detector with the highest mean average precision among those that serve everybody and "
        f"take at most {MAX_TIMES_SLOWER:g} times the seconds of the cheapest peer ({cheapest:.2f} s): "
        f"{next(iter(allowed), None)}; the package has {DEFAULT}."
    )
    for name in dict.fromkeys([DEFAULT, next(iter(allowed), DEFAULT)]):
        for other in [*peers, CEILING]:
            if name in lines and other in lines:
                print_difference(name, lines[name], other, lines[other])
    print_consensus(results, lines)


def print_difference(name, line, other, reference):
    """Average precision and F1 of one detector less those of another, and the kinds of noise on which it is behind."""
    gaps = {score: line[score] - reference[score] for score in ("mean", "F1")}
    below = [kind for kind in NOISE if kind in line and line[kind] < reference[kind]]
    print(
        f"{name} against {other}: average precision {gaps['mean']:+.3f}, F1 {gaps['F1']:+.3f}; "
        f"below it on {', '.join(below) or 'no kind of noise'}"
    )


def print_consensus(results, lines):
    """Consensus beside the best of its members, beside the best of all, and beside the best member case by case."""
    names, _, values = results.table("AP", "detector", CASE)
    if "consensus" not in names or not set(MEMBERS) <= set(names):
        return
    mine = values[:, names.index("consensus")]
    singles = [name for name in names if name not in ("consensus", CEILING, *PEERS, *MEMBERS)]
    for what, group in (("member", list(MEMBERS)), ("other detector", singles)):
        best = max(group, key=lambda name: lines[name]["mean"])
        theirs = values[:, names.index(best)]
        print(
            f"consensus {mine.mean():.4f}; best single {what}, {best}: {theirs.mean():.4f}; "
            f"above it in {np.mean(mine > theirs):.0%} of {len(mine)} cases"
        )
    oracle = values[:, [names.index(name) for name in MEMBERS]].max(axis=1)
    print(f"above the member that is best in hindsight in {np.mean(mine > oracle):.0%} of the cases")


def draw(lines, path):
    """Mean rank with its interval, and average precision against seconds."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(13, 0.3 * len(lines) + 2), layout="constrained")
    names = sorted((name for name in lines if name != CEILING), key=lambda name: -lines[name]["rank"])
    places = np.arange(len(names))
    left.errorbar(
        [lines[name]["rank"] for name in names], places, xerr=[lines[name]["+-"] for name in names], fmt="o", capsize=3
    )
    left.set_yticks(places, names)
    left.set_xlabel("mean rank by average precision, 95 % interval over tables")
    for name in lines:
        right.scatter(lines[name]["seconds"], lines[name]["mean"], color="C1" if name in PEERS else "C0")
        right.annotate(name, (lines[name]["seconds"], lines[name]["mean"]), fontsize=7)
    right.set_xscale("log")
    right.set_xlabel("seconds a fit")
    right.set_ylabel("mean average precision")
    figure.savefig(path, dpi=90)


def main():
    """Parse, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "path", nargs="?", help="folder of evaluation sets with load.py; default: scikit-learn's tables"
    )
    parser.add_argument("--features", choices=["raw", "encoded"], default="raw")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--max-rows", type=int, default=1500)
    parser.add_argument("--tables", nargs="*")
    parser.add_argument("--noise", nargs="*", choices=list(NOISE))
    parser.add_argument("--detectors", nargs="*", help="names of detectors and peers; default: all")
    parser.add_argument("--jobs", type=int, default=1, help="cases side by side; seconds are honest with 1 only")
    parser.add_argument("--out", default="detection.csv")
    parser.add_argument("--figure", help="where to draw mean ranks, and average precision against seconds")
    options = parser.parse_args()
    results = run(options)
    lines, n_cases = summary(results)
    print_summary(lines, n_cases)
    print_choice(results, lines)
    if options.figure:
        draw(lines, options.figure)


if __name__ == "__main__":
    main()
