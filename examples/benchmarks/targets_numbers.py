"""Wrong numbers: RegressionResiduals, its rules, NoiseRobustRegressor and others, compared with cleanlab.

python examples/benchmarks/targets_numbers.py [PATH_OF_EVALUATION_SETS] [--parts NAME ...] [--out FILE.csv] [--seeds N]

Each case is one table and one kind of noise at one rate; it is written to the CSV as soon as it is done, and a second
run goes on where the first stopped. Parts: "ranking" (average precision and seconds of each score), "flags" (share of
right numbers among the flags of FalseDiscoveryRate(0.2), and share flagged where nothing is wrong), "fitting" (mean
absolute error on right test rows, in standard deviations of y), "known" (UpperRegressor and UnscramblingRegressor),
"large" (seconds of an audit of 200,000 x 20 numbers, and of a fit of its forest). Without a path simulated tables and
those of scikit-learn are used. cleanlab is left out where it is not installed.
"""

import argparse
import time
import warnings
from importlib.util import find_spec

import numpy as np
from _results import Results
from _tables import evaluation_module
from sklearn.datasets import load_diabetes, make_friedman1, make_friedman2, make_friedman3
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import HuberRegressor, LinearRegression, RANSACRegressor
from sklearn.metrics import average_precision_score
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skclean import NoiseRobustRegressor
from skclean.detectors import RegressionResiduals
from skclean.evidence import default_regressor
from skclean.noise import inject_target_noise
from skclean.robust import UnscramblingRegressor, UpperRegressor
from skclean.rules import FalseDiscoveryRate

KINDS = ("gross", "factor", "swap", "permutation", "one_sided", "heteroscedastic", "rounding")
RATES = (0.05, 0.1)
KEYS = ("part", "table", "kind", "rate", "seed", "method")
PARTS = ("ranking", "flags", "fitting", "known", "large")
BOOSTING = HistGradientBoostingRegressor(max_iter=60, random_state=0)
MEDIAN = HistGradientBoostingRegressor(loss="quantile", quantile=0.5, max_iter=60, random_state=0)
LARGE = (200_000, 20)


def clean_tables(path):
    """Yield (name, X, y) with right numbers: those of the evaluation sets, simulated ones and scikit-learn's."""
    if path is None:
        yield "diabetes", *load_diabetes(return_X_y=True)
    else:
        module = evaluation_module(path)
        for name in module.names("regression"):
            data = module.load(name)
            yield name.removeprefix("reg_"), data["X"].astype(np.float64), data.get("y_true", data["y"])
    for number, make in enumerate((make_friedman1, make_friedman2, make_friedman3), start=1):
        X, y = make(500, noise=(1.0, 125.0, 0.1)[number - 1], random_state=number)
        yield f"friedman {number}", X, y
    rng = np.random.RandomState(5)
    X = rng.normal(size=(600, 6))
    yield "uneven", X, 10 + 3 * X[:, 0] + 2 * np.abs(X[:, 1]) + np.exp(0.8 * X[:, 2]) * rng.normal(size=600)
    X = rng.normal(size=(600, 8))
    yield "heavy tails", X, 5 + X @ [1, 1, 0.5, 0.5, 0, 0, 0, 0] + 0.6 * rng.standard_t(3, 600)


def noisy_cases(path, seeds):
    """Yield (table, kind, rate, seed, X, given y, which are wrong): injected errors, and real ones."""
    for name, X, y in clean_tables(path):
        for kind in KINDS:
            for rate in RATES:
                for seed in range(seeds):
                    given, wrong = inject_target_noise(y, kind=kind, rate=rate, X=X, random_state=seed)
                    if wrong.any():
                        yield name, kind, rate, seed, X, given, wrong
    if path is not None:
        module = evaluation_module(path)
        data = module.load("reg_boston_corrected")
        yield "boston_corrected", "real", 0, 0, data["X"].astype(np.float64), data["y"], data["is_error"]
        data = module.load("regsim_linear")
        for level in ("a0", "a2"):
            for row, X in enumerate(data[f"X_{level}_train"].astype(np.float64)):
                y, wrong = data[f"y_{level}_train"][row].astype(np.float64), data[f"is_error_{level}_train"][row]
                if wrong.any():
                    yield f"regsim {level}", "real", 0, row, X, y, wrong


def suspicions():
    """Scores of the ranking, high where a number is suspicious: functions of X without NaN and y."""

    def ours(X, y):
        return -RegressionResiduals(random_state=0).fit(X, y).label_quality_

    def residual(X, y):
        return np.abs(y - cross_val_predict(BOOSTING, X, y, cv=KFold(5, shuffle=True, random_state=0)))

    found = {"RegressionResiduals": ours, "plain residual (boosting)": residual}
    if find_spec("cleanlab"):
        from cleanlab.regression.learn import CleanLearning
        from cleanlab.regression.rank import get_label_quality_scores

        def outre(X, y):
            predicted = cross_val_predict(BOOSTING, X, y, cv=KFold(5, shuffle=True, random_state=0))
            return -get_label_quality_scores(y, predicted)

        def learned(X, y):
            return -CleanLearning(LinearRegression(), seed=0).find_label_issues(X, y)["label_quality"].to_numpy()

        found |= {"cleanlab's score (boosting)": outre, "cleanlab's CleanLearning (default)": learned}
    return found


def run_ranking(results, done, path, seeds):
    for name, kind, rate, seed, X, y, wrong in noisy_cases(path, seeds):
        for method, suspicion in suspicions().items():
            key = ("ranking", name, kind, rate, seed, method)
            if done(key):
                continue
            started = time.perf_counter()
            found = suspicion(np.nan_to_num(X, nan=-1.0), y)
            seconds = time.perf_counter() - started
            results.add([(key, {"precision": average_precision_score(wrong, found), "seconds": seconds})])


