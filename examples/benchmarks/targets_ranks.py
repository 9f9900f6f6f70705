"""Wrong grades: OrdinalConfidentLearning compared with ConfidentLearning, which does not know the order of classes.

python examples/benchmarks/targets_ranks.py [PATH_OF_EVALUATION_SETS] [--out FILE.csv] [--rate 0.1] [--quick]

Tables are simulated (grades like those of wine quality, brackets of income), cut from numbers, or of grades themselves.
"held out" tables had no part in the choice of the method, though two of its constants were compared on tables of the
same families. Each case is one table and one kind of wrong labels; it is written to the
CSV as soon as it is done, and a second run goes on where the first stopped. Printed: mean average precision by group of
tables and kind, the share of right labels flagged where nothing is wrong, and the line of the must.
"""

import argparse
import time
import warnings

import numpy as np
from _results import Results
from _tables import evaluation_module
from sklearn.datasets import load_diabetes, make_friedman1, make_friedman2, make_friedman3
from sklearn.metrics import average_precision_score

from skclean.detectors import ConfidentLearning, OrdinalConfidentLearning

KINDS = ("far", "near", "up to two", "reversed", "uniform", "frequent")
METHODS = {"nominal": ConfidentLearning, "ordinal": OrdinalConfidentLearning}
KEYS = ("table", "kind", "rate", "method")
# Shares of the grades 3 … 8 of wine quality.
WINE_SHARES = (0.6, 3.4, 42.6, 39.9, 12.4, 1.1)
BRACKETS = (10e3, 20e3, 35e3, 50e3, 75e3, 100e3)


def wine(seed, n_rows=1500, explained=0.4, curved=False):
    """Columns that depend on each other, and an ordered probit with most grades in the middle."""
    rng = np.random.RandomState(seed)
    X = rng.normal(size=(n_rows, 11)) @ (rng.normal(size=(11, 11)) * 0.4 + np.eye(11))
    X[:, ::3] = np.exp(X[:, ::3] * 0.4)
    Z = (X - X.mean(axis=0)) / X.std(axis=0)
    place = Z @ (rng.normal(size=11) * (rng.rand(11) < 0.6))
    if curved:
        place = place / place.std() + 0.5 * np.sin(2 * Z[:, 0]) + 0.5 * Z[:, 1] * Z[:, 2]
    place = (place - place.mean()) / place.std()
    latent = explained**0.5 * place + (1 - explained) ** 0.5 * rng.normal(size=n_rows)
    return X, by_shares(latent, WINE_SHARES)


def income(seed, n_rows=2000, n_brackets=6, spread=0.5):
    """Lognormal incomes in brackets, the last one wide."""
    rng = np.random.RandomState(seed)
    age, education, hours = rng.uniform(18, 80, n_rows), rng.randint(0, 7, n_rows), rng.normal(38, 12, n_rows)
    sex, sector, region = rng.randint(0, 2, n_rows), rng.randint(0, 8, n_rows), rng.randint(0, 10, n_rows)
    log_income = 0.13 * education + 0.05 * age - 0.0005 * age**2 + 0.012 * hours.clip(1, 99) - 0.12 * sex
    log_income += (rng.normal(size=8) * 0.3)[sector] + 0.03 * region
    amount = np.exp(log_income - log_income.mean() + 10.4 + spread * rng.normal(size=n_rows))
    columns = np.column_stack([age, education, hours, sex, sector, region])
    return columns, np.searchsorted(BRACKETS[: n_brackets - 1], amount)


def by_shares(values, shares):
    """Cut numbers into grades of given shares."""
    cuts = np.quantile(values, np.cumsum(shares)[:-1] / np.sum(shares))
    return np.searchsorted(cuts, values, side="right")


def by_width(values, n_grades):
    """Cut numbers into grades of equal width."""
    low, high = np.quantile(values, [0.01, 0.99])
    return np.searchsorted(np.linspace(low, high, n_grades + 1)[1:-1], values, side="right")


def simulated():
    """Tables that need no file: (group, name) -> (X, y)."""
    found = {("wine quality", f"wine {s}"): wine(s, curved=s == 2, explained=0.3 + 0.1 * s) for s in (1, 2, 3)}
    found |= {("income", f"income {s}"): income(s, n_brackets=4 + s, spread=0.8 - 0.1 * s) for s in (1, 2, 3)}
    X, y = load_diabetes(return_X_y=True)
    found["cut", "diabetes"] = X, by_width(y, 5)
    X, y = make_friedman1(1000, noise=1.0, random_state=0)
    found["cut", "friedman1"] = X, by_shares(y, np.ones(5))
    X, y = make_friedman2(1000, noise=100, random_state=0)
    found["cut", "friedman2"] = X, by_width(np.log(y + 200), 6)
    held_out = {f"wine {s}": wine(s, curved=s % 2 == 0, explained=0.45) for s in (14, 15)}
    held_out |= {f"income {s}": income(s, n_brackets=7, spread=0.5) for s in (14, 15)}
    X, y = make_friedman3(1000, noise=0.1, random_state=0)
    held_out["friedman3"] = X, by_shares(y, np.ones(6))
    return found | {("held out", name): table for name, table in held_out.items()}


