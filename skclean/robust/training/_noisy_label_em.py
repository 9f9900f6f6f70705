"""Learn from labels, sets of labels and missing ones at once, by expectation-maximisation around any classifier."""

from numbers import Integral, Real
from typing import Any, NamedTuple, Self

import numpy as np

from skclean.evidence import default_estimator, default_proba
from skclean.metrics._correction import checked_transition
from skclean.noise.model._noise_fit import fit_noise_model
from skclean.preprocessing import is_table
from skclean.robust.training._expectation import compatibility, expect, run_em
from skclean.robust.training._learner import NoisyLabelLearner
from skclean.robust.training._soft_fit import cross_fit_soft, folds_of_all, one_hot
from skclean.targets import UNLABELLED, ClassTarget
from skclean.utils._compat import Interval, fit_context
from skclean.utils._typing import CrossValidation, Estimator, Labels1d, Numbers, RandomState, Table

__all__ = ["NoisyLabelEM"]


class Start(NamedTuple):
    """What the rounds start from.

    Attributes
    ----------
    truth : ndarray of shape (n_samples, n_classes)
        P(true class | row), without the labels of the row, out of sample.
    posterior : ndarray of shape (n_samples, n_classes)
        P(true class | row, what was said).
    """

    truth: np.ndarray
    posterior: np.ndarray


