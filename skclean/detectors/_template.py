"""The template of detectors: check the input, find the quality of each label, let the rule decide, record it."""

from dataclasses import replace
from typing import Any, Self

import numpy as np
from sklearn.neighbors import KNeighborsClassifier
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping

from skclean.base import (
    ONLY_MEMBER,
    UNSEEN_CLASS,
    Audit,
    BaseDetector,
    BaseRule,
    ClassProba,
    Labels,
    Trials,
    check_fits_together,
)
from skclean.detectors._audit_table import AuditTableMixin
from skclean.detectors._given import Findings, Given, Routed, apply_review, check_findings
from skclean.detectors._html import FindingsHTMLMixin
from skclean.detectors._injection_trials import run_trials
from skclean.detectors._routing import group_splitter, route_fit
from skclean.detectors._suggestions import suggest_codes
from skclean.evidence import SeenClasses, TableForest, default_estimator, find_limits, last_step
from skclean.noise import NoiseModel
from skclean.preprocessing import as_points
from skclean.rules import RULES, Otsu, resolve_rule
from skclean.targets import (
    check_rows,
    check_table,
    check_trusted,
    check_two_classes,
    encode_labels,
    refuse_one_class,
)
from skclean.utils._checks import (
    accept_any_table,
    check_classifies,
    check_same_order,
    check_trust,
    check_weights,
    record_features,
    row_index,
)
from skclean.utils._compat import CallbackSupportMixin, fit_context, get_tags
from skclean.utils._tasks import Progress
from skclean.utils._typing import Labels1d, Numbers, Table

__all__ = ["DetectorTemplate", "Findings", "Given", "Routed"]


