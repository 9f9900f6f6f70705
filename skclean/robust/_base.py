"""Base of the two meta-estimators: make the detector, check what cannot work, fit it, let a treatment select."""

import os
from numbers import Integral, Real
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, MetaEstimatorMixin, clone
from sklearn.utils.validation import check_is_fitted

from skclean.base import Audit, BaseDetector, BaseRule, BaseTreatment, Verdict
from skclean.detectors import DETECTORS, ConfidentLearning, default_detector
from skclean.detectors._html import FindingsHTMLMixin
from skclean.detectors._summary import Summary
from skclean.noise import NoiseModel
from skclean.noise.model._ambiguity import LABEL_KINDS
from skclean.robust._cached_fit import cached_fit
from skclean.robust._gate import is_predefined_split
from skclean.rules import RULES
from skclean.treatments import TREATMENTS, Drop
from skclean.utils._checks import check_classifies
from skclean.utils._compat import CallbackSupportMixin, HasMethods, Interval, StrOptions, get_tags, routing_enabled
from skclean.utils._params import ClearParamsMixin, resolve_alias, seeded_clone, weight_parameter
from skclean.utils._typing import Params

__all__ = ["BaseCleaner", "check_before_fitting"]

# Fitted attributes that hold labels, or a value for each training row.
_OF_TRAINING_ROWS = (
    "detector_",
    "label_quality_",
    "noise_mask_",
    "suggested_labels_",
    "selection_",
    "sample_indices_",
)


