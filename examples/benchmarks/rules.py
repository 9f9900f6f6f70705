"""How good the rules are on the same evidence, and whether Injection keeps its promise.

python examples/benchmarks/rules.py [PATH_OF_EVALUATION_SETS] [--max-rows 1000] [--seeds 1] [--out FILE.csv]

Evidence on a table is that of ConfidentLearning with its defaults, once for each table, kind of noise and seed; with
evaluation sets of given probabilities, these are judged as well. Printed: mean precision, recall and F1 of each rule
by kind of noise, the share flagged where nothing was injected, and for Injection the mean realised precision
beside the promised one, over the cases where anything was flagged. "best cut" is the largest F1 of any cut of the
ranking by rival odds, and sees the truth. Each case is written to the CSV at once; a second run goes on from there.
"""

import argparse
import warnings

import numpy as np
from _results import Results
from _tables import NOISE, encode, evaluation_module, noisy, subsample, tables
from sklearn.metrics import precision_recall_fscore_support

from skclean import find_label_issues
from skclean.detectors import ConfidentLearning
from skclean.quality import label_quality
from skclean.rules import RULES, Injection

PROMISES = (0.7, 0.8, 0.9)
NOT_ON_PROBABILITIES = {
    "two_sigma",
    "false_discovery_rate",
    "background_component",
    "vote",
    "exact_count",
    "fraction",
    "per_class_budget",
}
OF_PROBABILITIES = {make().__class__: make() for name, make in RULES.items() if name not in NOT_ON_PROBABILITIES}
COMPARED = {
    **{kind.__name__: rule for kind, rule in OF_PROBABILITIES.items() if kind is not Injection},
    "Injection f1": Injection(objective="f1"),
    **{f"Injection precision {promise}": Injection(precision=promise) for promise in PROMISES},
    **{f"Injection recall {promise}": Injection(recall=promise) for promise in PROMISES},
}
KEYS = ("case", "noise", "seed", "rule")


def cases(options, done):
    """Yield (name, noise, seed, mask of a rule, quality, rows that are wrong) of every case that is not done."""
    for name, X, cat_mask, y in tables(options.path):
        X, y = subsample(X, y, options.max_rows)
        X = encode(X, cat_mask, "raw")
        for kind in NOISE:
            for seed in range(options.seeds):
                if (name, kind, str(seed)) not in done:
                    y_noisy, _ = noisy(y, X, kind, seed)
                    detector = ConfidentLearning(random_state=seed).fit(X, y_noisy)
                    audit = detector.audit_
                    yield name, kind, seed, lambda rule, audit=audit: rule.decide(audit), audit.quality, y_noisy != y
    if options.path is None:
        return
    module = evaluation_module(options.path)
    for name in module.names("probs"):
        kind = "asymmetric, given" if "synth" in name else "human, given"
        if (name, kind, "0") not in done:
            data = module.load(name)
            known = data["y_true"] >= 0
            y, proba, wrong = (part[known] for part in (data["y_noisy"], data["pred_probs"], data["y_true"]))
            decide = lambda rule, y=y, proba=proba: find_label_issues(y, proba, rule=rule)  # noqa: E731
            yield name, kind, 0, decide, label_quality(y, proba, method="rival_odds"), y != wrong


def scores(mask, wrong):
    """The share flagged, precision, recall and F1; no precision where nothing is flagged."""
    precision, recall, f1, _ = precision_recall_fscore_support(wrong, mask, average="binary", zero_division=0)
    return {"flagged": mask.mean(), "precision": precision if mask.any() else np.nan, "recall": recall, "F1": f1}


def best_cut(quality, wrong):
    """The mask of the lowest qualities that has the largest F1."""
    order = np.argsort(quality, kind="stable")
    hits = np.cumsum(wrong[order])
    n_flags = np.argmax(2 * hits / (np.arange(1, len(order) + 1) + wrong.sum())) + 1
    return np.isin(np.arange(len(order)), order[:n_flags])


def run(options):
    """Judge what is not in the CSV yet; return all its rows."""
    results = Results(options.out, KEYS)
    done = {(row["case"], row["noise"], row["seed"]) for row in results.rows}
    for name, kind, seed, decide, quality, wrong in cases(options, done):
        masks = {rule: decide(COMPARED[rule]) for rule in COMPARED}
        masks["best cut"] = best_cut(quality, wrong) if wrong.any() else np.zeros(len(wrong), dtype=bool)
        results.add(((name, kind, seed, rule), scores(mask, wrong)) for rule, mask in masks.items())
        print(f"{name}, {kind}, seed {seed}", flush=True)
    return results.rows


def values_of(rows, rule, metric, kinds):
    """One value a case."""
    return np.array(
        [
            float(row["value"])
            for row in rows
            if row["rule"] == rule and row["metric"] == metric and row["noise"] in kinds
        ]
    )


def print_rules(rows, kinds):
    """Mean precision, recall and F1 by kind of noise; the last column weighs kinds alike."""
    for field in ("F1", "precision", "recall"):
        print(f"\n{field:28}" + "".join(f"{kind:>19}" for kind in [*kinds, "mean"]))
        for rule in [*COMPARED, "best cut"]:
            means = [np.nanmean(values_of(rows, rule, field, {kind})) for kind in kinds]
            print(f"{rule:28}" + "".join(f"{mean:19.4f}" for mean in [*means, np.mean(means)]))
    print("\nshare flagged where nothing was injected")
    for rule in COMPARED:
        print(f"{rule:28}{values_of(rows, rule, 'flagged', {'none'}).mean():19.4f}")


def print_promises(rows, kinds):
    """Realised against promised precision and recall, over tables and kinds of noise."""
    for field in ("precision", "recall"):
        print(f"\nInjectionRule, {field} promised   realised   mean |difference|   cases without a flag")
        for promise in PROMISES:
            realised = values_of(rows, f"Injection {field} {promise}", field, set(kinds))
            silent = values_of(rows, f"Injection {field} {promise}", "flagged", set(kinds)) == 0
            kept = realised[~silent]
            print(f"{promise:34.2f}{kept.mean():11.3f}{np.abs(kept - promise).mean():20.3f}", end="")
            print(f"{silent.sum():15d} of {len(silent)}")


def main():
    """Parse, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "path", nargs="?", help="folder of evaluation sets with load.py; default: scikit-learn's tables"
    )
    parser.add_argument("--max-rows", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--out", default="rules.csv")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    rows = run(options)
    injected = [kind for kind in NOISE if kind != "none"]
    given = sorted({row["noise"] for row in rows} - set(NOISE))
    print_rules(rows, injected + given)
    print_promises(rows, injected)


if __name__ == "__main__":
    main()
