"""An ensemble of models of plausible clean labels: where they differ, noise decides the prediction."""

from numbers import Integral, Real
from typing import Any, Literal, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin
from sklearn.metrics import accuracy_score
from sklearn.utils import check_random_state
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import check_is_fitted

from skclean.evidence import cross_fit_proba, default_forest
from skclean.robust.decisions._abstain import with_abstentions
from skclean.robust.decisions._fit_params import fit_params_of, trusting
from skclean.robust.decisions._plausible_draws import draw_labels, truth_of_rows
from skclean.robust.decisions._vote_confidence import best_norm, normed_confidence, p_of_lead
from skclean.targets import check_class_rows, codes_of, refuse_one_class
from skclean.utils._checks import check_classifies, check_same_order, check_trust, check_weights, record_features
from skclean.utils._compat import HasMethods, Interval, StrOptions, fit_context, get_tags, safe_indexing
from skclean.utils._fitting import fit_model
from skclean.utils._params import seeded_clone, subset_params
from skclean.utils._proba import proba_of_classes
from skclean.utils._typing import Array, Estimator, Floats, Labels1d, Numbers, Proba, RandomState, Table

__all__ = ["PlausibleLabelsEnsemble"]


class PlausibleLabelsEnsemble(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):
    """Fit a model on each of many plausible sets of clean labels, and abstain where they do not agree.

    Each member is fitted on labels that are drawn from what the true ones may be, given the noisy ones. Where members
    agree, the noise does not matter.

    Parameters
    ----------
    estimator : classifier or None, default=None
        Cloned for each member. None means a forest of extremely randomised trees.
    n_members : int, default=50
        With fewer than 6 members, `predict` always abstains at alpha=0.05.
    transition_matrix : array-like of shape (n_classes, n_classes) or "estimate", default="estimate"
        ``[i, j]`` is P(observed j | true i), classes sorted.
    given_features : bool, default=True
        True draws the label of a row from P(true class | row, given label), by the default model. False draws it from
        P(true class | given label), as in the paper: any row of a class is as likely to be flipped.
    abstain : bool, default=True
        Whether `predict` gives :data:`skclean.robust.ABSTAIN` where the vote may be due to the draws. False gives the
        vote.
    alpha : float, default=0.05
        Level of the two-sided binomial test of the first against the second class of the vote, in (0, 1).
    confidence : {"votes", "logit_norm"}, default="votes"
        What :meth:`decision_confidence` gives. "votes": the mean probability of the predicted class, or the share of
        votes where members have no probabilities. "logit_norm": the largest centred log-probability over the norm of
        all, with the norm of {2, 4, 8} that ranks mistakes best in folds; members need `predict_proba`.
    n_jobs : int or None, default=None
        Members fitted side by side.
    random_state : int, RandomState instance or None, default=None
        For the draws, and for models without a seed of their own.

    Attributes
    ----------
    estimators_ : list of classifiers
    classes_ : ndarray of shape (n_classes,)
    truth_ : ndarray of shape (n_samples, n_classes)
        P(true class) that labels were drawn from; 0 for unlabelled rows.
    regret_ : ndarray of shape (n_samples,)
        Probability that the given label does not show whether the vote is right: they agree and the label is wrong, or
        they differ and the vote is right. NaN for unlabelled rows.
    norm_ : int
        With "logit_norm", the norm that was chosen.
    n_features_in_, feature_names_in_
        Where X has columns.

    Notes
    -----
    As in the paper (regretful decisions): labels are drawn from their posterior under the noise, one model each, and
    the share of members that differ from the vote is the ambiguity. As in "Selective Ensembles": abstention by a
    binomial test.

    Otherwise: the tabular counterpart. The number of flips in each given class is the expected one, to within one row;
    the paper draws flips independently and rejects sets that differ too much. By default flips depend on the features.

    It costs as many fits as members. It assumes that noise depends on the true class alone. It loses where the model
    hardly follows its labels: members then agree and are wrong together.

    References
    ----------
    Nagaraj, Liu, Calmon, Ustun, "Regretful Decisions under Label Noise", ICLR 2025.
    Black, Leino, Fredrikson, "Selective Ensembles for Consistent Predictions", ICLR 2022.
    Cattelan, Silva, "How to Fix a Broken Confidence Estimator", UAI 2024 (normalised logits).

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclean.robust import PlausibleLabelsEnsemble, is_abstain
    >>> X, y = load_iris(return_X_y=True)
    >>> model = PlausibleLabelsEnsemble(LogisticRegression(max_iter=1000), n_members=10, random_state=0).fit(X, y)
    >>> bool(is_abstain(model.predict(X)).mean() < 0.2)
    True
    """

    __metadata_request__fit = {"verified": True}

    _parameter_constraints: dict = {
        "estimator": [HasMethods(["fit", "predict"]), None],
        "n_members": [Interval(Integral, 1, None, closed="left")],
        "transition_matrix": ["array-like", StrOptions({"estimate"})],
        "given_features": ["boolean"],
        "abstain": ["boolean"],
        "alpha": [Interval(Real, 0, 1, closed="neither")],
        "confidence": [StrOptions({"votes", "logit_norm"})],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        n_members: int = 50,
        transition_matrix: Numbers | Literal["estimate"] = "estimate",
        given_features: bool = True,
        abstain: bool = True,
        alpha: float = 0.05,
        confidence: Literal["votes", "logit_norm"] = "votes",
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.n_members = n_members
        self.transition_matrix = transition_matrix
        self.given_features = given_features
        self.abstain = abstain
        self.alpha = alpha
        self.confidence = confidence
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
        **params: Any,
    ) -> Self:
        """Draw plausible labels and fit a member on each set.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
        y : array-like of shape (n_samples,)
            Noisy labels; a row with a missing one is not trained on.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            For the members.
        verified : array-like of shape (n_samples,), bool or float, or None, default=None
            True where a label is known to be right: it is never changed. Or the trust in each label, in [0, 1].
        **params : dict
            For the fits of the members; what has one value per row is subset with the rows.

        Returns
        -------
        self : PlausibleLabelsEnsemble
        """
        check_same_order(X=X, y=y, sample_weight=sample_weight, verified=verified)
        X, labels = check_class_rows(X, y)
        weight = check_weights(sample_weight, X)
        said = check_trust(verified, labels.n_rows)
        refuse_one_class(labels, weight)
        model = self._estimator()
        check_classifies(model, self)
        params = fit_params_of(self, model, weight, params)
        record_features(self, X)
        rng = check_random_state(self.random_state)
        rows = np.flatnonzero(labels.known if weight is None else labels.known & (weight > 0))
        whole = len(rows) == labels.n_rows
        part, own = (X, params) if whole else (safe_indexing(X, rows), subset_params(params, rows, labels.n_rows))
        noisy = labels._replace(codes=labels.codes[rows])
        self.classes_ = labels.classes
        truth = truth_of_rows(part, noisy, self.transition_matrix, given_features=self.given_features)
        truth = trusting(truth, noisy.codes, *(None if part is None else part[rows] for part in said))
        draws = [draw_labels(truth, noisy.codes, rng) for _ in range(self.n_members)]
        seed = None if self.random_state is None else rng
        fits = [(seeded_clone(model, seed), part, self.classes_[codes], own) for codes in draws]
        self.estimators_ = list(Parallel(n_jobs=self.n_jobs)(delayed(fit_model)(*one) for one in fits))
        self._record(X, labels, rows, truth)
        if self.confidence == "logit_norm":
            self.norm_ = self._best_norm(model, part, noisy, own, truth)
        return self

    def _estimator(self):
        return default_forest() if self.estimator is None else self.estimator

    def _record(self, X, labels, rows, truth):
        """Set ``truth_`` and ``regret_``."""
        n_classes = len(self.classes_)
        self.truth_ = np.zeros((labels.n_rows, n_classes))
        self.truth_[rows] = truth
        self.regret_ = np.full(labels.n_rows, np.nan)
        vote, given, places = self._vote(X)[rows], labels.codes[rows], np.arange(len(rows))
        self.regret_[rows] = np.where(vote == given, 1 - truth[places, given], truth[places, vote])

    def _best_norm(self, model, X, labels, params, truth):
        """The norm under which mistakes have the least confidence, on rows that the model was not fitted on."""
        proba = cross_fit_proba(model, X, labels, fit_params=params, n_jobs=self.n_jobs, random_state=self.random_state)
        return best_norm(proba, wrong=1 - truth[np.arange(len(proba)), proba.argmax(axis=1)])

    def votes(self, X: Table) -> Array:
        """Return how many members predict each class: ndarray of shape (n_samples, n_classes), int."""
        check_is_fitted(self, "estimators_")
        eye = np.eye(len(self.classes_), dtype=np.intp)
        votes = [eye[codes_of(np.ravel(one.predict(X)), self.classes_)] for one in self.estimators_]
        return np.sum(votes, axis=0)

    def predict_proba(self, X: Table) -> Proba:
        """Return the shares of the votes.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)

        Returns
        -------
        proba : ndarray of shape (n_samples, n_classes)
            The mean probabilities of the members count as half a vote, so that they settle ties.
        """
        votes = self.votes(X)
        shares = votes + 0.5 * self._mean_proba(X, votes)
        return shares / shares.sum(axis=1, keepdims=True)

    def _mean_proba(self, X, votes):
        """Mean probabilities of the members; shares of the votes where they have none."""
        if not all(hasattr(one, "predict_proba") for one in self.estimators_):
            return votes / len(self.estimators_)
        return sum(proba_of_classes(one, X, self.classes_) for one in self.estimators_) / len(self.estimators_)

    def _vote(self, X):
        """Code of the class of most votes; ties go to the larger probability."""
        return self.predict_proba(X).argmax(axis=1)

    def predict(self, X: Table) -> Array:
        """Return the vote, or ABSTAIN where it may be due to the draws.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)

        Returns
        -------
        y_pred : ndarray of shape (n_samples,)
            Of objects where a row has :data:`skclean.robust.ABSTAIN`, else of the type of the labels.
        """
        votes = self.votes(X)
        labels = self.classes_[self._vote(X)]
        if not self.abstain:
            return labels
        return with_abstentions(labels, p_of_lead(votes) > self.alpha)

    def ambiguity(self, X: Table) -> Floats:
        """Return the share of members off the vote: ndarray of shape (n_samples,), in [0, 1)."""
        votes = self.votes(X)
        return 1 - votes.max(axis=1) / len(self.estimators_)

    def decision_confidence(self, X: Table) -> Floats:
        """Return how sure the ensemble is of each vote, as `confidence` says: ndarray of shape (n_samples,)."""
        proba = self._mean_proba(X, self.votes(X))
        if self.confidence == "logit_norm":
            return normed_confidence(proba, self.norm_)
        return proba[np.arange(len(proba)), self._vote(X)]

    def score(self, X: Table, y: Labels1d, sample_weight: Numbers | None = None) -> float:
        """Return the accuracy of the vote, abstention left aside: float.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
        y : array-like of shape (n_samples,)
        sample_weight : array-like of shape (n_samples,) or None, default=None
        """
        return float(accuracy_score(y, self.classes_[self._vote(X)], sample_weight=sample_weight))

    def get_metadata_routing(self) -> MetadataRouter:
        """Requests of the members.

        Returns
        -------
        routing : MetadataRouter
        """
        router = MetadataRouter(owner=self).add_self_request(self)
        return router.add(estimator=self._estimator(), method_mapping=MethodMapping().add(caller="fit", callee="fit"))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags = get_tags(self._estimator()).input_tags
        return tags
