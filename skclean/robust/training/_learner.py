"""Base of the estimators that learn from noisy labels with one wrapped model: checks, routing, tags."""

from numbers import Integral
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin
from sklearn.utils import check_consistent_length
from sklearn.utils.metadata_routing import UNUSED, MetadataRouter, MethodMapping, process_routing

from skclean.evidence import DefaultModelMixin, cross_fit_proba, default_estimator, default_proba
from skclean.preprocessing import is_table
from skclean.robust._fitted_estimator import FittedEstimatorMixin
from skclean.robust.training._soft_fit import fit_soft, keep_classes, one_hot
from skclean.targets import CandidateTarget, ClassTarget, check_table, check_two_classes, read_candidates
from skclean.utils._checks import check_classifies, check_same_order, check_trust, check_weights
from skclean.utils._compat import HasMethods, get_tags, has_method, num_samples, routing_enabled
from skclean.utils._params import ClearParamsMixin, missing_method_message, seeded_clone, weight_parameter
from skclean.utils._typing import Bools, Estimator, Floats, Params, Table

__all__ = ["Material", "NoisyLabelLearner"]


class Material(NamedTuple):
    """Checked input of a fit.

    Attributes
    ----------
    X : indexable of n_samples rows
    target : CandidateTarget
        What was said about each row; a verified label allows its own class only.
    given : ndarray of shape (n_samples,), int32
        The given labels as codes, verified ones included; -1 where there is none.
    verified : ndarray of shape (n_samples,), bool
        Rows with a label that is known to be right.
    trust : ndarray of shape (n_samples,), or None
        How far each label is trusted, in [0, 1]; None where nothing but `verified` is said.
    weight : ndarray of shape (n_samples,)
        Sample weights; ones where none were given.
    estimator : classifier
        The model to train, unfitted.
    params : dict
        What is passed to its ``fit``, without sample weights.
    """

    X: Table
    target: CandidateTarget
    given: np.ndarray
    verified: Bools
    trust: Floats | None
    weight: Floats
    estimator: Estimator
    params: Params

    def weighted_params(self):
        """Fit parameters with the sample weights, where they are not all alike: dict."""
        name = weight_parameter(self.estimator)
        uneven = name is not None and np.ptp(self.weight) > 0
        return {**self.params, name: self.weight} if uneven else self.params

    def trusting(self, targets):
        """Return targets where each given label has the share of its trust, and the others share the rest.

        Parameters
        ----------
        targets : ndarray of shape (n_samples, n_classes)
        """
        if self.trust is None:
            return targets
        share = np.where(self.given >= 0, self.trust, 0.0)[:, None]
        return share * one_hot(self.given, self.n_classes) + (1 - share) * targets

    def said(self):
        """Return what detectors take as `verified`: ndarray of shape (n_samples,), bool or float64."""
        return self.verified if self.trust is None else self.trust

    @property
    def classes(self):
        """The sorted labels: ndarray of shape (n_classes,)."""
        return self.target.classes

    @property
    def n_classes(self):
        """Number of classes."""
        return len(self.target.classes)


class NoisyLabelLearner(
    DefaultModelMixin, FittedEstimatorMixin, ClassifierMixin, MetaEstimatorMixin, ClearParamsMixin, BaseEstimator
):
    """A classifier that trains clones of `estimator` in its own way."""

    __metadata_request__fit = {"verified": True}
    __metadata_request__score = {"sample_weight": UNUSED}  # by the estimator, which says whether it wants them

    _parameter_constraints: dict = {
        "estimator": [HasMethods(["fit", "predict"]), None],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }
    # Whether y may hold sets of labels.
    _takes_sets = False
    # Whether sample weights multiply the chance of rows to be drawn, so that the estimator need not take them.
    _draws_rows = False
    # Whether the estimator must predict probabilities.
    _needs_proba = True

    def _material(self, X, y, sample_weight, verified, params, **others):
        """Check what fit was given, and read y; `others` are further arguments with one value a row."""
        check_same_order(X=X, y=y, sample_weight=sample_weight, verified=verified, **others)
        X = check_table(X)
        target = read_candidates(y)
        check_consistent_length(X, target.codes)
        if not self._takes_sets and (target.known & (target.codes < 0)).any():
            raise ValueError(
                f"y holds sets of labels, which {type(self).__name__} does not learn from; use NoisyLabelEM."
            )
        if not target.known.any() or len(target.classes) < 2:
            check_two_classes(target.labels(), None)
        flags, trust = check_trust(verified, num_samples(X))
        flags = np.zeros(num_samples(X), dtype=bool) if flags is None else flags & (target.codes >= 0)
        estimator = self._estimator(X, len(target.classes))
        check_classifies(estimator, self)
        if self._needs_proba and not has_method(estimator, "predict_proba"):
            why = f"{type(self).__name__}, to say how sure a label is,"
            raise ValueError(missing_method_message(estimator, "predict_proba", why=why))
        if get_tags(estimator).input_tags.pairwise:
            raise ValueError(
                f"{type(estimator).__name__} wants a precomputed square X, whose columns would have to follow the "
                "rows; wrap it around features instead."
            )
        weight, params = self._route(estimator, check_weights(sample_weight, X), params)
        weight = np.ones(num_samples(X)) if weight is None else weight
        target, given = target.verified(flags), target.codes
        self.classes_ = target.classes
        return Material(X, target, given, flags, trust, weight, estimator, params)

    def _route(self, estimator, weight, params):
        """Sample weights and the other fit parameters of the estimator."""
        name = weight_parameter(estimator)
        if routing_enabled():
            own = {} if weight is None else {"sample_weight": weight}
            routed = process_routing(self, "fit", **own, **params)["estimator"]["fit"]
            params = dict(routed)
            weight = np.asarray(params.pop(name), dtype=np.float64) if name in params else None
        elif weight is not None and name is None and not self._draws_rows:
            raise ValueError(
                f"sample_weight was given, to train with sample weights, but {type(estimator).__name__} takes no "
                "sample_weight in fit; leave the weights out, or use an estimator that takes them."
            )
        return weight, params

    def _out_of_sample(self, material, cv=5):
        """Out-of-sample probabilities of the given labels, by the default model where X is a table."""
        labels = ClassTarget(material.given, material.classes)
        options = {"n_jobs": self.n_jobs, "random_state": self.random_state}
        if is_table(material.X):
            forest = default_estimator(material.X, n_classes=material.n_classes, n_jobs=self.n_jobs)
            return default_proba(forest, material.X, labels, weight=material.weight, **options)
        options["fit_params"] = material.weighted_params()
        return cross_fit_proba(material.estimator, material.X, labels, cv=cv, **options)

    def _fit_final(self, material, targets):
        """Fit ``estimator_`` on soft targets, which are multiplied by the sample weights."""
        self.estimator_ = seeded_clone(material.estimator, self.random_state)
        targets = keep_classes(targets) * material.weight[:, None]
        self._in_labels = fit_soft(
            self.estimator_, material.X, material.classes, targets, material.params, random_state=self.random_state
        )

    def get_metadata_routing(self) -> MetadataRouter:
        """Requests of the estimator.

        Returns
        -------
        routing : MetadataRouter
        """
        to_both = MethodMapping().add(caller="fit", callee="fit").add(caller="score", callee="score")
        router = MetadataRouter(owner=self).add_self_request(self)
        return router.add(estimator=self._estimator(), method_mapping=to_both)

    def _forget(self, *names: Any) -> None:
        """Delete fitted attributes of an earlier fit that this one may not set."""
        for name in names:
            self.__dict__.pop(name, None)
