"""FastReCoV: few rounds of cross-validation, each with folds that gather rows of like quality."""

from numbers import Integral, Real
from typing import Any, Literal, Self

import numpy as np

from skclean._kernels import MAX_FOLDS
from skclean.base import BaseRule
from skclean.detectors.recov._fast_recov_rounds import FoldMemory, RowMemory
from skclean.detectors.recov._repeated_detector import RepeatedDetector
from skclean.detectors.recov._repeats import Repeats
from skclean.repeats import RowScores, TemperedFolds
from skclean.rules import Otsu
from skclean.utils._compat import Interval, StrOptions, fit_context
from skclean.utils._typing import Estimator, Labels1d, Numbers, RandomState, Scoring, Table

__all__ = ["FastReCoV"]

# Temperatures of the authors' scripts: mushrooms, survival, grades of tissue.
TAU_OF_ROWS = {"class": 0.1, "records": 0.5, "numeric": 1.0}
# Average precision over eight tables was best at a mild one, see docs/repeats.md.
TAU_OF_FOLDS = 4.0
REPEATS_OF_FOLDS = 10


class FastReCoV(RepeatedDetector):
    """Find wrong labels in a few rounds of cross-validation that remember how well each row was predicted.

    Each round fits a model for every fold and scores each row by the model that was trained without it. An exponential
    average of these scores is the memory, and label quality is the memory. The next folds are drawn by the memory, so
    that rows of low memory sit together and are predicted by models that were trained without them. It needs far fewer
    fits than :class:`ReCoV`: 50 with the defaults.

    Parameters
    ----------
    estimator : estimator or None, default=None
        The model that is cross-validated. None as in :class:`ReCoV`. With ``metric="row"`` a classifier needs
        ``predict_proba``, and other estimators need ``predict``.
    n_rounds : int, default=10
        Rounds; the first draws folds at random.
    n_repeats : int or None, default=None
        Repeats of cross-validation a round. None means 1 for ``metric="row"``, as in the paper, and 10 for "fold".
    cv : int, default=5
        Folds a repeat, 2 … 255.
    stratify : bool, default=True
        Whether every fold gets its share of each class. False draws folds without a look at the classes, as the paper
        does. Other targets have no classes.
    scoring : str, callable or None, default=None
        As in scikit-learn; higher is better. None means the estimator's own ``score``. It gives folds their scores,
        which decide the quality with ``metric="fold"`` and are only counted with "row".
    metric : {"row", "fold"}, default="row"
        What is remembered of a row. "row", as in the paper: for classes the probability of the given label, for numbers
        minus the absolute error in robust standard deviations, for records of survival analysis the share of comparable
        records that the predicted risks order rightly. "fold" is the score of the fold that the row sat in, from 0
        (worst fold of the repeat) to 1 (best). It takes any estimator with a score, has closed forms as in
        :class:`ReCoV`, and ranks far worse.
    memory : float, default=0.7
        Weight of the memory beside the score of a round, in [0, 1).
    tau : float or None, default=None
        Temperature of the draw: near 0 folds are sorted by memory, large values draw them at random. None means 0.1
        for classes, 0.5 for survival records and 1.0 for numbers, as in the authors' scripts; and 4 standard deviations
        of the quality for ``metric="fold"``.
    drop : float or None, default=None
        Share of the found rows, in [0, 1], that each training set leaves out, drawn at random. Found rows stay in
        their folds and are scored again. A class of which no row would be left stays whole. None leaves none out. Only
        with ``metric="row"``.
    threshold : float or None, default=None
        A row is found after a round if its quality is below this; in [0, 1]. None means Otsu's cut with
        ``metric="row"``. With "fold" found rows take no part in further rounds, and None finds none.
    rule : str, rule or None, default=None
        Which rows are flagged. None means :class:`skclean.rules.Otsu`.
    engine : {"auto", "plain", "one_step"}, default="auto"
        As in :class:`ReCoV`, for ``metric="fold"``. With "row" models are always fitted.
    n_jobs : int or None, default=None
        Folds side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Draws the folds, and seeds the model where it has no seed of its own.

    Attributes
    ----------
    label_quality_ : ndarray of shape (n_samples,), float64
        In [0, 1], low is suspicious. For classes and survival records the memory itself, a mean of probabilities or
        of shares; for numbers exp(memory), so that an error of one robust standard deviation is worth 0.37. 1 for
        unlabelled rows.
    noise_histogram_, best_fold_histogram_ : ndarray of shape (n_samples,), int64
        How often each row sat in the worst and in the best fold.
    p_values_ : ndarray of shape (n_samples,)
        Tail of the binomial as in :class:`ReCoV`. Folds are not drawn evenly here, so these are not probabilities.
    noise_mask_, suggested_labels_, classes_, audit_
        As in :class:`ReCoV`.
    n_repeats_, n_left_out_ : int
        Repeats that were counted, and those left out because a fold had no score.
    termination_condition_ : {"n_repeats", "interrupted", "worker_lost"}
        Why the rounds ended; as in :class:`ReCoV`.
    engine_ : str
        What computed the scores.
    n_features_in_ : int
        Number of features seen in `fit`, where X has columns.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where X has names that are all strings.

    Notes
    -----
    As in the paper: a memory of a per-row validation metric, ``memory = a * memory + (1 - a) * metric`` from 0 on;
    folds from a draw without replacement by ``softmax(memory / tau)``; a random share of the identified rows left out
    of training sets only; ten rounds of one repeat with a = 0.7 and tau = 0.1, as the authors' script for mushrooms has
    them. The metrics are those of the authors' scripts: probability of the given label, concordance of a record (0.8
    where it cannot be compared), minus the error.

    Otherwise: folds are stratified for classifiers, unless ``stratify=False``; the memory is divided by the sum of its
    weights, which changes no rank; errors of numbers are divided by their robust standard deviation; rows are
    identified by a threshold or Otsu's cut, where the scripts take a known number of lowest rows; the mask is Otsu's
    cut of the memory.

    References
    ----------
    Chen, Ramanathan, Xu, Martel, "Detecting noisy labels with repeated cross-validations", MICCAI 2024 (arXiv
    2306.13990, second version), Algorithm 2.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from skclean.detectors import FastReCoV
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = FastReCoV(KNeighborsClassifier(5), random_state=0).fit(X, y_noisy)
    >>> bool(flipped[detector.noise_mask_].mean() > 0.5)  # most flags are right
    True
    """

    alias = "fast_recov"

    _parameter_constraints: dict = {
        **RepeatedDetector._parameter_constraints,
        "cv": [Interval(Integral, 2, MAX_FOLDS, closed="both")],
        "n_rounds": [Interval(Integral, 1, None, closed="left")],
        "n_repeats": [Interval(Integral, 1, None, closed="left"), None],
        "stratify": ["boolean"],
        "metric": [StrOptions({"row", "fold"})],
        "memory": [Interval(Real, 0, 1, closed="left")],
        "tau": [Interval(Real, 0, None, closed="neither"), None],
        "drop": [Interval(Real, 0, 1, closed="both"), None],
        "threshold": [Interval(Real, 0, 1, closed="both"), None],
    }

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        n_rounds: int = 10,
        n_repeats: int | None = None,
        cv: int = 5,
        stratify: bool = True,
        scoring: Scoring = None,
        metric: Literal["row", "fold"] = "row",
        memory: float = 0.7,
        tau: float | None = None,
        drop: float | None = None,
        threshold: float | None = None,
        rule: BaseRule | str | None = None,
        engine: Literal["auto", "plain", "one_step"] = "auto",
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.n_rounds = n_rounds
        self.n_repeats = n_repeats
        self.cv = cv
        self.stratify = stratify
        self.scoring = scoring
        self.metric = metric
        self.memory = memory
        self.tau = tau
        self.drop = drop
        self.threshold = threshold
        self.rule = rule
        self.engine = engine
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
        X, y, sample_weight, verified, **params
            As in :meth:`ReCoV.fit`.
        groups : None
            Refused: folds of like quality cannot keep groups together.

        Returns
        -------
        self : FastReCoV
        """
        return self._fit(X, y, sample_weight, verified, None, groups, params)

    def _folds(self, target, split_params, seed):
        strata = target.strata().copy() if self.stratify else np.minimum(target.strata(), 0)
        by_row = self.metric == "row"
        return TemperedFolds(strata, self.cv, seed, self._temperature(target), best_first=by_row)

    def _temperature(self, target):
        if self.tau is not None:
            return self.tau
        return TAU_OF_FOLDS if self.metric == "fold" else TAU_OF_ROWS[target.kind]

    def _runner(self, given, folds, seed):
        if self.metric == "fold":
            if self.drop is not None:
                raise ValueError(
                    f"drop={self.drop!r} leaves rows out of training sets, which metric='fold' cannot do; leave drop "
                    "out, or give threshold= to take rows out of further rounds."
                )
            return super()._runner(given, folds, seed)
        return RowScores(
            given.estimator,
            given.X,
            given.labels,
            folds,
            self.scoring,
            fit_params=given.fit_params,
            score_params=given.score_params,
            seed=seed,
            n_jobs=self.n_jobs,
        )

    def _repeat(self, runner, tally, target, progress):
        by_row = self.metric == "row"
        memory = (
            RowMemory(runner, self.memory, self.drop or 0.0, self.threshold)
            if by_row
            else FoldMemory(tally.folds, self.memory, self.threshold)
        )
        a_round = self.n_repeats or (1 if by_row else REPEATS_OF_FOLDS)
        repeats = Repeats(runner, tally, memory)
        for number in range(1, self.n_rounds + 1):
            memory.begin()
            repeats.run(number * a_round, progress)
            memory.end()
            if repeats.cut_short:
                break
        if not by_row:
            repeats.check_counted()
        self.termination_condition_ = repeats.ended
        return memory.quality()

    def _default_rule(self):
        return Otsu()
