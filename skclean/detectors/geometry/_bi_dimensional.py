"""Two ways to separate right from wrong labels; each class uses the one that separates it better."""

from typing import Literal

import numpy as np
from sklearn.utils import check_random_state

from skclean.base import BaseRule
from skclean.detectors._proba_detector import ProbaDetector
from skclean.detectors._table_points import table_points
from skclean.detectors._template import Findings
from skclean.evidence import (
    elliptic_points,
    label_divergence,
    log_odds,
    prototype_shares,
    select_in_two_dimensions,
    split_by_class,
)
from skclean.utils._compat import StrOptions
from skclean.utils._typing import CrossValidation, Estimator, Leaks, RandomState

__all__ = ["BiDimensional"]

FLOOR = 0.05
# Added to a divergence before its logarithm: differences between small ones mean little.
SMALLEST = 0.15
# What a row of low confidence counts in the centroid of its class, so that no class runs empty.
LEAST = 0.01


class BiDimensional(ProbaDetector):
    """Find wrong labels by two separations, with each class split by the one that separates it better.

    In a small class right labels may have as large a loss as wrong ones in a large class. So each class is split by
    itself, in two dimensions:

    1. the divergence (Jensen-Shannon) of the out-of-sample prediction from the label, weighted by how sure the
       prediction is against the label: it separates where wrong labels come from many classes;
    2. the distance to the centroid of the class beside those to others, each centroid made of rows of which the model
       is as sure as it usually is of the class: it separates where they come from one class.

    In both, two normal groups are fitted to each class. The class uses the dimension in which the means of its groups
    lie farther apart, in standard deviations. The quality of a label is the probability of the upper group of its own
    class, so it compares the label with its class alone.

    It assumes that two groups show in each class of 20 rows or more. Smaller classes share the groups of all rows.

    Parameters
    ----------
    estimator : classifier with predict_proba, or None, default=None
        Whose predictions are compared with the labels. None means the default forest of
        :func:`skclean.evidence.default_estimator`.
    cv : int, "oob", splitter, iterable of (train, test), or None, default=None
        How a row is kept out of the model that predicts it; as in :class:`ConfidentLearning`.
    recipe : {"separation", "paper"}, default="separation"
        How classes are split. "separation" is described above. "paper" follows the paper and the authors' code, see
        Notes.
    rule : str, rule or None, default=None
        Which labels are flagged; None means :class:`skclean.rules.Otsu`.
    leaks : {"drop", "keep"}, default="drop"
        What the default model does with columns that copy the given label, number the rows or identify them: a model
        that sees them finds no wrong label. "drop" leaves them out, and a warning names them. No column is left out of
        an `estimator` of yours.
    n_jobs : int or None, default=None
        Folds fitted, trees asked side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Seeds the model, and the choice of directions where there are more than 30 columns.

    Attributes
    ----------
    label_quality_ : ndarray of shape (n_samples,), float64
        In [0, 1], low is suspicious: the posterior of right labels in the split of the row's class; 1 for unlabelled
        rows.
    noise_mask_ : ndarray of shape (n_samples,), bool
        True where the label is judged wrong.
    suggested_labels_ : ndarray of shape (n_samples,)
        The most probable label of each row, and of flagged rows the most probable other label, in the caller's type.
    classes_ : ndarray of shape (n_classes,)
        The sorted labels.
    separations_ : ndarray of shape (n_classes, 2)
        How far the groups of each class lie apart, in standard deviations, by divergence and by distance; only with
        ``recipe="separation"``.
    dimensions_ : ndarray of shape (n_classes,), int64
        What each class was split by: 0 for the divergence, 1 for the distance.
    audit_ : Audit
        Everything that rules and treatments read. It does not hold X.
    left_out_columns_ : list of str or int
        Names of the columns that the default model did not see, or their positions where X has no names.
    n_features_in_ : int
        Number of features seen in `fit`, where X has columns.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where X has names that are all strings.

    Notes
    -----
    As in the paper: two dimensions, a weighted Jensen-Shannon divergence and a distance to adaptive centroids; two
    normal components a class in each; one dimension chosen for each class; a row is right by the posterior of its own
    class. With ``recipe="paper"`` also: the weight ``clip(max p / p_y, 1, max m / m_y)`` with the mean prediction m of
    the class; centroids as mean directions of rows of high confidence; values scaled from 0 to 1 within the class, and
    components of free variance; divergence chosen where both components of the distance have a high divergence or the
    ratio of their spreads is below 0.65; and the far component kept where the centroid is about that of a larger class.

    Otherwise: out-of-sample probabilities of any classifier and standardised columns take the place of a network and
    its features, and nothing is trained on what is selected. With ``recipe="separation"`` the weight is
    ``max p / (p_y + 0.05)`` without a bound by the class, both components share one variance so that the posterior
    rises all the way, and the dimension of the larger separation is chosen. Probabilities of forests suit it better
    than the paper's own recipe, see docs/fidelity.md.

    References
    ----------
    Lu, Zhang, Han, Cheung, Wang, "Label-Noise Learning with Intrinsically Long-Tailed Data", ICCV 2023 (TABASCO).

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import BiDimensional
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = BiDimensional(random_state=0).fit(X, y_noisy)
    >>> bool(flipped[detector.noise_mask_].mean() > 0.5)  # most flags are right
    True
    """

    alias = "bi_dimensional"

    _parameter_constraints: dict = {
        **ProbaDetector._parameter_constraints,
        "recipe": [StrOptions({"separation", "paper"})],
    }

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        cv: CrossValidation = None,
        recipe: Literal["separation", "paper"] = "separation",
        rule: BaseRule | str | None = None,
        leaks: Leaks = "drop",
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.cv = cv
        self.recipe = recipe
        self.rule = rule
        self.leaks = leaks
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _find(self, given, progress):
        """Posterior of right labels in the split of each row's class."""
        rng = check_random_state(self.random_state)
        points = elliptic_points(table_points(given, "BiDimensional"), rng.randint(2**31 - 1))
        proba, summary = self._out_of_sample(given, progress, random_state=rng)
        known = given.labelled
        codes = given.labels.codes[known]
        quality = np.ones(proba.shape[0])
        if self.recipe == "paper":
            found = select_in_two_dimensions(proba[known], points, codes, rng)
            self.dimensions_ = np.where(found.by_divergence, 0, 1)
            self.__dict__.pop("separations_", None)  # of an earlier fit
            quality[known] = np.clip(found.chance, 0, 1)
        else:
            quality[known] = self._posterior(points, codes, proba[known], given.known_weight)
        return Findings(quality, proba, summary)

    def _posterior(self, points, codes, proba, weight):
        """Probability of the upper group of the row's class, in the dimension that separates the class better."""
        counts, weight = weight > 0, np.maximum(weight, 1e-9)
        dimensions = [
            -np.log(weighted_divergence(proba, codes) + SMALLEST),
            _nearness(points, codes, proba, weight),
        ]
        splits = [split_by_class(values[counts], codes[counts], proba.shape[1]) for values in dimensions]
        self.separations_ = np.array([[group.separation for group in split] for split in splits]).T
        self.dimensions_ = self.separations_.argmax(axis=1)
        quality = np.empty(len(codes))
        for code, dimension in enumerate(self.dimensions_):
            rows = np.flatnonzero(codes == code)
            quality[rows] = splits[dimension][code].upper(dimensions[dimension][rows])
        return quality


def weighted_divergence(proba, codes):
    """Jensen-Shannon divergence (in bits) of each prediction from its label, times how sure it is against the label."""
    own = proba[np.arange(len(codes)), codes].astype(np.float64)
    divergence = label_divergence(own) / np.log(2)
    return np.maximum(divergence, 0) * proba.max(axis=1) / (own + FLOOR)


def _nearness(points, codes, proba, weight):
    """Log odds of the own centroid against the nearest other, centroids made of the rows that the model is sure of."""
    own = proba[np.arange(len(codes)), codes]
    usual = np.bincount(codes, own * weight, proba.shape[1]) / np.bincount(codes, weight, proba.shape[1])
    sure = (proba.argmax(axis=1) == codes) & (own >= usual[codes])
    shares = prototype_shares(points, codes, proba.shape[1], np.where(sure, 1.0, LEAST) * weight)
    return log_odds(shares, codes, FLOOR)[0]
