"""Training on labels that stay noisy: the estimators of skclean.robust beside plain fitting and peers.

python examples/benchmarks/robust_training.py [PATH_OF_EVALUATION_SETS] [--methods NAME ...] [--out FILE.csv]

Each case is one table, one kind of noise at one rate, one base model and one method, with the noise in the training
rows only; it is written to the CSV as soon as it is done, and a second run goes on where the first stopped, or adds
methods. Printed: by rate the share of the lost accuracy that each method wins back (accuracy of the method less that of
plain fitting, over accuracy with clean labels less that of plain fitting, of means over tables and kinds), log loss
less that of plain fitting, the time as a multiple of a plain fit; and the same by kind of noise. Cases without noise
are printed apart. Methods with "verified" get 5 % of the training rows with their right labels.
"""

import argparse
import tempfile
import time
import warnings

import numpy as np
from _results import Results
from _tables import encode, evaluation_module, subsample, tables
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from skclean import NoiseRobustClassifier, robust
from skclean.noise import inject_noise

MODELS = {
    "LR": LogisticRegression(max_iter=1000),
    "HGB": HistGradientBoostingClassifier(max_iter=60, random_state=0),
}
KINDS = {
    "uniform": {"kind": "uniform"},
    "pairs": {"kind": "pair_flip"},
    "boundary": {"kind": "boundary"},
    "features": {"kind": "feature_dependent"},
}
RATES = (0.1, 0.2, 0.3, 0.4)
KEYS = ("table", "kind", "rate", "seed", "model", "method")
VERIFIED_SHARE = 0.05


class Case:
    """One table with noise: training rows, their given labels, which are verified, and test rows."""

    def __init__(self, X, y, kind, rate, seed, given=None):
        train, test = train_test_split(np.arange(len(y)), test_size=0.3, stratify=y, random_state=seed)
        self.seed, self.n_classes = seed, int(y.max()) + 1
        self.X, self.true, self.X_test, self.y_test = X[train], y[train], X[test], y[test]
        self.given = self.true.copy()
        if given is not None:
            self.given = given[train]
        elif rate:
            needs = {"X": self.X} if KINDS[kind]["kind"] in ("boundary", "feature_dependent") else {}
            self.given, _ = inject_noise(self.true, rate=rate, random_state=seed, **KINDS[kind], **needs)
        self.verified = np.random.default_rng(seed).random(len(train)) < VERIFIED_SHARE

    def with_verified(self):
        """Labels as given, and the right ones where rows are verified."""
        return np.where(self.verified, self.true, self.given)

    def score(self, model):
        """Accuracy and log loss on clean test rows; classes that the model does not know have a chance of 0."""
        proba = np.zeros((len(self.y_test), self.n_classes))
        classes = getattr(model, "classes_", np.unique(self.given))  # CleanLearning does not name them
        proba[:, np.asarray(classes, dtype=int)] = model.predict_proba(self.X_test)
        loss = -np.log(proba[np.arange(len(proba)), self.y_test].clip(1e-6))
        return {"accuracy": float((proba.argmax(axis=1) == self.y_test).mean()), "log loss": float(loss.mean())}


def cleanlab(case, model, memory):
    """CleanLearning around the model."""
    from cleanlab.classification import CleanLearning

    return CleanLearning(model, seed=case.seed).fit(case.X, case.given)


def wrapped(name, **parameters):
    """A method that wraps the model in an estimator of skclean.robust."""

    def fit(case, model, memory):
        return getattr(robust, name)(model, random_state=case.seed, **parameters).fit(case.X, case.given)

    return fit


def default(case, model, memory, **parameters):
    return NoiseRobustClassifier(model, random_state=case.seed, memory=memory, **parameters).fit(case.X, case.given)


def with_verified(estimator):
    """A method that wraps the model in an estimator and passes it the verified rows."""

    def fit(case, model, memory):
        made = estimator(model, random_state=case.seed)
        return made.fit(case.X, case.with_verified(), verified=case.verified)

    return fit


def verified_only(case, model, memory):
    rows = np.flatnonzero(case.verified)
    return model.fit(case.X[rows], case.true[rows])


