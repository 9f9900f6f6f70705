"""Fit any classifier so that wrong labels do not hurt it."""

from os import PathLike
from typing import Any, Self

import numpy as np
from joblib import Memory
from sklearn.base import ClassifierMixin, clone
from sklearn.metrics import get_scorer_names
from sklearn.utils.metadata_routing import UNUSED, MetadataRouter, MethodMapping, process_routing

from skclean.base import BaseDetector, BaseRule, BaseTreatment, Selection, check_fits_together
from skclean.evidence import default_estimator
from skclean.noise import NoiseModel
from skclean.preprocessing import is_table
from skclean.robust._base import BaseCleaner, check_before_fitting
from skclean.robust._fitted_estimator import FittedEstimatorMixin
from skclean.robust._gate import GateScore, nested_check
from skclean.targets import check_table, encode_labels
from skclean.treatments import Posterior, draw_copies
from skclean.utils._checks import accept_any_table, check_same_order, check_weights
from skclean.utils._compat import StrOptions, fit_context, get_tags, num_samples, routing_enabled, safe_indexing
from skclean.utils._fitting import fit_model
from skclean.utils._params import seeded_clone, subset_params, weight_parameter
from skclean.utils._tasks import Progress
from skclean.utils._typing import Estimator, LabelKind, Labels1d, Numbers, RandomState, Scoring, Table

__all__ = ["NoiseRobustClassifier"]


