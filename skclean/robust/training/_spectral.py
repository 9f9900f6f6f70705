"""Logistic regression on the leading directions of the data, where wrong labels can be fitted least."""

from numbers import Integral, Real
from typing import Any, Literal, Self

import numpy as np
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import validate_data

from skclean._kernels import log_loss
from skclean.evidence import default_matrix, split_rows
from skclean.robust.training._choose import Choice, CorrectedLoss
from skclean.robust.training._leading_directions import LeadingDirections, label_energy, with_mixes
from skclean.robust.training._linear_fit import LinearPoint, fit_linear
from skclean.robust.training._logit_predictions import LogitPredictionsMixin
from skclean.targets import ClassTarget, encode_labels, refuse_one_class
from skclean.utils._checks import check_same_order, check_weights
from skclean.utils._compat import Interval, StrOptions, fit_context
from skclean.utils._folds import renumbered_folds
from skclean.utils._params import ClearParamsMixin
from skclean.utils._transition import given_transition
from skclean.utils._typing import CrossValidation, Labels1d, Numbers, RandomState, Table

__all__ = ["SpectralTruncationClassifier"]

FLATTENINGS = (0.0, 0.5, 1.0)
STRENGTHS = (1.0, 0.1, 0.01)
TOL, MAX_ITER = 1e-4, 500