# A method takes a case, an unfitted model, and where fits of a detector are kept; it gives a fitted classifier.
METHODS = {
    "clean labels": lambda case, model, memory: model.fit(case.X, case.true),
    "plain": lambda case, model, memory: model.fit(case.X, case.given),
    "default": default,
    "annotations": lambda case, model, memory: default(case, model, memory, labels="annotations"),
    "CleanLearning": cleanlab,
    "NoisyLabelEM": wrapped("NoisyLabelEM"),
    "SelfDistillation": wrapped("SelfDistillationClassifier"),
    "SpectralTruncation": lambda case, model, memory: robust.SpectralTruncationClassifier(random_state=case.seed).fit(
        case.X, case.given
    ),
    "CoTeaching": wrapped("CoTeachingClassifier"),
    "IterativeFilter": wrapped("IterativeFilterClassifier"),
    "BaggingReweight": wrapped("BaggingReweightClassifier"),
    "LabelPairs": wrapped("LabelPairClassifier"),
    "RobustForest": lambda case, model, memory: robust.RobustForestClassifier(random_state=case.seed).fit(
        case.X, case.given
    ),
    **{
        f"RobustLR {loss}": lambda case, model, memory, loss=loss: robust.RobustLogisticRegression(loss=loss).fit(
            case.X, case.given
        )
        for loss in ("forward", "gce", "ldr", "aldr")
    },
    "verified only": verified_only,
    "default, verified": with_verified(NoiseRobustClassifier),
    "CleanSeed, verified": with_verified(lambda *args, **given: robust.CleanSeedClassifier(*args, **given)),
}
# These bring a model of their own: they are fitted once a case, beside logistic regression or beside boosting.
OWN_MODEL = {"SpectralTruncation": "LR", "RobustForest": "HGB"} | {
    name: "LR" for name in METHODS if name.startswith("RobustLR")
}
ALWAYS = ("clean labels", "plain")
# Tables with mistakes that people made.
HUMAN = ("derived_cifar10n_aggregate", "derived_cifar10n_worst")


def cases(options):
    """Yield the kind and rate of each case; rate 0 once."""
    yield "none", 0.0
    yield from ((kind, rate) for kind in options.kinds for rate in options.rates)


def tables_of(options):
    """Yield (name, X, y, given labels or None) of the tables, and of those with mistakes of people where asked for."""
    if options.human:
        module = evaluation_module(options.path)
        for name in HUMAN:
            data = module.load(name)
            rows = np.sort(np.random.default_rng(0).choice(len(data["y"]), options.max_rows, replace=False))
            yield name, data["X"][rows].astype(np.float64), data["y_true"][rows], data["y"][rows]
        return
    for name, X, cat_mask, y in tables(options.path, options.tables):
        X, y = subsample(X, y, options.max_rows)
        yield name, encode(X, cat_mask, "encoded"), y, None


def run(options):
    """Run what is not in the CSV yet: Results."""
    results = Results(options.out, KEYS)
    done = {tuple(row[key] for key in KEYS) for row in results.rows}
    for table, X, y, given in tables_of(options):
        noise = cases(options) if given is None else [("people", round(float((given != y).mean()), 2))]
        for kind, rate in noise:
            for seed in range(options.seeds):
                wanted = [
                    (name, method)
                    for name in options.models
                    for method in dict.fromkeys((*ALWAYS, *options.methods))
                    if OWN_MODEL.get(method, name) == name
                    and (table, kind, str(rate), str(seed), name, method) not in done
                ]
                if wanted:
                    start = time.perf_counter()
                    case = Case(X, y, kind, rate, seed, given)
                    with tempfile.TemporaryDirectory() as memory:
                        for name, method in wanted:
                            key = (table, kind, rate, seed, name, method)
                            results.add([(key, measure(case, name, method, memory))])
                    print(f"{table}, {kind} {rate:.0%}: {time.perf_counter() - start:.1f} s", flush=True)
    return results


def measure(case, name, method, memory):
    """Scores of one fit and its seconds; nothing where the method fails, which is printed."""
    start = time.perf_counter()
    try:
        fitted = METHODS[method](case, clone(MODELS[name]), memory)
    except Exception as error:  # a peer that cannot take a table must not end the run
        print(f"{method} with {name} failed: {type(error).__name__}: {str(error)[:200]}", flush=True)
        return {}
    seconds = time.perf_counter() - start
    return case.score(fitted) | {"seconds": seconds}


