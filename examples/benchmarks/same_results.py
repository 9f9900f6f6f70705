"""Are all results the same, bit by bit, before and after a change that should change none?

python examples/benchmarks/same_results.py --out BEFORE.npz
python examples/benchmarks/same_results.py --against BEFORE.npz

Every detector is fitted on ten small tables; every rule and treatment reads the evidence that one detector gives; the
meta-estimators are fitted with every treatment. Stored are quality, flags, suggestions, probabilities, transition
matrix, noise rate, selected rows and predictions, or the type of the error where a call is refused. The second command
prints what differs, and leaves with 1 if anything does. It takes about a minute.
"""

import argparse
import sys
import warnings
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine, make_classification
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
from material import small_forest
from small_detectors import SMALL_DETECTORS

from skclean import LabelCleaner, NoiseRobustClassifier, find_label_issues
from skclean.detectors import ConfidentLearning
from skclean.noise import confident_joint, inject_noise
from skclean.quality import label_quality
from skclean.rules import RULES
from skclean.treatments import TREATMENTS

N_ROWS = 150


def small_tables():
    """Name → X and noisy y, of ten tables: many or few classes, rare ones, overlap, names, missing values."""
    tables = {}
    for loader in (load_iris, load_wine, load_breast_cancer, load_digits):
        X, y = loader(return_X_y=True)
        rows = np.random.default_rng(0).permutation(len(y))[:N_ROWS]
        tables[loader.__name__[5:]] = X[rows], inject_noise(y[rows], rate=0.1, random_state=0)[0]
    shapes = {"overlap": {"class_sep": 0.3}, "rare": {"weights": [0.9]}, "pairs": {"n_classes": 3, "n_informative": 4}}
    for name, options in shapes.items():
        X, y = make_classification(N_ROWS, 6, random_state=0, **options)
        kind = "pair_flip" if name == "pairs" else "uniform"
        tables[name] = X, inject_noise(y, kind=kind, rate=0.15, random_state=0)[0]
    X, y = tables["wine"]
    tables["names"] = X, np.array(["red", "white", "sparkling"])[y]
    partly_labelled = y.astype(float)
    partly_labelled[::7] = np.nan
    tables["unlabelled"] = X, partly_labelled
    X = X.copy()
    X[::5, 0] = np.nan
    tables["missing"] = X, y
    return tables


def fitted_results(estimator):
    """What users read of a fitted detector or meta-estimator: name → array."""
    found = {}
    for name in ("label_quality_", "noise_mask_", "suggested_labels_", "transition_matrix_", "sample_indices_"):
        value = getattr(estimator, name, None)
        if value is not None:
            found[name] = np.asarray(value)
    rate = getattr(estimator, "noise_rate_", None)
    found["noise_rate_"] = np.array(np.nan if rate is None else rate, dtype=float)
    return found


def detector_results(name, X, y):
    """Results of one detector on one table."""
    return fitted_results(clone(SMALL_DETECTORS[name]).fit(X, y))


def evidence_results(X, y):
    """Array-level functions, and every rule, on the probabilities of one detector."""
    detector = ConfidentLearning(small_forest(), cv="oob", random_state=0).fit(X, y)
    proba, found = detector.audit_.proba, {"proba": np.asarray(detector.audit_.proba)}
    options = {"classes": detector.classes_}
    for method in ("self_confidence", "normalized_margin", "weighted_entropy", "rival_odds"):
        found[f"quality {method}"] = label_quality(y, proba, method=method, **options)
    found["joint"] = np.asarray(confident_joint(y, proba, **options))
    for name in RULES:
        rule = RULES[name](5) if name == "exact_count" else RULES[name]()
        found[f"rule {name}"] = _or_error(lambda rule=rule: find_label_issues(y, proba, rule=rule, **options))
    return found


def robust_results(X, y):
    """The meta-estimators with their defaults and with every treatment."""
    X, found = np.nan_to_num(X), {}
    for treatment in (None, *TREATMENTS):
        model = NoiseRobustClassifier(LogisticRegression(), treatment=treatment, random_state=0)
        found[f"robust {treatment}"] = _or_error(lambda model=model: model.fit(X, y).predict_proba(X))
    for treatment in (None, "drop", "relabel"):
        cleaner = LabelCleaner(treatment=treatment, random_state=0)
        found[f"cleaner {treatment}"] = _or_error(lambda cleaner=cleaner: np.asarray(cleaner.fit_resample(X, y)[1]))
    return found


def _or_error(call):
    try:
        return call()
    except Exception as error:
        return np.array(f"{type(error).__name__}: {error}")


def run_part(kind, table, name, X, y):
    """Results of one part, by full name."""
    warnings.simplefilter("ignore")
    parts = {"detector": lambda: detector_results(name, X, y)}
    parts |= {"evidence": lambda: evidence_results(X, y), "robust": lambda: robust_results(X, y)}
    try:
        found = parts[kind]()
    except Exception as error:
        found = {"error": np.array(f"{type(error).__name__}: {error}")}
    return {f"{table} | {kind} {name} | {key}": _storable(value) for key, value in found.items()}


def _storable(value):
    return value.astype(str) if value.dtype == object else value


def all_results(n_jobs):
    """Results of everything, by full name."""
    parts = [
        (kind, table, name, X, y)
        for table, (X, y) in small_tables().items()
        for kind, names in (("detector", SMALL_DETECTORS), ("evidence", [""]), ("robust", [""]))
        for name in names
    ]
    found = {}
    for results in Parallel(n_jobs)(delayed(run_part)(*part) for part in parts):
        found |= results
    return found


def differences(before, now):
    """Sentences, one for each result that is not the same."""
    for name in sorted({*before, *now}):
        if name not in now or name not in before:
            yield f"{name}: only {'before' if name in before else 'now'}"
        elif before[name].dtype != now[name].dtype or not np.array_equal(
            before[name], now[name], equal_nan=before[name].dtype.kind == "f"
        ):
            yield f"{name}: differs"


def main():
    """Parse, run, store or compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", help="file to store the results in")
    parser.add_argument("--against", help="file of an earlier run to compare with")
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    found = all_results(options.jobs)
    if options.out:
        np.savez_compressed(options.out, **found)
    print(f"{len(found)} results, {sum('error' in name for name in found)} of them errors")
    if options.against:
        with np.load(options.against) as stored:
            found_differences = list(differences(dict(stored), found))
        print("\n".join(found_differences) or "all are the same")
        sys.exit(bool(found_differences))


if __name__ == "__main__":
    main()
