"""Wrong numbers: the residual of a model that had not seen the row, over how large it is expected to be there."""

from numbers import Integral

import numpy as np
from sklearn.base import MetaEstimatorMixin, is_classifier

from skclean.base import BaseRule, Residuals
from skclean.detectors._template import DetectorTemplate, Findings
from skclean.detectors.residuals._slips import name_slips
from skclean.evidence import default_regressor, out_of_sample_numbers
from skclean.rules import ResidualMixture
from skclean.targets import read_numbers
from skclean.utils._checks import accept_any_table
from skclean.utils._compat import HasMethods, Interval, get_tags
from skclean.utils._typing import CrossValidation, Estimator, RandomState

__all__ = ["RegressionResiduals"]

# A residual of so many scales has quality 1/2.
HALF_QUALITY = 3.0


class RegressionResiduals(MetaEstimatorMixin, DetectorTemplate):
    """Find wrong numbers by what a model, trained without a row, predicts for it.

    The quality of a number falls with its residual over the scale of the residual, which depends on the row: where
    right numbers scatter widely, a large residual says little. Suspicious rows lose their weight while the model is
    trained, so that they do not hide one another.

    Parameters
    ----------
    estimator : regressor or None, default=None
        The model that predicts the numbers. None means a forest that takes any table of numbers, text, categories,
        dates and NaN, on top of a ridge regression.
    cv : int, splitter, iterable of (train, test), or None, default=None
        How a row is kept out of the model that predicts it. None means out of bag for the default forest, at the price
        of one fit; the closed form for LinearRegression, Ridge and RidgeCV; and 5 folds for any other estimator or
        where `groups` are given.
    n_rounds : int, default=2
        How often an estimator of yours is fitted in folds, or in closed form. From the second round on suspicious rows
        weigh less; they are left out where the estimator takes no weights. Not used by the default forest, which does
        so while it grows.
    rule : str, rule or None, default=None
        Which numbers are flagged; a name from :data:`skclean.rules.RULES` or an instance. None means
        :class:`skclean.rules.ResidualMixture`; :class:`skclean.rules.FalseDiscoveryRate` bounds the share of right
        numbers among the flags.
    n_jobs : int or None, default=None
        Trees or folds side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Shuffles folds, and seeds the model where it has no seed of its own.

    Attributes
    ----------
    label_quality_ : ndarray of shape (n_samples,), float64
        In [0, 1], low is suspicious, 1/2 at a residual of three scales; 1 for rows without a number.
    noise_mask_ : ndarray of shape (n_samples,), bool
        True where the number is judged wrong.
    suggested_labels_ : ndarray of shape (n_samples,), float64
        The given number, and for flagged rows the one that a slip of known kind has turned into the given one, else the
        predicted one.
    slips_ : ndarray of shape (n_samples,), object
        Kind of slip of flagged rows, where one explains the number: "factor 10", "factor 1/1000", "sign",
        "swapped digits", "shifted row" and so on; else an empty text.
    audit_ : Audit
        Everything that rules read; ``audit_[Residuals]`` has predictions and scales. It does not hold X.
    n_features_in_ : int
        Number of features seen in `fit`, where X has columns.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where X has names that are all strings.

    Notes
    -----
    As in the paper: the residual is divided by the root of a variance that depends on the row, with a part for the
    noise of right numbers there, and predictions come from models that had not seen the row.

    Otherwise: the paper refits after removing the fraction of rows that predicts best, for many fractions, with
    bootstrapped models; here weights fall within one forest. The variance is that of residuals among rows that share
    leaves with the row, without the suspicious ones. It assumes that wrong numbers are a minority around each row. It
    loses where errors are no larger than the scatter of right numbers, and where X tells nothing of y.

    References
    ----------
    Zhou, Mueller, Kumar, Wang, Lei, "Detecting Errors in a Numerical Response via any Regression Model", Journal of
    Data-centric Machine Learning Research 2024.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skclean.detectors import RegressionResiduals
    >>> X, y = load_diabetes(return_X_y=True)
    >>> y[:5] *= 10
    >>> detector = RegressionResiduals(random_state=0).fit(X, y)
    >>> detector.noise_mask_[:5].tolist(), detector.slips_[0]
    ([True, True, True, True, True], 'factor 10')
    """

    alias = "regression_residuals"
    accepts = ("numeric",)
    gives: tuple[type, ...] = (Residuals,)

    _parameter_constraints: dict = {
        **DetectorTemplate._parameter_constraints,
        "estimator": [HasMethods(["fit", "predict"]), None],
        "cv": ["cv_object", Interval(Integral, 2, None, closed="left"), None],
        "n_rounds": [Interval(Integral, 1, None, closed="left")],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        cv: CrossValidation = None,
        n_rounds: int = 2,
        rule: BaseRule | str | None = None,
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.cv = cv
        self.n_rounds = n_rounds
        self.rule = rule
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _read_y(self, y):
        return read_numbers(y)

    def _default_rule(self):
        return ResidualMixture()

    def _model(self, X=None, labels=None):
        if self.estimator is None:
            return default_regressor(np.empty((1, 1)) if X is None else X, n_jobs=self.n_jobs)
        if is_classifier(self.estimator):
            raise ValueError(
                f"the estimator of {type(self).__name__}, {type(self.estimator).__name__}, is a classifier; pass a "
                "regressor, or use ConfidentLearning for classes."
            )
        return self.estimator

    def _find(self, given, progress):
        found = out_of_sample_numbers(
            given.estimator,
            given.X,
            given.labels,
            cv=self.cv,
            n_rounds=self.n_rounds,
            weight=given.weight,
            fit_params=given.fit_params,
            split_params=given.split_params,
            n_jobs=self.n_jobs,
            random_state=self.random_state,
            progress=progress,
        )
        y = np.where(given.labels.known, given.labels.values, found.predicted)
        quality = 1 / (1 + ((y - found.predicted) / (HALF_QUALITY * found.scale)) ** 2)
        self._named = name_slips(y, found.predicted, found.scale)
        evidence = (Residuals(found.predicted, found.scale),)
        return Findings(quality, evidence=evidence, suggested=self._named.suggested)

    def _record(self, given, findings, rule, trials=()):
        super()._record(given, findings, rule, trials)
        self.slips_ = np.where(self.noise_mask_, self.__dict__.pop("_named").slips, "").astype(object)

    def _more_columns(self):
        return {"slip": self.slips_}

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        if self.estimator is None:  # sparse matrices get another forest
            accept_any_table(tags)
        else:
            tags.input_tags = get_tags(self.estimator).input_tags
        return tags
