"""Checks of what displays get; each message names the argument and the remedy."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.exceptions import NotFittedError

from skclean.base import BaseDetector, ClassProba
from skclean.base._audit import missing_evidence
from skclean.utils._compat import num_samples
from skclean.utils._typing import Array, Bools, Floats, Labels1d, Numbers
from skclean.utils._values import is_missing, shortened

__all__ = [
    "check_choice",
    "check_confidence",
    "check_flags",
    "check_length",
    "check_numbers",
    "fitted_detector",
    "given_labels",
    "names_of_rows",
    "proba_of",
]


def fitted_detector(detector: Any, name: str = "detector") -> Any:
    """Return a fitted detector, of a LabelCleaner or NoiseRobustClassifier the one that it has fitted.

    Raises
    ------
    TypeError
        If it is no detector.
    NotFittedError
        If it is not fitted.
    """
    if isinstance(detector, type):
        raise TypeError(f"{name} must be a fitted detector, got the class {detector.__name__}.")
    if not (isinstance(detector, BaseDetector) or hasattr(detector, "audit_table")):
        raise TypeError(
            f"{name} must be a fitted detector, such as ConfidentLearning().fit(X, y), got {shortened(detector)}."
        )
    found = detector if isinstance(detector, BaseDetector) else vars(detector).get("detector_")
    if found is None or "audit_" not in vars(found):
        raise NotFittedError(f"{name}, {type(detector).__name__}, is not fitted, or has no audit; call its fit first.")
    return found


def proba_of(detector: Any, who: str) -> ClassProba:
    """Return the probabilities of a fitted detector, or raise an error that says which detectors have any."""
    found: ClassProba | None = detector.audit_.get(ClassProba)
    if found is None:
        raise missing_evidence(who, ClassProba, type(detector).__name__)
    return found


def given_labels(detector: Any) -> Array | None:
    """Return the given labels of a fitted detector, None where its target has no classes."""
    target = detector.audit_.labels.target
    return target.as_y() if target.has_classes else None


def check_length(values: Any, n_rows: int, name: str, other: str) -> None:
    """Raise ValueError where two arguments have another number of rows."""
    if num_samples(values) != n_rows:
        raise ValueError(f"{name} has {num_samples(values)} rows but {other} has {n_rows}; pass one value per row.")


def check_numbers(values: Numbers, name: str, *, low: float = -np.inf, high: float = np.inf) -> Floats:
    """Return finite numbers from `low` to `high`: ndarray of shape (n_rows,), float64, at least one.

    Raises
    ------
    ValueError
        With the first number that is out of range.
    """
    try:
        found = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} must hold numbers, one per row, got {shortened(values)}.") from None
    if found.ndim != 1 or not len(found):
        raise ValueError(f"{name} must have shape (n_rows,) with at least one row, got {found.shape}.")
    wrong = np.flatnonzero(~(np.isfinite(found) & (found >= low) & (found <= high)))
    if wrong.size:
        where = f"must be from {low:g} to {high:g}" if np.isfinite([low, high]).all() else "must be finite numbers"
        raise ValueError(f"{name} {where}, got {found[wrong[0]]} in row {wrong[0]}.")
    return found


def check_flags(flags: Numbers | None, n_rows: int, name: str) -> Bools:
    """Return a boolean per row: ndarray of shape (n_rows,), all False where `flags` is None."""
    if flags is None:
        return np.zeros(n_rows, dtype=bool)
    found = np.asarray(flags)
    if found.shape != (n_rows,):
        raise ValueError(f"{name} must have shape ({n_rows},), one flag per row, got {found.shape}.")
    if found.dtype != bool and not all(not is_missing(value) and value in (0, 1) for value in found.tolist()):
        raise ValueError(f"{name} must hold True or False.")
    return found.astype(bool)


def check_confidence(confidence: float) -> float:
    """Return the probability that an interval aims at; it must lie between 0 and 1."""
    if not isinstance(confidence, (int, float)) or not 0 < confidence < 1:
        raise ValueError(f"confidence must be in (0, 1), got {confidence!r}.")
    return float(confidence)


def check_choice(value: Any, choices: Sequence[str], name: str) -> None:
    """Raise ValueError where a text is none of the choices."""
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{name} must be one of {list(choices)}, got {shortened(value)}.")


def names_of_rows(names: Labels1d | None, n_rows: int) -> Array:
    """Return the names of the rows, positions where there are none: ndarray of shape (n_rows,)."""
    if names is None:
        return np.arange(n_rows)
    found = np.empty(n_rows, dtype=object)
    check_length(names, n_rows, "names", "X")
    found[:] = list(names)  # type: ignore[arg-type]
    return found
