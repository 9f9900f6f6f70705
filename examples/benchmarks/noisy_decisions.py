"""Decisions and claims under label noise: sets of classes, few checked test labels, and the test that labels are clean.

python examples/benchmarks/noisy_decisions.py [PATH_OF_EVALUATION_SETS] [--parts NAME ...] [--out FILE.csv]
    [--max-rows N] [--seeds N] [--tables NAME ...] [--kinds NAME ...]

Each case is one table, one kind of noise at one rate, and one seed; it is written to the CSV as soon as it is done, and
a second run goes on where the first stopped. Labels of all rows are noisy; measured is on true ones.

"sets": logistic regression is trained on 40 % of the rows; 30 % calibrate sets of classes at 90 %, and 30 % test them.
Printed: the mean share of test rows that hold the true class, and the mean size over that of sets which are calibrated
on clean labels. "given" has the matrix that was injected. MAPIE and crepes calibrate on the same noisy labels, where
they are installed.

"scores": the accuracy of the same model on the other 60 % of the rows. 100 of them are checked: at random for
test_score, 40 samples a case; by draw_active_test, 20 draws a case. Printed: how often intervals hold the accuracy;
their half-width over that of 100 random labels alone (test_score) or of 200 random labels alone (active_test); and the
correlation that test_score speaks of.

"tests": how often noise_test rejects at 0.05, on tables and on simulated rows whose classes overlap and of which none
is wrong; up to 2,000 rows. Tables without injected noise may have errors of their own.
"""

import argparse
import warnings
from types import SimpleNamespace

import numpy as np
from _results import Results
from _tables import encode, subsample, tables
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from skclean.metrics import active_test, draw_active_test, noise_test, test_score
from skclean.noise import inject_noise
from skclean.robust import NoiseAwareConformalClassifier

NOISE = {
    "uniform": {"kind": "uniform"},
    "pair flip": {"kind": "pair_flip"},
    "random matrix": {"kind": "random_matrix"},
}
RATES = (0.05, 0.2, 0.3)
RATES_OF_SCORES = (0.05, 0.1, 0.2, 0.3)
KEYS = ("part", "table", "kind", "rate", "seed", "method")
N_CHECKED, N_SAMPLES, N_DRAWS = 100, 40, 20
FEWEST_ROWS = 500


def sizes_and_coverage(sets, y):
    return {"coverage": sets[np.arange(len(y)), y].mean(), "size": sets.sum(axis=1).mean()}


def peers(model, X, given, X_test):
    """Sets of other packages: (name, sets)."""
    try:
        from mapie.classification import SplitConformalClassifier

        mapie = SplitConformalClassifier(model, confidence_level=0.9, conformity_score="lac", random_state=0)
        yield "MAPIE lac", mapie.conformalize(X, given).predict_set(X_test)[1][:, :, 0]
    except ImportError:
        pass
    try:
        from crepes import WrapClassifier

        wrapped = WrapClassifier(model)
        wrapped.calibrate(X, given, seed=0)
        found = wrapped.predict_set(X_test, confidence=0.9, seed=0)  # a list of labels for each row
        yield "crepes", np.array([np.isin(model.classes_, row) for row in found])
    except ImportError:
        pass


def split(X, y, kind, rate, seed):
    """Rows of a case: those that train, and the others, with a fitted model; None where a class gets lost."""
    given = y.copy() if not rate else inject_noise(y, rate=rate, random_state=seed, **NOISE[kind])[0]
    train, rest = train_test_split(np.arange(len(y)), train_size=0.4, stratify=y, random_state=seed)
    if not all(np.array_equal(np.unique(given[rows]), np.unique(y)) for rows in (train, rest)):
        return None
    model = LogisticRegression(max_iter=500).fit(X[train], given[train])
    counts = np.zeros((y.max() + 1, y.max() + 1))
    np.add.at(counts, (y, given), 1)
    matrix = counts / counts.sum(axis=1, keepdims=True)
    return SimpleNamespace(X=X[rest], y=y[rest], given=given[rest], model=model, matrix=matrix)


