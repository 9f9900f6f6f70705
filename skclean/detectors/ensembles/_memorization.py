"""Memorization: how much better a label is predicted by models that saw it than by models that did not."""

from numbers import Integral, Real

import numpy as np
from sklearn.base import MetaEstimatorMixin
from sklearn.ensemble import ExtraTreesClassifier

from skclean.base import BaseRule, ClassProba
from skclean.detectors._template import DetectorTemplate, Findings
from skclean.evidence import fit_predict_proba, fit_predict_votes, requesting_weights, sum_over_draws
from skclean.evidence.geometry._votes import shares_of_given
from skclean.preprocessing import as_numbers
from skclean.rules import RivalRatio
from skclean.utils._compat import HasMethods, Interval
from skclean.utils._typing import Estimator, RandomState

__all__ = ["Memorization"]


class Memorization(MetaEstimatorMixin, DetectorTemplate):
    """Find wrong labels by what models have to learn by heart.

    Clones of a model are fitted on random subsamples. The memorization of a row is how probable its label is to models
    that were fitted on it, minus how probable it is to the others: 0 for what the other rows teach anyway, 1 for what
    can only be known by heart. It assumes a model that can fit every row; a model that cannot memorize shows nothing,
    and rare but right rows are memorized too.

    Parameters
    ----------
    estimator : classifier or None, default=None
        The model; of one without ``predict_proba`` it counts how often it is right. None means 10 extremely randomised
        trees with leaves of one row, which can learn every row by heart; over several tables and kinds of noise they
        ranked label errors better than single trees, and leaves of two rows much worse.
    n_draws : int, default=50
        Subsamples, which is the number of fits.
    subsample : float, default=0.5
        Share of each class that is drawn, in (0, 1); of a class of several rows at least one and never all.
    rule : str, rule or None, default=None
        Which labels are flagged; a name from :data:`skclean.rules.RULES` or an instance. None means
        :class:`skclean.rules.RivalRatio`, on the probabilities of models that did not see the row.
    n_jobs : int or None, default=None
        Models fitted side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Draws the samples, and seeds the models where they have no seed of their own.

    Attributes
    ----------
    memorization_ : ndarray of shape (n_samples,), float64
        In [-1, 1]; NaN for unlabelled rows and the only member of a class. A row that every sample drew is judged by
        one more fit without such rows, a row that none drew by one more fit on all rows.
    label_quality_ : ndarray of shape (n_samples,), float64
        One minus the memorization where it is positive, in [0, 1], low is suspicious; 1 for unlabelled rows.
    noise_mask_ : ndarray of shape (n_samples,), bool
        True where the label is judged wrong.
    suggested_labels_ : ndarray of shape (n_samples,)
        The most probable label to models that did not see the row, and of flagged rows the most probable other one, in
        the caller's type.
    classes_ : ndarray of shape (n_classes,)
        The sorted labels.
    audit_ : Audit
        Everything that rules and treatments read; its `proba` are the means of models that did not see the row. It does
        not hold X.
    n_features_in_ : int
        Number of features seen in `fit`, where X has columns.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where X has names that are all strings.

    Notes
    -----
    As in the paper: P(label right | row in the training set) less P(label right | row not in it), over models of
    random subsamples.

    Otherwise: 50 subsamples of half the rows by default, where the paper has 2,000 and more of 70 %, so the
    standard error of a row is up to 0.14. Probabilities take the place of hits where the model has them. The
    default mask (:class:`skclean.rules.RivalRatio`) reads the out-of-sample probabilities, not the memorization;
    ``rule="otsu"`` reads the latter. A memorized row need not be wrong: Feldman shows that rare right rows have to
    be memorized.

    References
    ----------
    Feldman, "Does Learning Require Memorization? A Short Tale about a Long Tail", STOC 2020, which defines it.

    Feldman, Zhang, "What Neural Networks Memorize and Why: Discovering the Long Tail via Influence Estimation",
    NeurIPS 2020, which estimates it.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import Memorization
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = Memorization(n_draws=30, random_state=0).fit(X, y_noisy)
    >>> bool(detector.memorization_[flipped].mean() > 0.5 > detector.memorization_[~flipped].mean())
    True
    """

    alias = "memorization"

    _parameter_constraints: dict = {
        **DetectorTemplate._parameter_constraints,
        "estimator": [HasMethods(["fit", "predict"]), None],
        "n_draws": [Interval(Integral, 2, None, closed="left")],
        "subsample": [Interval(Real, 0, 1, closed="neither")],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    gives = (ClassProba,)

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        n_draws: int = 50,
        subsample: float = 0.5,
        rule: BaseRule | str | None = None,
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.n_draws = n_draws
        self.subsample = subsample
        self.rule = rule
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _default_rule(self):
        return RivalRatio()

    def _model(self, X=None, labels=None):
        return requesting_weights(ExtraTreesClassifier(10)) if self.estimator is None else self.estimator

    def _find(self, given, progress):
        """Probabilities of the given labels with each row in the training set and out of it."""
        codes = given.labels.codes
        inside, outside = sum_over_draws(
            given.estimator,
            as_numbers(given.X) if self.estimator is None else given.X,
            given.labels,
            fit_predict_proba if hasattr(given.estimator, "predict_proba") else fit_predict_votes,
            n_draws=self.n_draws,
            share=self.subsample,
            inside=True,
            fit_params=given.fit_params,
            n_jobs=self.n_jobs,
            random_state=self.random_state,
            progress=progress,
        )
        known = (codes >= 0) & (outside.count > 0)
        proba = outside.mean()
        gap = shares_of_given(inside.mean(), codes) - shares_of_given(proba, codes)
        self.memorization_ = np.where(known, gap, np.nan)
        return Findings(np.where(known, 1 - np.clip(gap, 0, 1), 1.0), proba)