class DetectorTemplate(AuditTableMixin, FindingsHTMLMixin, CallbackSupportMixin, BaseDetector):
    """A detector of which only the quality of each label is left to find.

    Subclasses write ``_find(given, progress)``, which takes a :class:`Given`, returns :class:`Findings` and may set
    further fitted attributes. They have the parameter `rule` and, as they need them, `estimator`, `cv`,
    `trusted_classes`, `n_jobs` and `random_state`. Those without `estimator` see rows as points, which
    :func:`skclean.preprocessing.as_points` makes of any table. A detector that always returns probabilities declares
    ``gives = (ClassProba,)``; any detector that can be fitted again to other labels gives trials.

    Examples
    --------
    The share of the five nearest rows that have the same label:

    >>> import numpy as np
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.neighbors import NearestNeighbors
    >>> from skclean.detectors import DetectorTemplate, Findings
    >>> class Agreement(DetectorTemplate):
    ...     def __init__(self, rule=None):
    ...         self.rule = rule
    ...
    ...     def _find(self, given, progress):
    ...         codes = given.labels.codes
    ...         near = NearestNeighbors(n_neighbors=5).fit(given.X).kneighbors(return_distance=False)
    ...         return Findings((codes[near] == codes[:, None]).mean(axis=1))
    >>> X, y = load_iris(return_X_y=True)
    >>> y[7] = 2
    >>> detector = Agreement().fit(X, y)
    >>> bool(detector.noise_mask_[7]), int(detector.suggested_labels_[7])
    (True, 0)
    """

    __metadata_request__fit = {"sample_weight": True, "verified": True, "reviewed": True, "groups": True}

    _parameter_constraints: dict = {
        "rule": [BaseRule, RULES.options, None],
    }
    _part_aliases = {"rule": RULES}
    gives: tuple[type, ...] = (Trials,)
    # Whether rows are split in a way of the detector's own, without cv=, that keeps groups together.
    _splits_groups = False
    # The model of those that have `estimator`, where the user names none: from X and the number of classes.
    _default_model = staticmethod(default_estimator)

    @fit_context(prefer_skip_nested_validation=False)
    def fit(
        self,
        X: Table,
        y: Labels1d,
        *,
        sample_weight: Numbers | None = None,
        verified: Numbers | None = None,
        reviewed: Labels1d | None = None,
        groups: Labels1d | None = None,
        **params: Any,
    ) -> Self:
        """Find the wrong labels.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Passed to the model as given, in rows; a detector without a model takes any table.
        y : array-like of shape (n_samples,)
            Given labels of any type. A missing label (None, NaN) means unlabelled: never flagged, never trained on.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            Used to train the model and by rules.
        verified : array-like of shape (n_samples,), bool or float, or None, default=None
            True where a label is known to be right: never flagged.
            Numbers between 0 and 1 say how far each label is trusted: its chance of being wrong counts by the rest.
        reviewed : array-like of shape (n_samples,) or None, default=None
            The right label where somebody has looked at the row, missing (None, NaN) elsewhere. It replaces the given
            label, and is never flagged. Such rows tell how far doubt is error, see `ambiguity` of
            :class:`ConfidentLearning`.
        groups : array-like of shape (n_samples,) or None, default=None
            Rows of one group are never split between training and prediction; refused where nothing is split.
        **params : dict
            Passed to the fit of the model; what has one value per row is subset with the rows.

        Returns
        -------
        self : estimator
        """
        return self._fit(X, y, sample_weight, verified, reviewed, groups, params)

    def _fit(self, X, y, sample_weight, verified, reviewed, groups, params):
        check_same_order(X=X, y=y, sample_weight=sample_weight, verified=verified, reviewed=reviewed, groups=groups)
        index = row_index(X, y)
        rule = self._default_rule() if self.rule is None else resolve_rule(self.rule)
        given = self._check_input(X, y, sample_weight, verified, reviewed, groups, params)
        check_fits_together(self, rule, target=given.labels)
        with Progress.of_fit(self, n_tasks=2) as progress:
            with progress.task("collect-evidence", n_tasks=None) as steps:
                findings = self._find(given, steps)
                trials = ()
                if rule.n_trials and findings.proba is None:
                    trials = (run_trials(self, given, findings.quality, rule.n_trials),)
            with progress.task("flag-labels"):
                self._record(given, findings, rule, trials)
        self._index = index
        record_features(self, X)
        return self

    def _check_input(self, X, y, sample_weight, verified, reviewed, groups, params):
        """Return what `fit` was given, checked: Given."""
        check_table(X)  # its errors come before those of y
        labels = self._read_y(y)
        X = check_rows(X, labels)
        weight = check_weights(sample_weight, X)
        is_class = labels.has_classes
        if is_class:
            check_two_classes(labels, weight)
        verified, trust = check_trust(verified, labels.n_rows)
        labels, verified, review = apply_review(labels, verified, reviewed)
        if review is not None and is_class:
            refuse_one_class(labels, weight, after=", once reviewed labels have replaced the given ones")
        estimator = self._model(X, labels)
        if estimator is not None and is_class:
            check_classifies(estimator, self)
        routed = self._route(estimator, weight, verified, groups, params)
        seen = SeenClasses(labels, weight) if is_class else None
        trusted = check_trusted(getattr(self, "trusted_classes", None), labels.classes) if is_class else None
        return self._prepare(Given(X, labels, weight, verified, estimator, *routed, review, seen, trusted, trust))

    def _read_y(self, y):
        """Return y of the kind that this detector takes: Target."""
        return encode_labels(y)

    def _prepare(self, given):
        """Return the input as `_find` is to see it."""
        return given

    def _default_rule(self):
        """Return the rule of this detector, where the user names none."""
        return Otsu()

    def _model(self, X=None, labels=None):
        """Return the model, unfitted; None for a detector without one."""
        if "estimator" not in self.get_params(deep=False):
            return None
        if self.estimator is not None:
            return self.estimator
        n_classes = 2 if labels is None else labels.n_strata
        n_jobs = getattr(self, "n_jobs", None)
        return self._default_model(np.empty((1, 1)) if X is None else X, n_classes=n_classes, n_jobs=n_jobs)

    def _route(self, estimator, weight, verified, groups, params):
        """Return what goes to the model, to the splitter and to the scorer: Routed."""
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
            return Routed({}, {})
        return Routed(
            *route_fit(self, estimator, sample_weight=weight, verified=verified, groups=groups, params=params)
        )

    def _record(self, given, findings, rule, trials=()):
        """Set the fitted attributes that every detector has."""
        target, proba = given.labels, findings.proba
        codes, limits = target.strata(), None
        if target.has_classes:
            limits = find_limits(target, proba=proba, summary=findings.summary, weight=given.weight, seen=given.seen)
        n_jobs = getattr(self, "n_jobs", None)
        evidence = [] if proba is None else [ClassProba(proba, codes, findings.summary, n_jobs)]
        for record in (*findings.evidence, *trials):
            is_noise = isinstance(record, NoiseModel) and limits is not None
            record = record.only(limits == 0) if is_noise else record
            evidence.append(record.with_trust(given.trust) if is_noise and given.trust is not None else record)
        no_evidence = ~target.known | np.isin(limits, [ONLY_MEMBER, UNSEEN_CLASS])
        check_findings(findings, self, ~no_evidence)
        labels = Labels(target, given.weight, given.verified, given.trusted, limits, given.trust)
        quality = np.where(no_evidence, 1.0, findings.quality)
        if given.trust is not None:
            quality = 1 - (1 - given.trust) * (1 - quality)
        audit = Audit(labels, tuple(evidence), quality, target.given)
        self.__dict__.pop("classes_", None)  # of an earlier fit
        if target.classes is not None:
            self.classes_ = target.classes
        self.label_quality_ = audit.quality
        self.noise_mask_ = rule.decide(audit)
        audit = replace(audit, suggested=self._suggest(given, findings, audit))
        self.suggested_labels_ = target.decode(audit.suggested)
        self.audit_ = audit

    def _suggest(self, given, findings, audit):
        """Return what each row should have; a flagged row with what it was given has no suggestion."""
        flagged = np.flatnonzero(self.noise_mask_)
        if not given.labels.has_classes:  # a score alone says that a number is wrong, not which one is right
            suggested = given.labels.given.copy()
            if findings.suggested is not None:
                suggested[flagged] = findings.suggested[flagged]
            return suggested
        if findings.proba is not None:
            suggested = audit.summary.predicted.copy()
            suggested[flagged] = audit.summary.rivals_of(self.noise_mask_)
            return suggested
        if findings.rival is not None:
            suggested = audit.codes.copy()
            suggested[flagged] = findings.rival[flagged]
            return suggested
        kept = np.flatnonzero(~audit.unlabelled & ~self.noise_mask_)
        seed = getattr(self, "random_state", None)
        model, X, fit_params = given.estimator, given.X, given.fit_params
        if model is None:
            model, X, fit_params = KNeighborsClassifier(min(10, max(1, len(kept)))), as_points(given.X), {}
        return suggest_codes(model, X, given.labels, flagged, kept, fit_params=fit_params, random_state=seed)

    def get_metadata_routing(self) -> MetadataRouter:
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
        """Return the splitter that groups are for; None where nothing is split."""
        return group_splitter(getattr(self, "cv", None if self._splits_groups else "none"))

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
