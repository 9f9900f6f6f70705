"""Confident learning: out-of-sample probabilities judge the very labels that they were learned from."""

from dataclasses import replace
from numbers import Integral

import numpy as np
from sklearn.base import MetaEstimatorMixin
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping

from skclean import kernels
from skclean.base import Audit, BaseDetector, BaseRule
from skclean.detectors._audit_table import AuditTableMixin
from skclean.detectors._classes import check_two_classes, judgeable_rows
from skclean.detectors._routing import route_fit
from skclean.evidence import default_estimator, out_of_sample_proba
from skclean.noise import _joint
from skclean.quality import QUALITY_METHODS
from skclean.rules import RULES, resolve_rule
from skclean.utils._checks import check_proba, check_row_flags, check_weights
from skclean.utils._compat import (
    CallbackSupportMixin,
    HasMethods,
    Interval,
    StrOptions,
    fit_context,
    get_tags,
)
from skclean.utils._progress import Progress
from skclean.utils._rows import check_rows, record_features, row_index

__all__ = ["ConfidentLearning"]


class ConfidentLearning(AuditTableMixin, MetaEstimatorMixin, CallbackSupportMixin, BaseDetector):
    """Find wrong labels by what a model, trained without a row, says of the row.

    Parameters
    ----------
    estimator : classifier with predict_proba, or None, default=None
        The model that judges the labels; it need not be the one that will be used later. None means a forest of
        extremely randomised trees that takes numbers, text, categories, dates, NaN and sparse matrices.
    cv : int, "oob", splitter, iterable of (train, test), or None, default=None
        How a row is kept out of the model that judges it. "oob" lets the members of a bagging ensemble judge the rows
        that they did not draw, at the price of one fit. An int is that many shuffled stratified folds. None means
        "oob" for the default forest and 5 folds for any other estimator or where `groups` are given.
    rule : str, rule or None, default=None
        Which labels are flagged; a name from :data:`skclean.rules.RULES` or an instance. None means
        :class:`skclean.rules.RivalRatio`.
    quality : {"rival_odds", "self_confidence", "normalized_margin", "weighted_entropy"}, default="rival_odds"
        The score of :func:`skclean.quality.label_quality` that ranks the labels.
    n_jobs : int or None, default=None
        Folds fitted, trees asked and blocks of rows read side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Shuffles folds, and seeds the model where it has no seed of its own.

    Attributes
    ----------
    label_quality_ : ndarray of shape (n_samples,), float64
        In [0, 1], low is suspicious; 1 for unlabelled rows.
    noise_mask_ : ndarray of shape (n_samples,), bool
        True where the label is judged wrong.
    suggested_labels_ : ndarray of shape (n_samples,)
        The most probable label of each row, and of flagged rows the most probable other label, in the caller's type.
    classes_ : ndarray of shape (n_classes,)
        The sorted labels.
    confident_joint_ : ndarray of shape (n_classes, n_classes)
        ``[i, j]`` counts rows given i and estimated to be j; sums to the (weighted) number of labelled rows.
    transition_matrix_ : ndarray of shape (n_classes, n_classes)
        ``[i, j]`` is P(observed j | true i); rows sum to 1.
    audit_ : Audit
        Everything that rules and treatments read. It does not hold X.
    n_features_in_ : int
        Number of features seen in `fit`, where X has columns.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where X has names that are all strings.

    References
    ----------
    Northcutt, Jiang, Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR 2021.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import ConfidentLearning
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = ConfidentLearning(random_state=0).fit(X, y_noisy)
    >>> bool(flipped[detector.noise_mask_].mean() > 0.5)  # most flags are right
    True
    """

    __metadata_request__fit = {"sample_weight": True, "verified": True, "groups": True}

    _parameter_constraints: dict = {
        "estimator": [HasMethods(["fit", "predict_proba"]), None],
        "cv": ["cv_object", StrOptions({"oob"}), Interval(Integral, 2, None, closed="left"), None],
        "rule": [BaseRule, StrOptions(set(RULES)), None],
        "quality": [StrOptions(set(QUALITY_METHODS))],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        estimator=None,
        *,
        cv=None,
        rule=None,
        quality="rival_odds",
        n_jobs=None,
        random_state=None,
    ):
        self.estimator = estimator
        self.cv = cv
        self.rule = rule
        self.quality = quality
        self.n_jobs = n_jobs
        self.random_state = random_state

    @fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y, *, sample_weight=None, verified=None, groups=None, **params):
        """Judge every label.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Passed to the model as given, in rows.
        y : array-like of shape (n_samples,)
            Given labels of any type. A missing label (None, NaN) means unlabelled: never flagged, never trained on.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            Used to train the model and in the class thresholds.
        verified : array-like of shape (n_samples,), bool, or None, default=None
            True where a label is known to be right: never flagged, and an anchor of the thresholds.
        groups : array-like of shape (n_samples,) or None, default=None
            Rows of one group are never split between training and judging.
        **params : dict
            Passed to the fit of the model; what has one value per row is subset with the rows.

        Returns
        -------
        self : ConfidentLearning
        """
        index = row_index(X, y)
        X, labels = check_rows(X, y)
        weight = check_weights(sample_weight, X)
        check_two_classes(labels, weight)
        verified = check_row_flags(verified, len(labels.codes), name="verified")
        estimator = self.estimator
        if estimator is None:
            estimator = default_estimator(X, n_classes=len(labels.classes), n_jobs=self.n_jobs)
        fit_params, split_params = route_fit(
            self, estimator, sample_weight=weight, verified=verified, groups=groups, params=params
        )
        rule = resolve_rule(self.rule)
        with Progress.of_fit(self, n_tasks=2) as progress:
            with progress.task("collect-evidence", n_tasks=None) as steps:
                proba, rows = self._gather(estimator, X, labels, fit_params, split_params, steps)
            with progress.task("judge-labels"):
                self._judge(labels, proba, rows, weight, verified, rule)
        self._index = index
        record_features(self, X)
        return self

    def _gather(self, estimator, X, labels, fit_params, split_params, progress):
        """Checked evidence, and a summary of its rows."""
        default_cv = "oob" if self.estimator is None and not split_params else 5
        proba = out_of_sample_proba(
            estimator,
            X,
            labels,
            cv=default_cv if self.cv is None else self.cv,
            fit_params=fit_params,
            split_params=split_params,
            n_jobs=self.n_jobs,
            random_state=self.random_state,
            progress=progress,
        )
        return check_proba(proba, labels.codes, name=f"predict_proba of {type(estimator).__name__}", n_jobs=self.n_jobs)

    def _judge(self, labels, proba, rows, weight, verified, rule):
        """Quality, joint and mask from the evidence."""
        codes, classes = labels
        quality = kernels.label_quality(codes, proba, self.quality, n_jobs=self.n_jobs, rows=rows)
        totals = _joint.class_totals(codes, len(classes), weight)
        joint = _joint.joint_of_codes(codes, proba, rows=rows, weight=weight, verified=verified, n_jobs=self.n_jobs)
        self.confident_joint_ = _joint.calibrate_joint(joint, totals)
        self.transition_matrix_ = _joint.transition_of_joint(self.confident_joint_)
        audit = Audit(
            codes=codes,
            classes=classes,
            proba=proba,
            quality=quality,
            suggested=rows.predicted,
            rows=rows,
            sample_weight=weight,
            verified=verified,
            judgeable=judgeable_rows(codes, len(classes)),
            n_jobs=self.n_jobs,
        )
        self.classes_ = classes
        self.label_quality_ = quality
        self.noise_mask_ = rule.decide(audit)
        # a label that is judged wrong is never suggested, even where it is the likeliest by a little
        suggested = rows.predicted.copy()
        suggested[self.noise_mask_] = rows.rivals_of(self.noise_mask_)
        self.suggested_labels_ = classes[suggested]
        self.audit_ = replace(audit, suggested=suggested)

    def get_metadata_routing(self):
        """Requests of this detector, its model and its splitter.

        Returns
        -------
        routing : MetadataRouter
        """
        estimator = self.estimator
        if estimator is None:
            estimator = default_estimator(np.empty((1, 1)))
        if self.cv is None or isinstance(self.cv, Integral):
            splitter = StratifiedGroupKFold()  # wants groups where there are any, as the folds made in fit do
        else:
            splitter = self.cv if hasattr(self.cv, "split") else None
        to_fit = MethodMapping().add(caller="fit", callee="fit")
        to_split = MethodMapping().add(caller="fit", callee="split")
        router = MetadataRouter(owner=self).add_self_request(self).add(estimator=estimator, method_mapping=to_fit)
        return router.add(splitter=splitter, method_mapping=to_split)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        model = default_estimator(np.empty((1, 1))) if self.estimator is None else self.estimator
        tags.input_tags = get_tags(model).input_tags
        return tags
