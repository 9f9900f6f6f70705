"""Flags from the predictions of anyone's models, for labels that are not one class a row."""

from typing import Any

import numpy as np
from scipy.special import logit

from skclean.base import Audit, BaseRule, CellErrors, CellProba, ClassProba, ErrorChance, Labels, Residuals
from skclean.detectors.tags._cell_errors import AnyWrongCell, flag_cells
from skclean.noise.model._cell_channel import fit_cell_channel
from skclean.noise.ordinal._posterior import ordinal_posterior
from skclean.quality._multilabel_quality import check_cell_proba, pool_cells
from skclean.rules import LikelyWrong, ResidualMixture, resolve_rule
from skclean.targets import (
    KINDS,
    UNLABELLED,
    OrdinalTarget,
    check_labels_and_proba,
    kind_of_target,
    ordered_categories,
    read_numbers,
    read_tags,
)
from skclean.utils._checks import check_row_flags, check_same_order
from skclean.utils._typing import Bools, Labels1d, Numbers

__all__ = ["check_kind", "find_other_issues", "refuse_options"]

MIN_PROBA = 1e-6


def check_kind(target: str, y: Any) -> str:
    """Return the kind of y.

    Raises
    ------
    ValueError
        If `target` is not known, or y is of events and times.
    """
    if target != "auto" and target not in KINDS:
        raise ValueError(f"target must be 'auto' or one of {list(KINDS)}, got {target!r}.")
    kind = kind_of_target(y) if target == "auto" else target
    if kind == "survival":
        raise ValueError("events and times need more than one prediction a row; use SurvivalAudit.")
    return kind


def refuse_options(kind: str, given: dict[str, bool]) -> None:
    """Raise where an argument is given that is for labels of one class a row."""
    for name, is_given in given.items():
        if is_given:
            raise ValueError(f"{name}= is for labels of one class a row, and y holds {KINDS[kind]}; leave it out.")


def find_other_issues(
    kind: str, y: Any, y_proba: Numbers, *, rule: BaseRule | str | None, classes: Labels1d | None, verified: Any
) -> Bools:
    """Flag labels of a kind other than "class"; see :func:`find_label_issues`."""
    check_same_order(y_proba=y_proba, y=y, verified=verified)
    audit, default = _AUDITS[kind](y, y_proba, classes, verified)
    return np.asarray((default if rule is None else resolve_rule(rule)).decide(audit))


def _of_grades(y, y_proba, classes, verified):
    """What probabilities tell of grades, and the rule for it."""
    order = ordered_categories(y) if classes is None else classes
    codes, classes, proba, summary = check_labels_and_proba(y, y_proba, classes=order)
    target = OrdinalTarget(codes, classes)
    verified = check_row_flags(verified, len(codes), name="verified")
    found = ordinal_posterior(np.asarray(proba), codes, verified=verified)
    right = found.right(codes)
    evidence = (ClassProba(proba, codes, summary), ErrorChance(1 - right))
    return Audit(Labels(target, verified=verified), evidence, right, summary.predicted), LikelyWrong()


def _of_numbers(y, predicted, classes, verified):
    """What predicted numbers tell of given ones, and the rule for it."""
    _refuse_classes(classes, "numeric")
    target = read_numbers(y)
    predicted = np.asarray(predicted, dtype=np.float64)
    if predicted.shape != (target.n_rows,):
        raise ValueError(
            f"y_proba must hold one predicted number for each of the {target.n_rows} numbers in y, got the shape "
            f"{predicted.shape}. If these whole numbers are classes, pass target='class'."
        )
    unusable = np.flatnonzero(target.known & ~np.isfinite(predicted))
    if unusable.size:
        raise ValueError(f"y_proba is {predicted[unusable[0]]} in row {unusable[0]}; each prediction must be finite.")
    sizes = np.abs(target.values - predicted)[target.known]
    scale = float(np.median(sizes)) or float(sizes.mean()) or 1.0
    spread = np.full(target.n_rows, scale)  # rules compare residuals with each other, so that any unit will do
    quality = np.where(target.known, 1 / (1 + (np.nan_to_num(target.values - predicted) / scale) ** 2), 1.0)
    known = Labels(target, verified=check_row_flags(verified, target.n_rows, name="verified"))
    return Audit(known, (Residuals(predicted, spread),), quality, predicted), ResidualMixture()


def _of_tags(Y, Y_proba, classes, verified):
    """What probabilities of tags tell of given ones, and the rule for it."""
    _refuse_classes(classes, "tags")
    target = read_tags(Y)
    proba = check_cell_proba(Y_proba, target.cells)
    verified = check_row_flags(verified, target.n_rows, name="verified")
    channel = fit_cell_channel(logit(np.clip(proba, MIN_PROBA, 1 - MIN_PROBA))[None], target.cells, verified=verified)
    flagged = flag_cells(channel, target.cells)
    quality = np.where(target.known, pool_cells(1 - channel.wrong, target.cells != UNLABELLED, "odds"), 1.0)
    evidence = (CellProba(proba, target.cells, target.classes), CellErrors(channel.wrong, flagged))
    return Audit(Labels(target, verified=verified), evidence, quality, target.cells), AnyWrongCell()


def _refuse_classes(classes, kind):
    if classes is not None:
        raise ValueError(f"classes= names the columns of classes, and y holds {KINDS[kind]}; leave it out.")


_AUDITS = {"ordinal": _of_grades, "numeric": _of_numbers, "tags": _of_tags}
