"""Sentences of the report. They are for people who know the data and no statistics."""

from typing import Any

from skclean.noise import NoiseModel

__all__ = ["TITLE", "assumption", "dataset_name", "limits", "next_steps", "verdict"]

# Of a report without a title of its own.
TITLE = "Label audit"

# An estimate is called small where its interval begins at 0 and it is at most this.
SMALL = 0.01


def verdict(facts: dict[str, Any]) -> str:
    """Say in one or two sentences how many labels are wrong."""
    n_counted = facts["n_counted"]
    flagged = f"{_count(facts['n_flagged'], n_counted)} flagged."
    if facts["rate"] is None:
        return f"{flagged} This audit does not estimate how many labels are wrong in all."
    if facts["n_not_judged"] == facts["n_labelled"]:
        return "This audit cannot say whether labels are wrong: no label could be judged."
    wrong, low, high = (round(facts[name] * n_counted) for name in ("rate", "low", "high"))
    share = f"{_percent(facts['rate'])}; 90 % interval: {low:,} to {high:,} labels"
    if not low and facts["rate"] <= SMALL:
        return f"No sign of many wrong labels: about {wrong:,} of {n_counted:,} ({share}). {flagged}"
    if not low:
        return (
            f"About {wrong:,} of {n_counted:,} labels may be wrong ({share}). As the interval begins at 0, "
            f"overlapping classes alone could explain it. {flagged}"
        )
    return f"About {wrong:,} of {n_counted:,} labels are probably wrong ({share}). {flagged}"


def dataset_name(summary: dict[str, Any]) -> str:
    """Return what the data is called: the title of the report, or the name of the file where it has none."""
    file = summary["data"].get("file")
    return str(file if file and summary["title"] == TITLE else summary["title"])


def assumption(detector: Any) -> str | None:
    """Say what the audit took for granted of the labels; None where nothing was."""
    settings = detector.get_params(deep=False)
    if "ambiguity" not in settings or NoiseModel not in detector.audit_:
        return None
    taken = settings["ambiguity"] is None
    estimate = detector.ambiguity_
    if settings["ambiguity"] == "auto":  # as long as no reviewed row tells otherwise
        taken = detector.audit_[NoiseModel].reviewed is None or estimate.is_open
    if taken:
        return {
            "outcomes": "Labels were taken as outcomes: the same record can go either way, so doubt is no error.",
            "annotations": "Labels were taken as annotations: an expert could tell them from the record, so part of "
            "the doubt is error.",
        }[settings["labels"]]
    share = f"{100 * estimate.ambiguity:.0f} %"
    if settings["ambiguity"] != "auto":
        return f"{share} of the doubt of the models counts as error, as asked for."
    return (
        f"{share} of the doubt of the models counts as error (90 % interval {100 * estimate.low:.0f} to "
        f"{100 * estimate.high:.0f} %), as the reviewed labels show."
    )


def next_steps(summary: dict[str, Any]) -> list[str]:
    """Say what to do with these findings, the first step first: nothing, where no label is flagged."""
    verdict = summary["verdict"]
    flagged = verdict["n_flagged"]
    if summary["data"]["n_not_judged"] == verdict["n_labelled"]:
        steps = ["Look at the warnings of the audit, and add columns that have to do with the labels."]
    elif not flagged:
        steps = ["Nothing needs to be reviewed. Train on the labels as they are."]
        if summary["n_doubtful"]:
            steps.append(
                "Only if an expert could tell each label from its record: audit again with --labels annotations "
                '(labels="annotations" in Python). The list below shows the labels that would then be doubtful.'
            )
    else:
        come_first = all(row["flagged"] for row in summary["rows"][:flagged])
        which = f"the first {flagged:,} rows of the list" if come_first else f"the {flagged:,} flagged rows"
        rows = "the flagged row" if flagged == 1 else which
        steps = [
            f"Show {rows} to somebody who knows the data, and mark {'it' if flagged == 1 else 'each one'}: keep, "
            "change, unsure or remove.",
            "Save the decisions, and write a corrected copy of the file: "
            "skclean apply FILE decisions.csv --label COLUMN --out fixed.csv",
            "Audit again with the decisions. After 30 to 100 of them the estimate is sharper.",
        ]
    if flagged and verdict["low"] is not None and not round(verdict["low"] * verdict["n_counted"]):
        steps.insert(0, "It is not certain that any label is wrong. You may train on the labels as they are.")
    issues = [check["title"] for check in summary["checks"] if check["state"] == "issue"]
    if issues:
        steps.append(f"Read the checks that found something: {', '.join(issues)}.")
    return steps


def limits(audit: Any, noise: Any, facts: dict[str, Any]) -> list[str]:
    """Say what this audit cannot see."""
    said = [
        "A flag is a reason to look, and no proof. Some flags are false, and some wrong labels are not flagged.",
        "Errors that follow the columns closely, such as every record of one office, look like a pattern and are "
        "learned.",
        "Where more than half of the labels of a class are wrong, the wrong ones look right.",
    ]
    if noise is None:
        said.append("The number of wrong labels is not estimated: the detector gives no probabilities of classes, or "
                    "there are more than 50 classes.")  # fmt: skip
    if facts["n_unlabelled"]:
        said.append(f"{facts['n_unlabelled']:,} rows have no label and were not judged.")
    if facts["n_not_judged"]:
        said.append(f"{facts['n_not_judged']:,} labels were not judged: they are verified, trusted, of a class that "
                    "the models do not know, or the columns tell nothing of them.")  # fmt: skip
    return said


def _count(count, total):
    if not count:
        return "No label is"
    return f"{count:,} of {total:,} labels {'is' if count == 1 else 'are'}"


def _percent(share):
    return f"{100 * share:.1f} %"
