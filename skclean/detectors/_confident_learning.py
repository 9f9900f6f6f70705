"""Confident learning: out-of-sample probabilities contradict some of the very labels that they were learned from."""

import sys
from numbers import Integral, Real

import numpy as np
from scipy.special import expit, logit
from sklearn.utils.validation import check_is_fitted

from skclean import _kernels as kernels
from skclean.base import BaseRule, ClassProba
from skclean.detectors._given import under_ambiguity
from skclean.detectors._proba_detector import ProbaDetector
from skclean.detectors._template import Findings
from skclean.noise import NoiseModel
from skclean.noise._confident_joint import calibrate_joint, joint_of_codes, transition_of_joint
from skclean.noise.model._ambiguity import LABEL_KINDS, AmbiguityEstimate, draw_review_sample
from skclean.noise.model._noise_fit import fit_noise_model
from skclean.noise.model._noise_rate import NoiseRate
from skclean.quality import QUALITY_METHODS
from skclean.rules import ErrorProbability
from skclean.targets import UNLABELLED, class_totals
from skclean.utils._compat import Interval, StrOptions
from skclean.utils._typing import CrossValidation, Estimator, LabelKind, Labels1d, Leaks, Positions, RandomState

__all__ = ["ConfidentLearning"]

NOISE_ODDS = "noise_odds"
# Share of P(label is right) in the log odds of "noise_odds". Over 49 tables average precision rose by 0.006 with a
# half, under pair flips of three and more classes by 0.046. With a larger share it falls under boundary noise, and
# under uniform noise of many classes (docs/defaults.md; ``examples/benchmarks/detection.py``).
NOISE_SHARE = 1 / 2


