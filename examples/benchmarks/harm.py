"""Does cleaning do harm? Models with and without it, where classes overlap or are rare.

python examples/benchmarks/harm.py [PATH_OF_EVALUATION_SETS] [--max-rows 3000] [--seeds 1] [--jobs N]
    [--tables NAME ...] [--kinds as-is rare simulated] [--noise NAME ...] [--models LR HGB] [--treatments NAME ...]
    [--out FILE.csv]

Design: table x noise x seed x model x treatment. Tables are of three kinds. "as-is" is a table as it comes. "rare" is
its largest class and so many rows of all others that they make up 3 %; tables with too few rows for that are left out.
"simulated" tables have labels drawn from a known posterior. A table counts as overlapping where no model of the
comparison, fitted on clean labels, reaches a balanced accuracy (mean recall of the classes) of 0.9 on test rows; all
rare and simulated tables are counted together with these, and separable tables are printed apart.

Noise is in the labels of the training rows alone; 40 % of the rows, drawn by class, are test rows with clean labels.
"hidden" records 3 in 10 rows of the rarest class as the largest class. The logistic regression gets one-hot
and standardised features, gradient boosting the numbers with medians in place of gaps; detectors see what the model
sees.

A case is harmed where, against the plain fit on the same labels, accuracy is lower by more than 0.005 or average
precision of the rarest class (one against the rest) by more than 0.02. Fitting on the clean labels is "harmed" in some
cases, too: so much is chance. Log loss is in nats, of probabilities that are at least 1e-6. "final fit" is the seconds
of the final fit alone, divided by those of the plain fit; the line of the clean labels shows how far such ratios err.
"cleaning" is the seconds of all else. "divergence" is the mean Kullback-Leibler divergence from the known posterior, of
simulated tables.

Each result is written to the CSV as soon as its case is done. A second run goes on where the first stopped, and may add
treatments. A treatment that raises counts as failed, and is printed.
"""

import argparse
import time
import warnings
from typing import NamedTuple

import numpy as np
from _harm_report import print_report
from _results import Results
from _simulated import SIMULATED, simulate
from _tables import check_names, encode, hide_rare, make_rare, subsample, tables
from joblib import Parallel, delayed
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, average_precision_score, balanced_accuracy_score
from sklearn.model_selection import train_test_split
from threadpoolctl import threadpool_limits

from skclean import LabelCleaner, NoiseRobustClassifier, robust
from skclean.noise import inject_noise

KEYS = ("kind", "table", "noise", "seed", "model", "treatment")
KINDS = ("as-is", "rare", "simulated")
RARE_SHARE, MIN_RARE = 0.03, 20
NOISE = {
    "none": lambda y, seed: y,
    "2 %": lambda y, seed: inject_noise(y, rate=0.02, random_state=seed)[0],
    "5 %": lambda y, seed: inject_noise(y, rate=0.05, random_state=seed)[0],
    "10 %": lambda y, seed: inject_noise(y, rate=0.1, random_state=seed)[0],
    "pair": lambda y, seed: inject_noise(y, kind="pair_flip", rate=0.2, random_state=seed)[0],
    "hidden": lambda y, seed: hide_rare(y, 0.3, seed)[0],
}
MIN_PROBABILITY = 1e-6


class Timed:
    """Record the seconds of the last fit of a model."""

    def fit(self, X, y, sample_weight=None):
        """Fit the model, as it does without this class."""
        start = time.perf_counter()
        super().fit(X, y, sample_weight=sample_weight)
        self.fit_seconds_ = time.perf_counter() - start
        return self


class TimedLogisticRegression(Timed, LogisticRegression):
    """Logistic regression that records the seconds of its fit."""


class TimedHistGradientBoosting(Timed, HistGradientBoostingClassifier):
    """Gradient boosting that records the seconds of its fit."""


MODELS = {"LR": TimedLogisticRegression(max_iter=1000), "HGB": TimedHistGradientBoosting(random_state=0)}
FEATURES = {"LR": "encoded", "HGB": "raw"}


def _robust(**options):
    def fit(model, X, y, y_true, seed):
        made = NoiseRobustClassifier(model, random_state=seed, **options).fit(X, y)
        return made, made.estimator_

    return fit


