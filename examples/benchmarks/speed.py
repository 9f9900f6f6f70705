"""Time and memory of the array-level calls beside cleanlab, in one run.

python examples/benchmarks/speed.py [--shapes 1000000x10 100000x100 200000x1000] [--repeats 3]

Every row is one whole call as a user makes it. Times are the best of alternating repeats, so that a busy machine
slows both sides alike; ratios above 1 mean that skclean is faster. Extra memory is what the peak of the process rises
by during one call, in a fork of its own, in percent of y_proba less 64 bytes a row ("%+64") and plain ("%").
"""

import argparse
import resource
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
from _memory import memory_of_process, peak_rise

from skclean import find_label_issues
from skclean.noise import confident_joint
from skclean.quality import label_quality

RULES = {
    "prune_by_noise_rate": "prune_by_noise_rate",
    "prune_by_class": "prune_by_class",
    "prune_both": "both",
    "off_diagonal": "confident_learning",
    "argmax_disagreement": "predicted_neq_given",
    "low_self_confidence": "low_self_confidence",
    "low_margin": "low_normalized_margin",
}
SCORES = {
    "self_confidence": "self_confidence",
    "normalized_margin": "normalized_margin",
    "weighted_entropy": "confidence_weighted_entropy",
}


def make(n_samples, n_classes, dtype=np.float64, seed=0):
    """Labels with 10 % uniform noise, and probabilities that lean towards the truth; made block by block."""
    rng = np.random.default_rng(seed)
    true = rng.integers(n_classes, size=n_samples)
    y = np.where(rng.random(n_samples) < 0.1, rng.integers(n_classes, size=n_samples), true)
    y[:n_classes] = np.arange(n_classes)
    proba = np.empty((n_samples, n_classes), dtype=dtype)
    for start in range(0, n_samples, 10_000):
        rows = slice(start, min(start + 10_000, n_samples))
        block = rng.standard_exponential((rows.stop - start, n_classes))
        block[np.arange(len(block)), true[rows]] += n_classes * rng.random(len(block))
        proba[rows] = block / block.sum(axis=1, keepdims=True)
    return y, proba


def calls(y, proba):
    """Yield (name, our call by n_jobs, cleanlab's call or None)."""
    from cleanlab.count import compute_confident_joint
    from cleanlab.filter import find_label_issues as peer_issues
    from cleanlab.rank import get_label_quality_scores

    for ours, theirs in RULES.items():
        yield (
            f"issues, {ours}",
            lambda n_jobs, rule=ours: find_label_issues(y, proba, rule=rule, n_jobs=n_jobs),
            lambda rule=theirs: peer_issues(y, proba, filter_by=rule, n_jobs=1),
        )
    yield (
        "issues, both defaults",
        lambda n_jobs: find_label_issues(y, proba, n_jobs=n_jobs),
        lambda: peer_issues(y, proba, n_jobs=1),
    )
    yield (
        "confident joint",
        lambda n_jobs: confident_joint(y, proba, n_jobs=n_jobs),
        lambda: compute_confident_joint(y, proba),
    )
    for ours, theirs in SCORES.items():
        yield (
            f"quality, {ours}",
            lambda n_jobs, method=ours: label_quality(y, proba, method=method, n_jobs=n_jobs),
            lambda method=theirs: get_label_quality_scores(y, proba, method=method),
        )


def best_times(functions, repeats):
    """Best seconds of each function, the functions taking turns."""
    best = [np.inf] * len(functions)
    for _ in range(repeats):
        for position, function in enumerate(functions):
            start = time.perf_counter()
            function()
            best[position] = min(best[position], time.perf_counter() - start)
    return best


def print_shape(n_samples, n_classes, repeats):
    """One table: every call on one shape."""
    y, proba = make(n_samples, n_classes)
    print(f"\n{n_samples:,} x {n_classes} float64, y_proba {proba.nbytes / 1e6:,.0f} MB")
    print(
        f"{'call':30}{'cleanlab s':>12}{'ours s':>9}{'ratio':>8}{'n_jobs=2':>9}{'ratio':>8}"
        f"{'extra %+64':>12}{'extra %':>9}{'cleanlab %':>12}"
    )
    for name, ours, theirs in calls(y, proba):
        peer, one, two = best_times([theirs, lambda f=ours: f(1), lambda f=ours: f(2)], repeats)
        extra, peer_extra = peak_rise(lambda f=ours: f(1)), peak_rise(theirs)
        beyond = max(0.0, extra - 64 * n_samples)
        print(
            f"{name:30}{peer:12.3f}{one:9.4f}{peer / one:8.1f}{two:9.4f}{peer / two:8.1f}"
            f"{beyond / proba.nbytes:12.2%}{extra / proba.nbytes:9.1%}{peer_extra / proba.nbytes:12.1%}",
            flush=True,
        )


def print_float32(n_samples, n_classes, repeats):
    """How much less single precision costs."""
    y, double = make(n_samples, n_classes)
    single = double.astype(np.float32)
    print(f"\nfloat32 over float64 at {n_samples:,} x {n_classes}")
    for rule in (None, *RULES):
        functions = [lambda p=p, r=rule: find_label_issues(y, p, rule=r) for p in (single, double)]
        fast, slow = best_times(functions, max(repeats, 5))
        print(f"issues, {rule or 'default':22}{fast:9.4f} s / {slow:.4f} s = {fast / slow:.2f}")


def print_memmap(n_samples, n_classes):
    """The same result from a file, block by block, in a process that may not hold the whole of it."""
    y, proba = make(n_samples, n_classes)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "proba.bin"
        proba.tofile(path)
        size = proba.nbytes
        in_memory = {rule: find_label_issues(y, proba, rule=rule) for rule in (None, *RULES)}
        del proba
        mapped = np.memmap(path, dtype=np.float64, mode="r", shape=(n_samples, n_classes))
        soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (memory_of_process("VmData") + size // 4, hard))
        same = all(np.array_equal(mask, find_label_issues(y, mapped, rule=rule)) for rule, mask in in_memory.items())
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
    print(f"\nmemory map of {size / 1e6:,.0f} MB with a quarter of that allowed: bit for bit the same, {same}")


def rows_x_classes(text):
    """Rows and classes, from such as "1000x10"."""
    n_samples, n_classes = text.split("x")
    return int(n_samples), int(n_classes)


def main():
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--shapes", nargs="+", type=rows_x_classes, default=[(1_000_000, 10), (100_000, 100), (200_000, 1000)]
    )
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    for shape in options.shapes:
        print_shape(*shape, options.repeats)
    widest = max(options.shapes, key=lambda shape: shape[1])
    print_float32(*widest, options.repeats)
    print_memmap(*widest)  # in narrow ones what is kept of each row comes near a quarter of the matrix


if __name__ == "__main__":
    main()
