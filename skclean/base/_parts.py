"""Contracts of detectors, rules and treatments, and the check that three of them fit together."""

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from skclean.base._audit import Audit, Selection, Verdict, best_of_emptied, missing_evidence
from skclean.targets import UNLABELLED, Target, remedy_for
from skclean.utils._params import ClearParamsMixin
from skclean.utils._typing import Bools

__all__ = ["BaseDetector", "BaseRule", "BaseTreatment", "check_fits_together"]


class BaseDetector(ClearParamsMixin, BaseEstimator):
    """Sets ``label_quality_``, ``noise_mask_``, ``suggested_labels_`` and ``audit_`` in ``fit``.

    :class:`skclean.detectors.DetectorTemplate` has a ``fit`` that does all but to find the quality.

    Attributes
    ----------
    alias : str
        The short name of the class, its own name in small letters with underscores; where it is set in the class body
        of a module of `skclean.detectors`, the class is public.
    gives : tuple of classes
        Records of evidence that its audit always holds.
    accepts : tuple of str
        Kinds of targets that it takes: "class", "ordinal", "numeric", "tags", "survival", "records".
    """

    gives: tuple[type, ...] = ()
    accepts: tuple[str, ...] = ("class",)


class BaseRule(ClearParamsMixin, BaseEstimator):
    """Decides which labels are wrong. A rule never empties a class, nor flags a verified or unlabelled row.

    Subclasses write ``_flag(audit)``, which returns a boolean mask of shape (n_samples,), and declare what they need.

    Attributes
    ----------
    alias : str
        As of :class:`BaseDetector`; for modules of `skclean.rules`.
    needs : tuple of classes
        Records of evidence without which it cannot decide; a tuple of records means any one of them.
    n_trials : int
        How often a detector without probabilities is to be fitted again on labels with injected errors.
    """

    _parameter_constraints: dict[str, list[Any]] = {}
    needs: tuple[Any, ...] = ()
    n_trials: int = 0

    def decide(self, audit: Audit) -> Bools:
        """Flag the labels judged wrong.

        Parameters
        ----------
        audit : Audit
            What is known of each label.

        Returns
        -------
        noise_mask : ndarray of shape (n_samples,), bool

        Raises
        ------
        ValueError
            If the audit lacks evidence that the rule needs, or `_flag` returned no boolean mask of this shape.
        """
        self._validate_params()
        self.check_target(audit.labels.target)
        _check_needs(self, lambda record: record in audit)
        mask: Bools = np.asarray(self._flag(audit))
        if mask.dtype != bool or mask.shape != audit.codes.shape:
            raise ValueError(
                f"{type(self).__name__}._flag returned {mask.dtype} values of shape {mask.shape} for "
                f"{len(audit.codes)} rows; return True or False for each row."
            )
        mask = mask & (audit.open_codes != UNLABELLED)
        mask[best_of_emptied(mask, audit)] = False
        return mask

    def quality_cut(self, audit: Audit) -> float | None:
        """Return the label quality below which labels are flagged: float, or None where the rule has no such number.

        Parameters
        ----------
        audit : Audit
        """
        return None

    def check_target(self, target: Target) -> None:
        """Refuse parameters that do not fit the labels, before any evidence is collected; by default none.

        Parameters
        ----------
        target : Target

        Raises
        ------
        ValueError
        """


class BaseTreatment(ClearParamsMixin, BaseEstimator):
    """Decides what to train on, given which labels are wrong.

    Subclasses write ``_select(audit, mask)``, which returns a :class:`Selection`, and declare what they need.

    Attributes
    ----------
    alias : str
        As of :class:`BaseDetector`; for modules of `skclean.treatments`.
    needs : tuple of classes
        As of :class:`BaseRule`.
    returns_weights : bool
        Whether the selection carries weights, so that the estimator must take them.
    accepts : tuple of str
        As of :class:`BaseDetector`.
    draws_labels : bool
        Whether one copy of each row may be drawn by the weights, for an estimator that takes none.
    """

    _parameter_constraints: dict[str, list[Any]] = {}
    needs: tuple[Any, ...] = ()
    accepts: tuple[str, ...] = ("class", "ordinal")
    returns_weights = False
    draws_labels = False

    def select(self, verdict: Verdict) -> Selection:
        """Choose rows, their labels and weights. Unlabelled rows are never among them.

        Parameters
        ----------
        verdict : Verdict
            What is known of each label, and which are flagged.

        Returns
        -------
        selection : Selection
        """
        self._validate_params()
        _check_needs(self, lambda record: record in verdict.audit)
        selection: Selection = self._select(verdict.audit, verdict.mask)
        return selection


def check_fits_together(
    detector: BaseDetector,
    rule: BaseRule | None = None,
    treatment: BaseTreatment | None = None,
    target: Target | None = None,
) -> None:
    """Compare what is given and what is needed, before any time is spent.

    Parameters
    ----------
    detector : detector
    rule : rule or None, default=None
    treatment : treatment or None, default=None
    target : Target or None, default=None

    Raises
    ------
    ValueError
        If a parameter is out of range, the rule or the treatment needs evidence that the detector does not give, or
        the detector or the treatment does not take this kind of target.
    """
    name = type(detector).__name__
    for part in (rule, treatment):
        if part is not None:
            part._validate_params()
            _check_needs(part, lambda record: any(issubclass(given, record) for given in detector.gives), name)
    if treatment is not None and not set(treatment.accepts) & set(detector.accepts):
        raise ValueError(
            f"{type(treatment).__name__} needs a detector of classes, and {name} with its estimator takes targets of "
            f"the kind {' or '.join(detector.accepts)}. Use treatment='drop' or 'relabel' in LabelCleaner, or fit "
            f"{name} by itself, and use its noise_mask_ or label_quality_."
        )
    if target is not None and target.kind not in detector.accepts:
        raise ValueError(
            f"{name} takes targets of the kind {' or '.join(detector.accepts)}, and y is of the kind {target.kind!r}."
            + remedy_for(target.kind, detector.accepts)
        )
    if target is not None and rule is not None:
        rule.check_target(target)


def _check_needs(part: Any, has: Callable[[type], bool], owner: str = "this detector") -> None:
    for need in part.needs:
        choices = need if isinstance(need, tuple) else (need,)
        if not any(map(has, choices)):
            raise missing_evidence(type(part).__name__, choices[-1], owner)
