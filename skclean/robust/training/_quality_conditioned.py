"""Train on rows of every quality, tell the model which, and predict as for rows of the best."""

from numbers import Integral
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from skclean.base import BaseDetector
from skclean.detectors import DETECTORS
from skclean.robust.training._audited import audit_labels
from skclean.robust.training._beside import beside, check_columns
from skclean.robust.training._learner import NoisyLabelLearner
from skclean.robust.training._soft_fit import one_hot
from skclean.targets import UNLABELLED
from skclean.utils._checks import record_features
from skclean.utils._compat import Interval, fit_context, num_samples
from skclean.utils._typing import Estimator, Labels1d, Numbers, RandomState, Table

__all__ = ["QualityConditionedClassifier"]


class QualityConditionedClassifier(NoisyLabelLearner):
    """Train with the quality of each label as a further column, and predict with the best quality.

    Parameters
    ----------
    estimator : classifier with predict_proba or None, default=None
        The model to train. None means skclean's default forest.
    n_bins : int, default=5
        Number of bins of the quality, each with about the same number of rows; at least 2.
    detector : detector, str or None, default=None
        Says how far each label can be trusted, as in :class:`BaggingReweightClassifier`.
    n_jobs : int or None, default=None
        For the detector.
    random_state : int, RandomState instance or None, default=None
        Seeds detector and estimator where they have no seed of their own.

    Attributes
    ----------
    estimator_ : classifier
        The fitted clone behind the further column.
    classes_ : ndarray of shape (n_classes,)
    bins_ : ndarray of shape (n_samples,), int
        Bin of each row, 0 for the least quality; -1 where a row is unlabelled.
    n_features_in_, feature_names_in_

    Notes
    -----
    As in the paper: the model learns from all rows with their quality as an input, and predicts with the best quality.
    Otherwise: the tabular counterpart, not the paper's algorithm, which is for captions of images.

    The model has to learn how quality and the other columns work together. A model that adds columns up, such as
    logistic regression, cannot: it learns which classes have labels of good quality.

    Over 10 tables with logistic regression it was below :class:`skclean.NoiseRobustClassifier` on every kind of noise:
    by 0.05 to 0.09 in accuracy, and below the plain fit too. With gradient boosting, over 2 tables, it was 0.009 above
    where 20 % of the labels were wrong near the boundary, and 0.01 below without noise. So it is not recommended.
    ``examples/benchmarks/learners.py`` prints such comparisons.

    References
    ----------
    Kang, Mun, Lee, Roh, "Noise-aware Learning from Web-crawled Image-Text Data for Image Captioning", ICCV 2023.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.ensemble import RandomForestClassifier
    >>> from skclean.noise import inject_noise
    >>> from skclean.robust import QualityConditionedClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> given, _ = inject_noise(y, rate=0.2, random_state=0)
    >>> model = QualityConditionedClassifier(RandomForestClassifier(random_state=0), random_state=0).fit(X, given)
    >>> bool(model.score(X, y) > 0.8)
    True
    """

    _parameter_constraints: dict = {
        **NoisyLabelLearner._parameter_constraints,
        "n_bins": [Interval(Integral, 2, None, closed="left")],
        "detector": [BaseDetector, DETECTORS.options, None],
    }
    _part_aliases = {"detector": DETECTORS}

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        n_bins: int = 5,
        detector: BaseDetector | str | None = None,
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.n_bins = n_bins
        self.detector = detector
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
        """Find the quality of each label, and fit the estimator with it.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Passed on as given, in rows, with one more column.
        y : array-like of shape (n_samples,)
            Given labels; a row with a missing one is not trained on.
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
        self : QualityConditionedClassifier
        """
        material = self._material(X, y, sample_weight, verified, params)
        trust = audit_labels(self, material).trust
        labelled = material.given != UNLABELLED
        edges = np.quantile(trust[labelled], np.linspace(0, 1, self.n_bins + 1)[1:-1])
        self.bins_ = np.where(labelled, np.searchsorted(edges, trust, side="right"), -1)
        joined = material._replace(X=beside(material.X, self.bins_[:, None].astype(np.float64)))
        self._fit_final(joined, one_hot(material.given, material.n_classes))
        best = float(self.bins_.max())
        self.estimator_ = _AtBest(self._in_labels, best, material.classes, material.X)
        self._in_labels = self.estimator_
        return self


class _AtBest(ClassifierMixin, BaseEstimator):
    """A model that is asked about rows of the best quality."""

    def __init__(self, model, best, classes, X):
        self.model = model
        self.best = best
        self.classes_ = classes
        record_features(self, X)
        self.X = None

    def __sklearn_is_fitted__(self):
        return True

    def predict_proba(self, X):
        """Return the probabilities of the model: ndarray of shape (n_samples, n_classes)."""
        check_columns(self, X)
        return self.model.predict_proba(beside(X, np.full((num_samples(X), 1), self.best)))

    def predict(self, X):
        """Return the most probable class: ndarray of shape (n_samples,)."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]
