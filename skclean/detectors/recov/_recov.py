"""ReCoV: rows that make the folds bad in which they sit."""

from numbers import Integral
from typing import Any, Literal, Self

import numpy as np

from skclean.base import BaseRule
from skclean.detectors.recov._repeated_detector import RepeatedDetector
from skclean.detectors.recov._repeats import Repeats
from skclean.repeats import AGGREGATIONS, make_folds
from skclean.rules import Otsu, TwoSigma
from skclean.utils._compat import Interval, StrOptions, fit_context
from skclean.utils._typing import CrossValidation, Estimator, Labels1d, Numbers, RandomState, Scoring, Table

__all__ = ["ReCoV"]


class ReCoV(RepeatedDetector):
    """Find wrong labels by repeating cross-validation: rows that often sit in the worst fold are suspicious.

    It needs scores only, no probabilities; so it takes classes, numbers and survival times, with any estimator and any
    scorer. For nearest neighbours, linear and logistic models, discriminant analysis and naive Bayes the repeats are
    computed without fitting again and again, with the scores that fitting would give.

    Parameters
    ----------
    estimator : estimator or None, default=None
        The model whose scores are watched. None means ``KNeighborsClassifier(10)`` on standardised columns, with a
        column for each category; any table will do.
    n_repeats : int or "auto", default="auto"
        Repeats of cross-validation. "auto" doubles them until the ranking is stable: until label quality correlates
        to 0.95 with what it was at half as many repeats (see `stability_`).
    cv : int or splitter, default=5
        Folds a repeat, 2 … 255; drawn at random, of equal size up to one row. A splitter must shuffle; it is seeded
        anew for every repeat.
    stratify : bool, default=True
        Whether the folds of an int `cv` get their share of each class. False draws folds without a look at the classes.
    scoring : str, callable or None, default=None
        As in scikit-learn; higher is better. None means the estimator's own ``score``.
    aggregation : {"regression", "standardized_loss", "worst_fold"}, default="regression"
        How the scores of many folds become the quality of a row. "worst_fold" counts how often it sat in the worst
        fold, as the paper does. "standardized_loss" averages the standardised scores of its folds. "regression"
        solves for the effect of all rows at once, so that the other rows of a fold stop being noise, and learns on
        the way that effects come in two groups, by message passing (Donoho, Maleki, Montanari 2009); it needs the
        fewest repeats by far. For it the folds of a prime number `cv` are drawn together, such that every two rows
        share one about equally often (an orthogonal array); each repeat by itself is as random as ever. Where a
        splitter keeps groups of rows together it is least squares with a small ridge.
    rule : str, rule or None, default=None
        Which rows are flagged. None means :class:`skclean.rules.TwoSigma` for "worst_fold", as in the paper, and
        :class:`skclean.rules.Otsu` for the others.
    engine : {"auto", "plain", "one_step"}, default="auto"
        "plain" clones, fits and scores for every fold. "auto" computes the same scores in closed form where the
        estimator has one. "one_step" is "auto", but stops logistic regression after one step of Newton's method.
    max_repeats : int, default=10_000
        What ``n_repeats="auto"`` never exceeds.
    n_jobs : int or None, default=None
        Repeats, or blocks of them, side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Draws the folds, breaks ties between worst folds, and seeds the model where it has no seed of its own.

    Attributes
    ----------
    noise_histogram_ : ndarray of shape (n_samples,), int64
        How often each row sat in the worst fold.
    best_fold_histogram_ : ndarray of shape (n_samples,), int64
        How often it sat in the best one: evidence that it is right.
    p_values_ : ndarray of shape (n_samples,)
        P(count >= observed) for a row that makes no difference: ``binomial(n_repeats_, 1 / k)``.
    label_quality_ : ndarray of shape (n_samples,), float64
        In [0, 1], low is suspicious; 1 for unlabelled rows.
    noise_mask_ : ndarray of shape (n_samples,), bool
        True where the label is judged wrong.
    suggested_labels_ : ndarray of shape (n_samples,)
        For flagged rows of classifiers, the likeliest other class by the estimator trained on the rows that are not
        flagged; what was given for all other rows.
    classes_ : ndarray of shape (n_classes,)
        The sorted labels; for classifiers only.
    n_repeats_ : int
        Repeats that were counted.
    n_left_out_ : int
        Repeats left out because a fold had no score (NaN, or infinite).
    termination_condition_ : {"n_repeats", "stable", "max_repeats", "interrupted", "worker_lost"}
        Why the repeats ended.
    stability_ : list of (int, float)
        With ``n_repeats="auto"``: number of repeats at each look, and the correlation with the look before.
    engine_ : str
        What computed the scores.
    audit_ : Audit
        Everything that rules and treatments read. It does not hold X.
    n_features_in_ : int
        Number of features seen in `fit`, where X has columns.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where X has names that are all strings.

    Notes
    -----
    As in the paper: cross-validation is repeated with other folds, and a row is suspicious by the scores of the folds
    that it sat in. With ``aggregation="worst_fold"`` and ``stratify=False``, the defaults of :class:`PublishedReCoV`,
    quality is the paper's count of worst folds and the rule is its first one. ``"standardized_loss"`` averages
    standardised fold scores, as Park and Park do with validation losses.

    Otherwise: with the defaults quality is the effect of a row in a regression of fold scores on membership, the rule
    is Otsu's cut, folds are stratified for classifiers and drawn jointly over repeats, and repeats end when the ranking
    is stable. The score is the estimator's own, accuracy for classifiers, where the authors' script for mushrooms has
    the area under the curve of predicted labels (``scoring="balanced_accuracy"`` for two classes).

    Ctrl-C during the repeats keeps what was counted; `termination_condition_` then is "interrupted". Where a worker
    process dies, new workers go on with the same repeats; where they die too before one more repeat is counted, what
    was counted is kept, with a :class:`~skclean.exceptions.LostWorkerWarning`, and `termination_condition_` is
    "worker_lost". Nearest neighbours at equal distances are taken in the order of their rows.

    References
    ----------
    Chen, Ramanathan, Xu, Martel, "Detecting noisy labels with repeated cross-validations", MICCAI 2024; its first
    version is "Cross-Validation Is All You Need: A Statistical Approach To Label Noise Estimation", arXiv 2306.13990.

    Park, Park, "Task-Agnostic Noisy Label Detection via Standardized Loss Aggregation", arXiv 2605.10165, 2026.

    Donoho, Maleki, Montanari, "Message-passing algorithms for compressed sensing", PNAS 2009. Bose, Bush, "Orthogonal
    arrays of strength two and three", Annals of Mathematical Statistics 1952.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from skclean.detectors import ReCoV
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = ReCoV(KNeighborsClassifier(5), n_repeats=1000, random_state=0).fit(X, y_noisy)
    >>> bool(flipped[detector.noise_mask_].mean() > 0.5)  # most flags are right
    True
    """

    alias = "recov"

    _parameter_constraints: dict = {
        **RepeatedDetector._parameter_constraints,
        "n_repeats": [Interval(Integral, 1, None, closed="left"), StrOptions({"auto"})],
        "stratify": ["boolean"],
        "aggregation": [StrOptions(set(AGGREGATIONS))],
        "max_repeats": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        n_repeats: int | Literal["auto"] = "auto",
        cv: CrossValidation = 5,
        stratify: bool = True,
        scoring: Scoring = None,
        aggregation: Literal["regression", "standardized_loss", "worst_fold"] = "regression",
        rule: BaseRule | str | None = None,
        engine: Literal["auto", "plain", "one_step"] = "auto",
        max_repeats: int = 10_000,
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.n_repeats = n_repeats
        self.cv = cv
        self.stratify = stratify
        self.scoring = scoring
        self.aggregation = aggregation
        self.rule = rule
        self.engine = engine
        self.max_repeats = max_repeats
        self.n_jobs = n_jobs
        self.random_state = random_state

    @fit_context(prefer_skip_nested_validation=False)
    def fit(
        self,
        X: Table,
        y: Labels1d,
        *,
        sample_weight: Numbers | None = None,
        verified: Numbers | None = None,
        groups: Labels1d | None = None,
        **params: Any,
    ) -> Self:
        """Judge every row.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Passed to the estimator as given, in rows.
        y : array-like of shape (n_samples,)
            Labels of any type for classifiers, numbers for regressors, or whatever else the estimator takes. What is
            missing (None, NaN) is unlabelled: never flagged, never trained on.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            For the fits of the estimator; the default one takes none. Scores are weighted only if metadata routing is
            enabled and the scorer requests `sample_weight`.
        verified : array-like of shape (n_samples,), bool, or None, default=None
            True where a label is known to be right: never flagged.
        groups : array-like of shape (n_samples,) or None, default=None
            For the splitter.
        **params : dict
            Passed to the fit of the estimator; what has one value per row is subset with the rows.

        Returns
        -------
        self : ReCoV
        """
        return self._fit(X, y, sample_weight, verified, None, groups, params)

    def _folds(self, target, split_params, seed):
        even = AGGREGATIONS[self.aggregation].wants_even_folds
        codes = target.strata()
        strata = codes if self.stratify or not isinstance(self.cv, Integral) else np.minimum(codes, 0)
        return make_folds(self.cv, strata, seed=seed, split_params=split_params, even=even)

    def _repeat(self, runner, tally, target, progress):
        judged = np.flatnonzero(target.known)
        repeats = Repeats(runner, tally, AGGREGATIONS[self.aggregation](tally), judged)
        if self.n_repeats == "auto":
            repeats.run_until_stable(self.max_repeats, progress)
        else:
            repeats.run(self.n_repeats, progress)
        repeats.check_counted()
        self.termination_condition_ = repeats.ended
        self.stability_ = repeats.stability
        return self._quality(repeats.row_score(), judged)

    def _quality(self, row_score, judged):
        """Merit on a scale from 0 to 1; that of the paper's count is a share already."""
        if self.aggregation == "worst_fold":
            return row_score
        low, span = row_score[judged].min(), np.ptp(row_score[judged])
        return np.clip((row_score - low) / span, 0, 1) if span else np.ones(len(row_score))

    def _default_rule(self):
        return TwoSigma() if self.aggregation == "worst_fold" else Otsu()
