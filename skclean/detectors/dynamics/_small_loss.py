"""Small loss: labels that models have not learned at any step of training, whatever they are trained on."""

from functools import partial
from numbers import Integral, Real

import numpy as np
from scipy.special import softmax
from sklearn.base import MetaEstimatorMixin

from skclean import _kernels as kernels
from skclean.base import BaseRule, ClassProba
from skclean.detectors._template import DetectorTemplate, Findings
from skclean.evidence import MIN_PROBA, default_forest, fit_predict_steps, sum_over_draws
from skclean.preprocessing import as_numbers
from skclean.targets import UNLABELLED
from skclean.utils._compat import HasMethods, Interval
from skclean.utils._typing import Estimator, RandomState

__all__ = ["SmallLoss"]


class SmallLoss(MetaEstimatorMixin, DetectorTemplate):
    """Find wrong labels by their loss, averaged over seeds, subsamples and steps of training.

    Models learn what most rows agree on before they learn single rows by heart, so a wrong label has a large loss for
    long. Clones of a model are fitted on random subsamples, and the loss of every row, drawn or not, is read after
    every step. It assumes a model that does not fit every row perfectly at once: a single tree without bounds tells
    only by the rows that it did not draw.

    Parameters
    ----------
    estimator : classifier with predict_proba, or None, default=None
        The model. One with ``partial_fit`` is read after each of `n_epochs` passes over its rows, one with
        ``staged_predict_proba``, such as gradient boosting, after each stage, any other one at the end. None means
        30 extremely randomised trees with at least 3 rows a leaf; over several tables and kinds of noise leaves of 5
        rows and gradient boosting read by stages ranked label errors worse, and a few larger forests no better.
    n_draws : int, default=20
        Subsamples, which is the number of fits; one more predicts rows that all of them drew, and one more rows that
        none drew, which happens where `n_draws` is small.
    subsample : float, default=0.5
        Share of each class that is drawn, in (0, 1); of a class of several rows at least one and never all.
    n_epochs : int, default=10
        Passes of a model with ``partial_fit``; of other models not used.
    rule : str, rule or None, default=None
        Which labels are flagged; a name from :data:`skclean.rules.RULES` or an instance. None means
        :class:`skclean.rules.Otsu`.
    n_jobs : int or None, default=None
        Models fitted side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Draws the samples, and seeds the models where they have no seed of their own.

    Attributes
    ----------
    loss_ : ndarray of shape (n_samples,), float64
        Mean logarithmic loss of the given label, in nats, at least 0; NaN for unlabelled rows. A probability below
        0.01 counts as 0.01.
    label_quality_ : ndarray of shape (n_samples,), float64
        The odds of the given label against the other label of the smallest mean loss, "rival_odds" of
        :func:`skclean.quality.label_quality`, in [0, 1]; 1 for unlabelled rows. It ranked better than the loss alone.
    noise_mask_ : ndarray of shape (n_samples,), bool
        True where the label is judged wrong.
    suggested_labels_ : ndarray of shape (n_samples,)
        The likeliest label to the models that did not draw the row, and of flagged rows the likeliest other one, in the
        caller's type.
    classes_ : ndarray of shape (n_classes,)
        The sorted labels.
    audit_ : Audit
        Everything that rules and treatments read; its `proba` are geometric means of the models that did not draw
        the row, made to sum to 1. It does not hold X.
    n_features_in_ : int
        Number of features seen in `fit`, where X has columns.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where X has names that are all strings.

    Notes
    -----
    As in the paper: the loss of each row is averaged over models and training steps, and a large mean means a wrong
    label.

    Otherwise: Srikanth et al. average over networks of several seeds and their epochs; here subsamples of half the
    rows take the place of seeds, and a model without steps, as the default forest, is read at its end only. Labels
    are ranked by the odds of the given label in the averaged loss, not by the loss itself. O2U-Net's cyclic
    learning rate has no part.

    References
    ----------
    Srikanth, Irvin, Hill, Godoy, Sabane, Ng, "An Empirical Study of Automated Mislabel Detection in Real World
    Vision Datasets", arXiv 2312.02200, 2023.

    Arpit et al., "A Closer Look at Memorization in Deep Networks", ICML 2017; Huang et al., "O2U-Net: A Simple
    Noisy Label Detection Approach for Deep Neural Networks", ICCV 2019.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclean.detectors import SmallLoss
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = SmallLoss(LogisticRegression(max_iter=1000), random_state=0).fit(X, y_noisy)
    >>> bool(detector.loss_[flipped].mean() > 3 * detector.loss_[~flipped].mean())
    True
    """

    alias = "small_loss"

    _parameter_constraints: dict = {
        **DetectorTemplate._parameter_constraints,
        "estimator": [HasMethods(["fit", "predict_proba"]), None],
        "n_draws": [Interval(Integral, 1, None, closed="left")],
        "subsample": [Interval(Real, 0, 1, closed="neither")],
        "n_epochs": [Interval(Integral, 1, None, closed="left")],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    gives = (ClassProba,)

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        n_draws: int = 20,
        subsample: float = 0.5,
        n_epochs: int = 10,
        rule: BaseRule | str | None = None,
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.n_draws = n_draws
        self.subsample = subsample
        self.n_epochs = n_epochs
        self.rule = rule
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _model(self, X=None, labels=None):
        return default_forest(labels, n_trees=30) if self.estimator is None else self.estimator

    def _find(self, given, progress):
        """Mean logarithms of probabilities, of models that drew a row and of those that did not alike."""
        codes = given.labels.codes
        inside, outside = sum_over_draws(
            given.estimator,
            as_numbers(given.X) if self.estimator is None else given.X,
            given.labels,
            partial(fit_predict_steps, n_epochs=self.n_epochs),
            n_draws=self.n_draws,
            share=self.subsample,
            inside=True,
            fit_params=given.fit_params,
            n_jobs=self.n_jobs,
            random_state=self.random_state,
            progress=progress,
        )
        mean = (inside.total + outside.total) / (inside.count + outside.count)[:, None]  # every draw has every class
        loss = -np.log(MIN_PROBA) - mean[np.arange(len(codes)), codes]
        self.loss_ = np.where(codes == UNLABELLED, np.nan, np.maximum(loss, 0.0))
        quality = kernels.label_quality(codes, softmax(mean, axis=1), "rival_odds", n_jobs=self.n_jobs)
        return Findings(quality, softmax(outside.total / np.maximum(outside.count, 1)[:, None], axis=1))
