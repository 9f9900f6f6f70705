"""FastReCoV: few rounds of cross-validation, each gathering the rows that were bad before."""

from numbers import Integral, Real

import numpy as np

from skclean.detectors._repeated_detector import RepeatedDetector
from skclean.detectors._repeats import Repeats
from skclean.evidence import TemperedFolds
from skclean.kernels import MOST_FOLDS
from skclean.rules import TwoSigma
from skclean.utils._compat import Interval, fit_context

__all__ = ["FastReCoV"]


class RunningQuality:
    """Fold scores on a scale from 0 (worst fold) to 1 (best), averaged over a round and remembered over rounds."""

    def __init__(self, tally):
        self.tally = tally
        self.forget()

    def forget(self):
        """Begin a round."""
        self.total = np.zeros(len(self.tally.worst))
        self.count = np.zeros(len(self.tally.worst))

    def add(self, first, folds, scores):
        """Add a block of repeats; folds that are all equal are worth one half."""
        for fold, score in zip(folds, scores, strict=True):
            taking_part = fold < len(score)
            if not np.isnan(score).any():
                self.total[taking_part] += _between_worst_and_best(score)[fold[taking_part]]
                self.count[taking_part] += 1

    def merit(self):
        """Mean of the round: ndarray of shape (n_samples,), NaN for rows that took no part."""
        return np.divide(self.total, self.count, out=np.full(len(self.total), np.nan), where=self.count > 0)


def _between_worst_and_best(score):
    span = np.ptp(score)
    return (score - score.min()) / span if span > 0 else np.full(len(score), 0.5)


class FastReCoV(RepeatedDetector):
    """Find wrong labels in a few rounds of cross-validation whose folds gather rows of like quality.

    Each round draws its folds by what is known so far, so that suspicious rows sit together and make their fold plainly
    bad, instead of waiting for chance to bring them together. Cheaper than :class:`ReCoV` where one repeat is dear, and
    less sure: a row that was unlucky early on is kept in bad company.

    Parameters
    ----------
    estimator : estimator or None, default=None
        The model whose scores are watched. None as in :class:`ReCoV`.
    n_rounds : int, default=10
        Rounds; the first draws folds at random.
    n_repeats : int, default=10
        Repeats of cross-validation a round.
    cv : int, default=5
        Folds a repeat, 2 … 255, stratified for classifiers.
    scoring : str, callable or None, default=None
        As in scikit-learn; higher is better. None means the estimator's own ``score``.
    memory : float, default=0.7
        Weight of the quality before a round beside that of the round, in [0, 1). The first round has no past.
    tau : float, default=4.0
        Temperature of the draw, in standard deviations of the quality: near 0 folds are sorted by quality, large
        values draw them at random.
    drop : float or None, default=None
        Rows whose quality is below this after a round take no part in further rounds; in [0, 1].
    rule : str, rule or None, default=None
        Which rows are flagged. None means :class:`skclean.rules.TwoSigma`.
    engine : {"auto", "plain", "one_step"}, default="auto"
        As in :class:`ReCoV`.
    n_jobs : int or None, default=None
        Repeats side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Draws the folds, and seeds the model where it has no seed of its own.

    Attributes
    ----------
    label_quality_ : ndarray of shape (n_samples,), float64
        In [0, 1], low is suspicious: 0 for a row that was always in the worst fold. 1 for unlabelled rows.
    noise_histogram_, best_fold_histogram_ : ndarray of shape (n_samples,), int64
        How often each row sat in the worst and in the best fold.
    p_values_ : ndarray of shape (n_samples,)
        As in :class:`ReCoV`, but folds are not drawn evenly here, so that they are no probabilities.
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

    References
    ----------
    Chen, Ramanathan, Xu, Martel, "Cross-Validation Is All You Need: A Statistical Approach To Label Noise Estimation",
    arXiv 2306.13990.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from skclean.detectors import FastReCoV
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = FastReCoV(KNeighborsClassifier(5), random_state=0).fit(X, y_noisy)
    >>> bool(detector.label_quality_[flipped].mean() < detector.label_quality_[~flipped].mean())
    True
    """

    _parameter_constraints: dict = {
        **RepeatedDetector._parameter_constraints,
        "cv": [Interval(Integral, 2, MOST_FOLDS, closed="both")],
        "n_rounds": [Interval(Integral, 1, None, closed="left")],
        "n_repeats": [Interval(Integral, 1, None, closed="left")],
        "memory": [Interval(Real, 0, 1, closed="left")],
        "tau": [Interval(Real, 0, None, closed="neither")],
        "drop": [Interval(Real, 0, 1, closed="both"), None],
    }

    def __init__(
        self,
        estimator=None,
        *,
        n_rounds=10,
        n_repeats=10,
        cv=5,
        scoring=None,
        memory=0.7,
        tau=4.0,
        drop=None,
        rule=None,
        engine="auto",
        n_jobs=None,
        random_state=None,
    ):
        self.estimator = estimator
        self.n_rounds = n_rounds
        self.n_repeats = n_repeats
        self.cv = cv
        self.scoring = scoring
        self.memory = memory
        self.tau = tau
        self.drop = drop
        self.rule = rule
        self.engine = engine
        self.n_jobs = n_jobs
        self.random_state = random_state

    @fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y, *, sample_weight=None, verified=None, groups=None, **params):
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
        return self._fit(X, y, sample_weight, verified, groups, params)

    def _folds(self, target, split_params, seed):
        return TemperedFolds(target.labels.codes.copy(), self.cv, seed, self.tau)

    def _repeat(self, runner, tally, target, progress):
        folds = tally.folds
        repeats = Repeats(runner, tally, RunningQuality(tally))
        quality = None
        for number in range(1, self.n_rounds + 1):
            repeats.aggregate.forget()
            repeats.run(number * self.n_repeats, progress)
            quality = self._remember(quality, repeats.aggregate.merit())
            if repeats.cut_short:
                break
            folds.quality = _standardised(quality)
            if self.drop is not None:
                _leave_out(folds, quality < self.drop)
        repeats.check_counted()
        self.termination_condition_ = repeats.ended
        return np.where(np.isnan(quality), 0.5, quality)

    def _remember(self, before, new):
        """Old quality and that of the round; a row without one of them keeps the other."""
        if before is None:
            return new
        mixed = self.memory * before + (1 - self.memory) * new
        return np.where(np.isnan(new), before, np.where(np.isnan(before), new, mixed))

    def _default_rule(self):
        return TwoSigma()


def _standardised(quality):
    """Quality with mean 0 and standard deviation 1, 0 for rows that have none."""
    centred = np.nan_to_num(quality - np.nanmean(quality)) if not np.isnan(quality).all() else np.zeros(len(quality))
    spread = centred.std()
    return centred / spread if spread > 0 else centred


def _leave_out(folds, found):
    """Take found rows out of further rounds, unless a class would be left with fewer rows than folds."""
    for code in np.unique(folds.strata[found]):
        members = folds.strata == code
        if code >= 0 and np.count_nonzero(members & ~found) >= folds.n_splits:
            folds.strata[members & found] = -1
