"""Sentences of the report. They are for people who know the data and no statistics."""

from typing import Any

from skclean.noise import NoiseModel

__all__ = ["assumption", "limits", "next_steps", "verdict"]

# An estimate is called small where its interval begins at 0 and it is at most this.
SMALL = 0.01


def verdict(facts: dict[str, Any]) -> str:
    """Say in one or two sentences how many labels are wrong."""
    flagged = f"{facts['n_flagged']:,} of {facts['n_labelled']:,} labels are flagged."
    if facts["rate"] is None:
        return f"{flagged} This audit does not estimate how many labels are wrong in all."
    wrong, low, high = (round(facts[name] * facts["n_labelled"]) for name in ("rate", "low", "high"))
    share = f"{_percent(facts['rate'])}; 90 % interval: {low:,} to {high:,} labels"
    if facts["low"] == 0 and facts["rate"] <= SMALL:
        return f"No sign of many wrong labels: about {wrong:,} of {facts['n_labelled']:,} ({share}). {flagged}"
    if facts["low"] == 0:
        return (
            f"About {wrong:,} of {facts['n_labelled']:,} labels may be wrong ({share}). As the interval begins at 0, "
            f"overlapping classes alone could explain it. {flagged}"
        )
    return f"About {wrong:,} of {facts['n_labelled']:,} labels are probably wrong ({share}). {flagged}"


def assumption(detector: Any) -> str | None:
    """Say what the audit took for granted of the labels; None where nothing was."""
    settings = detector.get_params(deep=False)
    if "ambiguity" not in settings or NoiseModel not in detector.audit_:
        return None
    if settings["ambiguity"] is None:
        return {
            "outcomes": "Labels were taken as outcomes: the same record can go either way, so doubt is no error.",
            "annotations": "Labels were taken as annotations: an expert could tell them from the record, so part of "
            "the doubt is error.",
        }[settings["labels"]]
    estimate = detector.ambiguity_
    share = f"{100 * estimate.ambiguity:.0f} %"
    if settings["ambiguity"] != "auto":
        return f"{share} of the doubt of the models counts as error, as asked for."
    return (
        f"{share} of the doubt of the models counts as error (90 % interval {100 * estimate.low:.0f} to "
        f"{100 * estimate.high:.0f} %), as the reviewed labels show."
    )


def next_steps(summary: dict[str, Any]) -> list[str]:
    """Say what to do with these findings, the first step first."""
    if not summary["n_doubtful"]:
        steps = ["Nothing needs to be reviewed. Train on the labels as they are."]
    else:
        first = summary["tiers"][0] if summary["tiers"] else None
        count = first["rows"] if first and first["rows"] else min(summary["n_doubtful"], 100)
        steps = [
            f"Show the first {count:,} rows of the list to somebody who knows the data, and mark each one: keep, "
            "change, unsure or remove.",
            "Save the decisions, and write a corrected copy of the file: "
            "skclean apply FILE decisions.csv --label COLUMN --out fixed.csv",
            "Audit again with the decisions. After 30 to 100 of them the estimate is sharper.",
        ]
    issues = [check["title"] for check in summary["checks"] if check["state"] == "issue"]
    if issues:
        steps.append(f"Read the checks that found something: {', '.join(issues)}.")
    return steps


def limits(audit: Any, noise: Any, facts: dict[str, Any]) -> list[str]:
    """Say what this audit cannot see."""
    told = [
        "A flag is a reason to look, and no proof. Some flags are false, and some wrong labels are not flagged.",
        "Errors that follow the columns closely, such as every record of one office, look like a pattern and are "
        "learned.",
        "Where more than half of the labels of a class are wrong, the wrong ones look right.",
    ]
    if noise is None:
        told.append("The number of wrong labels is not estimated: the detector gives no probabilities of classes, or "
                    "there are more than 50 classes.")  # fmt: skip
    if facts["n_unlabelled"]:
        told.append(f"{facts['n_unlabelled']:,} rows have no label and were not judged.")
    if facts["n_not_judged"]:
        told.append(f"{facts['n_not_judged']:,} labels were never flagged: verified, trusted, or of a class that the "
                    "models do not know.")  # fmt: skip
    return told


def _percent(share):
    return f"{100 * share:.1f} %"
