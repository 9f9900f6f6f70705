"""What harm.py prints of its results."""

import numpy as np

__all__ = ["print_report"]

CASE = ("kind", "table", "noise", "seed", "model")
GROUPS = {"none": ("none",), "2 %, 5 %": ("2 %", "5 %"), "10 %": ("10 %",), "pair": ("pair",), "hidden": ("hidden",)}
LOSS_OF_ACCURACY, LOSS_OF_AP = 0.005, 0.02
SEPARABLE = 0.9
HEADS = ("cases", "harmed", "accuracy", "AP", "log loss", "final fit", "cleaning", "divergence", "failed")


def print_report(results):
    """Print harm by noise, kind of table and model, and the worst cases of the default."""
    scores = by_case(results)
    separable = separable_tables(scores)
    overlapping = {case: found for case, found in scores.items() if case[:2] not in separable}
    print("\nDifferences to the plain fit on the same labels; 'final fit' is a ratio, 'cleaning' is in seconds.")
    for name, noises in {**GROUPS, "all cases": None}.items():
        print_lines(f"overlapping, rare, simulated: {name}", overlapping, lambda case, n=noises: not n or case[2] in n)
    for kind in dict.fromkeys(case[0] for case in overlapping):
        print_lines(f"kind {kind}", overlapping, lambda case, kind=kind: case[0] == kind)
    for model in dict.fromkeys(case[4] for case in overlapping):
        print_lines(f"model {model}", overlapping, lambda case, model=model: case[4] == model)
    print_lines("separable tables", scores, lambda case: case[:2] in separable)
    print_worst(overlapping, "default")


def by_case(results):
    """Metrics by treatment, by case: a dict of dicts of dicts."""
    scores = {}
    for row in results.rows:
        case = tuple(row[name] for name in CASE)
        scores.setdefault(case, {}).setdefault(row["treatment"], {})[row["metric"]] = float(row["value"])
    return {case: found for case, found in scores.items() if "accuracy" in found.get("plain", {})}


def separable_tables(scores):
    """(kind, table) of tables as they come that a model, fitted on clean labels, separates well."""
    best = {}
    for (kind, table, noise, *_), found in scores.items():
        if kind == "as-is":
            trained = found["plain"] if noise == "none" else found.get("clean labels", {})
            best.setdefault((kind, table), []).append(trained.get("balanced accuracy", 0.0))
    return {table for table, values in best.items() if max(values) >= SEPARABLE}


def difference(found, treatment, metric):
    """Metric of a treatment less that of the plain fit; NaN where one is missing."""
    return found[treatment].get(metric, np.nan) - found["plain"].get(metric, np.nan)


def is_harmed(found, treatment):
    """Whether a treatment made a case worse than plain fitting did; failing counts."""
    if "failed" in found[treatment]:
        return True
    worse = difference(found, treatment, "accuracy") < -LOSS_OF_ACCURACY
    return worse or difference(found, treatment, "AP") < -LOSS_OF_AP


def summary(lines, treatment):
    """Values for :data:`HEADS`, of the cases that have the treatment."""
    lines = [found for found in lines if treatment in found]
    ratios = [found[treatment].get("final fit", np.nan) / found["plain"]["final fit"] for found in lines]
    return (
        len(lines),
        np.mean([is_harmed(found, treatment) for found in lines]),
        *(
            _mean([difference(found, treatment, metric) for found in lines])
            for metric in ("accuracy", "AP", "log loss")
        ),
        _mean(ratios),
        _mean([found[treatment].get("cleaning", np.nan) for found in lines]),
        _mean([difference(found, treatment, "divergence") for found in lines]),
        sum("failed" in found[treatment] for found in lines),
    )


def _mean(values):
    values = np.asarray(values, dtype=float)
    return np.nan if np.isnan(values).all() else np.nanmean(values)


def print_lines(title, scores, chosen):
    """One line for each treatment, over the chosen cases."""
    lines = [found for case, found in scores.items() if chosen(case)]
    treatments = [name for name in dict.fromkeys(name for found in lines for name in found) if name != "plain"]
    if not treatments:
        return
    print(f"\n{title:40}" + "".join(f"{head:>11}" for head in HEADS))
    for name in treatments:
        cases, harmed, accuracy, ap, loss, final_fit, cleaning, divergence, failed = summary(lines, name)
        print(
            f"{name:40}{cases:11}{harmed:11.1%}{accuracy:+11.4f}{ap:+11.4f}{loss:+11.4f}{final_fit:11.2f}"
            f"{cleaning:11.2f}{divergence:+11.4f}{failed:11}"
        )


def print_worst(scores, treatment, n_cases=10):
    """The cases that a treatment harmed most, counted in the losses that make a case harmed."""
    harms = []
    for case, found in scores.items():
        if treatment in found and "failed" not in found[treatment]:
            accuracy, ap = (difference(found, treatment, metric) for metric in ("accuracy", "AP"))
            harms.append((max(-accuracy / LOSS_OF_ACCURACY, -ap / LOSS_OF_AP), case, accuracy, ap, found))
    if not harms:
        return
    print(f"\n{'worst cases of ' + treatment:60}{'accuracy':>18}{'AP':>18}{'log loss':>18}")
    for _, case, *_, found in sorted(harms, key=lambda harm: -harm[0])[:n_cases]:
        pairs = [
            f"{found['plain'][metric]:.3f} to {found[treatment][metric]:.3f}"
            for metric in ("accuracy", "AP", "log loss")
        ]
        print(f"{', '.join(case):60}" + "".join(f"{pair:>18}" for pair in pairs))
