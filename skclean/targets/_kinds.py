"""Kinds of y, and the detector to use for each."""

from collections.abc import Iterable

__all__ = ["DETECTOR_OF_KIND", "KINDS", "other_kinds", "remedy_for"]

# What each kind is in messages, and the class of skclean.detectors that takes it by default.
KINDS = {
    "class": "one class a row",
    "ordinal": "ordered grades",
    "numeric": "numbers",
    "tags": "several tags a row",
    "survival": "events and times",
}
DETECTOR_OF_KIND = {
    "class": "ConfidentLearning",
    "ordinal": "OrdinalConfidentLearning",
    "numeric": "RegressionResiduals",
    "tags": "MultiLabelConfidentLearning",
    "survival": "SurvivalAudit",
}


def other_kinds(*but: str) -> str:
    """Return which detector to use for the other kinds of y, as a part of a sentence: str."""
    return ", ".join(f"{what} use {DETECTOR_OF_KIND[kind]}" for kind, what in KINDS.items() if kind not in but)


def remedy_for(kind: str, accepted: Iterable[str]) -> str:
    """Return a sentence that says what to use for y of a kind: str.

    Parameters
    ----------
    kind : str
        Of y.
    accepted : iterable of str
        Kinds that the detector takes; where it takes this one, or it is unknown, the sentence is empty.
    """
    if kind in set(accepted) or kind not in KINDS:
        return ""
    return f" For {KINDS[kind]} use {DETECTOR_OF_KIND[kind]}."
