"""Sets of classes that hold the true class with a chosen probability, calibrated on noisy labels."""

from numbers import Integral, Real
from typing import Any, Literal, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin
from sklearn.utils.metadata_routing import UNUSED, MetadataRouter, MethodMapping
from sklearn.utils.validation import check_is_fitted

from skclean.evidence import DefaultModelMixin, cross_fit_proba, default_estimator, default_proba
from skclean.metrics._correction import checked_transition
from skclean.metrics._estimated_noise import EstimatedNoise
from skclean.preprocessing import is_table
from skclean.robust._fitted_estimator import FittedEstimatorMixin
from skclean.robust.decisions._conformity import SCORES, fit_distribution, guarantee_margin, split_for_calibration
from skclean.robust.decisions._fit_params import fit_params_of, trusting
from skclean.targets import check_class_rows, refuse_one_class
from skclean.utils._checks import check_classifies, check_same_order, check_trust, check_weights
from skclean.utils._compat import HasMethods, Interval, StrOptions, fit_context, safe_indexing
from skclean.utils._fitting import fit_model
from skclean.utils._params import seeded_clone, subset_params
from skclean.utils._typing import Bools, Estimator, Floats, Labels1d, Numbers, RandomState, Table

__all__ = ["NoiseAwareConformalClassifier"]

# Estimated flips are taken to be a little rarer: too much noise makes sets too small. With 1, sets of 90 % held the
# true class in 88 to 91 % of the rows, means over tables; with 0.9 and 30 % of wrong labels in 93 %.
CAUTION = 0.95