class SpectralTruncationClassifier(LogitPredictionsMixin, ClearParamsMixin, ClassifierMixin, BaseEstimator):
    """Logistic regression on the leading principal directions; a corrected loss chooses how many.

    What columns say about the class is mostly in directions of large variance, and wrong labels are spread over all
    directions alike. A model that sees the leading directions only cannot fit much of the noise.

    Parameters
    ----------
    n_components : int or "auto", default="auto"
        Number of directions. "auto" chooses among powers of two and all of them, by the log loss on true labels in
        folds, as :func:`skclean.metrics.corrected_log_loss` estimates it. All directions as they are stay, unless
        another choice is better by a standard error of the difference.
    flatten : float in [0, 1] or "auto", default="auto"
        Directions are divided by their spread to this power: 0 leaves it, 1 makes all alike. "auto" chooses among 0,
        0.5 and 1 in the same way.
    features : {"columns", "leaves"}, default="columns"
        Where the directions come from: the standardised columns, or the leaves of randomly grown trees that a row falls
        in, for data that no linear model fits.
    mix : {"contradicting"} or None, default=None
        "contradicting" adds half as many rows again: means of two rows of one given class that lie far apart in the
        columns that a tree of depth 2 uses, so that the model relies less on such shortcuts.
    transition_matrix : array-like of shape (n_classes, n_classes) or "estimate", default="estimate"
        ``[i, j]`` is P(observed j | true i), for the choice. "estimate" takes "em" of
        :func:`skclean.noise.estimate_transition_matrix` with the default model out of bag.
    C : float or "auto", default="auto"
        Inverse strength of the penalty, scaled as in :class:`sklearn.linear_model.LogisticRegression`. "auto" chooses
        the directions with 1, then among 1, 0.1 and 0.01 in the same way.
    cv : int, splitter or iterable of (train, test), default=5
        Folds for the choice.
    random_state : int, RandomState instance or None, default=None
        Of folds, trees and mixes.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    n_components_ : int
        Directions in use.
    flatten_ : float
        Power in use.
    C_ : float
        Inverse strength of the penalty in use.
    spread_ : ndarray of shape (n_directions,)
        Standard deviation of the rows along each direction.
    label_energy_ : ndarray of shape (n_directions,)
        Share of the variance of the given labels that lies along each direction.
    noise_floor_ : float
        Mean label energy of the trailing half of directions, times the number of rows: the share of the variance of
        labels that is spread over all directions alike, wrong labels and overlap of the classes together. About 1 for
        labels drawn at random.
    corrected_losses_ : dict
        The estimated loss of each (n_components, flatten, C) that was tried; only where something was chosen.
    transition_matrix_ : ndarray of shape (n_classes, n_classes)
        Only where something was chosen.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Only where X has string column names.

    Notes
    -----
    As in the paper: labels that are wrong at random put energy into the tail of the spectrum [1]_; the spectrum may be
    flattened [2]_; mixes of rows that contradict a shortcut [3]_.

    Otherwise: the tabular counterpart, not the papers' algorithms. Directions are those of the table, and not of a
    network; what is kept is chosen by the corrected loss.

    On 17 tables of up to 800 rows it was more accurate than logistic regression by 0.000 without noise and by 0.008 and
    0.007 with 30 % of labels flipped uniformly or to one other class, each with a standard error of 0.007. On human
    labels of images (CIFAR-10N, from probabilities of networks) it won 0.003, and ridge regression with a tuned penalty
    0.015. So it does not replace a tuned penalty.

    It loses where the signal is in directions of small variance, and has little to gain where rows are many and columns
    few. X has to be numbers, none missing.

    References
    ----------
    .. [1] Wang, "The Malignant Tail: Spectral Segregation of Label Noise in Over-Parameterized Networks", 2026, a
       preprint that its author has withdrawn.
    .. [2] Chen et al., "Learning with Noisy Foundation Models", 2024 (NMTune).
    .. [3] Hwang et al., "SelecMix: Debiased Learning by Contradicting-pair Sampling", NeurIPS 2022.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skclean.noise import inject_noise
    >>> from skclean.robust import SpectralTruncationClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> noisy, _ = inject_noise(y[:300], rate=0.3, random_state=0)
    >>> model = SpectralTruncationClassifier(n_components=16, flatten=0.0).fit(X[:300], noisy)
    >>> model.n_components_, model.score(X[300:], y[300:]) > 0.7
    (16, True)
    """

    _parameter_constraints: dict = {
        "n_components": [Interval(Integral, 1, None, closed="left"), StrOptions({"auto"})],
        "flatten": [Interval(Real, 0, 1, closed="both"), StrOptions({"auto"})],
        "features": [StrOptions({"columns", "leaves"})],
        "mix": [StrOptions({"contradicting"}), None],
        "transition_matrix": ["array-like", StrOptions({"estimate"})],
        "C": [Interval(Real, 0, None, closed="neither"), StrOptions({"auto"})],
        "cv": ["cv_object"],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        n_components: int | Literal["auto"] = "auto",
        *,
        flatten: float | Literal["auto"] = "auto",
        features: Literal["columns", "leaves"] = "columns",
        mix: Literal["contradicting"] | None = None,
        transition_matrix: Numbers | Literal["estimate"] = "estimate",
        C: float | Literal["auto"] = "auto",
        cv: CrossValidation = 5,
        random_state: RandomState = None,
    ) -> None:
        self.n_components = n_components
        self.flatten = flatten
        self.features = features
        self.mix = mix
        self.transition_matrix = transition_matrix
        self.C = C
        self.cv = cv
        self.random_state = random_state

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Table, y: Labels1d, sample_weight: Numbers | None = None) -> Self:
        """Find the directions, choose how many, and fit.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Finite numbers; rows without a label are used to find the directions.
        y : array-like of shape (n_samples,)
            Labels; a missing one (None, NaN) is not trained on.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            Of the rows in the regression and in the choice.

        Returns
        -------
        self : SpectralTruncationClassifier
        """
        check_same_order(X=X, y=y, sample_weight=sample_weight)
        X = validate_data(self, X, dtype=np.float64, ensure_min_samples=2)
        target = encode_labels(y)
        if len(target.codes) != len(X):
            raise ValueError(f"X has {len(X)} rows and y has {len(target.codes)} labels; pass one for each row.")
        weight = check_weights(sample_weight, X)
        refuse_one_class(target, weight)
        self.classes_ = target.classes
        rng = check_random_state(self.random_state)
        seen = target.known if weight is None else target.known & (weight > 0)
        weight = np.ones(len(X)) if weight is None else weight
        self._directions = LeadingDirections(self.features).fit(X, rng)
        self.spread_ = self._directions.spread
        points = self._directions.transform(X)
        rows = np.flatnonzero(seen)
        folds = split_rows(X, target, cv=self.cv, random_state=rng) if self._chooses() else None
        folds = None if folds is None else renumbered_folds(folds, rows, len(X))
        target = ClassTarget(target.codes[rows], target.classes)
        self.label_energy_, self.noise_floor_ = label_energy(points[rows], target)
        self._choose(X[rows], points[rows], target, weight[rows], folds, rng)
        self._head = self._fit_head(X[rows], points[rows], target.codes, weight[rows], self._setting, rng)
        return self

    def _choose(self, X, points, target, weight, folds, rng):
        """Set `n_components_`, `flatten_` and `C_`."""
        total = points.shape[1]
        sizes = _sizes(total) if self.n_components == "auto" else [min(self.n_components, total)]
        powers = FLATTENINGS if self.flatten == "auto" else [float(self.flatten)]
        strengths = STRENGTHS if self.C == "auto" else [float(self.C)]
        for name in ("corrected_losses_", "transition_matrix_"):
            self.__dict__.pop(name, None)
        settings = [(size, power, strengths[0]) for size in sizes for power in powers]
        self._setting = settings[0]
        if self._chooses():
            proba_of, loss = self._prepared(X, points, target, weight, folds, rng)
            directions = _best_of(settings, proba_of, loss)
            strength = _best_of([(*directions.best[:2], c) for c in strengths], proba_of, loss)
            tried = directions.scores | strength.scores
            self.corrected_losses_ = {setting: score.score for setting, score in tried.items()}
            self._setting = strength.best
        self.n_components_, self.flatten_, self.C_ = self._setting

    def _prepared(self, X, points, target, weight, folds, rng):
        """Out-of-sample probabilities by setting, as a function, and the loss on true labels."""
        n_classes = len(target.classes)
        if isinstance(self.transition_matrix, str):
            matrix = default_matrix(X, target, weight, rng)
        else:
            matrix = given_transition(self.transition_matrix, n_classes)
        self.transition_matrix_ = matrix
        tested = np.unique(np.concatenate([test for _, test in folds]))
        codes = np.full(len(target.codes), -1, dtype=np.int32)
        codes[tested] = target.codes[tested]
        seed = rng.randint(np.iinfo(np.int32).max)

        def proba_of(setting):
            proba = np.zeros((len(codes), n_classes))
            for train, test in folds:
                head = self._fit_head(X[train], points[train], target.codes[train], weight[train], setting, seed)
                proba[test] = softmax(head.logits(self._coordinates(points[test], setting)), axis=1)
            return proba

        return proba_of, CorrectedLoss(codes, matrix, weight)

    def _chooses(self):
        return "auto" in (self.n_components, self.flatten, self.C)

    def _coordinates(self, points, setting):
        size, power, _ = setting
        return points[:, :size] / self.spread_[:size] ** power

    def _fit_head(self, X, points, codes, weight, setting, seed):
        """Fit the regression: LinearPoint."""
        if self.mix is not None:
            points, codes, weight = with_mixes(X, points, codes, weight, check_random_state(seed))
        n_classes = len(self.classes_)
        targets = np.eye(n_classes)[codes]
        start = LinearPoint.zero(n_classes, setting[0])
        point, _ = fit_linear(
            lambda logits: log_loss(logits, targets, weight),
            self._coordinates(points, setting),
            start,
            C=setting[2],
            fit_intercept=True,
            total_weight=weight.sum(),
            tol=TOL,
            max_iter=MAX_ITER,
        )
        return point

    def _raw(self, X):
        X = validate_data(self, X, dtype=np.float64, reset=False)
        return self._head.raw(self._coordinates(self._directions.transform(X), self._setting))

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_head")

    def __sklearn_tags__(self) -> Any:
        return super().__sklearn_tags__()


def _sizes(total):
    """All directions first, then powers of two below."""
    return [total, *(2**k for k in range(total.bit_length()) if 2**k < total)]


def _best_of(settings, proba_of, loss):
    """The choice among settings: Choice."""
    choice = Choice(loss)
    for setting in settings:
        choice.add(setting, proba_of(setting))
    return choice