def from_files(path):
    """Grades of the evaluation sets, and numbers cut into grades."""
    module = evaluation_module(path)
    found = {}
    for name, n_grades in (("airfoil", 6), ("concrete", 5), ("ozone", 6), ("servo", 5), ("boston_corrected", 7)):
        data = module.load(f"reg_{name}")
        found["cut", name] = data["X"], by_width(data.get("y_true", data["y"]), n_grades)
    data = module.load("tab_heart_cleveland")
    found["cut", "heart"] = data["X"], data["y"]
    return found


def with_errors(y, kind, rate, rng):
    """Move some labels: the noisy labels."""
    n_grades, noisy = int(y.max()) + 1, y.copy()
    open_rows = np.flatnonzero(2 * y != n_grades - 1) if kind == "reversed" else np.arange(len(y))
    for row in rng.choice(open_rows, round(rate * len(y)), replace=False):
        distance = np.abs(np.arange(n_grades) - y[row])
        if kind == "reversed":
            noisy[row] = n_grades - 1 - y[row]
        elif kind == "frequent":
            noisy[row] = rng.choice(y[y != y[row]])
        else:
            far = min(max(2, n_grades // 2), distance.max())
            allowed = {"far": distance >= far, "near": distance == 1, "up to two": (distance > 0) & (distance <= 2)}
            noisy[row] = rng.choice(np.flatnonzero(allowed.get(kind, distance > 0)))
    return noisy


def run(tables, rate, results):
    """Fit every method to every case that is not in the file yet."""
    done = {tuple(row[name] for name in KEYS) for row in results.rows}
    for (group, name), (X, y) in tables.items():
        for kind in (*KINDS, "none"):
            noisy = y if kind == "none" else with_errors(y, kind, rate, np.random.RandomState(0))
            wrong = noisy != y
            for method, make in METHODS.items():
                key = (f"{group}: {name}", kind, str(rate), method)
                if key in done:
                    continue
                start = time.perf_counter()
                detector = make(random_state=0).fit(np.asarray(X, dtype=float), noisy)
                flagged = detector.noise_mask_
                metrics = {"flagged": flagged.mean(), "seconds": time.perf_counter() - start}
                if wrong.any():
                    metrics["average precision"] = average_precision_score(wrong, -detector.label_quality_)
                results.add([(key, metrics)])


def show(rows):
    """Print the means, and what the must asks for."""
    groups = sorted({row["table"].split(":")[0] for row in rows})
    print(f"{'mean average precision':24}" + "".join(f"{kind:>11}" for kind in KINDS) + f"{'mean':>11}")
    gains = {}
    for group in groups:
        by_method = {}
        for method in METHODS:
            values = [_mean(rows, group, kind, method, "average precision") for kind in KINDS]
            by_method[method] = np.mean(values)
            print(f"{group + ', ' + method:24}" + "".join(f"{v:11.3f}" for v in (*values, np.mean(values))))
        gains[group] = by_method["ordinal"] - by_method["nominal"]
    for method in METHODS:
        shares = [_mean(rows, group, "none", method, "flagged") for group in groups]
        print(f"share flagged where nothing is wrong, {method}: {np.mean(shares):.3f}")
    for group in ("wine quality", "income"):
        print(f"must 0.03, aim 0.05 above nominal, {group}: {gains[group]:+.3f}")


def _mean(rows, group, kind, method, column):
    wanted = {"kind": kind, "method": method, "metric": column}
    chosen = [row for row in rows if row["table"].startswith(f"{group}:") and wanted.items() <= row.items()]
    return float(np.mean([float(row["value"]) for row in chosen]))


def main(argv=None):
    """Run what is missing, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?", help="folder of evaluation sets; without it simulated tables alone")
    parser.add_argument("--out", default="targets_ranks.csv")
    parser.add_argument("--rate", type=float, default=0.1)
    parser.add_argument("--quick", action="store_true", help="tables of at most 500 rows")
    arguments = parser.parse_args(argv)
    warnings.simplefilter("ignore")
    tables = simulated() | (from_files(arguments.path) if arguments.path else {})
    if arguments.quick:
        tables = {name: (X[:500], y[:500]) for name, (X, y) in tables.items()}
    results = Results(arguments.out, KEYS)
    run(tables, arguments.rate, results)
    show(results.rows)


if __name__ == "__main__":
    main()
