"""What noisy_decisions.py prints."""

import numpy as np

__all__ = ["report"]


def rates_of(results, part):
    """Noise rates of a part, ascending."""
    return sorted({float(row["rate"]) for row in results.rows if row["part"] == part})


def report(results, kinds, simulated):
    """Print the tables of all parts that have results."""
    report_sets(results, kinds)
    report_scores(results, kinds)
    report_plausible(results)
    report_costs(results)
    report_tests(results, simulated)


def report_sets(results, kinds):
    print("\nsets at 90 %: coverage of the true class, and size over that of clean calibration")
    for kind in kinds:
        for rate in rates_of(results, "sets"):
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


def report_scores(results, kinds):
    print("\nscores with 100 checked labels: intervals that hold, width, correlation; width of active_test")
    for kind in kinds:
        for rate in rates_of(results, "scores"):
            where = {"part": "scores", "kind": kind, "rate": rate}
            _, found, held = results.table("held", "method", ("table", "seed"), **where)
            if not len(found):
                continue
            width = results.table("width", "method", ("table", "seed"), **where)[2]
            _, _, correlation = results.table("correlation", "method", ("table", "seed"), **where)
            print(
                f"{kind:14s}{100 * rate:3.0f} % {len(found):4d}"
                f"  test_score {held[:, 0].mean():6.3f}{width[:, 0].mean():6.2f}{correlation.mean():6.2f}"
                f"  active_test {held[:, 1].mean():6.3f}{width[:, 1].mean():6.2f}"
            )


def report_plausible(results):
    of_plausible = [row for row in results.rows if row["part"] == "plausible"]
    if of_plausible:
        print("\nplausible labels, 20 % of wrong ones")
        for metric in dict.fromkeys(row["metric"] for row in of_plausible):
            values = [float(row["value"]) for row in of_plausible if row["metric"] == metric]
            print(f"    {metric:20s}{len(values):5d}{np.mean(values):8.3f}")


def report_costs(results):
    of_costs = [row for row in results.rows if row["part"] == "costs"]
    if of_costs:
        print("\nsets of labels: cost over the budget, and right labels over those of the k likeliest at that cost")
        for table, budget in dict.fromkeys((row["table"], row["method"]) for row in of_costs):
            own = [row for row in of_costs if row["table"] == table and row["method"] == budget]
            mean = [
                np.mean([float(row["value"]) for row in own if row["metric"] == name]) for name in ("cost", "value")
            ]
            print(f"    {table:20s}{budget:14s}{mean[0]:8.3f}{mean[1]:8.3f}")


def report_tests(results, simulated):
    print("\nnoise_test: share of rejections")
    for what, rate in (("simulated, no error", 0), ("tables as they are", 0), ("tables, 5 %", 0.05)):
        rows = [row for row in results.rows if row["metric"] == "rejected" and row["rate"] == str(rate)]
        rows = [row for row in rows if (row["table"] in simulated) == what.startswith("simulated")]
        if rows:
            rejected = sorted({row["table"] for row in rows if float(row["value"])})
            print(
                f"{what:22s}{len(rows):5d}{np.mean([float(row['value']) for row in rows]):8.3f}  {', '.join(rejected)}"
            )