class NoiseRobustClassifier(FittedEstimatorMixin, ClassifierMixin, BaseCleaner):
    """Find wrong labels, treat them, and fit a clone of the estimator on what is left.

    Cleaning happens only inside `fit`: a cross-validation or grid search around it never sees cleaned test folds.

    Parameters
    ----------
    estimator : classifier or None, default=None
        The model to train. None means the forest that is also the default of the detector.
    detector : detector, str or None, default=None
        Finds the wrong labels: an instance or its alias, such as "kdn" (``skclean.detectors.DETECTORS`` has them all).
        None means :class:`skclean.detectors.ConfidentLearning` with its default forest, which finds more wrong
        labels than most models find by themselves; where X is no table (such as a list of texts), the estimator is
        cross-fitted.
    rule : str, rule or None, default=None
        Which labels are flagged, for the detector that is made of an alias or of None; None means the detector's own.
    treatment : {"posterior", "drop", "relabel", "reweight", "soft_labels"}, treatment or None, default=None
        What becomes of doubtful labels. None means "posterior": each row counts for each class as much as it probably
        belongs to it, and nothing is changed where the estimated noise rate is next to nothing. It reads the noise
        model of ConfidentLearning, not the flags. With any other detector None means "drop", which leaves out the
        flagged rows.
    labels : {"outcomes", "annotations"}, default="outcomes"
        What the labels are, as in :class:`skclean.detectors.ConfidentLearning`; for the detector that is made here.
    ambiguity : float, "auto" or None, default=None
        As in :class:`skclean.detectors.ConfidentLearning`; for the detector that is made here.
    trusted_classes : array-like of labels or None, default=None
        Classes that are never given by mistake; for the detector that is made here.
    gate : bool, default=False
        Whether a nested check decides between the cleaned and the plain fit; the plain one is kept on a tie. It costs
        three more fits of detector and estimator on two thirds of the rows; `gate_` records what was kept and why.
    scoring : str, callable or None, default=None
        The score that the gate compares, as in :func:`sklearn.metrics.check_scoring`; None means the estimator's own.
        "accuracy", and an estimator's own score that is accuracy, are corrected for the noise of the held-out labels
        where the detector has a noise model; other scores are taken against the labels as given.
    memory : str, path, joblib.Memory or None, default=None
        Where fits of the detector are kept, as in :class:`sklearn.pipeline.Pipeline`: a search over treatments and
        models then fits the detector once for each training set. A fit is found again where the detector with its seeds
        and rule, the rows, the labels and all fit parameters are the same; functions and classes count by their names.
        The warnings of the fit are issued again. A detector without a seed is not fitted anew either: the same draw is
        used again. The folder holds labels and probabilities, but not X. None keeps nothing.
    n_jobs : int or None, default=None
        For the detector that is made of an alias or of None.
    random_state : int, RandomState instance or None, default=None
        For the folds of the gate, and for the detector and the estimator where they have no seed of their own.

    Attributes
    ----------
    estimator_ : classifier
        The fitted clone. If it takes no labels but 0 … n_classes - 1, as XGBoost, it was fitted on the positions of the
        labels in `classes_`; the methods of this classifier take and give labels.
    detector_ : detector
        The fitted detector.
    label_quality_, noise_mask_, suggested_labels_, classes_
        Re-exposed from the detector.
    sample_indices_ : ndarray of shape (n_selected,)
        Positions of the rows that `estimator_` was trained on; repeated by "soft_labels".
    selection_ : Selection
        The rows, the codes of their labels, and the weights of the treatment.
    decision_ : str
        What was done to the labels and why, in one sentence; empty for treatments that have no choice.
    noise_rate_ : NoiseRate or None
        Estimated share of wrong labels with a 90 % interval, where the detector estimates it.
    gate_ : GateReport
        With ``gate=True``: which fit was kept, the scores of both, and the reason.
    n_features_in_ : int
        Number of features, where the wrapped model has it.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where the wrapped model has them.
    coef_, intercept_, feature_importances_ : ndarray
        Those of `estimator_`, where it has them.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.model_selection import cross_val_score
    >>> from skclean import NoiseRobustClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> clf = NoiseRobustClassifier(LogisticRegression(max_iter=1000), random_state=0)
    >>> bool(cross_val_score(clf, X, y).mean() > 0.9)
    True
    """

    __metadata_request__score = {"sample_weight": UNUSED}  # by the estimator, which says whether it wants them

    _parameter_constraints: dict = {
        **BaseCleaner._parameter_constraints,
        "gate": ["boolean"],
        "scoring": [StrOptions(set(get_scorer_names())), callable, None],
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
        gate: bool = False,
        scoring: Scoring = None,
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
        self.gate = gate
        self.scoring = scoring
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
        """Find the wrong labels, treat them, fit the estimator.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Passed on as given, in rows.
        y : array-like of shape (n_samples,)
            Given labels; a missing one (None, NaN) means unlabelled and is not trained on.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            Used by the detector, and multiplied with the treatment's weights in the final fit.
        verified : array-like of shape (n_samples,), bool or float, or None, default=None
            True where a label is known to be right.
            Numbers between 0 and 1 say how far each label is trusted: its chance of being wrong counts by the rest.
        reviewed : array-like of shape (n_samples,) or None, default=None
            The right label where somebody has looked at the row, missing elsewhere; it replaces the given one.
        groups : array-like of shape (n_samples,) or None, default=None
            For the splitter of the detector; the folds of the gate keep them whole as well.
        **params : dict
            With metadata routing enabled, routed as requested. Without it, passed to the fit of the estimator; what
            has one value per row is subset with the rows.

        Returns
        -------
        self : NoiseRobustClassifier
        """
        check_same_order(X=X, y=y, sample_weight=sample_weight, verified=verified, reviewed=reviewed, groups=groups)
        rows = check_table(X)
        estimator = self._estimator(rows)
        detector = self._make_detector(None if is_table(rows) else estimator)
        treatment = self._make_treatment(detector)
        check_fits_together(detector, treatment=treatment)
        weight = check_weights(sample_weight, rows)
        given = {"sample_weight": weight, "verified": verified, "reviewed": reviewed, "groups": groups, **params}
        given = {name: value for name, value in given.items() if value is not None}
        check_before_fitting(self, estimator, detector, treatment, weight)
        detector_params, model_params = self._route(estimator, given)
        with Progress.of_fit(self, n_tasks=3 if self.gate else 2) as progress:
            detector = self._fit_detector(detector, X, y, detector_params, progress)
            selection = self._record_selection(detector, treatment)
            estimator = self._estimator(rows, len(self.classes_))
            self.__dict__.pop("gate_", None)  # of an earlier fit
            if self.gate:
                labels = detector.audit_.labels.target if reviewed is None else encode_labels(y)
                with progress.task("gate", n_tasks=None) as folds:
                    selection = self._gated(selection, estimator, rows, labels, given, model_params, folds)
            if self.gate:
                self.decision_ = self.gate_.reason
            self.estimator_ = seeded_clone(estimator, self.random_state)
            with progress.handed_to("fit-estimator", self.estimator_):
                self._fit_selection(selection, rows, model_params)
        return self

    def _default_treatment(self):
        return Posterior()

    def _estimator(self, X=None, n_classes=2):
        """The model to train, unfitted."""
        if self.estimator is not None:
            return self.estimator
        return default_estimator(np.empty((1, 1)) if X is None else X, n_classes=n_classes, n_jobs=self.n_jobs)

    def _route(self, estimator, given):
        """Fit parameters of the detector and of the estimator."""
        if routing_enabled():
            routed = process_routing(self, "fit", **given)
            return dict(routed["detector"]["fit"]), dict(routed["estimator"]["fit"])
        own = ("sample_weight", "verified", "reviewed", "groups")
        detector_params = {name: value for name, value in given.items() if name in own}
        model_params = {name: value for name, value in given.items() if name not in own}
        if "sample_weight" in given:
            model_params[weight_parameter(estimator)] = given["sample_weight"]
        return detector_params, model_params

    def _gated(self, selection, estimator, X, labels, given, model_params, progress):
        """The selection, or all labelled rows if the nested check found that cleaning does not help."""
        self.gate_ = nested_check(
            lambda: clone(self).set_params(gate=False),
            lambda: seeded_clone(estimator, self.random_state),
            X,
            labels,
            score=GateScore(estimator, self.scoring, self.detector_.audit_.get(NoiseModel)),
            groups=given.get("groups"),
            cleaned_params=given,
            plain_params=model_params,
            random_state=self.random_state,
            progress=progress,
        )
        if self.gate_.kept == "plain":
            labelled = np.flatnonzero(labels.known)
            self.selection_ = selection = Selection(labelled, labels.codes[labelled])
            self.sample_indices_ = labelled
        return selection

    def _fit_selection(self, selection, X, params):
        """Fit ``estimator_`` on the selected rows with the labels and weights they are to have."""
        n_samples = num_samples(X)
        if selection.sample_weight is not None and weight_parameter(self.estimator_) is None:
            kept = draw_copies(selection.indices, selection.codes, selection.sample_weight, self.random_state)
            drawn = f"one label a row is drawn, since {type(self.estimator_).__name__} takes no sample weights"
            reason = f"{selection.reason}; {drawn}"
            selection = Selection(selection.indices[kept], selection.codes[kept], None, reason)
            self.selection_, self.sample_indices_ = selection, selection.indices
            self.decision_ = self.gate_.reason if self.gate else reason
        indices = selection.indices
        params = subset_params(params, indices, n_samples)
        if selection.sample_weight is not None:
            name = weight_parameter(self.estimator_)
            params[name] = selection.sample_weight * np.asarray(params.get(name, 1.0))
        everything = len(indices) == n_samples and np.array_equal(indices, np.arange(n_samples))
        X = X if everything else safe_indexing(X, indices)
        self._in_labels = fit_model(self.estimator_, X, self.classes_[selection.codes], params)

    def get_metadata_routing(self) -> MetadataRouter:
        """Requests of the detector and of the estimator.

        Returns
        -------
        routing : MetadataRouter
        """
        to_fit = MethodMapping().add(caller="fit", callee="fit")
        to_both = MethodMapping().add(caller="fit", callee="fit").add(caller="score", callee="score")
        router = MetadataRouter(owner=self).add_self_request(self)
        router.add(detector=self._make_detector(None), method_mapping=to_fit)
        return router.add(estimator=self._estimator(), method_mapping=to_both)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        inner = get_tags(self._estimator() if self.estimator is None else self.estimator)
        tags.input_tags = inner.input_tags
        if self.estimator is None:  # sparse matrices get another forest
            accept_any_table(tags)
        if inner.classifier_tags is not None:
            tags.classifier_tags.multi_class = inner.classifier_tags.multi_class
        return tags