def run_flags(results, done, path, seeds):
    for name, kind, rate, seed, X, y, wrong in noisy_cases(path, seeds):
        key = ("flags", name, kind, rate, seed, "FalseDiscoveryRate(0.2)")
        if not done(key):
            mask = RegressionResiduals(rule=FalseDiscoveryRate(0.2), random_state=0).fit(X, y).noise_mask_
            found = {"right flags": (mask & ~wrong).sum() / max(mask.sum(), 1), "found": mask[wrong].mean()}
            results.add([(key, found)])
    for name, X, y in clean_tables(path):
        for method, rule in (("default rule", None), ("FalseDiscoveryRate(0.2)", FalseDiscoveryRate(0.2))):
            key = ("flags", name, "none", 0, 0, method)
            if not done(key):
                share = RegressionResiduals(rule=rule, random_state=0).fit(X, y).noise_mask_.mean()
                results.add([(key, {"flagged": share})])


def models(X):
    robust = {"Huber": HuberRegressor(max_iter=1000), "RANSAC": RANSACRegressor(random_state=0)}
    return {
        "plain forest": default_regressor(X).set_params(random_state=0),
        "NoiseRobustRegressor": NoiseRobustRegressor(random_state=0),
        "plain boosting": BOOSTING,
        "NoiseRobustRegressor(boosting)": NoiseRobustRegressor(BOOSTING, random_state=0),
        **{name: make_pipeline(StandardScaler(), model) for name, model in robust.items()},
        "quantile 0.5": MEDIAN,
    }


def errors_of(results, done, key, candidates, X, y, given, train, test):
    for method, model in candidates.items():
        if not done((*key, method)):
            predicted = model.fit(X[train], given).predict(X[test])
            error = np.abs(predicted - y[test]).mean() / y.std()
            results.add([((*key, method), {"error": error})])


def split(y, seed):
    order = np.random.RandomState(seed).permutation(len(y))
    return np.split(order, [int(0.7 * len(y))])


def run_fitting(results, done, path, seeds):
    for name, X, y in clean_tables(path):
        X = np.nan_to_num(X, nan=-1.0)
        for kind in ("none", *KINDS):
            for seed in range(seeds):
                train, test = split(y, seed)
                given = y[train]
                if kind != "none":
                    given, _ = inject_target_noise(given, kind=kind, rate=0.1, X=X[train], random_state=seed)
                key = ("fitting", name, kind, 0.1 if kind != "none" else 0, seed)
                errors_of(results, done, key, models(X), X, y, given, train, test)


def run_known(results, done, path, seeds):
    for name, X, y in clean_tables(path):
        X, y = np.nan_to_num(X, nan=-1.0), y - min(0.0, y.min())
        for seed in range(seeds):
            train, test = split(y, seed)
            rng = np.random.RandomState(seed)
            short = rng.uniform(size=len(train)) < 0.3
            given = np.where(short, y[train] * rng.uniform(size=len(train)), y[train])
            candidates = {"UpperRegressor": UpperRegressor(random_state=0)}
            candidates |= {other: models(X)[other] for other in ("Huber", "RANSAC", "quantile 0.5")}
            errors_of(results, done, ("known", name, "too low", 0.3, seed), candidates, X, y, given, train, test)
    for n_responses in (1, 3, 10):
        for seed in range(5):
            key = ("known", f"{n_responses} responses", "permuted", 0.2, seed, "UnscramblingRegressor")
            if not done(key):
                rng = np.random.RandomState(seed)
                X = rng.normal(size=(500, 8))
                Y = X @ rng.normal(size=(8, n_responses)) + 0.8 * rng.normal(size=(500, n_responses))
                moved = rng.choice(500, 100, replace=False)
                given = Y.copy()
                given[moved] = Y[np.roll(moved, 1)]
                restored = UnscramblingRegressor().fit(X, given).restored_.reshape(Y.shape)
                results.add([(key, {"back": (restored == Y).all(axis=1)[moved].mean()})])


def run_large(results, done, path, seeds):
    X = np.random.RandomState(0).normal(size=LARGE)
    y = X[:, 0] * 2 + np.sin(3 * X[:, 1]) + 0.5 * np.random.RandomState(1).normal(size=len(X))
    for method, fit in (
        ("fit of the forest", lambda: default_regressor(X).fit(X, y)),
        ("audit", lambda: RegressionResiduals(random_state=0).fit(X, y)),
    ):
        key = ("large", "simulated", "none", 0, 0, method)
        if not done(key):
            started = time.perf_counter()
            fit()
            results.add([(key, {"seconds": time.perf_counter() - started})])


def means(results, metric, **where):
    """Mean over kinds and tables of each method: dict, and the share of cases it is of."""
    methods, _, values = results.table(metric, "method", ("table", "kind", "rate", "seed"), **where)
    return dict(zip(methods, values.mean(axis=0), strict=True)) if len(values) else {}


def report(results):
    from _targets_numbers_report import print_report

    print_report(results, means)


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--out", default="targets_numbers.csv")
    parser.add_argument("--seeds", type=int, default=1)
    options = parser.parse_args(argv)
    results = Results(options.out, KEYS)
    finished = {tuple(row[name] for name in KEYS) for row in results.rows}
    warnings.simplefilter("ignore")
    for part in options.parts:
        globals()[f"run_{part}"](results, lambda key: tuple(map(str, key)) in finished, options.path, options.seeds)
    report(results)


if __name__ == "__main__":
    main()
