"""Time, memory and average precision as tables grow: the default audit, its peers, and every detector.

python examples/benchmarks/scale.py [--parts audit columns classes detectors] [--sizes ROWS ...] [--classes N ...]
    [--detectors NAME ...] [--timeout SECONDS] [--memory GIGABYTES] [--out FILE.csv]

audit      ``ConfidentLearning(random_state=0).fit(X, y)`` at 10,000, 100,000 and 1,000,000 rows, 2 and 10 classes,
           beside one fit of ExtraTreesClassifier(100) and of HistGradientBoostingClassifier, and beside cleanlab's
           CleanLearning with its default model and with boosting
columns    the default audit of 10,000 rows with 10, 20, 50 and 100 columns
classes    the default audit of 10,000 rows with 2, 10, 100 and 1,000 classes
detectors  every detector with its defaults at 2,000, 20,000 and 200,000 rows, 2 classes

A quarter of the columns is text, the others are numbers; 10 % of the labels are wrong. Detectors read the table as it
is. Forests and boosting read it with numbers in place of texts; cleanlab's default model, a logistic regression, reads
it one-hot and standardised. The time of this encoding is not counted.

Each case runs in a process of its own. "MB" is how far the peak of its resident memory rises above what it holds before
the call; some 10 MB are libraries that are loaded at first use. "times X" is the same as a multiple of the table at 8
bytes a cell. "ratio" is its processor time over that of one fit of ExtraTrees(100) on as many rows: times on a shared
machine compare only within one run. A case stops after --timeout seconds of processor time, or where it would take more
than --memory gigabytes. Each case is written to the CSV as soon as it is done, and a second run goes on where the first
stopped; cases that were stopped run again when they are given more.
"""

import argparse
import multiprocessing
import resource
import signal
import sys
import time
import warnings
from functools import partial
from itertools import product

import numpy as np
import pandas as pd
from _contestants import PEERS, contestants, judge
from _memory import memory_of_process, rise_of_peak, start_peak
from _results import Results
from _tables import check_names, encode
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
from sklearn.metrics import average_precision_score

from skclean.detectors import DETECTORS
from skclean.noise import inject_noise

KEYS = ("part", "rows", "columns", "classes", "method")
DEFAULT = "confident_learning"
FOREST = "ExtraTrees(100), one fit"
BOOSTING = "boosting, one fit"
FITS = {
    FOREST: lambda: ExtraTreesClassifier(100, random_state=0),
    BOOSTING: lambda: HistGradientBoostingClassifier(random_state=0),
}
SIZES = {"audit": (10_000, 100_000, 1_000_000), "detectors": (2_000, 20_000, 200_000)}
CLASSES = {"audit": (2, 10), "classes": (2, 10, 100, 1_000)}
COLUMNS = (10, 20, 50, 100)
VALUES_OF_TEXTS = (3, 5, 10, 20, 50)
PARTS = ("audit", "columns", "classes", "detectors")
WAIT = 20  # so many times the limit on the clock, on a machine that is busy with other work


def mixed_table(n_rows, n_columns, n_classes, seed=0):
    """Make a table of numbers and texts whose labels depend on all columns.

    Parameters
    ----------
    n_rows, n_columns, n_classes : int
        A quarter of the columns is text. Tables of any number of rows follow the same law.
    seed : int, default=0

    Returns
    -------
    frame : DataFrame of shape (n_rows, n_columns)
    codes : ndarray of shape (n_rows, n_columns), float64
        The same with numbers in place of texts.
    y : ndarray of shape (n_rows,), int
        Right labels; with many classes some may have no row.
    """
    problem, rng = np.random.default_rng(seed), np.random.default_rng([seed, 1])
    n_texts = n_columns // 4
    numbers = rng.standard_normal((n_rows, n_columns - n_texts))
    weights = problem.standard_normal((numbers.shape[1], n_classes))
    scores = rng.gumbel(size=(n_rows, n_classes))
    scores += 4 * numbers @ (weights / np.linalg.norm(weights, axis=0))
    scores += 2 * np.sin(2 * numbers[:, :3]) @ problem.standard_normal((3, n_classes))
    numbers[:, 0] = numbers[:, 0].round(1)
    frame = pd.DataFrame({f"number {j}": column for j, column in enumerate(numbers.T)})
    texts = []
    for j in range(n_texts):
        n_values = VALUES_OF_TEXTS[j % len(VALUES_OF_TEXTS)]
        texts.append(rng.integers(n_values, size=n_rows))
        scores += problem.standard_normal((n_values, n_classes))[texts[-1]]
        frame[f"text {j}"] = np.array([f"value {v}" for v in range(n_values)], dtype=object)[texts[-1]]
    y = np.unique(scores.argmax(axis=1), return_inverse=True)[1]
    return frame, np.column_stack([numbers, *texts]), y


def features_for(method, frame, codes):
    """The table as a method reads it: with texts, with numbers in place of texts, or one-hot and standardised."""
    if method == "cleanlab":
        return encode(codes, frame.columns.str.startswith("text"), "encoded")
    return codes if method in FITS or method in PEERS else frame


def call_of(method):
    """What is measured: a function of X and y that returns the label quality, or None where it is one fit."""
    if method in FITS:
        return partial(fit_once, FITS[method]())
    found = contestants([method])[method]
    return lambda X, y: judge(found, X, y, 0)[0]


def fit_once(estimator, X, y):
    """Fit an estimator, which tells nothing of label quality."""
    estimator.fit(X, y)


