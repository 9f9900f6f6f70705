"""Base of the detectors of classes: check the input, gather findings, record what the rule makes of them."""

from dataclasses import replace
from numbers import Integral
from typing import NamedTuple

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping

from skclean._kernels import RowSummary
from skclean.base import ONLY_MEMBER, UNSEEN_CLASS, Audit, BaseDetector, BaseRule
from skclean.detectors._audit_table import AuditTableMixin
from skclean.detectors._classes import check_two_classes, refuse_one_class
from skclean.detectors._injection_trials import run_trials
from skclean.detectors._limits import find_limits
from skclean.detectors._review import Review, apply_review
from skclean.detectors._routing import route_fit
from skclean.detectors._rule_trial import try_rule
from skclean.detectors._suggestions import suggest_codes
from skclean.evidence import SeenClasses, TableForest, default_estimator, last_step
from skclean.preprocessing import as_points
from skclean.rules import RULES, OtsuRule, resolve_rule
from skclean.utils._checks import check_classifies, check_row_flags, check_weights
from skclean.utils._compat import CallbackSupportMixin, StrOptions, fit_context, get_tags
from skclean.utils._labels import UNLABELLED, EncodedLabels
from skclean.utils._progress import Progress
from skclean.utils._rows import accept_any_table, check_rows, check_same_order, record_features, row_index

__all__ = ["ClassDetector", "Findings", "Given"]


class Given(NamedTuple):
    """Checked input of `fit`.

    Attributes
    ----------
    X : indexable of shape (n_samples, ...)
        As the caller gave it.
    labels : EncodedLabels
        Codes, -1 where a row is unlabelled, and classes.
    weight : ndarray of shape (n_samples,) or None
        Sample weights.
    verified : ndarray of shape (n_samples,), bool, or None
        Rows whose label is known to be right.
    estimator : estimator or None
        The model that judges, to be cloned; None for detectors without a model.
    fit_params, split_params : dict
        What was routed to the model, weights included, and to the splitter.
    review : Review or None
        What reviewers found; `labels` hold their labels already.
    seen : SeenClasses or None
        Where evidence records which rows were judged by models that knew their class.
    """

    X: object
    labels: EncodedLabels
    weight: np.ndarray | None
    verified: np.ndarray | None
    estimator: BaseEstimator | None
    fit_params: dict
    split_params: dict
    review: Review | None = None
    seen: SeenClasses | None = None

    @property
    def known_weight(self):
        """Weights of the labelled rows, 1 in the mean: ndarray of shape (n_labelled,); all 1 where none were given."""
        if self.weight is None:
            return np.ones(len(self.labelled))
        weight = self.weight[self.labelled]
        return weight / weight.mean()

    @property
    def labelled(self):
        """Positions of the rows that have a label: ndarray of int."""
        return np.flatnonzero(self.labels.codes != UNLABELLED)


class Findings(NamedTuple):
    """Findings of a detector about each label.

    Attributes
    ----------
    quality : ndarray of shape (n_samples,), float64
        In [0, 1], low is suspicious; anything where a row is unlabelled.
    proba : ndarray of shape (n_samples, n_classes) or None
        Out-of-sample class probabilities, where there are any: rules may ask for them.
    rows : RowSummary or None
        Of `proba`, where it was read before.
    rival : ndarray of shape (n_samples,), int32, or None
        Code of the class that each row would have instead. Not needed beside `proba`; without either, a model trained
        on the rows that were not flagged says it.
    noise : NoiseModel or None
        How labels were corrupted, where the detector estimated it.
    trusted : ndarray of shape (n_classes,), bool, or None
        Classes with labels that are never flagged.
    """

    quality: np.ndarray
    proba: np.ndarray | None = None
    rows: RowSummary | None = None
    rival: np.ndarray | None = None
    noise: object | None = None
    trusted: np.ndarray | None = None


