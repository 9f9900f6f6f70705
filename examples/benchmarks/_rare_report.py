"""What rare_classes.py prints of its results."""

import numpy as np

__all__ = ["print_detectors", "print_means"]


def print_means(results, metric, rates, shares, title):
    """A line for each rule: the mean over tables by share of the rare class."""
    heads = [f"{share:.0%} rare, {rate:.0%} noise" for rate in rates for share in shares]
    print(f"\n{title:52}" + "".join(f"{head:>22}" for head in heads))
    for rule in dict.fromkeys(row["rule"] for row in results.rows if row["metric"] == metric):
        means = []
        for rate in rates:
            for share in shares:
                values = results.table(metric, "rule", ("table", "seed"), share=share, rate=rate)
                means.append(values[2][:, values[0].index(rule)].mean() if len(values[2]) else np.nan)
        print(f"{rule:52}" + "".join(f"{mean:22.3f}" for mean in means))


def print_detectors(results, noises, shares):
    """A block for each question; a line for each detector; a column for each noise and share of the rare class."""
    counts = sums_of(results)
    detectors = list(dict.fromkeys(detector for _, _, detector in counts))
    noisy = [noise for noise in noises if noise != "none"]
    blocks = {
        "right rare labels flagged": (noises, lambda c: c["right rare flagged"] / c["right rare"]),
        "average precision": (noisy, lambda c: c["AP"] / c["cases"]),
        "recall of the flags": (noisy, lambda c: c["found"] / c["wrong"]),
        "precision of the flags": (noisy, lambda c: c["found"] / c["flags"] if c["flags"] else np.nan),
        "right rare flagged per wrong found": (
            noisy,
            lambda c: c["right rare flagged"] / c["found"] if c["found"] else np.nan,
        ),
    }
    for title, (of_noises, value) in blocks.items():
        columns = [(noise, str(share)) for noise in of_noises for share in shares]
        print(f"\n{title:36}" + "".join(f"{f'{noise} {float(share):.1%}':>16}" for noise, share in columns))
        for detector in detectors:
            cells = [counts.get((*column, detector)) for column in columns]
            print(f"{detector:36}" + "".join(f"{value(cell) if cell else np.nan:16.3f}" for cell in cells))
    n_cases = [int(counts.get((noises[0], str(share), detectors[0]), {"cases": 0})["cases"]) for share in shares]
    print(f"\ntables and seeds by share: {', '.join(map(str, n_cases))}")


def sums_of(results):
    """Sums over tables and seeds of the counts and of AP: a dict of (noise, share, detector)."""
    sums = {}
    for row in results.rows:
        if row["metric"] in ("right rare", "right rare flagged", "wrong", "found", "flags", "AP"):
            cell = sums.setdefault((row["rate"], row["share"], row["rule"]), {"cases": 0})
            cell[row["metric"]] = cell.get(row["metric"], 0.0) + float(row["value"])
            cell["cases"] += row["metric"] == "flags"
    return sums
