"""What targets_numbers.py prints: one line for each thing that was to be reached."""

import numpy as np

__all__ = ["print_report"]


def print_report(results, means):
    """Print the means of each part, and what was to be reached."""
    found = _ranking(results)
    if found:
        print("numbers: mean average precision over tables and kinds, and seconds a case")
        for method, (precision, seconds) in found.items():
            print(f"  {method:36} {precision:.3f}  {seconds:8.3f} s")
        print("  must: 0.05 above cleanlab's score, in a tenth of its time; aim: 0.10, a thirtieth")
    rows = [row for row in results.rows if row["part"] == "flags"]
    realised = [float(row["value"]) for row in rows if row["metric"] == "right flags"]
    if realised:
        print(
            f"false discovery rate 0.2 asked: at most 0.23 in {np.mean(np.array(realised) <= 0.23):.1%} of "
            f"{len(realised)} cases, at most 0.21 in {np.mean(np.array(realised) <= 0.21):.1%}, "
            f"{np.mean(realised):.3f} in the mean (must: 0.23 in 90 %)"
        )
        shares = [float(row["value"]) for row in rows if row["metric"] == "flagged"]
        print(f"flagged where nothing is wrong: {np.mean(shares):.2%} in the mean, {np.max(shares):.2%} at most")
    _errors(results)
    upper = means(results, "error", part="known")
    if upper:
        print("30 % too low, mean absolute error:", "; ".join(f"{name} {error:.3f}" for name, error in upper.items()))
    back = [row for row in results.rows if row["metric"] == "back"]
    for n_responses in dict.fromkeys(row["table"] for row in back):
        share = np.mean([float(row["value"]) for row in back if row["table"] == n_responses])
        print(f"20 % permuted, {n_responses}: {share:.0%} put back (must, with 10 responses: 80 %)")
    seconds = {row["method"]: float(row["value"]) for row in results.rows if row["part"] == "large"}
    if len(seconds) == 2:
        fit, audit = seconds["fit of the forest"], seconds["audit"]
        print(f"200,000 x 20: fit of the forest {fit:.1f} s, audit {audit:.1f} s = {audit / fit:.2f} fits (must: 2)")


def _ranking(results):
    """Mean precision and seconds of each method; real errors of one table count as one kind."""
    cases = {}
    for row in results.rows:
        if row["part"] == "ranking":
            place = cases.setdefault(row["method"], {}).setdefault((row["table"], row["kind"]), {})
            place.setdefault(row["metric"], []).append(float(row["value"]))
    return {
        method: tuple(np.mean([np.mean(place[name]) for place in found.values()]) for name in ("precision", "seconds"))
        for method, found in cases.items()
    }


def _errors(results):
    errors = {}
    for row in results.rows:
        if row["part"] == "fitting":
            key = "without noise" if row["kind"] == "none" else "with noise"
            errors.setdefault(key, {}).setdefault(row["method"], []).append(float(row["value"]))
    for key, found in errors.items():
        print(f"fitting {key}, mean absolute error over {len(next(iter(found.values())))} cases")
        for method, values in found.items():
            print(f"  {method:36} {np.mean(values):.4f}")