def collect(results, name, methods):
    """Values of cases that every method has: list of cases (kind, rate), and {metric: {method: values}}."""
    found = {}
    for row in results.rows:
        if row["model"] == name and row["method"] in methods:
            case = (row["table"], row["kind"], row["rate"], row["seed"])
            found.setdefault(case, {}).setdefault(row["metric"], {})[row["method"]] = float(row["value"])
    metrics = ("accuracy", "log loss", "seconds")
    complete = [case for case, got in found.items() if all(len(got.get(m, {})) == len(methods) for m in metrics)]
    values = {m: {k: np.array([found[case][m][k] for case in complete]) for k in methods} for m in metrics}
    return [(kind, float(rate)) for _, kind, rate, _ in complete], values


def print_table(title, columns, lines, form):
    print(f"\n{title:34}" + "".join(f"{column:>12}" for column in columns))
    for method, values in lines.items():
        print(f"{method:34}" + "".join(f"{value:{form}}" for value in values))


def report(results, name, methods):
    """Print what is measured with one base model."""
    cases, values = collect(results, name, methods)
    rates = np.array([rate for _, rate in cases])
    kinds = np.array([kind for kind, _ in cases])
    own = [method for method in methods if method not in ALWAYS]
    parts = {f"{rate:.0%}": rates == rate for rate in sorted(set(rates)) if rate}
    parts |= {kind: kinds == kind for kind in dict.fromkeys(kinds) if kind != "none"}
    parts["all noisy"] = rates > 0
    accuracy, loss, seconds = values["accuracy"], values["log loss"], values["seconds"]
    lost = {key: (accuracy["clean labels"] - accuracy["plain"])[rows].mean() for key, rows in parts.items()}
    won = {m: [(accuracy[m] - accuracy["plain"])[rows].mean() / lost[key] for key, rows in parts.items()] for m in own}
    print(f"\n=== {name}: {len(cases)} cases that all of these methods have ===")
    print_table(
        "accuracy", parts, {m: [accuracy[m][rows].mean() for rows in parts.values()] for m in methods}, ">12.4f"
    )
    print_table("share of lost accuracy won back", parts, won, ">12.1%")
    more = {m: [(loss[m] - loss["plain"])[rows].mean() for rows in parts.values()] for m in own}
    print_table("log loss less that of plain", parts, more, ">+12.4f")
    clean = rates == 0
    if not clean.any():
        return
    lines = {
        m: [
            (accuracy[m] - accuracy["plain"])[clean].mean(),
            (loss[m] - loss["plain"])[clean].mean(),
            100 * np.mean((accuracy[m] - accuracy["plain"])[clean] < -0.005),
            np.median(seconds[m] / seconds["plain"]),
        ]
        for m in own
    }
    columns = ("accuracy", "log loss", "% worse", "times plain")
    print_table("no noise; time of all cases", columns, lines, ">+12.4f")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?", help="folder of evaluation sets; without it scikit-learn's own tables")
    parser.add_argument("--tables", nargs="+")
    parser.add_argument("--models", nargs="+", default=list(MODELS), choices=MODELS)
    parser.add_argument("--methods", nargs="+", default=["default", "CleanLearning"], choices=METHODS)
    parser.add_argument(
        "--human", action="store_true", help="tables with mistakes of people, in place of injected noise"
    )
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=KINDS)
    parser.add_argument("--rates", nargs="+", type=float, default=RATES)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--max-rows", type=int, default=1000)
    parser.add_argument("--out", default="robust_training.csv")
    options = parser.parse_args()
    if options.human and options.path is None:
        parser.error("--human needs a folder of evaluation sets")
    warnings.simplefilter("ignore")
    results = run(options)
    for name in options.models:
        report(
            results,
            name,
            list(dict.fromkeys((*ALWAYS, *[m for m in options.methods if OWN_MODEL.get(m, name) == name]))),
        )


if __name__ == "__main__":
    main()
