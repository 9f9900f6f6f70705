"""One line on what an audit assumed of the labels: outcomes, annotations, or what reviewers found."""

from typing import NamedTuple

import numpy as np

from skclean.noise import NoiseModel
from skclean.review import world_of

__all__ = ["ReviewCounts", "assumption", "review_of"]

_KINDS = {
    "outcomes": "labels taken as outcomes: doubt is no error; if an expert could tell the label from the record, add "
    "--labels annotations",
    "annotations": "labels taken as annotations: part of the doubt is error; if the same record can go either way, "
    "leave out --labels annotations",
}


_WORLDS = {
    "outcomes": "so the labels are like outcomes",
    "annotations": "so the labels are like annotations",
    "unclear": "and more reviewed rows would tell whether labels are outcomes or annotations",
}


class ReviewCounts(NamedTuple):
    """Numbers of labels that were reviewed, and of those that were wrong."""

    n_rows: int
    n_wrong: int


def review_of(audit):
    """Return what was reviewed: ReviewCounts, or None where nothing was."""
    review = audit[NoiseModel].reviewed if NoiseModel in audit else None
    return None if review is None else ReviewCounts(len(review.rows), int(np.count_nonzero(review.found_wrong)))


def assumption(detector):
    """Return the assumption of a fitted detector about its labels; None where it makes none.

    Parameters
    ----------
    detector : fitted detector
    """
    settings = detector.get_params(deep=False)
    if "ambiguity" not in settings or NoiseModel not in detector.audit_:
        return None
    nothing_reviewed = settings["ambiguity"] == "auto" and review_of(detector.audit_) is None
    if settings["ambiguity"] is None or nothing_reviewed:
        return _KINDS[settings["labels"]]
    if settings["ambiguity"] != "auto":
        return f"ambiguity {settings['ambiguity']:g}, as asked for: that share of the doubt is error"
    estimate = detector.ambiguity_
    if estimate.is_open:
        taken = _KINDS[settings["labels"]].partition(";")[0]
        return (
            f"{taken}; the reviewed labels do not tell whether they are outcomes or annotations; review some rows that "
            "were not doubted, as --review-sample or --budget draws them"
        )
    return (
        f"ambiguity {estimate.ambiguity:.2f} (90 % interval {estimate.low:.2f} to {estimate.high:.2f}), estimated from "
        f"the reviewed labels: that share of the doubt is error, {_WORLDS[world_of(estimate)]}"
    )