class NoiseAwareConformalClassifier(
    DefaultModelMixin, FittedEstimatorMixin, ClassifierMixin, MetaEstimatorMixin, BaseEstimator
):
    """Predict sets of classes that hold the true class with a chosen probability, where labels are noisy.

    Plain conformal prediction on noisy labels covers the noisy labels, with sets that are far too large. Here the
    distribution of the score of the true class is estimated through the transition matrix.

    Parameters
    ----------
    estimator : classifier with predict_proba or None, default=None
        The model. None means the default model of the table.
    confidence : float, default=0.9
        Probability that a set holds the true class, in (0, 1).
    conformity : {"lac", "aps"}, default="lac"
        "lac" takes classes by their probability and has the smallest sets; they are empty where no class is likely
        enough. "aps" adapts to how hard the row is, and its sets are larger.
    calibration : {"cross", "split"}, default="cross"
        Which rows are calibrated on. "cross" takes all, with probabilities of models that were fitted without the row,
        and fits the model on all rows. "split" fits the model on a part of the rows and calibrates on the others.
    cv : int, splitter or iterable, default=5
        Folds of "cross".
    test_size : float, default=0.3
        Share of the rows that "split" calibrates on, in (0, 1).
    transition_matrix : array-like of shape (n_classes, n_classes), "estimate" or None, default="estimate"
        ``[i, j]`` is P(observed j | true i), classes sorted. "estimate" estimates it by "em" of
        :func:`skclean.noise.estimate_transition_matrix` from the calibration rows, with the default model where X is a
        table; it then assumes 5 % fewer flips, and gives that model's posterior a quarter of the weight. None takes
        labels as right: plain conformal prediction.
    guarantee : bool, default=False
        False takes the estimated distribution as it is: sets hold the true class as often as asked, on average. True
        adds a margin, so that with probability 0.9 over the calibration rows the coverage is at least `confidence`. It
        needs a matrix that is given. With few rows or much noise the sets then hold all classes.
    n_jobs : int or None, default=None
        Folds fitted side by side.
    random_state : int, RandomState instance or None, default=None
        For the folds or the split, and for models without a seed of their own.

    Attributes
    ----------
    estimator_ : classifier
    classes_ : ndarray of shape (n_classes,)
    transition_matrix_ : ndarray of shape (n_classes, n_classes)
    margin_ : float
        What the guarantee adds to `confidence`; 0 without it.
    distribution_ : ScoreDistribution
        Distribution of the score of the true class.

    Notes
    -----
    As in the paper: the distribution of scores of true labels by the inverse of T, and the margin
    ``w sqrt(log(2 / 0.1) / (2 n))``. For uniform noise the paper's w is ``(1 + e) / (1 - e)``; here it is the largest
    sum of absolute values of a row of the inverse, which is that number for many classes.

    Otherwise: isotonic regression makes the estimated distribution monotone, not its running minimum; any transition
    matrix is allowed; cross-calibration, which has no finite-sample guarantee; and p-values for each class.

    It assumes that the noise depends on the true class alone, and that new rows are drawn as the old ones. It loses
    where noise follows the features, and with few rows: ten rows of a class are too few to estimate a distribution.

    References
    ----------
    Penso, Goldberger, Fetaya, "Estimating the Conformal Prediction Threshold from Noisy Labels", 2025 (NACP).
    Sesia, Wang, Tong, "Adaptive Conformal Classification with Noisy Labels", JRSS B 2024.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclean.robust import NoiseAwareConformalClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> sets = NoiseAwareConformalClassifier(LogisticRegression(max_iter=1000), random_state=0).fit(X, y)
    >>> sets.predict_set(X[:2]).tolist()
    [[True, False, False], [True, False, False]]
    """

    __metadata_request__fit = {"verified": True}
    __metadata_request__score = {"sample_weight": UNUSED}  # by the estimator, which says whether it wants them

    _parameter_constraints: dict = {
        "estimator": [HasMethods(["fit", "predict_proba"]), None],
        "confidence": [Interval(Real, 0, 1, closed="neither")],
        "conformity": [StrOptions(set(SCORES))],
        "calibration": [StrOptions({"cross", "split"})],
        "cv": ["cv_object"],
        "test_size": [Interval(Real, 0, 1, closed="neither")],
        "transition_matrix": ["array-like", StrOptions({"estimate"}), None],
        "guarantee": ["boolean"],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        confidence: float = 0.9,
        conformity: Literal["lac", "aps"] = "lac",
        calibration: Literal["cross", "split"] = "cross",
        cv: Any = 5,
        test_size: float = 0.3,
        transition_matrix: Numbers | Literal["estimate"] | None = "estimate",
        guarantee: bool = False,
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.confidence = confidence
        self.conformity = conformity
        self.calibration = calibration
        self.cv = cv
        self.test_size = test_size
        self.transition_matrix = transition_matrix
        self.guarantee = guarantee
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
        """Fit the model, and calibrate its sets.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
        y : array-like of shape (n_samples,)
            Noisy labels; a row with a missing one is left out.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            For the model. Calibration counts every row with a positive weight once.
        verified : array-like of shape (n_samples,), bool or float, or None, default=None
            True where a label is known to be right: it counts as it is. Or the trust in each label, in [0, 1].
        **params : dict
            For the fit of the model; what has one value per row is subset with the rows.

        Returns
        -------
        self : NoiseAwareConformalClassifier

        Raises
        ------
        ValueError
            If the matrix does not fit the classes, or a guarantee is asked for with an estimated matrix.
        """
        check_same_order(X=X, y=y, sample_weight=sample_weight, verified=verified)
        X, labels = check_class_rows(X, y)
        weight = check_weights(sample_weight, X)
        said = check_trust(verified, labels.n_rows)
        refuse_one_class(labels, weight)
        self._check_guarantee()
        kept = np.flatnonzero(labels.known & (True if weight is None else weight > 0))
        model = seeded_clone(self._estimator(X, len(labels.classes)), self.random_state)
        check_classifies(model, self)
        params = fit_params_of(self, model, weight, params)
        if len(kept) < labels.n_rows:
            params = subset_params(params, kept, labels.n_rows)
            X, labels = safe_indexing(X, kept), labels._replace(codes=labels.codes[kept])
            said = (None if said[0] is None else said[0][kept], None if said[1] is None else said[1][kept])
        self.classes_ = labels.classes
        rows, proba = self._calibration(model, X, labels, params)
        noisy = labels._replace(codes=labels.codes[rows])
        members = self._members(safe_indexing(X, rows), noisy, proba)
        members = trusting(members, noisy.codes, *(None if part is None else part[rows] for part in said))
        self.distribution_ = fit_distribution(SCORES[self.conformity](proba), members)
        self.margin_ = guarantee_margin(self.transition_matrix_, len(rows)) if self.guarantee else 0.0
        return self

    def _check_guarantee(self):
        if self.guarantee and isinstance(self.transition_matrix, str):
            raise ValueError(
                "guarantee=True needs a transition_matrix that is given: the error of an estimated one has no bound. "
                "Pass the matrix, or set guarantee=False."
            )

    def _calibration(self, model, X, labels, params):
        """Fit the model; positions of the calibration rows, and probabilities of models that had not seen them."""
        n_rows = labels.n_rows
        if self.calibration == "cross":
            rows = np.arange(n_rows)
            self._fit_model(model, X, labels, params)
            seed = self.random_state
            proba = cross_fit_proba(
                model, X, labels, cv=self.cv, fit_params=params, n_jobs=self.n_jobs, random_state=seed
            )
            return rows, proba
        train, rows = split_for_calibration(labels, self.test_size, self.random_state)
        part = labels._replace(codes=labels.codes[train])
        self._fit_model(model, safe_indexing(X, train), part, subset_params(params, train, n_rows))
        return rows, np.asarray(self.estimator_.predict_proba(safe_indexing(X, rows)), dtype=np.float64)

    def _fit_model(self, model, X, labels, params):
        self.estimator_ = seeded_clone(model, None)
        self._in_labels = fit_model(self.estimator_, X, labels.as_y(), params)

    def _members(self, X, labels, proba):
        """How much each calibration row counts as a member of each class; sets ``transition_matrix_``."""
        n_classes = len(self.classes_)
        if isinstance(self.transition_matrix, str):
            if is_table(X):
                forest = default_estimator(X, n_classes=n_classes, n_jobs=self.n_jobs)
                proba = default_proba(forest, X, labels, n_jobs=self.n_jobs, random_state=0)
            noise = EstimatedNoise(proba, labels).scaled(CAUTION)
            self.transition_matrix_ = noise.matrix(self.classes_)
            return noise.members(self.classes_)
        given = self.transition_matrix
        given = np.eye(n_classes) if given is None else checked_transition(given, n_classes)
        self.transition_matrix_ = given
        return np.linalg.inv(given)[labels.codes]

    def predict_p(self, X: Table) -> Floats:
        """Return a p-value for each class: the chance that a row of this class suits it as badly as this one or worse.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)

        Returns
        -------
        p : ndarray of shape (n_samples, n_classes), in (0, 1]
            Columns in the order of `classes_`. Without the margin of the guarantee.
        """
        check_is_fitted(self, "distribution_")
        return self.distribution_.p_values(SCORES[self.conformity](self.estimator_.predict_proba(X)))

    def predict_set(self, X: Table, *, confidence: float | None = None) -> Bools:
        """Return which classes are in the set of each row.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
        confidence : float or None, default=None
            In (0, 1); None means that of the estimator.

        Returns
        -------
        sets : ndarray of shape (n_samples, n_classes), bool
            Columns in the order of `classes_`. A set may be empty: no class suits the row.
        """
        level = self.confidence if confidence is None else confidence
        if not 0 < level < 1:
            raise ValueError(f"confidence must be in (0, 1), got {confidence}.")
        return self.predict_p(X) > 1 - level - self.margin_

    def get_metadata_routing(self) -> MetadataRouter:
        """Requests of the model.

        Returns
        -------
        routing : MetadataRouter
        """
        mapping = MethodMapping().add(caller="fit", callee="fit").add(caller="score", callee="score")
        router = MetadataRouter(owner=self).add_self_request(self)
        return router.add(estimator=self._estimator(), method_mapping=mapping)