class NoisyLabelEM(NoisyLabelLearner):
    """Learn from labels that may be wrong, sets of labels and missing ones, by expectation-maximisation.

    Each round estimates for every row how probable each class is, given the row and its labels (E-step), and refits
    clones of `estimator` on weighted copies of the rows with these probabilities (M-step). The chance of a label j
    given the true class k is ``transition_matrix_[k, j]``, which each round estimates; a set excludes all other
    classes; a missing label excludes nothing.

    Parameters
    ----------
    estimator : classifier with predict_proba or None, default=None
        The model to train. None means skclean's default forest.
    transition_matrix : array-like of shape (n_classes, n_classes) or None, default=None
        ``[k, j]`` is P(recorded j | true k), for the sorted labels. None means that it is estimated.
    anchor : float, default=0.5
        Share of the start in P(true class | row) of every E-step, in [0, 1]. Where X is a table and most rows have a
        label, the start is the corrected prediction of the default model, out of bag; else that of the estimator. 0 is
        plain EM; with 1 only the transition matrix changes after the first round.
    cv : int, splitter or iterable of (train, test), default=5
        Folds by which the E-step predicts each row with models that were fitted without it.
    prior_rows : float, default=20.0
        Number of rows with the average noise that are added to each class where the transition matrix is estimated. At
        least 0.
    max_rounds : int, default=10
        Largest number of rounds, at least 1.
    tol : float, default=1e-3
        Rounds end when the probabilities change by less in the mean. At least 0.
    n_jobs : int or None, default=None
        Folds fitted side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Shuffles folds, and seeds the models where they have no seed of their own.

    Attributes
    ----------
    estimator_ : classifier
        The clone that was fitted on the last expectations.
    classes_ : ndarray of shape (n_classes,)
        The sorted labels, those in sets included.
    posterior_ : ndarray of shape (n_samples, n_classes)
        P(true class | row, what was said), out of sample.
    transition_matrix_ : ndarray of shape (n_classes, n_classes)
        Given, or as the last round estimated it.
    n_iter_ : int
        Rounds that were made.
    converged_ : bool
        Whether the change fell below `tol`.
    loss_history_ : list of float
        Mean negative log-likelihood of the given labels and sets in each round, out of sample; it may rise.
    n_features_in_, feature_names_in_, coef_, intercept_, feature_importances_
        Those of `estimator_`, where it has them.

    See Also
    --------
    skclean.NoiseRobustClassifier : One step from the same start, with a rule that leaves clean labels alone.

    Notes
    -----
    As in the paper: labels of any kind of imprecision enter through the chance of what was said given the true class;
    the model is fitted on the expectations, and the noise model on their counts.

    Otherwise: the tabular counterpart, not the paper's algorithm, which trains a deep network by batches. Models are
    refitted on weighted copies; the E-step is cross-fitted, since a flexible model that predicts its own training rows
    confirms every label; the noise model gets prior rows; and half of each prediction is the start. Without this
    `anchor` further rounds made a logistic regression worse than one step: over 14 tables with 30 % wrong labels it
    lost 0.008 to 0.015 in accuracy, and with it the difference was below 0.002; the default was chosen on these tables.

    It assumes that noise depends on the true class alone, and that sets always hold the true class. It loses where
    labels are right: unlike NoiseRobustClassifier it has no rule that keeps them. Where noise depends on the features,
    as near a boundary, it helps little. A model without sample weights learns from one drawn label for each row, which
    adds noise.

    References
    ----------
    Chen et al., "Imprecise Label Learning: A Unified Framework for Learning with Various Imprecise Label
    Configurations", NeurIPS 2024. Dempster, Laird, Rubin, "Maximum likelihood from incomplete data via the EM
    algorithm", JRSS B 1977.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclean.robust import NoisyLabelEM
    >>> X, y = load_iris(return_X_y=True)
    >>> said = y.astype(object)
    >>> said[::3] = None
    >>> for row in range(1, 150, 3):
    ...     said[row] = {int(y[row]), (int(y[row]) + 1) % 3}
    >>> model = NoisyLabelEM(LogisticRegression(max_iter=1000), random_state=0).fit(X, said)
    >>> bool(model.score(X, y) > 0.9)
    True
    """

    _parameter_constraints: dict = {
        **NoisyLabelLearner._parameter_constraints,
        "transition_matrix": ["array-like", None],
        "anchor": [Interval(Real, 0, 1, closed="both")],
        "cv": ["cv_object"],
        "prior_rows": [Interval(Real, 0, None, closed="left")],
        "max_rounds": [Interval(Integral, 1, None, closed="left")],
        "tol": [Interval(Real, 0, None, closed="left")],
    }
    _takes_sets = True

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        transition_matrix: Numbers | None = None,
        anchor: float = 0.5,
        cv: CrossValidation = 5,
        prior_rows: float = 20.0,
        max_rounds: int = 10,
        tol: float = 1e-3,
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.transition_matrix = transition_matrix
        self.anchor = anchor
        self.cv = cv
        self.prior_rows = prior_rows
        self.max_rounds = max_rounds
        self.tol = tol
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
        """Alternate between expectations and models, then fit the estimator on the last expectations.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Passed on as given, in rows.
        y : array-like of shape (n_samples,)
            Of each row a label, a set (set, frozenset, list, tuple or array) of labels that holds the right one, or
            None or NaN where nothing is known. Sets want an array of objects or a list.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            What each row counts for.
        verified : array-like of shape (n_samples,), bool or float, or None, default=None
            True where a label is known to be right.
            Numbers between 0 and 1 say how far each label is trusted.
        **params : dict
            Passed to the fit of the estimator; what has one value per row follows the rows. With metadata routing
            enabled, routed as requested.

        Returns
        -------
        self : NoisyLabelEM

        Raises
        ------
        ValueError
            If y has one class only, a set is empty, or the matrix has another shape than the classes.
        """
        material = self._material(X, y, sample_weight, verified, params)
        known = self.transition_matrix
        known = None if known is None else checked_transition(known, material.n_classes)
        folds = folds_of_all(material.X, _named_alone(material), self.cv, self.random_state)

        def learn(targets):
            targets = targets * material.weight[:, None]
            options = {"n_jobs": self.n_jobs, "random_state": self.random_state}
            return cross_fit_soft(
                material.estimator, material.X, material.classes, targets, folds, material.params, **options
            )

        start = self._start(material, learn, known)

        def learn_and_anchor(targets):
            if self.anchor == 1:
                return start.truth
            return (1 - self.anchor) * learn(targets) + self.anchor * start.truth

        settings = {"prior_rows": self.prior_rows, "max_rounds": self.max_rounds, "tol": self.tol}
        found = run_em(learn_and_anchor, material.target, material.weight, start.posterior, known, **settings)
        self.posterior_, self.transition_matrix_, self.loss_history_, self.converged_ = found
        self.n_iter_ = len(self.loss_history_)
        self.posterior_ = material.trusting(self.posterior_)
        self._fit_final(material, self.posterior_)
        return self

    def _start(self, material, learn, known):
        """Probabilities by models of what was said, with the estimated noise taken out: Start."""
        labels, weight = _named_alone(material), material.weight
        codes = labels.codes
        if is_table(material.X) and 2 * np.count_nonzero(codes != UNLABELLED) >= len(codes):
            forest = default_estimator(material.X, n_classes=material.n_classes, n_jobs=self.n_jobs)
            options = {"weight": weight, "n_jobs": self.n_jobs, "random_state": self.random_state}
            proba = default_proba(forest, material.X, labels, **options)
        else:
            proba = learn(_first_targets(material))
        noise = None
        if (material.target.codes != UNLABELLED).any():
            given = proba[np.arange(len(codes)), codes]
            noise = fit_noise_model(codes, proba, given, weight=weight, verified=material.verified)
        if noise is None:
            truth, transition = proba, _mild_noise(material.n_classes)
        else:
            share = noise.noise_weight
            truth = share * noise.channel.truth(proba) + (1 - share) * proba
            transition = share * noise.channel.transition + (1 - share) * np.eye(material.n_classes)
        transition = transition if known is None else known
        return Start(truth, expect(truth, compatibility(material.target, transition)).posterior)


def _named_alone(material):
    """The rows for which one class was named, verified ones included; others count as unlabelled: ClassTarget."""
    return ClassTarget(material.target.strata(), material.classes)


def _first_targets(material):
    """Labels as they are, sets in equal parts, and zeros where nothing was said."""
    codes, allowed = material.target.codes, material.target.allowed
    shares = allowed / allowed.sum(axis=1, keepdims=True)
    shares = np.where((codes != UNLABELLED)[:, None], one_hot(codes, material.n_classes), shares)
    return np.where(material.target.known[:, None], shares, 0.0)


def _mild_noise(n_classes):
    """A tenth of the labels wrong, where nothing can be estimated."""
    return 0.9 * np.eye(n_classes) + 0.1 / n_classes
