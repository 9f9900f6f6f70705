"""Audit a training set and hand back a cleaned one."""

from contextlib import suppress
from os import PathLike
from typing import Any, Self

from joblib import Memory
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping, process_routing

from skclean.base import BaseDetector, BaseRule, BaseTreatment, check_fits_together
from skclean.robust._base import BaseCleaner
from skclean.targets import KINDS, check_table, encode_labels, kind_of_target, take_given
from skclean.treatments import Drop
from skclean.treatments._decision import MIN_RATE
from skclean.utils._checks import record_features
from skclean.utils._compat import StrOptions, fit_context, get_tags, routing_enabled, safe_indexing
from skclean.utils._tasks import Progress
from skclean.utils._typing import Estimator, LabelKind, Labels1d, Numbers, RandomState, Table

__all__ = ["LabelCleaner"]


class LabelCleaner(BaseCleaner):
    """Find wrong labels, and hand back rows and labels to train on.

    It follows the protocol of imbalanced-learn's Pipeline (``fit_resample``), which cleans the training folds of a
    cross-validation and never the test folds.

    Parameters
    ----------
    estimator : classifier with predict_proba, or None, default=None
        The model that predicts the labels where the detector has none of its own. None means the detector's default.
    detector : detector, str or None, default=None
        Finds the wrong labels: an instance or its alias, such as "kdn" (``skclean.detectors.DETECTORS`` has them all).
        None means the detector of the kind of y: :class:`skclean.detectors.ConfidentLearning` for one class a row,
        RegressionResiduals for numbers, MultiLabelConfidentLearning for several tags, OrdinalConfidentLearning for
        ordered grades, SurvivalAudit for events and times.
    rule : str, rule or None, default=None
        Which labels are flagged, for the detector that is made of an alias or of None; None means the detector's own.
    treatment : {"drop", "relabel"}, treatment or None, default=None
        What becomes of wrong labels. None leaves out the rows with a label that is more likely wrong than right, and
        nothing where there may be no noise at all (``Drop(threshold=0.5, least_rate=0.08)``); with any detector but
        ConfidentLearning it leaves out the flagged rows. Treatments that answer with sample weights are refused by
        `fit_resample`, which could not hand the weights back; use them in :class:`NoiseRobustClassifier`.
    labels : {"outcomes", "annotations"}, default="outcomes"
        What the labels are, as in :class:`skclean.detectors.ConfidentLearning`; for the detector that is made here.
    ambiguity : float, "auto" or None, default=None
        As in :class:`skclean.detectors.ConfidentLearning`; for the detector that is made here.
    trusted_classes : array-like of labels or None, default=None
        Classes that are never given by mistake; for the detector that is made here.
    target : {"auto", "class", "ordinal", "numeric", "tags", "survival"}, default="auto"
        The kind of y, where no detector is given. "auto" asks :func:`skclean.targets.kind_of_target`: whole numbers are
        classes unless `estimator` is a regressor, and grades are ordinal where they are an ordered pandas Categorical.
    memory : str, path, joblib.Memory or None, default=None
        Where fits of the detector are kept, as in :class:`sklearn.pipeline.Pipeline`: a search over treatments and
        models then fits the detector once for each training set. A fit is found again where the detector with its seeds
        and rule, the rows, the labels and all fit parameters are the same; functions and classes count by their names.
        The warnings of the fit are issued again. A detector without a seed is not fitted anew either: the same draw is
        used again. The folder holds labels and probabilities, but not X. None keeps nothing.
    n_jobs : int or None, default=None
        For the detector that is made of an alias or of None.
    random_state : int, RandomState instance or None, default=None
        For the detector where it has no seed of its own.

    Attributes
    ----------
    detector_ : detector
        The fitted detector.
    label_quality_, noise_mask_, suggested_labels_, classes_
        Re-exposed from the detector.
    sample_indices_ : ndarray of shape (n_selected,)
        Positions of the rows that were kept.
    selection_ : Selection
        The rows, the codes of their labels, and weights if the treatment asks for any.
    decision_ : str
        What was done to the labels and why, in one sentence; empty for treatments that have no choice.
    noise_rate_ : NoiseRate or None
        Estimated share of wrong labels with a 90 % interval, where the detector estimates it.
    n_features_in_ : int
        Number of features seen in `fit`, where X has columns.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where X has names that are all strings.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclean import LabelCleaner
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> cleaner = LabelCleaner(LogisticRegression(max_iter=1000), treatment="relabel", random_state=0)
    >>> X_clean, y_clean = cleaner.fit_resample(X, y_noisy)
    >>> bool((y_clean != y[cleaner.sample_indices_]).mean() < flipped.mean())
    True
    """

    _parameter_constraints: dict = {
        **BaseCleaner._parameter_constraints,
        "target": [StrOptions({"auto", *KINDS})],
    }

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        detector: BaseDetector | str | None = None,
        rule: BaseRule | str | None = None,
        treatment: BaseTreatment | str | None = None,
        labels: LabelKind = "outcomes",
        ambiguity: float | str | None = None,
        trusted_classes: Labels1d | None = None,
        target: str = "auto",
        memory: str | PathLike[str] | Memory | None = None,
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.detector = detector
        self.rule = rule
        self.treatment = treatment
        self.labels = labels
        self.ambiguity = ambiguity
        self.trusted_classes = trusted_classes
        self.target = target
        self.memory = memory
        self.n_jobs = n_jobs
        self.random_state = random_state

    @fit_context(prefer_skip_nested_validation=False)
    def fit(
        self,
        X: Table,
        y: Labels1d,
        sample_weight: Numbers | None = None,
        *,
        verified: Numbers | None = None,
        reviewed: Labels1d | None = None,
        groups: Labels1d | None = None,
        **params: Any,
    ) -> Self:
        """Find the wrong labels and select what to train on.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Passed to the detector as given, in rows.
        y : array-like of shape (n_samples,) or (n_samples, n_tags)
            Given labels, of any kind that the detector takes; a missing one (None, NaN) means unlabelled.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            Used by the detector.
        verified : array-like of shape (n_samples,), bool or float, or None, default=None
            True where a label is known to be right.
            Numbers between 0 and 1 say how far each label is trusted: its chance of being wrong counts by the rest.
        reviewed : array-like of shape (n_samples,) or None, default=None
            The right label where somebody has looked at the row, missing elsewhere; it replaces the given one.
        groups : array-like of shape (n_samples,) or None, default=None
            For the detector's splitter.
        **params : dict
            Passed to the detector's fit.

        Returns
        -------
        self : LabelCleaner
        """
        detector = self._make_detector(self.estimator, self._kind(y))
        treatment = self._make_treatment(detector)
        check_fits_together(detector, treatment=treatment)
        given = {"sample_weight": sample_weight, "verified": verified, "reviewed": reviewed, "groups": groups, **params}
        given = {name: value for name, value in given.items() if value is not None}
        detector_params = process_routing(self, "fit", **given)["detector"]["fit"] if routing_enabled() else given
        with Progress.of_fit(self, n_tasks=1) as progress:
            detector = self._fit_detector(detector, X, y, detector_params, progress)
        self._record_selection(detector, treatment)
        record_features(self, X)
        return self

    def fit_resample(
        self,
        X: Table,
        y: Labels1d,
        sample_weight: Numbers | None = None,
        *,
        verified: Numbers | None = None,
        reviewed: Labels1d | None = None,
        groups: Labels1d | None = None,
        **params: Any,
    ) -> tuple[Any, Any]:
        """Fit, and hand back the rows and labels to train on.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Rows.
        y : array-like of shape (n_samples,)
            Given labels.
        sample_weight, verified, reviewed, groups, **params
            As in `fit`.

        Returns
        -------
        X_clean : same type as X
            The selected rows. Unlabelled rows are never among them.
        y_clean : same type as y
            Their labels.

        Raises
        ------
        ValueError
            If the treatment answers with sample weights, which would be lost.
        """
        if self._make_treatment(self._make_detector(self.estimator, self._kind(y))).returns_weights:
            raise ValueError(
                f"treatment={self.treatment!r} answers with sample weights, which fit_resample cannot hand back; use "
                "it in NoiseRobustClassifier, or choose 'drop' or 'relabel' here."
            )
        self.fit(X, y, sample_weight, verified=verified, reviewed=reviewed, groups=groups, **params)
        indices = self.selection_.indices
        X_clean = safe_indexing(check_table(X), indices)
        if hasattr(X_clean, "asformat"):  # sparse, and perhaps converted so that its rows could be taken
            X_clean = X_clean.asformat(X.format)
        target = self.detector_.audit_.labels.target
        given = target.given if reviewed is None else encode_labels(y).codes  # reviewed labels replace y
        return X_clean, take_given(target, y, indices, given, self.selection_.codes)

    def _kind(self, y=None):
        """The kind of y, as far as it is known without a look at it."""
        if self.target != "auto" or self.detector is not None:
            return "class" if self.target == "auto" else self.target
        return "class" if y is None else kind_of_target(y, self.estimator)

    def _default_treatment(self):
        return Drop(threshold=0.5, least_rate=MIN_RATE)

    def get_metadata_routing(self) -> MetadataRouter:
        """Requests of the detector.

        Returns
        -------
        routing : MetadataRouter
        """
        to_fit = MethodMapping().add(caller="fit", callee="fit")
        with suppress(ValueError):  # scikit-learn knows of fit_resample once imbalanced-learn is imported
            to_fit.add(caller="fit_resample", callee="fit")
        detector = self._make_detector(self.estimator, self._kind())
        return MetadataRouter(owner=self).add_self_request(self).add(detector=detector, method_mapping=to_fit)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.input_tags = get_tags(self._make_detector(self.estimator, self._kind())).input_tags
        return tags
