"""What the checks of `skclean.inspection` find, and how often they raise an alarm where nothing is wrong.

python examples/benchmarks/checks.py [PATH_OF_EVALUATION_SETS] [--parts NAME ...] [--seeds 1] [--tables NAME ...]
    [--out FILE.csv]

Each result is written to the CSV as soon as its case is done; a second run goes on where the first stopped.
"""

import argparse

import numpy as np
from _check_parts import PARTS, run_part
from _results import Results
from _simulated import SIMULATED, simulate
from _tables import evaluation_module, make_rare, tables

KEYS = ("part", "table", "seed", "case")


def sets(options, part):
    """Yield (name, X, cat_mask, y): the tables; for alarms also tables made rare, simulated ones, and other kinds."""
    yield from tables(options.path, options.tables)
    if part != "alarms":
        return
    for name, X, cat_mask, y in tables(options.path, options.tables):
        rows = make_rare(y, 0.03, 3000, seed=0, fewest=20)
        if rows is not None:
            yield f"rare {name}", X[rows], cat_mask, (y[rows] != np.bincount(y).argmax()).astype(int)
    for name in SIMULATED:
        X, _, y = simulate(name, 3000)
        yield f"simulated {name}", X, np.zeros(X.shape[1], dtype=bool), y
    if options.path is not None:
        yield from other_kinds(evaluation_module(options.path))


def other_kinds(module):
    """Sets of other kinds as tables of classes: numbers in three classes, the first of several labels."""
    for kind in ("partial_label", "multilabel", "regression", "weak"):
        for name in module.names(kind):
            data = module.load(name)
            y = data["y"] if "y" in data else data["Y"][:, 0]
            if "X" in data:
                if kind == "regression":
                    y = np.searchsorted(np.quantile(y, [1 / 3, 2 / 3]), y)
                cat_mask = data.get("cat_mask", np.zeros(data["X"].shape[1])).astype(bool)
                yield f"{kind} {name}", np.asarray(data["X"], dtype=np.float32), cat_mask, y.astype(int)


def run(options):
    """Run what is missing; return all results."""
    results = Results(options.out, KEYS)
    done = {(row["part"], row["table"], row["seed"]) for row in results.rows}
    for part in options.parts:
        for seed in range(options.seeds):
            for name, X, cat_mask, y in sets(options, part):
                if (part, name, str(seed)) in done:
                    continue
                found = run_part(part, X, y, cat_mask, seed)
                results.add(((part, name, seed, case), metrics) for case, metrics in found.items())
                print(part, name, seed, flush=True)
    return results


def mean_of(results, part, case, metric):
    """Values of a metric, one a table and seed: ndarray."""
    return np.array(
        [
            float(row["value"])
            for row in results.rows
            if (row["part"], row["case"], row["metric"]) == (part, case, metric)
        ]
    )


def report_leaks(results):
    """Planted copies of the label: named, and what they cost the audit."""
    plain_ap, plain_flags = (mean_of(results, "leaks", "plain", metric) for metric in ("AP", "flags"))
    if not len(plain_ap):
        return
    print(f"\nPlanted copies of the label, {len(plain_ap)} tables and seeds, 10 % uniform noise")
    for case in ("copy", "95 %"):
        ap, flags, named = (mean_of(results, "leaks", case, metric) for metric in ("AP", "flags", "named"))
        fall = 1 - flags.sum() / plain_flags.sum()
        each = np.mean(1 - flags / np.maximum(plain_flags, 1))
        print(
            f"  {case:<6} named in {named.mean():.0%}; AP {plain_ap.mean():.3f} -> {ap.mean():.3f} (falls by "
            f"{(plain_ap - ap).mean():.4f}, at most {(plain_ap - ap).max():.3f}); flags fall by {fall:.1%}, "
            f"mean over tables {each:.1%}"
        )
    for case in ("plain", "clean labels"):
        issues, tips = (mean_of(results, "leaks", case, metric) for metric in ("issue", "tip"))
        print(f"  nothing planted, {case}: {issues.sum():.0f} issues, {tips.sum():.0f} tips in {len(issues)}")


def report_groups(results):
    """A group of 200 rows with twice the noise rate of 19 others: power, and false alarms."""
    cases = sorted({row["case"] for row in results.rows if row["part"] == "groups"})
    if cases:
        print("\nNoise by group: 20 groups of 200 rows; share of cases in which a group is found")
        print(
            f"  {'rate and that of one group':<28} {'found':>6} {'false':>6} {'columns':>8} {'without groups':>15}   n"
        )
    for case in cases:
        values = [mean_of(results, "groups", case, name) for name in ("found", "false", "columns", "columns alone")]
        found, false, columns, alone = (value.mean() for value in values)
        print(f"  {case:<28} {found:6.2f} {false:6.3f} {columns:8.3f} {alone:15.3f} {len(values[0]):3}")
        for table in sorted({row["table"] for row in results.rows if (row["part"], row["case"]) == ("groups", case)}):
            of_table = [
                np.mean([float(row["value"]) for row in results.rows if _is(row, "groups", table, case, metric)])
                for metric in ("found", "false", "columns", "columns alone")
            ]
            print(f"    {table:<26} " + " ".join(f"{value:7.3f}" for value in of_table))


def _is(row, *names):
    return (row["part"], row["table"], row["case"], row["metric"]) == names


def report_near_duplicates(results):
    """5 % planted copies with 1 % jitter."""
    lines = [row for row in results.rows if row["part"] == "near duplicates"]
    if not lines:
        return
    print("\nNear duplicates: 5 % of the rows copied, numbers moved by 1 % of a standard deviation")
    print(f"  {'table':<18} {'AP':>6} {'found':>6} {'flagged before':>15}")
    for table in dict.fromkeys(row["table"] for row in lines):
        values = [
            np.mean([float(row["value"]) for row in lines if (row["table"], row["metric"]) == (table, metric)])
            for metric in ("AP", "found", "flagged before")
        ]
        print(f"  {table:<18} {values[0]:6.3f} {values[1]:6.2f} {values[2]:15.2%}")
    ap, found, flagged = (mean_of(results, "near duplicates", "near", m) for m in ("AP", "found", "flagged before"))
    print(f"  {'mean':<18} {ap.mean():6.3f} {found.mean():6.2f} {flagged.mean():15.2%}")


def report_alarms(results):
    """How many sets have each check in each state; which sets have an issue."""
    lines = [row for row in results.rows if row["part"] == "alarms" and float(row["value"]) == 1]
    if not lines:
        return
    states = ("passed", "tip", "issue", "not applicable", "skipped")
    names = list(dict.fromkeys(row["table"] for row in lines))
    print(f"\nStates of checks on {len(names)} sets with labels as they come")
    print("  " + " " * 8 + " ".join(f"{state:>14}" for state in states))
    for code in sorted({row["case"] for row in lines}):
        counts = [sum((row["case"], row["metric"]) == (code, state) for row in lines) for state in states]
        print(f"  {code:<8}" + " ".join(f"{count:>14}" for count in counts))
    for row in lines:
        if row["metric"] == "issue":
            print(f"  issue: {row['case']} on {row['table']}")


def main():
    """Parse, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?", help="folder of evaluation sets with load.py")
    parser.add_argument("--parts", nargs="+", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--tables", nargs="+")
    parser.add_argument("--out", default="checks.csv")
    results = run(parser.parse_args())
    report_leaks(results)
    report_groups(results)
    report_near_duplicates(results)
    report_alarms(results)


if __name__ == "__main__":
    main()