def _label_cleaner(model, X, y, y_true, seed):
    model.fit(*LabelCleaner(random_state=seed).fit_resample(X, y))
    return model, model


def _cleanlab(model, X, y, y_true, seed):
    from cleanlab.classification import CleanLearning

    learner = CleanLearning(model, seed=seed, find_label_issues_kwargs={"n_jobs": 1}).fit(X, y)
    return learner, learner.clf


def _of_robust(name, own_model=False, **options):
    """An estimator of skclean.robust; the seconds are those of its whole fit."""

    def fit(model, X, y, y_true, seed):
        estimator = getattr(robust, name)
        made = estimator(random_state=seed, **options) if own_model else estimator(model, random_state=seed, **options)
        start = time.perf_counter()
        made.fit(X, y)
        made.fit_seconds_ = time.perf_counter() - start
        return made, made

    return fit


# (model, X, y, y_true, seed) -> what predicts, and the model that was fitted last.
TREATMENTS = {
    "plain": lambda model, X, y, y_true, seed: (model.fit(X, y), model),
    "clean labels": lambda model, X, y, y_true, seed: (model.fit(X, y_true), model),
    "default": _robust(),
    "gate": _robust(gate=True),
    "drop": _robust(treatment="drop"),
    "LabelCleaner": _label_cleaner,
    "CleanLearning": _cleanlab,
    "CleanSeed": _of_robust("CleanSeedClassifier"),
    "NoisyLabelEM": _of_robust("NoisyLabelEM"),
    "SelfDistillation": _of_robust("SelfDistillationClassifier"),
    "CoTeaching": _of_robust("CoTeachingClassifier"),
    "IterativeFilter": _of_robust("IterativeFilterClassifier"),
    "BaggingReweight": _of_robust("BaggingReweightClassifier"),
    "LabelPairs": _of_robust("LabelPairClassifier"),
    "PlausibleLabels": _of_robust("PlausibleLabelsEnsemble", n_members=20, abstain=False),
    # These bring a model of their own, which is compared with the plain fit of each model all the same.
    "RobustForest": _of_robust("RobustForestClassifier", own_model=True),
    "RobustLR": _of_robust("RobustLogisticRegression", own_model=True),
    "SpectralTruncation": _of_robust("SpectralTruncationClassifier", own_model=True),
}
DEFAULT_TREATMENTS = ("plain", "clean labels", "default", "gate", "drop", "LabelCleaner", "CleanLearning")


class Table(NamedTuple):
    """Features for each model, classes 0, 1, ..., and P(class given the row) where it is known."""

    features: dict
    y: np.ndarray
    posterior: np.ndarray | None = None


def all_tables(options):
    """Yield (kind, name, Table)."""
    if set(options.kinds) & {"as-is", "rare"}:
        for name, X, cat_mask, y in tables(options.path, options.tables):
            if "as-is" in options.kinds:
                yield "as-is", name, make_table(*subsample(X, y, options.max_rows), cat_mask, options.models)
            rows = make_rare(y, RARE_SHARE, options.max_rows, seed=0, fewest=MIN_RARE)
            if "rare" in options.kinds and rows is not None:
                largest = np.bincount(y).argmax()
                yield "rare", name, make_table(X[rows], (y[rows] != largest).astype(int), cat_mask, options.models)
    if "simulated" in options.kinds:
        for name in SIMULATED:
            X, posterior, y = simulate(name, options.max_rows)
            yield "simulated", name, Table(dict.fromkeys(options.models, X), y, posterior)


def make_table(X, y, cat_mask, models):
    """A table with the features that each model gets."""
    return Table({name: encode(X, cat_mask, FEATURES[name]) for name in models}, y)


