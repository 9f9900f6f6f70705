"""The estimators of docs/robust_models.md beside NoiseRobustClassifier and plain fitting.

python examples/benchmarks/learners.py [PATH_OF_EVALUATION_SETS] [--cases seeds|methods|annotators] [--out FILE.csv]

"seeds": 5 % of the training labels are verified, drawn at random. "methods": none is. "annotators": four give the
labels, with 0, 10, 30 and 60 % of them wrong; who gave a label is known in training only. Noise is in the training rows
only. Each case is written to the CSV as soon as it is done, and a second run goes on where the first stopped. Printed:
mean test accuracy and log loss, and the difference from NoiseRobustClassifier with its 95 % interval over tables.
"""

import argparse
import warnings

import numpy as np
from _results import Results
from _tables import encode, subsample, tables
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier

from skclean import NoiseRobustClassifier
from skclean.evidence import TableForest
from skclean.noise import inject_noise
from skclean.robust import (
    BaggingReweightClassifier,
    CleanSeedClassifier,
    CoTeachingClassifier,
    IterativeFilterClassifier,
    NoisyLabelEM,
    PrivilegedInformationClassifier,
    QualityConditionedClassifier,
    RobustForestClassifier,
)

MODELS = {
    "LR": LogisticRegression(max_iter=1000),
    "HGB": HistGradientBoostingClassifier(max_iter=50, random_state=0),
    "kNN": KNeighborsClassifier(),
    "forest": TableForest(200, random_state=0),
}
NOISE = {
    "none": None,
    "pair flip 30 %": {"kind": "pair_flip", "rate": 0.3},
    "boundary 20 %": {"kind": "boundary", "rate": 0.2},
}
RATES = np.array([0.0, 0.1, 0.3, 0.6])
BASE = "NoiseRobustClassifier"


def learners(cases, model):
    """Pairs of name and unfitted estimator."""
    plain = [("plain", model), (BASE, NoiseRobustClassifier(model, random_state=0))]
    if cases == "seeds":
        methods = [(method, CleanSeedClassifier(model, method=method, random_state=0)) for method in SEED_METHODS]
        return [*plain, ("verified rows only", model), *methods]
    if cases == "annotators":
        methods = ("rates", "marginalise")
        return plain + [(way, PrivilegedInformationClassifier(model, method=way, random_state=0)) for way in methods]
    filtered = {"detector": "partition_filter", "patience": 3}, {"detector": "kdn", "stop": "stable"}
    return [
        *plain,
        ("IterativeFilter", IterativeFilterClassifier(model, random_state=0)),
        *(
            (name, IterativeFilterClassifier(model, random_state=0, **options))
            for name, options in zip(("IPF", "CLNI"), filtered, strict=True)
        ),
        ("BaggingReweight", BaggingReweightClassifier(model, random_state=0)),
        ("RobustForest", RobustForestClassifier(random_state=0)),
        ("CoTeaching", CoTeachingClassifier(model, random_state=0)),
        ("QualityConditioned", QualityConditionedClassifier(model, random_state=0)),
        ("NoisyLabelEM", NoisyLabelEM(model, random_state=0)),
    ]


SEED_METHODS = ("posterior", "density_ratio", "influence")


def scores(estimator, train, test, n_classes, **params):
    """Accuracy and log loss on clean test labels."""
    fitted = clone(estimator).fit(*train, **params)
    proba = np.zeros((len(test[1]), n_classes))
    proba[:, fitted.classes_.astype(int)] = fitted.predict_proba(test[0])
    own = proba[np.arange(len(test[1])), test[1]].clip(1e-6)
    return {"accuracy": np.mean(proba.argmax(axis=1) == test[1]), "log loss": -np.log(own).mean()}


def compare(cases, model, X, y, noise, seed):
    """Yield (method, metrics) of one table, kind of noise and model."""
    rng, n_classes = np.random.default_rng(seed), y.max() + 1
    rows, rest = train_test_split(np.arange(len(y)), test_size=0.4, stratify=y, random_state=seed)
    test, params, given = (X[rest], y[rest]), {}, y[rows]
    if cases == "annotators":
        who = rng.integers(len(RATES), size=len(rows))
        wrong = rng.random(len(rows)) < RATES[who]
        given = np.where(wrong, (given + rng.integers(1, n_classes, size=len(rows))) % n_classes, given)
        params = {"privileged": np.array(list("abcd"))[who]}
    elif noise is not None:
        kind = X[rows] if noise["kind"] == "boundary" else None
        given, _ = inject_noise(given, X=kind, random_state=seed, **noise)
    if cases == "seeds":
        verified = np.zeros(len(rows), dtype=bool)
        verified[rng.permutation(len(rows))[: max(1, round(0.05 * len(rows)))]] = True
        given, params = np.where(verified, y[rows], given), {"verified": verified}
    for name, estimator in learners(cases, model):
        known = slice(None) if name != "verified rows only" else verified
        takes = {} if name in ("plain", "verified rows only") or (name == BASE and cases == "annotators") else params
        if np.isscalar(known) or len(np.unique(given[known])) > 1:
            yield name, scores(estimator, (X[rows][known], given[known]), test, n_classes, **takes)


def run(options):
    """Run what is not in the CSV yet."""
    results = Results(options.out, ("table", "noise", "seed", "model", "method"))
    done = {(row["table"], row["noise"], row["seed"], row["model"]) for row in results.rows}
    kinds = {"four annotators": None} if options.cases == "annotators" else NOISE
    for table, X, cat_mask, y in tables(options.path, options.tables):
        X, y = subsample(X, y, options.max_rows)
        X = encode(X, cat_mask, "encoded")
        for kind, noise in kinds.items():
            for seed in range(options.seeds):
                for model in options.models:
                    if (table, kind, str(seed), model) not in done:
                        found = compare(options.cases, MODELS[model], X, y, noise, seed)
                        results.add([((table, kind, seed, model, name), metrics) for name, metrics in found])
                        print(f"{table}, {kind}, seed {seed}, {model}", flush=True)
    return results


def print_differences(results, models):
    """Means, and differences from NoiseRobustClassifier over tables."""
    for model in models:
        for kind in dict.fromkeys(row["noise"] for row in results.rows):
            for metric in ("accuracy", "log loss"):
                names, cases, values = results.table(metric, "method", ("table", "seed"), noise=kind, model=model)
                if len(cases) < 2:
                    continue
                apart = values - values[:, [names.index(BASE)]]
                half = 1.96 * apart.std(axis=0, ddof=1) / np.sqrt(len(cases))
                print(f"\n{model}, {kind}, {metric}, {len(cases)} cases")
                for name, mean, difference, width in zip(names, values.mean(0), apart.mean(0), half, strict=True):
                    print(f"{name:24}{mean:8.4f}{difference:+9.4f} ± {width:.4f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?")
    parser.add_argument("--cases", choices=("seeds", "methods", "annotators"), default="seeds")
    parser.add_argument("--models", nargs="+", choices=tuple(MODELS), default=["LR"])
    parser.add_argument("--tables", nargs="+")
    parser.add_argument("--max-rows", type=int, default=1500)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--out", default="learners.csv")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    print_differences(run(options), options.models)
