"""Instance hardness: labels that models of different kinds agree to be unlikely."""

from collections.abc import Sequence
from numbers import Integral
from typing import Any, Self

import numpy as np
from sklearn.base import MetaEstimatorMixin
from sklearn.utils import check_random_state
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping

from skclean import _kernels as kernels
from skclean.base import BaseRule, ClassProba
from skclean.detectors._template import DetectorTemplate, Findings, Routed
from skclean.detectors.ensembles._committee import add_committee, check_committee, route_committee
from skclean.evidence import cross_fit_proba, default_committee, split_rows
from skclean.evidence.geometry._votes import shares_of_given
from skclean.preprocessing import as_points
from skclean.quality import QUALITY_METHODS
from skclean.rules import RivalRatio
from skclean.targets import UNLABELLED
from skclean.utils._compat import BaseComposition, Interval, StrOptions, get_tags
from skclean.utils._typing import CrossValidation, Estimator, Params, RandomState

__all__ = ["InstanceHardness"]


class InstanceHardness(MetaEstimatorMixin, BaseComposition, DetectorTemplate):
    """Find wrong labels by models of different kinds, each cross-fitted.

    The hardness of a row is one minus the probability of its label, averaged over models of which none was trained on
    the row. It assumes that the models err in different places, so that what is hard for all of them
    is hard in itself.

    Parameters
    ----------
    estimators : list of (str, classifier with predict_proba), or None, default=None
        Named models. None means a forest of 100 extremely randomised trees and a logistic regression, on the rows as
        points: numbers standardised, each category a column. Over several tables and kinds of noise they ranked label
        errors better than each alone, and than with neighbours, naive Bayes or a single tree beside them.
    cv : int, splitter or iterable of (train, test), default=5
        How rows are kept out of the models that predict them, the same for all models. An int is that many shuffled
        stratified folds (of whole groups where `groups` are given). There are as many fits as folds times models.
    rule : str, rule or None, default=None
        Which labels are flagged; a name from :data:`skclean.rules.RULES` or an instance. None means
        :class:`skclean.rules.RivalRatio`.
    quality : {"rival_odds", "self_confidence", "normalized_margin", "weighted_entropy"}, default="rival_odds"
        The score of :func:`skclean.quality.label_quality` that ranks the labels by the mean probabilities.
        "self_confidence" is one minus the hardness; over several tables and kinds of noise "rival_odds" ranked better.
    n_jobs : int or None, default=None
        Folds fitted side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Shuffles folds, and seeds the models where they have no seed of their own.

    Attributes
    ----------
    hardness_ : ndarray of shape (n_samples,), float64
        Instance hardness, one minus the mean probability of the given label, in [0, 1]; NaN for unlabelled rows.
    label_quality_ : ndarray of shape (n_samples,), float64
        In [0, 1], low is suspicious; 1 for unlabelled rows.
    noise_mask_ : ndarray of shape (n_samples,), bool
        True where the label is judged wrong.
    suggested_labels_ : ndarray of shape (n_samples,)
        The most probable label of each row, and of flagged rows the most probable other label, in the caller's type.
    classes_ : ndarray of shape (n_classes,)
        The sorted labels.
    audit_ : Audit
        Everything that rules and treatments read. It does not hold X.
    n_features_in_ : int
        Number of features seen in `fit`, where X has columns.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where X has names that are all strings.

    Notes
    -----
    As in the paper: one minus the out-of-sample probability of the label, averaged over classifiers of different
    kinds.

    Otherwise: labels are ranked by the odds of the given label against its rival in the mean probability; the
    classifiers are three, not nine.

    References
    ----------
    Smith, Martinez, Giraud-Carrier, "An instance level analysis of data complexity", Machine Learning 2014.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import InstanceHardness
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = InstanceHardness(random_state=0).fit(X, y_noisy)
    >>> bool(flipped[detector.noise_mask_].mean() > 0.5)  # most flags are right
    True
    """

    alias = "instance_hardness"

    _parameter_constraints: dict = {
        **DetectorTemplate._parameter_constraints,
        "estimators": [list, tuple, None],
        "cv": ["cv_object", Interval(Integral, 2, None, closed="left")],
        "quality": [StrOptions(set(QUALITY_METHODS))],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    gives = (ClassProba,)

    def __init__(
        self,
        estimators: Sequence[tuple[str, Estimator]] | None = None,
        *,
        cv: CrossValidation = 5,
        rule: BaseRule | str | None = None,
        quality: str = "rival_odds",
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimators = estimators
        self.cv = cv
        self.rule = rule
        self.quality = quality
        self.n_jobs = n_jobs
        self.random_state = random_state

    def get_params(self, deep: bool = True) -> Params:
        """Parameters of this detector and, with `deep`, the models by their names and their parameters.

        Parameters
        ----------
        deep : bool, default=True

        Returns
        -------
        params : dict
        """
        return self._get_params("estimators", deep=deep)

    def set_params(self, **params: Any) -> Self:
        """Set parameters; ``name`` replaces a model and ``name__parameter`` sets one of its parameters.

        Parameters
        ----------
        **params : dict

        Returns
        -------
        self : estimator
        """
        return self._set_params("estimators", **params)

    def _default_rule(self):
        return RivalRatio()

    def _committee(self, labels=None):
        """The named models, checked."""
        if self.estimators is None:
            return default_committee(labels)
        check_committee(self.estimators, "predict_proba")
        self._validate_names([name for name, _ in self.estimators])
        return self.estimators

    def _route(self, estimator, weight, verified, groups, params):
        return Routed(
            *route_committee(
                self, self._committee(), sample_weight=weight, verified=verified, groups=groups, params=params
            )
        )

    def _find(self, given, progress):
        """The mean of the models' out-of-sample probabilities."""
        rng = check_random_state(self.random_state)
        labels = given.labels
        committee = self._committee(labels)
        folds = split_rows(given.X, labels, cv=self.cv, split_params=given.split_params, random_state=rng)
        X = as_points(given.X) if self.estimators is None else given.X
        total = 0.0
        for name, model in committee:
            total = total + cross_fit_proba(
                model,
                X,
                labels,
                cv=folds,
                fit_params=given.fit_params[name],
                n_jobs=self.n_jobs,
                random_state=rng,
                progress=progress,
                seen=given.seen,
            )
        proba = total / len(committee)
        self.hardness_ = np.where(labels.codes == UNLABELLED, np.nan, 1 - shares_of_given(proba, labels.codes))
        return Findings(kernels.label_quality(labels.codes, proba, self.quality, n_jobs=self.n_jobs), proba)

    def get_metadata_routing(self) -> MetadataRouter:
        """Requests of this detector, of its models by their names, and of its splitter.

        Returns
        -------
        routing : MetadataRouter
        """
        router = add_committee(MetadataRouter(owner=self).add_self_request(self), self._committee())
        return router.add(splitter=self._splitter(), method_mapping=MethodMapping().add(caller="fit", callee="split"))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        if self.estimators:
            each = [get_tags(model).input_tags for _, model in self._committee()]
            for name in ("sparse", "allow_nan", "string", "categorical"):
                setattr(tags.input_tags, name, all(getattr(part, name) for part in each))
        return tags
