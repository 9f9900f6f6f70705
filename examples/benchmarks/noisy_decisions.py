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
correlation of test_score.

"plausible": PlausibleLabelsEnsemble of 30 trees with 20 % of wrong labels, up to 1,200 rows. Printed: errors of one
tree and of the vote; the share of rows that stay open, and the errors on the others; how often two ensembles agree
where both decide; the share of all mistakes among the tenth of the rows of least probability (one tree) and of most
ambiguity.

"costs": CostControlledSets on multi-label tables. Printed: mean cost of the wrong labels over the budget, and
the number of right labels over that of the k likeliest labels at the same cost.

"tests": how often noise_test rejects at 0.05, on tables of up to 2,000 rows, which may have errors of their own, and on
simulated rows with classes that overlap and labels that are right.
"""

import argparse
import warnings
from types import SimpleNamespace

import numpy as np
from _decisions_report import report
from _overlapping import SIMULATED, simulated
from _results import Results
from _tables import encode, evaluation_module, subsample, tables
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.multioutput import MultiOutputClassifier
from sklearn.preprocessing import scale
from sklearn.tree import DecisionTreeClassifier

from skclean.metrics import active_test, draw_active_test, noise_test, test_score
from skclean.noise import inject_noise
from skclean.robust import CostControlledSets, NoiseAwareConformalClassifier, PlausibleLabelsEnsemble, is_abstain

NOISE = {name: {"kind": name.replace(" ", "_")} for name in ("uniform", "pair flip", "random matrix")}
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


def tests(X, y, kind, rate, seed):
    given = y if not rate else inject_noise(y, rate=rate, random_state=seed, **NOISE[kind])[0]
    found = noise_test(X, given, n_draws=19, random_state=seed)
    yield "noise_test", {"rejected": found.p_value <= 0.05, "rate": found.noise_rate}


def plausible(X, y, kind, rate, seed):
    if len(y) > 1_200:
        few = np.random.RandomState(seed).permutation(len(y))[:1_200]
        X, y = subsample_of(X[few], y[few])
    given, _ = inject_noise(y, rate=rate, random_state=seed, **NOISE[kind])
    train, test = train_test_split(np.arange(len(y)), test_size=0.4, stratify=y, random_state=seed)
    if not np.array_equal(np.unique(given[train]), np.unique(y)):
        return
    tree = DecisionTreeClassifier(min_samples_leaf=5, random_state=0)
    one, other = (
        PlausibleLabelsEnsemble(tree, n_members=30, random_state=number).fit(X[train], given[train])
        for number in (2 * seed, 2 * seed + 1)
    )
    plain = tree.fit(X[train], given[train])
    decided, again = one.predict(X[test]), other.predict(X[test])
    wrong = one.predict_proba(X[test]).argmax(axis=1) != y[test]
    first, kept = plain.predict(X[test]) != y[test], ~is_abstain(decided)
    both = kept & ~is_abstain(again)
    tenth = len(test) // 10
    by_proba = np.argsort(plain.predict_proba(X[test]).max(axis=1), kind="stable")[:tenth]
    by_ambiguity = np.argsort(-one.ambiguity(X[test]), kind="stable")[:tenth]
    yield (
        "plausible",
        {
            "error of one": first.mean(),
            "error of vote": wrong.mean(),
            "open": 1 - kept.mean(),
            "error of decided": wrong[kept].mean() if kept.any() else 0.0,
            "agree": (decided[both] == again[both]).mean() if both.any() else 1.0,
            "found by proba": first[by_proba].sum() / max(first.sum(), 1),
            "found by ambiguity": wrong[by_ambiguity].sum() / max(wrong.sum(), 1),
        },
    )


def costs(X, Y, kind, rate, seed):
    train, rest = train_test_split(np.arange(len(Y)), train_size=0.4, random_state=seed)
    own, test = train_test_split(rest, test_size=0.5, random_state=seed)
    model = MultiOutputClassifier(LogisticRegression(max_iter=300)).fit(X[train], Y[train])
    proba = np.column_stack([one[:, 1] for one in model.predict_proba(X)])
    for budget in (0.25, 0.5, 1.0):
        found = CostControlledSets(budget).calibrate(proba[own], Y[own]).predict_set(proba[test])
        cost, right = (found & (Y[test] == 0)).sum(), (found & (Y[test] == 1)).sum()
        ranked = np.argsort(-proba[test], axis=1)
        hits = np.take_along_axis(Y[test], ranked, axis=1).sum(axis=0)
        # the k likeliest labels of each row; between two k, rows at random
        at_cost = np.interp(cost, np.append(0, np.cumsum(len(test) - hits)), np.append(0, np.cumsum(hits)))
        yield f"budget {budget}", {"cost": cost / len(test) / budget, "value": right / max(at_cost, 1)}


PARTS = {"sets": sets, "scores": scores, "tests": tests, "plausible": plausible, "costs": costs}


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
            for kind in ("uniform", "pair flip"):
                yield "plausible", table, kind, 0.2, seed, X, y
            rows = slice(None) if len(y) <= 2_000 else np.random.RandomState(0).permutation(len(y))[:2_000]
            for rate in (0, 0.05):
                few_X, few_y = subsample_of(X[rows], y[rows])
                yield "tests", table, "uniform", rate, seed, few_X, few_y
    if options.path is not None:
        module = evaluation_module(options.path)
        for name in module.names("multilabel"):
            data = module.load(name)
            for seed in range(5):
                yield "costs", name, "none", 0, seed, scale(data["X"]), np.asarray(data["Y"], dtype=int)
    for seed in range(options.simulated):
        for name in SIMULATED:
            yield "tests", name, "uniform", 0, seed, *simulated(name, seed)


def subsample_of(X, y):
    """Rows of classes with at least 8 rows."""
    large = np.bincount(y)[y] >= 8
    return X[large], np.unique(y[large], return_inverse=True)[1]


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
    report(results, NOISE, SIMULATED)


if __name__ == "__main__":
    main()
