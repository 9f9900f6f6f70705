"""How the classes that follow a paper rank wrong labels, in the paper's setting and in ours, on the same tables.

Run ``python examples/benchmarks/papers.py PATH``, where PATH is a folder of evaluation sets; without it scikit-learn's
own tables are used. ``--detectors FastReCoV BiDimensional`` runs only detectors with these texts in their names.
"""

import argparse
import time
import warnings

import numpy as np
from _tables import encode, noisy, subsample, tables
from sklearn.base import clone
from sklearn.metrics import average_precision_score, f1_score

from skclean.detectors import (
    BiDimensional,
    ConfidentLearning,
    FastReCoV,
    NeighborConsistency,
    PublishedReCoV,
    ReCoV,
    SyntheticMislabels,
)

TABLES = ["bank_marketing", "digits", "german_credit", "magic", "segment", "vehicle", "yeast", "letter"]
KINDS = ["uniform 10 %", "uniform 30 %", "pair flip 20 %"]
DETECTORS = {
    "FastReCoV()": FastReCoV(random_state=0),
    "FastReCoV(drop=0.5)": FastReCoV(drop=0.5, random_state=0),
    "FastReCoV(stratify=False)": FastReCoV(stratify=False, random_state=0),
    'FastReCoV(metric="fold")': FastReCoV(metric="fold", random_state=0),
    "BiDimensional()": BiDimensional(random_state=0),
    'BiDimensional(recipe="paper")': BiDimensional(recipe="paper", random_state=0),
    "ConfidentLearning()": ConfidentLearning(random_state=0),
    "SyntheticMislabels()": SyntheticMislabels(random_state=0),
    "NeighborConsistency()": NeighborConsistency(),
    'NeighborConsistency(edges="labels")': NeighborConsistency(edges="labels"),
    "PublishedReCoV()": PublishedReCoV(random_state=0),
    "ReCoV()": ReCoV(random_state=0),
}


def cases(path, max_rows):
    """Yield (kind, X, y with noise, mask of wrong labels)."""
    for _, X, cat_mask, y in tables(path, TABLES if path else None):
        X, y = subsample(X, y, max_rows)
        X = encode(X, cat_mask, "raw")
        for kind in KINDS:
            yield kind, X, *noisy(y, X, kind, 0)


def main():
    """Print average precision by kind of noise, F1 of the mask and seconds a case, one line a detector."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", nargs="?")
    parser.add_argument("--max-rows", type=int, default=1000)
    parser.add_argument("--detectors", nargs="+", default=[""])
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    chosen = {name: d for name, d in DETECTORS.items() if any(text in name for text in options.detectors)}
    found = {name: [] for name in chosen}
    for kind, X, y, wrong in cases(options.path, options.max_rows):
        for name, detector in chosen.items():
            start = time.perf_counter()
            fitted = clone(detector).fit(X, y)
            seconds = time.perf_counter() - start
            precision = average_precision_score(wrong, -fitted.label_quality_)
            found[name].append((kind, precision, f1_score(wrong, fitted.noise_mask_), seconds))
    print(f"{'':44s}" + "".join(f"{kind:>15s}" for kind in KINDS) + "   mean AP  F1    seconds")
    for name, rows in found.items():
        by_kind = [np.mean([row[1] for row in rows if row[0] == kind]) for kind in KINDS]
        f1, seconds = np.mean([row[2:] for row in rows], axis=0)
        print(
            f"{name:44s}"
            + "".join(f"{ap:15.3f}" for ap in by_kind)
            + f"   {np.mean(by_kind):.3f}    {f1:.3f} {seconds:.2f}"
        )


if __name__ == "__main__":
    main()