def measure(case, timeout, memory):
    """Seconds, memory and average precision of one case, in this process, which is limited from now on."""
    _, n_rows, n_columns, n_classes, method = case
    frame, codes, y = mixed_table(n_rows, n_columns, n_classes)
    noisy, wrong = inject_noise(y, kind="uniform", rate=0.1, random_state=0)
    X = features_for(method, frame, codes)
    call = call_of(method)
    del frame, codes
    limit(timeout, memory)
    before, cpu, wall = start_peak(), time.process_time(), time.perf_counter()
    quality = call(X, noisy)
    metrics = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    metrics["MB"] = rise_of_peak(before) / 1e6
    metrics["times X"] = metrics["MB"] * 1e6 / (8 * n_rows * n_columns)
    if quality is not None:
        metrics["AP"] = average_precision_score(wrong, -quality)
    return metrics


def limit(timeout, memory):
    """Let this process end after some seconds of processor time, and fail beyond some gigabytes."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(np.ceil(time.process_time() + timeout)), hard))
    if sys.platform.startswith("linux"):
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (memory_of_process("VmData") + int(memory * 1e9), hard))


def work(connection, case, timeout, memory):
    """Measure one case and send the metrics."""
    warnings.simplefilter("ignore")
    try:
        metrics = measure(case, timeout, memory)
    except MemoryError:
        metrics = {"memory limit": memory}
    except Exception as error:
        print(f"{case[-1]}: {type(error).__name__}: {error}", flush=True)
        metrics = {"failed": 1.0}
    connection.send(metrics)


def run_case(case, timeout, memory):
    """Metrics of one case, measured in a process of its own."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(sender, case, timeout, memory))
    process.start()
    sender.close()
    try:
        if receiver.poll(WAIT * timeout):
            return receiver.recv()
        return {"time limit": timeout}
    except EOFError:
        process.join()
        return {"time limit": timeout} if process.exitcode == -signal.SIGXCPU else {"failed": 1.0}
    finally:
        process.kill()
        process.join()


def cases(options):
    """Yield (part, rows, columns, classes, method) in the order in which they run; a forest before its peers."""
    peers = [FOREST, DEFAULT, BOOSTING, *PEERS]
    for part in options.parts:
        sizes = options.sizes or SIZES.get(part, (10_000,))
        classes = options.classes if part in CLASSES and options.classes else CLASSES.get(part, (2,))
        columns = COLUMNS if part == "columns" else (20,)
        methods = {"audit": peers, "detectors": [FOREST, *(options.detectors or DETECTORS)]}
        yield from product([part], sizes, columns, classes, methods.get(part, [FOREST, DEFAULT]))


def metrics_by_case(results):
    """A dict of metrics by case, as the CSV has them; of a case that ran again, what it reached."""
    found = {}
    for row in results.rows:
        found.setdefault(tuple(row[name] for name in KEYS), {})[row["metric"]] = float(row["value"])
    return found


def is_done(metrics, options):
    """Whether a case has finished or failed, or was stopped by limits no narrower than those of now."""
    if "cpu" in metrics or "failed" in metrics:
        return True
    return metrics.get("time limit", 0) >= options.timeout or metrics.get("memory limit", 0) >= options.memory


def line_of(case, metrics, forest):
    """One line of the printed table."""
    _, rows, columns, classes, method = case
    start = f"{rows:9,}{columns:9}{classes:9,}  {method:26}"
    if "cpu" not in metrics:
        return start + reason_of(metrics)
    ratio = ratio_of(metrics["cpu"], forest)
    precision = f"{metrics['AP']:8.3f}" if "AP" in metrics else f"{'-':>8}"
    memory = f"{metrics['MB']:9.0f}{metrics['times X']:9.1f}"
    return f"{start}{metrics['cpu']:9.1f}{metrics['wall']:9.1f}{ratio:>8}{memory}{precision}"


def ratio_of(seconds, forest):
    """Seconds beside those of the forest, or the most that they can be where the forest was stopped."""
    if "cpu" in forest:
        return f"{seconds / forest['cpu']:.2f}"
    return f"<{seconds / forest['time limit']:.2f}" if "time limit" in forest else "-"


def reason_of(metrics):
    """Why a case has no numbers."""
    if "time limit" in metrics:
        return f"  not within {metrics['time limit']:g} s"
    if "memory limit" in metrics:
        return f"  not within {metrics['memory limit']:g} GB"
    return "  failed"


def run(options):
    """Run what is missing, one case at a time, and print every case."""
    results = Results(options.out, KEYS)
    part = None
    for case in cases(options):
        key = tuple(map(str, case))
        if not is_done(metrics_by_case(results).get(key, {}), options):
            results.add([(case, run_case(case, options.timeout, options.memory))])
        if case[0] != part:
            part = case[0]
            print(f"\n{part}\n{'rows':>9}{'columns':>9}{'classes':>9}  {'method':26}{'cpu s':>9}{'wall s':>9}", end="")
            print(f"{'ratio':>8}{'MB':>9}{'times X':>9}{'AP':>8}", flush=True)
        found = metrics_by_case(results)
        print(line_of(case, found[key], found.get((*key[:-1], FOREST), {})), flush=True)


def main():
    """Parse, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--sizes", nargs="+", type=int, help="rows, for all parts; default: as above")
    parser.add_argument("--classes", nargs="+", type=int, help="of the parts audit and classes; default: as above")
    parser.add_argument("--detectors", nargs="+", help="names, for the part detectors; default: all")
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds of processor time of one case")
    parser.add_argument("--memory", type=float, default=8.0, help="gigabytes that one case may take")
    parser.add_argument("--out", default="scale.csv")
    options = parser.parse_args()
    check_names("--detectors", options.detectors, DETECTORS)
    if not PEERS and "audit" in options.parts:
        print("cleanlab is not installed, so its lines are left out; pip install cleanlab adds them.")
    run(options)


if __name__ == "__main__":
    main()