class BaseCleaner(FindingsHTMLMixin, CallbackSupportMixin, MetaEstimatorMixin, ClearParamsMixin, BaseEstimator):
    """A detector and a treatment in one estimator; re-exposes the detector's fitted state."""

    __metadata_request__fit = {"verified": True, "reviewed": True}

    _parameter_constraints: dict = {
        "estimator": [HasMethods(["fit", "predict"]), None],
        "detector": [BaseDetector, DETECTORS.options, None],
        "rule": [BaseRule, RULES.options, None],
        "treatment": [BaseTreatment, TREATMENTS.options, None],
        "labels": [StrOptions(set(LABEL_KINDS))],
        "ambiguity": [Interval(Real, 0, 1, closed="both"), StrOptions({"auto"}), None],
        "trusted_classes": ["array-like", None],
        "memory": [str, os.PathLike, HasMethods(["cache"]), None],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    _part_aliases = {"detector": DETECTORS, "rule": RULES, "treatment": TREATMENTS}
    _part_defaults = {"detector": ConfidentLearning}

    def _make_detector(self, model, kind="class"):
        """The detector to fit: the user's own as it is, or one made here with the settings of this estimator.

        Parameters
        ----------
        model : estimator or None
            The model that predicts the labels if the detector has none of its own.
        kind : str, default="class"
            Of y, which decides the detector where none was given.
        """
        detector = self.detector
        made_here = detector is None or isinstance(detector, str)
        if detector is None:
            detector = default_detector(kind)
        detector = resolve_alias(detector, DETECTORS, name="detector")
        settings = detector.get_params(deep=False)
        if model is not None and "estimator" in settings and settings["estimator"] is None:
            detector.set_params(estimator=clone(model))
        own = {name: getattr(self, name) for name in ("rule", "labels", "ambiguity", "trusted_classes")}
        chosen = {name: value for name, value in own.items() if value is not None}
        if self.labels == "outcomes":  # the default; trusted classes may be an array, which compares item by item
            del chosen["labels"]
        unknown = sorted(chosen) if not made_here else sorted(set(chosen) - set(settings))
        if unknown:
            raise ValueError(
                f"{unknown[0]}= of {type(self).__name__} is for the detector that it makes itself. Set it in the "
                f"detector that you pass, if {type(detector).__name__} has it, or leave it out."
            )
        if made_here:
            own |= {"n_jobs": self.n_jobs}
            detector.set_params(**{name: value for name, value in own.items() if name in settings})
        return detector

    def _fit_detector(self, detector, X, y, params, progress):
        """Return the fitted detector, from the cache where it is kept; a detector without a seed gets one here."""
        detector = self._seeded(detector)

        def fit():
            with progress.handed_to("fit-detector", detector):
                detector.fit(X, y, **params)

        return cached_fit(self.memory, detector, X, y, params, fit)

    def _seeded(self, detector):
        """Return the detector with a seed, unless it has one; it draws those of its models from it."""
        seed = self.random_state
        if isinstance(seed, np.random.RandomState):  # one draw, whether the detector is fitted or found in the cache
            seed = int(seed.randint(np.iinfo(np.int32).max))
        if seed is None:
            return detector
        if "random_state" not in detector.get_params(deep=False):
            return seeded_clone(detector, seed)
        return detector.set_params(random_state=seed) if detector.random_state is None else detector

    def _make_treatment(self, detector):
        """The treatment to use; without a choice, this estimator's default, or "drop" without a noise model."""
        if self.treatment is not None:
            return resolve_alias(self.treatment, TREATMENTS, name="treatment")
        return self._default_treatment() if NoiseModel in detector.gives else Drop()

    def _record_selection(self, detector, treatment):
        """Select, and re-expose what the detector found."""
        self.detector_ = detector
        self.__dict__.pop("classes_", None)  # of an earlier fit
        for name in ("classes_", "label_quality_", "noise_mask_", "suggested_labels_"):
            if name in vars(detector):
                setattr(self, name, getattr(detector, name))
        self.selection_ = treatment.select(Verdict(detector.audit_, detector.noise_mask_))
        self.sample_indices_ = self.selection_.indices
        self.decision_ = self.selection_.reason
        noise = detector.audit_.get(NoiseModel)
        self.noise_rate_ = None if noise is None else noise.noise_rate
        return self.selection_

    @property
    def audit_(self) -> Audit:
        """The detector's record of labels, predictions, quality and suggestions."""
        return self._fitted_detector("audit_").audit_

    def _fitted_detector(self, what):
        """The fitted detector, or an error that says why there is none."""
        if "detector_" not in vars(self) and "decision_" in vars(self):
            raise AttributeError(f"{type(self).__name__} has no {what} after drop_audit; fit it again.")
        check_is_fitted(self, "detector_")
        return self.detector_

    def audit_table(self) -> Any:
        """The list of rows to review, in the order of the rows of X.

        Returns
        -------
        table : pandas.DataFrame, or ndarray with named fields where pandas is not installed
            Columns given, suggested (for rows that are flagged or unlabelled), quality, flagged and reason, under the
            index of X.
        """
        return self._fitted_detector("audit_table").audit_table()

    def summary(self) -> Params:
        """Count labels, flags and suggested changes; see the `summary` of detectors.

        Returns
        -------
        summary : dict
            That of `detector_`, and `decision`, what was done to the labels. It prints as a few lines of text, and
            notebooks show it as a table.
        """
        return Summary({**self._fitted_detector("summary").summary(), "decision": self.decision_})

    def drop_audit(self) -> Self:
        """Forget everything that has a value for each training row, before this estimator is stored or handed on.

        Labels, probabilities and flags of the training rows are deleted: `detector_`, `audit_`, `label_quality_`,
        `noise_mask_`, `suggested_labels_`, `selection_` and `sample_indices_`. What is left predicts as before, and has
        `classes_`, `decision_` and `noise_rate_`. A model that stores its training rows, such as nearest neighbours,
        still holds them.

        Returns
        -------
        self : estimator
        """
        self._fitted_detector("audit_")
        for name in _OF_TRAINING_ROWS:
            delattr(self, name)
        return self


def check_before_fitting(owner, estimator, detector, treatment, weight):
    """Refuse what cannot work before any time is spent.

    Parameters
    ----------
    owner : NoiseRobustClassifier
    estimator : classifier
        The model to train.
    detector : detector
    treatment : treatment
    weight : ndarray of shape (n_samples,) or None

    Raises
    ------
    ValueError
        With the remedy.
    """
    check_classifies(estimator, owner)
    if not {"class", "ordinal"} & set(detector.accepts):
        raise ValueError(
            f"{type(owner).__name__} trains classifiers, and {type(detector).__name__} takes targets of the kind "
            f"{' or '.join(detector.accepts)}; use a detector of classes, or NoiseRobustRegressor for numbers."
        )
    cv = getattr(detector, "cv", None)
    if owner.gate and is_predefined_split(cv):
        raise ValueError(
            "gate=True fits the detector again on two thirds of the rows, and its cv names folds of all rows; give "
            "the detector a number of folds or a splitter."
        )
    must_weigh = treatment.returns_weights and not treatment.draws_labels
    needs = f"treatment={owner.treatment!r} trains" if must_weigh else None
    if needs is None and weight is not None and not routing_enabled():  # where requests decide, they are checked
        needs = "sample_weight was given, to train"
    if needs and weight_parameter(estimator) is None:
        remedy = "request them with set_fit_request(sample_weight=True) where they are to go, " * routing_enabled()
        raise ValueError(
            f"{needs} with sample weights, but {type(estimator).__name__} takes no sample_weight in fit; {remedy}"
            "use treatment='drop' or 'relabel' without weights, or an estimator that takes them."
        )
    if get_tags(estimator).input_tags.pairwise:
        raise ValueError(
            f"{type(estimator).__name__} wants a precomputed square X, whose columns would have to follow the "
            "rows; wrap it around features instead."
        )
