"""Wrong events and wrong times: SurvivalAudit compared with residuals, CensoredRegressor with ignoring censoring.

python examples/benchmarks/targets_times.py [PATH_OF_EVALUATION_SETS] [--out FILE.csv] [--seeds 2] [--quick]

The data sets come with scikit-survival, which has to be installed; the path is not read. 10 % of the events are
flipped, and 10 % of the times multiplied by some factor. Each case is written to the CSV as soon as it is done, and a
second run goes on where the first stopped. Printed: average precision, how often the kind is named rightly among as
many records as are wrong, what is flagged where nothing is wrong, the errors of regressors up to the horizon, and the
lines of the must.
"""

import argparse
import time
import warnings

import numpy as np
from _results import Results
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import average_precision_score
from sklearn.model_selection import KFold

from skclean.detectors import SurvivalAudit
from skclean.evidence.survival._censoring import censoring_of
from skclean.evidence.survival._hazard import deviance_of
from skclean.robust import CensoredRegressor
from skclean.targets import read_survival

SETS = ("gbsg2", "whas500", "veterans_lung_cancer")
FACTORS = ("10 or 1/10", "2 to 5 or inverse", "1/10", "none")
KEYS = ("table", "kind", "seed", "method")
REGRESSORS = ("forest", "neighbors", "marginal", "ignored", "dropped")


def load(name):
    """One data set of scikit-survival, as numbers: X, y."""
    from sksurv import datasets
    from sksurv.column import encode_categorical

    X, y = getattr(datasets, f"load_{name}")()
    X = encode_categorical(X).astype(float)
    event, time_ = y.dtype.names
    return X.fillna(X.median()).to_numpy(), records(y[event].astype(bool), y[time_].astype(float))


def records(event, time_):
    """A structured array."""
    y = np.empty(len(event), dtype=[("event", bool), ("time", float)])
    y["event"], y["time"] = event, time_
    return y


def with_errors(y, factors, seed):
    """Flip a tenth of the events and scale a tenth of the times: y, and 1 or 2 where an event or a time is wrong."""
    rng = np.random.RandomState(seed)
    noisy, kind, order, n_wrong = y.copy(), np.zeros(len(y), dtype=int), rng.permutation(len(y)), round(0.1 * len(y))
    if factors == "none":
        return noisy, kind
    events, times = order[:n_wrong], order[n_wrong : 2 * n_wrong]
    factor = {"10 or 1/10": 10.0, "1/10": 10.0}.get(factors, rng.uniform(2, 5, len(times)))
    up = np.zeros(len(times), dtype=bool) if factors == "1/10" else rng.rand(len(times)) < 0.5
    noisy["event"][events] ^= True
    noisy["time"][times] *= np.where(up, factor, 1 / factor)
    kind[events], kind[times] = 1, 2
    return noisy, kind


def audit_metrics(X, noisy, kind):
    """What SurvivalAudit finds."""
    start = time.perf_counter()
    audit = SurvivalAudit(random_state=0).fit(X, noisy)
    metrics = {"seconds": time.perf_counter() - start, "flagged": audit.noise_mask_.mean()}
    if kind.any():
        wrong = kind > 0
        lowest = np.argsort(audit.label_quality_, kind="stable")[: wrong.sum()]
        true = lowest[wrong[lowest]]
        named = np.where(audit.kind_ == "event", 1, 2)
        flags = audit.noise_mask_ & wrong
        metrics["average precision"] = average_precision_score(wrong, -audit.label_quality_)
        metrics["kind named"] = (named[true] == kind[true]).mean()
        metrics["found"] = flags.sum() / wrong.sum()
    return metrics