def sets(X, y, kind, rate, seed):
    case = split(X, y, kind, rate, seed)
    if case is None:
        return
    half = len(case.y) // 2
    order = np.random.RandomState(seed).permutation(len(case.y))
    own, test = order[:half], order[half:]
    if not np.array_equal(np.unique(case.given[own]), np.unique(y)):
        return
    frozen = FrozenEstimator(case.model)
    for conformity in ("lac", "aps"):
        for name, labels, matrix in (
            ("clean", case.y, None),
            ("given", case.given, case.matrix),
            ("estimate", case.given, "estimate"),
        ):
            if not np.array_equal(np.unique(labels[own]), np.unique(y)):
                continue
            model = NoiseAwareConformalClassifier(
                frozen, conformity=conformity, transition_matrix=matrix, cv=2, random_state=seed
            ).fit(case.X[own], labels[own])
            yield f"{name} {conformity}", sizes_and_coverage(model.predict_set(case.X[test]), case.y[test])
    for name, found in peers(case.model, case.X[own], case.given[own], case.X[test]):
        yield name, sizes_and_coverage(found, case.y[test])


def interval_of(found, truth, alone):
    return {"held": found.low <= truth <= found.high, "width": (found.high - found.low) / 2 / alone}


def alone(truth, n_checked, n_rows):
    """Half-width of the interval from random checked labels alone, with the mistakes that test_score adds."""
    variance = (truth * (1 - truth) * n_checked + 0.4) / (n_checked + 3)
    return 1.96 * np.sqrt(variance / n_checked * (1 - n_checked / n_rows))


def scores(X, y, kind, rate, seed):
    case = split(X, y, kind, rate, seed)
    if case is None or len(case.y) < 4 * N_CHECKED:
        return
    truth, n_rows = float((case.model.predict(case.X) == case.y).mean()), len(case.y)
    rng, found, correlation = np.random.RandomState(seed), [], []
    with remembered_rows():
        for _ in range(N_SAMPLES):
            checked = np.full(n_rows, np.nan)
            rows = rng.permutation(n_rows)[:N_CHECKED]
            checked[rows] = case.y[rows]
            one = test_score(case.model, case.X, case.given, checked)
            found.append({"held": one.low <= truth <= one.high, "width": one.width_ratio})
            correlation.append(one.correlation)
        yield (
            "test_score",
            {name: np.mean([one[name] for one in found]) for name in found[0]} | {"correlation": np.mean(correlation)},
        )
        found = []
        for draw_seed in range(N_DRAWS):
            draw = draw_active_test(case.model, case.X, case.given, N_CHECKED, random_state=draw_seed)
            one = active_test(draw, case.y[draw.rows])
            found.append(interval_of(one, truth, alone(truth, 2 * N_CHECKED, n_rows)))
        yield "active_test", {name: np.mean([one[name] for one in found]) for name in found[0]}


class remembered_rows:
    """The samples of a case share one fit of the default model."""

    def __enter__(self):
        import skclean.metrics._expected as module

        self.module, self.function, found = module, module._posterior, []

        def once(*given):
            if not found:
                found.append(self.function(*given))
            return found[0]

        module._posterior = once

    def __exit__(self, *_):
        self.module._posterior = self.function


def simulated(name, seed, n_rows=2_000):
    """Rows and labels without any error: P(y | x) is smooth."""
    rng = np.random.RandomState(seed)
    X = rng.normal(size=(n_rows, 4))
    slope = {"sigmoid(x)": 1.0, "sigmoid(2x)": 2.0, "sigmoid(4x)": 4.0}.get(name)
    if slope is not None:
        return X, (rng.rand(n_rows) < 1 / (1 + np.exp(-slope * X[:, 0]))).astype(int)
    if name == "no signal":
        return X, rng.randint(2, size=n_rows)
    if name == "rare":
        return X, (rng.rand(n_rows) < 1 / (1 + np.exp(3.5 - 1.5 * X[:, 0]))).astype(int)
    if name == "product":
        return X, (rng.rand(n_rows) < 1 / (1 + np.exp(-3 * X[:, 0] * X[:, 1]))).astype(int)
    proba = np.exp(1.5 * X[:, :3])
    return X, (np.cumsum(proba / proba.sum(axis=1, keepdims=True), axis=1) < rng.rand(n_rows, 1)).sum(axis=1)


SIMULATED = ("sigmoid(x)", "sigmoid(2x)", "sigmoid(4x)", "no signal", "rare", "product", "three classes")


def tests(X, y, kind, rate, seed):
    given = y if not rate else inject_noise(y, rate=rate, random_state=seed, **NOISE[kind])[0]
    found = noise_test(X, given, n_draws=19, random_state=seed)
    yield "noise_test", {"rejected": found.p_value <= 0.05, "rate": found.noise_rate}


PARTS = {"sets": sets, "scores": scores, "tests": tests}