def run_case(table, noise, seed, model_name, treatments):
    """Metrics by treatment, for one table, noise, seed and model."""
    warnings.simplefilter("ignore")
    X, y = table.features[model_name], table.y
    train, test = train_test_split(np.arange(len(y)), test_size=0.4, stratify=y, random_state=seed)
    y_noisy = NOISE[noise](y[train], seed)
    posterior = None if table.posterior is None else table.posterior[test]
    found = {}
    for name in treatments:
        start = time.perf_counter()
        try:
            fitted, final = TREATMENTS[name](clone(MODELS[model_name]), X[train], y_noisy, y[train], seed)
            scores = scores_on(fitted, final.classes_, X[test], y[test], np.bincount(y), posterior)
        except Exception as error:
            print(f"{name}: {type(error).__name__}: {error}", flush=True)
            found[name] = {"failed": 1.0}
            continue
        seconds = time.perf_counter() - start
        final_fit = getattr(final, "fit_seconds_", np.nan)
        found[name] = {**scores, "final fit": final_fit, "cleaning": seconds - final_fit}
    return found


def scores_on(fitted, classes, X, y, sizes, posterior=None):
    """Metrics on test rows; `classes` are those of `fitted`, and `sizes` counts all rows of the table by class."""
    proba = np.zeros((len(y), len(sizes)))
    proba[:, classes] = fitted.predict_proba(X)  # a class may have no row left after noise or cleaning
    predicted = proba.argmax(axis=1)
    proba = np.maximum(proba, MIN_PROBABILITY)
    proba /= proba.sum(axis=1, keepdims=True)
    rarest = int(sizes.argmin())
    scores = {
        "accuracy": accuracy_score(y, predicted),
        "balanced accuracy": balanced_accuracy_score(y, predicted),
        "AP": average_precision_score(y == rarest, proba[:, rarest]),
        "log loss": -np.log(proba[np.arange(len(y)), y]).mean(),
    }
    if posterior is not None:
        known = np.maximum(posterior, 1e-300)
        scores["divergence"] = (posterior * np.log(known / proba)).sum(axis=1).mean()
    return scores


def cases(options, results):
    """Yield (key, arguments of run_case) for what the results do not have yet."""
    done = {tuple(row[name] for name in KEYS) for row in results.rows}
    for kind, name, table in all_tables(options):
        for noise in options.noise:
            for seed in range(options.seeds):
                for model in options.models:
                    key = kind, name, noise, seed, model
                    left = [one for one in options.treatments if (*map(str, key), one) not in done]
                    if left:
                        yield key, (table, noise, seed, model, left)


def run(options):
    """Run what is missing, several cases side by side; return all results."""
    results = Results(options.out, KEYS)
    pool = Parallel(n_jobs=options.jobs, return_as="generator_unordered")
    todo = list(cases(options, results))
    start = time.perf_counter()
    for number, (key, found) in enumerate(pool(delayed(_keyed)(*case) for case in todo), start=1):
        results.add(((*key, treatment), metrics) for treatment, metrics in found.items())
        print(f"{number} of {len(todo)}, {time.perf_counter() - start:.0f} s: {', '.join(map(str, key))}", flush=True)
    return results


def _keyed(key, arguments):
    with threadpool_limits(1):  # so that seconds compare, whatever else runs
        return key, run_case(*arguments)


def parse(arguments=None):
    """Options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "path", nargs="?", help="folder of evaluation sets with load.py; default: scikit-learn's tables"
    )
    parser.add_argument("--max-rows", type=int, default=3000, help="of a table; of its largest class where made rare")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--tables", nargs="+")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--noise", nargs="+", choices=list(NOISE), default=list(NOISE))
    parser.add_argument("--models", nargs="+", choices=list(MODELS), default=list(MODELS))
    parser.add_argument("--treatments", nargs="+", help=f"beside plain; of {list(TREATMENTS)[1:]}")
    parser.add_argument("--out", default="harm.csv")
    options = parser.parse_args(arguments)
    check_names("--treatments", options.treatments, list(TREATMENTS))
    named = options.treatments or [name for name in DEFAULT_TREATMENTS if name != "CleanLearning" or _has_cleanlab()]
    options.treatments = ["plain", *(name for name in TREATMENTS if name in named and name != "plain")]
    return options


def _has_cleanlab():
    try:
        import cleanlab  # noqa: F401
    except ImportError:
        return False
    return True


def main():
    """Parse, run, print."""
    options = parse()
    warnings.simplefilter("ignore")
    print_report(run(options))


if __name__ == "__main__":
    main()