class ClassDetector(AuditTableMixin, CallbackSupportMixin, BaseDetector):
    """A detector that judges each label by findings of its own.

    Subclasses write ``_find(given, progress)``, which returns :class:`Findings` and may set further fitted attributes.
    They have the parameters `rule` and, as they need them, `estimator`, `cv`, `n_jobs`, `random_state`. Those without
    `estimator` judge rows as points, of which :func:`skclean.evidence.as_points` makes any table.
    """

    __metadata_request__fit = {"sample_weight": True, "verified": True, "reviewed": True, "groups": True}

    _parameter_constraints: dict = {
        "rule": [BaseRule, StrOptions(set(RULES)), None],
    }
    _part_aliases = {"rule": RULES}
    # Whether findings always hold probabilities, so that rules which need them can be used.
    _gives_proba = False
    # Whether the audit holds a noise model, so that P(true class | row, label) is known.
    _estimates_noise = False
    # Whether rows are split in a way of the detector's own, without cv=, that keeps groups together.
    _splits_groups = False
    # The model of those that have `estimator`, where the user names none: from X and the number of classes.
    _default_model = staticmethod(default_estimator)

    @fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y, *, sample_weight=None, verified=None, reviewed=None, groups=None, **params):
        """Judge every label.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Passed to the model as given, in rows; a detector without a model takes any table.
        y : array-like of shape (n_samples,)
            Given labels of any type. A missing label (None, NaN) means unlabelled: never flagged, never trained on.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            Used to train the model and by rules.
        verified : array-like of shape (n_samples,), bool, or None, default=None
            True where a label is known to be right: never flagged.
        reviewed : array-like of shape (n_samples,) or None, default=None
            The right label where somebody has looked at the row, missing (None, NaN) elsewhere. It replaces the given
            label, and is never flagged. Such rows tell how far doubt is error, see `ambiguity` of
            :class:`ConfidentLearning`.
        groups : array-like of shape (n_samples,) or None, default=None
            Rows of one group are never split between training and judging; refused where nothing is split.
        **params : dict
            Passed to the fit of the model; what has one value per row is subset with the rows.

        Returns
        -------
        self : estimator
        """
        check_same_order(X=X, y=y, sample_weight=sample_weight, verified=verified, reviewed=reviewed, groups=groups)
        index = row_index(X, y)
        X, labels = check_rows(X, y)
        weight = check_weights(sample_weight, X)
        check_two_classes(labels, weight)
        verified = check_row_flags(verified, len(labels.codes), name="verified")
        labels, verified, review = apply_review(labels, verified, reviewed)
        if review is not None:
            refuse_one_class(labels, weight, after=", once reviewed labels have replaced the given ones")
        estimator = self._model(X, labels)
        if estimator is not None:
            check_classifies(estimator, self)
        fit_params, split_params = self._route(estimator, weight, verified, groups, params)
        rule = self._default_rule() if self.rule is None else resolve_rule(self.rule)
        if not self._gives_proba:
            try_rule(rule, labels, verified, has_trials=True)
        seen = SeenClasses(labels, weight)
        given = Given(X, labels, weight, verified, estimator, fit_params, split_params, review, seen)
        with Progress.of_fit(self, n_tasks=2) as progress:
            with progress.task("collect-evidence", n_tasks=None) as steps:
                findings = self._find(given, steps)
                trials = None
                if rule.n_trials and findings.proba is None:
                    trials = run_trials(self, given, findings.quality, rule.n_trials)
            with progress.task("judge-labels"):
                self._record(given, findings, rule, trials)
        self._index = index
        record_features(self, X)
        return self

    def _default_rule(self):
        """The rule of this detector, where the user names none."""
        return OtsuRule()

    def _model(self, X=None, labels=None):
        """The model that judges, unfitted; None for a detector without one."""
        if "estimator" not in self.get_params(deep=False):
            return None
        if self.estimator is not None:
            return self.estimator
        n_classes = 2 if labels is None else len(labels.classes)
        n_jobs = getattr(self, "n_jobs", None)
        return self._default_model(np.empty((1, 1)) if X is None else X, n_classes=n_classes, n_jobs=n_jobs)

    def _route(self, estimator, weight, verified, groups, params):
        """Fit parameters of the model, and split parameters of the splitter."""
        if groups is not None and not self._splits_groups and "cv" not in self.get_params(deep=False):
            raise ValueError(
                f"{type(self).__name__} splits no rows, so it cannot keep groups together; leave groups out, or use a "
                "detector with cv=, such as ConfidentLearning."
            )
        if estimator is None:
            if params:
                raise TypeError(
                    f"{type(self).__name__} has no model to pass {sorted(params)} on to; leave them out of fit."
                )
            return {}, {}
        return route_fit(self, estimator, sample_weight=weight, verified=verified, groups=groups, params=params)

    def _record(self, given, findings, rule, trials=None):
        """Set the fitted attributes that every detector has."""
        codes, classes = given.labels
        limits = find_limits(
            given.labels, proba=findings.proba, rows=findings.rows, weight=given.weight, seen=given.seen
        )
        noise = findings.noise if findings.noise is None or limits is None else findings.noise.only(limits == 0)
        no_evidence = (codes == UNLABELLED) | np.isin(limits, [ONLY_MEMBER, UNSEEN_CLASS])
        audit = Audit(
            codes=codes,
            classes=classes,
            proba=findings.proba,
            quality=np.where(no_evidence, 1.0, findings.quality),
            suggested=codes,
            rows=findings.rows,
            sample_weight=given.weight,
            verified=given.verified,
            judgeable=None if limits is None else limits == 0,
            limits=limits,
            n_jobs=getattr(self, "n_jobs", None),
            trials=trials,
            noise=noise,
            trusted=findings.trusted,
        )
        self.classes_ = classes
        self.label_quality_ = audit.quality
        self.noise_mask_ = rule.decide(audit)
        suggested = self._suggest(given, findings, audit)
        self.suggested_labels_ = classes[suggested]
        self.audit_ = replace(audit, suggested=suggested)

    def _suggest(self, given, findings, audit):
        """The label that each row should have: of flagged rows never the one that was judged wrong."""
        flagged = np.flatnonzero(self.noise_mask_)
        if findings.proba is not None:
            suggested = audit.rows.predicted.copy()
            suggested[flagged] = audit.rows.rivals_of(self.noise_mask_)
            return suggested
        if findings.rival is not None:
            suggested = audit.codes.copy()
            suggested[flagged] = findings.rival[flagged]
            return suggested
        kept = np.flatnonzero(~audit.unlabelled & ~self.noise_mask_)
        seed = getattr(self, "random_state", None)
        if given.estimator is not None:
            judge, X, fit_params = given.estimator, given.X, given.fit_params
        else:
            judge, X, fit_params = KNeighborsClassifier(min(10, max(1, len(kept)))), as_points(given.X), {}
        return suggest_codes(judge, X, given.labels, flagged, kept, fit_params=fit_params, random_state=seed)

    def get_metadata_routing(self):
        """Requests of this detector, and of its model and its splitter where it has them.

        Returns
        -------
        routing : MetadataRouter
        """
        router = MetadataRouter(owner=self).add_self_request(self)
        estimator = self._model()
        if estimator is not None:
            router.add(estimator=estimator, method_mapping=MethodMapping().add(caller="fit", callee="fit"))
            router.add(splitter=self._splitter(), method_mapping=MethodMapping().add(caller="fit", callee="split"))
        return router

    def _splitter(self):
        """The splitter that groups are for; None where nothing is split."""
        cv = getattr(self, "cv", None if self._splits_groups else "none")
        if cv is None or isinstance(cv, Integral):
            return StratifiedGroupKFold()  # wants groups where there are any, as the folds made in fit do
        return cv if hasattr(cv, "split") else None

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        model = self._model()
        if model is None or (self.estimator is None and isinstance(model, TableForest)):
            accept_any_table(tags)  # sparse matrices get another forest
        else:
            # a Pipeline does not say that it takes NaN
            tags.input_tags = get_tags(last_step(model) if self.estimator is None else model).input_tags
        return tags