def residual_metrics(X, noisy, kind):
    """Absolute deviance residuals of a cross-fitted random survival forest."""
    from sksurv.ensemble import RandomSurvivalForest

    hazard = np.zeros(len(noisy))
    for train, test in KFold(5, shuffle=True, random_state=0).split(X):
        model = RandomSurvivalForest(100, min_samples_leaf=8, random_state=0).fit(X[train], noisy[train])
        functions = model.predict_cumulative_hazard_function(X[test])
        times = noisy["time"][test]
        hazard[test] = [step(np.clip(at, *step.domain)) for step, at in zip(functions, times, strict=True)]
    martingale = noisy["event"] - hazard
    found = {"martingale": np.abs(martingale), "deviance": np.abs(deviance_of(martingale, noisy["event"]))}
    return {f"average precision, {name}": average_precision_score(kind > 0, score) for name, score in found.items()}


def regressor_metrics(X, y, seed):
    """Mean absolute error of min(T, horizon) on test folds, weighted for censoring, over the spread of the times."""
    errors = []
    for train, test in KFold(5, shuffle=True, random_state=seed).split(X):
        forest = RandomForestRegressor(100, min_samples_leaf=5, max_features=0.5, random_state=0)
        models = [CensoredRegressor(forest, censoring=name, random_state=0) for name in REGRESSORS[:3]]
        predictions = [model.fit(X[train], y[train]).predict(X[test]) for model in models]
        horizon = models[0].horizon_
        seen = np.minimum(y["time"], horizon)
        predictions.append(forest.fit(X[train], seen[train]).predict(X[test]))
        known = train[y["event"][train] | (y["time"][train] >= horizon)]
        predictions.append(forest.fit(X[known], seen[known]).predict(X[test]))
        largest = float(y["time"][test].max())
        truth = censoring_of(read_survival(y[test]), horizon=min(horizon, largest), min_proba=1e-3)
        errors.append([np.average(np.abs(p - truth.time), weights=truth.weight) for p in predictions])
    return dict(zip((f"error, {name}" for name in REGRESSORS), np.mean(errors, axis=0), strict=True))


def run(seeds, quick, results):
    """Compute every case that is not in the file yet."""
    done = {tuple(row[name] for name in KEYS) for row in results.rows}
    for table in SETS:
        X, y = load(table)
        X, y = (X[:200], y[:200]) if quick else (X, y)
        for seed in range(seeds):
            for factors in FACTORS:
                noisy, kind = with_errors(y, factors, seed)
                methods = {"audit": lambda X=X, noisy=noisy, kind=kind: audit_metrics(X, noisy, kind)}
                if factors == "10 or 1/10" and not quick:
                    methods["residuals"] = lambda X=X, noisy=noisy, kind=kind: residual_metrics(X, noisy, kind)
                if factors == "none":
                    methods["regressors"] = lambda X=X, y=y, seed=seed: regressor_metrics(X, y, seed)
                for method, compute in methods.items():
                    key = (table, factors, str(seed), method)
                    if key not in done:
                        results.add([(key, compute())])


def show(results):
    """Print the means, and what the must asks for."""
    for table in SETS:
        for factors in FACTORS:
            found = {}
            for row in results.rows:
                if row["table"] == table and row["kind"] == factors:
                    found.setdefault(row["metric"], []).append(float(row["value"]))
            print(f"{table}, {factors}: " + ", ".join(f"{name} {np.mean(v):.3f}" for name, v in found.items()))
    for name, must, aim in (("average precision", 0.4, 0.5), ("kind named", 0.8, 0.8)):
        _, cases, values = results.table(name, "method", ("table", "kind", "seed"))
        lines = []
        for table in SETS:
            chosen = [value for case, value in zip(cases, values[:, 0], strict=True) if case[0] == table]
            lines.append(f"{table} {np.mean(chosen):.3f}")
        print(f"must {must}, aim {aim}, {name}: {', '.join(lines)}")


def main(argv=None):
    """Run what is missing, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?", help="not read: the data sets come with scikit-survival")
    parser.add_argument("--out", default="targets_times.csv")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="200 rows of each data set, without residuals")
    arguments = parser.parse_args(argv)
    warnings.simplefilter("ignore")
    results = Results(arguments.out, KEYS)
    run(arguments.seeds, arguments.quick, results)
    show(results)


if __name__ == "__main__":
    main()