class ConfidentLearning(ProbaDetector):
    """Find wrong labels by what a model, trained without a row, says of the row.

    Parameters
    ----------
    estimator : classifier with predict_proba, or None, default=None
        The model that predicts the labels; it need not be the one that will be used later. None means a forest of
        extremely randomised trees that takes numbers, text, categories, dates, NaN and sparse matrices; where `cv` is
        None too, its probabilities are mixed with those of elliptical class shapes and of a logistic regression, each
        counting for as much as it predicts the given labels well.
    cv : int, "oob", splitter, iterable of (train, test), or None, default=None
        How a row is kept out of the model that predicts it. "oob" lets the members of a bagging ensemble predict the
        rows that they did not draw, at the price of one fit. An int is that many shuffled stratified folds. None means
        "oob" for the default forest and 5 folds for any other estimator or where `groups` are given.
    rule : str, rule or None, default=None
        Which labels are flagged; a name from :data:`skclean.rules.RULES` or an instance. None means
        :class:`skclean.rules.ErrorProbability`.
    quality : {"noise_odds", "rival_odds", "self_confidence", "normalized_margin", "weighted_entropy"}, \
            default="noise_odds"
        The score that ranks the labels. "noise_odds" is a mean of log odds: half "rival_odds", half the
        probability that the label is right under the noise model. The others are those of
        :func:`skclean.quality.label_quality`.
    labels : {"outcomes", "annotations"}, default="outcomes"
        What the labels are. An outcome (paid, churned, died) can go either way for the same record, so doubt is no
        error. An annotation says what an expert could tell from the record, so part of the doubt is error. Labels
        alone cannot tell the two apart.
    ambiguity : float, "auto" or None, default=None
        Share of the overlap of classes that counts as error, in [0, 1]. None means the one that `labels` stands for:
        0 or 0.4. "auto" estimates it from the rows that are passed as `reviewed`.
    trusted_classes : array-like of labels or None, default=None
        Classes that are never given by mistake: their labels are never flagged.
    leaks : {"drop", "keep"}, default="drop"
        What the default model does with columns that copy the given label, number the rows or identify them: a model
        that sees them finds no wrong label. "drop" leaves them out, and a warning names them. No column is left out of
        an `estimator` of yours.
    n_jobs : int or None, default=None
        Folds fitted, trees asked and blocks of rows read side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Shuffles folds, and seeds the model where it has no seed of its own.

    Attributes
    ----------
    label_quality_ : ndarray of shape (n_samples,), float64
        In [0, 1], low is suspicious; 1 for unlabelled rows.
    noise_mask_ : ndarray of shape (n_samples,), bool
        True where the label is judged wrong.
    suggested_labels_ : ndarray of shape (n_samples,)
        The most probable label of each row, and of flagged rows the most probable other label, in the caller's type.
    classes_ : ndarray of shape (n_classes,)
        The sorted labels.
    noise_rate_ : NoiseRate or None
        Estimated share of wrong labels, with a 90 % interval: `rate`, `low`, `high`. It is not the share of flags.
        None with more than 50 classes.
    ambiguity_ : AmbiguityEstimate or None
        The ambiguity that was used, with an interval: `ambiguity`, `low`, `high`. None with more than 50 classes.
    confident_joint_ : ndarray of shape (n_classes, n_classes)
        ``[i, j]`` counts rows given i and estimated to be j; sums to the (weighted) number of labelled rows.
    transition_matrix_ : ndarray of shape (n_classes, n_classes)
        ``[i, j]`` is P(observed j | true i); rows sum to 1.
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
    As in the paper: thresholds are the mean self-confidence of each class; the confident joint counts rows above
    the threshold of a class, takes the largest probability among several, and is calibrated to the class counts.
    ``quality="self_confidence"`` with ``rule="prune_by_noise_rate"``, ``"prune_by_class"``, ``"prune_both"`` or
    ``"off_diagonal"`` are the paper's rankings and rules, on probabilities of any `estimator` and `cv`.

    Otherwise: by default labels are ranked by the odds of the given label against its strongest rival, flagged by a
    noise model (:class:`skclean.rules.ErrorProbability`), and the model is a forest beside class shapes, out of bag.

    References
    ----------
    Northcutt, Jiang, Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR 2021.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import ConfidentLearning
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = ConfidentLearning(random_state=0).fit(X, y_noisy)
    >>> bool(flipped[detector.noise_mask_].mean() > 0.5)  # most flags are right
    True
    """

    alias = "confident_learning"

    _parameter_constraints: dict = {
        **ProbaDetector._parameter_constraints,
        "quality": [StrOptions({NOISE_ODDS, *QUALITY_METHODS})],
        "labels": [StrOptions(set(LABEL_KINDS))],
        "ambiguity": [Interval(Real, 0, 1, closed="both"), StrOptions({"auto"}), None],
        "trusted_classes": ["array-like", None],
    }

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        cv: CrossValidation = None,
        rule: BaseRule | str | None = None,
        quality: str = NOISE_ODDS,
        labels: LabelKind = "outcomes",
        ambiguity: float | str | None = None,
        trusted_classes: Labels1d | None = None,
        leaks: Leaks = "drop",
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.cv = cv
        self.rule = rule
        self.quality = quality
        self.labels = labels
        self.ambiguity = ambiguity
        self.trusted_classes = trusted_classes
        self.leaks = leaks
        self.n_jobs = n_jobs
        self.random_state = random_state

    gives = (ClassProba, NoiseModel)

    def _default_rule(self):
        return ErrorProbability()

    def _find(self, given, progress):
        """Out-of-sample probabilities, and the score of the given label among them."""
        proba, summary = self._out_of_sample(given, progress)
        self._estimate_joint(given, proba, summary)
        noise = self._estimate_noise(given, proba, summary)
        quality = self._quality(given.labels.codes, proba, summary, noise)
        if noise is not None and given.verified is not None:
            noise = noise.only(~_known_right(given))
        return Findings(quality, proba, summary, evidence=() if noise is None else (noise,))

    def _quality(self, codes, proba, rows, noise):
        """The score of each given label: ndarray of shape (n_samples,), float64."""
        method = "rival_odds" if self.quality == NOISE_ODDS else self.quality
        quality = kernels.label_quality(codes, proba, method, n_jobs=self.n_jobs, summary=rows)
        if self.quality != NOISE_ODDS or noise is None:
            return quality
        return mean_of_log_odds(quality, 1 - noise.wrong(0.0), NOISE_SHARE)

    def _estimate_noise(self, given, proba, rows):
        """The noise model of the labels as they were given; people review rows that look wrong, so their finds are
        no fair sample of the noise."""
        codes, given_proba, verified = given.labels.codes, rows.given, given.verified
        if given.review is not None:
            verified = None
            codes, given_proba = codes.copy(), given_proba.copy()
            codes[given.review.rows] = given.review.given
            given_proba[given.review.rows] = proba[given.review.rows, given.review.given]
        noise = fit_noise_model(
            codes, proba, given_proba, weight=given.weight, trusted=given.trusted, verified=verified
        )
        return under_ambiguity(noise, self.labels, self.ambiguity, given.review)

    @property
    def noise_rate_(self) -> NoiseRate | None:
        """Estimated share of wrong labels, with a 90 % interval: NoiseRate, or None with more than 50 classes."""
        noise = self._fitted_noise("noise_rate_")
        return None if noise is None else noise.noise_rate

    @property
    def ambiguity_(self) -> AmbiguityEstimate | None:
        """The ambiguity that was used, with an interval: AmbiguityEstimate, or None with more than 50 classes."""
        noise = self._fitted_noise("ambiguity_")
        return None if noise is None else noise.ambiguity

    def _fitted_noise(self, name):
        if "audit_" not in self.__dict__:
            raise AttributeError(f"{type(self).__name__} has no {name} before fit.")
        return self.audit_.get(NoiseModel)

    def _estimate_joint(self, given, proba, rows):
        """The confident joint, and the transition matrix that it implies."""
        codes, classes = given.labels
        totals = class_totals(codes, len(classes), given.weight)
        joint = joint_of_codes(
            codes, proba, summary=rows, weight=given.weight, verified=given.verified, n_jobs=self.n_jobs
        )
        self.confident_joint_ = calibrate_joint(joint, totals)
        self.transition_matrix_ = transition_of_joint(self.confident_joint_)

    def review_sample(self, n_rows: int = 100, *, random_state: RandomState = None) -> Positions:
        """Choose the rows that tell most about what the labels are, for people to review.

        They are drawn evenly over the range of P(label is wrong) under ambiguity 1, not from the top of the list. Pass
        the labels that reviewers find as `reviewed` to `fit`, with ``ambiguity="auto"``.

        Parameters
        ----------
        n_rows : int, default=100
            How many; 50 to 100 are enough.
        random_state : int, RandomState instance or None, default=None
            Seed.

        Returns
        -------
        rows : ndarray of int, shape (n_rows,)
            Positions in X, in random order; fewer where there are no more that can be judged.
        """
        check_is_fitted(self)
        if not isinstance(n_rows, Integral) or n_rows < 1:
            raise ValueError(f"n_rows must be a whole number of at least 1, got {n_rows!r}.")
        noise = self.audit_.get(NoiseModel)
        if noise is None:
            raise ValueError("a review sample needs a noise model, which takes at most 50 classes.")
        rows = np.flatnonzero(self.audit_.open_codes != UNLABELLED)
        return draw_review_sample(noise.wrong(1.0), rows, n_rows, random_state)


def _known_right(given):
    """Rows with a given label that is known to be right: ndarray of shape (n_samples,), bool.

    A reviewed row is not among them, since its given label may have been wrong.
    """
    known = given.verified.copy()
    if given.review is not None:
        known[given.review.rows] = False
    return known


def mean_of_log_odds(quality, right, share):
    """Return a weighted mean of two probabilities on the scale of log odds: ndarray of the same shape."""
    margin = sys.float_info.epsilon
    first, second = (logit(values.clip(margin, 1 - margin)) for values in (quality, right))
    return expit((1 - share) * first + share * second)