def cases(options):
    """Yield (part, table, kind, rate, seed, X, y)."""
    for table, X, cat_mask, y in tables(options.path, options.tables):
        X, y = subsample(X, y, options.max_rows)
        if len(y) < FEWEST_ROWS:
            continue
        X = encode(X, cat_mask, "encoded")
        for seed in range(options.seeds):
            for part in ("sets", "scores"):
                for kind in options.kinds:
                    for rate in RATES if part == "sets" else RATES_OF_SCORES:
                        yield part, table, kind, rate, seed, X, y
            rows = slice(None) if len(y) <= 2_000 else np.random.RandomState(0).permutation(len(y))[:2_000]
            for rate in (0, 0.05):
                few_X, few_y = subsample_of(X[rows], y[rows])
                yield "tests", table, "uniform", rate, seed, few_X, few_y
    for seed in range(options.simulated):
        for name in SIMULATED:
            yield "tests", name, "uniform", 0, seed, *simulated(name, seed)


def subsample_of(X, y):
    """Rows of classes with at least 8 rows."""
    large = np.bincount(y)[y] >= 8
    return X[large], np.unique(y[large], return_inverse=True)[1]


def report(results):
    print("\nsets at 90 %: coverage of the true class, and size over that of clean calibration")
    for kind in NOISE:
        for rate in RATES:
            where = {"part": "sets", "kind": kind, "rate": rate}
            names, found, coverage = results.table("coverage", "method", ("table", "seed"), **where)
            if not len(found):
                continue
            size = results.table("size", "method", ("table", "seed"), **where)[2]
            print(f"{kind:14s}{100 * rate:3.0f} % {len(found):4d}")
            for column, name in enumerate(names):
                clean = names.index("clean aps" if "aps" in name else "clean lac")
                ratio = (size[:, column] / size[:, clean]).mean()
                print(f"    {name:14s}{coverage[:, column].mean():8.3f}{ratio:8.2f}")
    print("\nscores with 100 checked labels: intervals that hold, width, correlation; width of active_test")
    for kind in NOISE:
        for rate in RATES_OF_SCORES:
            where = {"part": "scores", "kind": kind, "rate": rate}
            names, found, held = results.table("held", "method", ("table", "seed"), **where)
            if not len(found):
                continue
            width = results.table("width", "method", ("table", "seed"), **where)[2]
            _, _, correlation = results.table("correlation", "method", ("table", "seed"), **where)
            print(
                f"{kind:14s}{100 * rate:3.0f} % {len(found):4d}"
                f"  test_score {held[:, 0].mean():6.3f}{width[:, 0].mean():6.2f}{correlation.mean():6.2f}"
                f"  active_test {held[:, 1].mean():6.3f}{width[:, 1].mean():6.2f}"
            )
    print("\nnoise_test: share of rejections")
    for what, rate in (("simulated, no error", 0), ("tables as they are", 0), ("tables, 5 %", 0.05)):
        rows = [row for row in results.rows if row["metric"] == "rejected" and row["rate"] == str(rate)]
        rows = [row for row in rows if (row["table"] in SIMULATED) == what.startswith("simulated")]
        if rows:
            rejected = sorted({row["table"] for row in rows if float(row["value"])})
            print(
                f"{what:22s}{len(rows):5d}{np.mean([float(row['value']) for row in rows]):8.3f}  {', '.join(rejected)}"
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "path", nargs="?", help="folder of evaluation sets with load.py; default: scikit-learn's tables"
    )
    parser.add_argument("--parts", nargs="+", choices=sorted(PARTS), default=sorted(PARTS))
    parser.add_argument("--out", default="noisy_decisions.csv")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--simulated", type=int, default=5, help="seeds of the simulated rows")
    parser.add_argument("--max-rows", type=int, default=4000)
    parser.add_argument("--tables", nargs="+")
    parser.add_argument("--kinds", nargs="+", choices=sorted(NOISE), default=list(NOISE))
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    results = Results(options.out, KEYS)
    done = {tuple(row[key] for key in KEYS[:-1]) for row in results.rows}
    for part, table, kind, rate, seed, X, y in cases(options):
        key = (part, table, kind, str(rate), str(seed))
        if part not in options.parts or key in done:
            continue
        found = list(PARTS[part](X, y, kind, rate, seed))
        results.add([((*key, method), metrics) for method, metrics in found])
        print(*key, flush=True)
    report(results)


if __name__ == "__main__":
    main()
