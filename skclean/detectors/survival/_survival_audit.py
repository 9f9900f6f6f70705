"""Wrong events and wrong times: what is recorded is compared with what is recorded for rows that are like it."""

from numbers import Integral, Real

import numpy as np

from skclean.base import BaseRule, ErrorChance
from skclean.detectors._template import DetectorTemplate, Findings
from skclean.detectors.survival._risks import cross_fit_risks
from skclean.evidence import Records, event_time_density, log_times, make_time_bins, share_forest, split_rows
from skclean.evidence.default_model._default import requesting_weights
from skclean.evidence.survival._errors import (
    fit_error_rates,
    record_likelihoods,
    record_posterior,
    right_log_times,
)
from skclean.evidence.survival._hazard import deviance_of, hazard_of_bins
from skclean.preprocessing import as_points
from skclean.rules import LikelyWrong
from skclean.targets import UNLABELLED, ClassTarget, read_survival
from skclean.utils._checks import accept_any_table
from skclean.utils._compat import HasMethods, Interval, StrOptions, get_tags, num_samples
from skclean.utils._typing import CrossValidation, Estimator, RandomState

__all__ = ["SurvivalAudit"]

MIN_LEAF = 8
# Fits of the forest. In the second one, rows count by how probable it is that they are right: at the estimated rate of
# wrong events, and at the expected rate of wrong times. At the expected rate of both, 6 to 9 % of the records of three
# data sets were flagged where nothing was wrong; at the estimated rate of both, wrong times were hardly found.
N_ROUNDS = 2
# Records are flagged above this chance of being wrong. Where events and censoring come at similar times, the share of
# wrong events can hardly be estimated: on 12 simulated tables without errors the cut of the largest expected F1
# flagged up to 32 % of the records, this one 2 % in the mean and at most 5 %.
CUT = 0.3


def survival_forest(X, *, n_classes=1, n_jobs=None):
    """Return the forest that groups rows with similar events and times; `n_classes` is not used."""
    return requesting_weights(share_forest(num_samples(X), min_leaf=MIN_LEAF, n_jobs=n_jobs))


class SurvivalAudit(DetectorTemplate):
    """Find wrong event indicators and wrong times in survival data, and tell them apart.

    For each row the distribution of what is recorded, P(event or censored, time | row), is estimated from rows that
    fall into the same leaves of a forest, out of bag. Bayes' rule then compares three explanations of the record: it is
    right, its event indicator is wrong, or its time is wrong by some factor.

    Parameters
    ----------
    estimator : survival model or None, default=None
        None means a forest on the columns of X. Otherwise an estimator that takes a structured y and has ``predict``,
        such as those of scikit-survival; it is cross-fitted, and the forest then reads its predictions (and its
        cumulative hazards at three times, where it has any) in the place of X.
    cv : int, "oob", splitter, iterable of (train, test), or None, default=None
        How a row is kept out of the models that predict it. None means "oob" for the forest alone, and 5 folds for an
        `estimator` or where `groups` are given.
    event_rate : float, default=0.1
        Share of wrong events that the ranking expects, in [0, 0.5).
    time_rate : float, default=0.1
        Share of wrong times that the ranking expects, in [0, 0.5).
    rule : str, rule or None, default=None
        Which records are flagged; a name from :data:`skclean.rules.RULES` or an instance. None means
        ``LikelyWrong(threshold=0.3)``, with the rates as the records tell them.
    n_jobs : int or None, default=None
        Trees or folds side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Seeds the forest, shuffles folds, and seeds the model where it has no seed of its own.

    Attributes
    ----------
    label_quality_ : ndarray of shape (n_samples,), float64
        The probability that the record is right at the expected rates; 1 for rows without a time.
    noise_mask_ : ndarray of shape (n_samples,), bool
        True where the record is judged wrong.
    suggested_labels_ : structured array of shape (n_samples,)
        The record; of flagged rows with the other event, or with the time that is expected from rows like it.
    kind_ : ndarray of shape (n_samples,) of str
        What is wrong if something is: "event" or "time".
    event_rate_, time_rate_ : float
        Estimated shares of wrong events and of wrong times. They are often too low: part of the errors looks like
        chance.
    martingale_residuals_, deviance_residuals_ : ndarrays of shape (n_samples,), float64
        Of the event, out of sample; NaN for rows without a time.
    audit_ : Audit
        Everything that rules read. It does not hold X.
    n_features_in_ : int
        Number of features seen in `fit`, where X has columns.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where X has names that are all strings.

    See Also
    --------
    skclean.adapt.censoring_weights : Weights that make up for censoring.

    Notes
    -----
    As in the paper: leaves of a forest give a distribution for each row (Meinshausen); martingale and deviance
    residuals are those of Therneau, Grambsch and Fleming.

    Otherwise: a construction of our own. Censoring is modelled as well as the event, since an event that was flipped
    shows by a time at which no row like it is censored. Residuals of the event alone, by a cross-fitted random survival
    forest, rank far worse: on three data sets with 10 % of the events flipped and 10 % of the times multiplied or
    divided by 10 their average precision was 0.21 to 0.59, and that of this class 0.65 to 0.77.

    It assumes that wrong events and wrong times hit rows at random, and that a wrong time is off by a factor of about 2
    at least. It loses where censoring times and event times are alike and the columns say little: a wrong event then
    looks like a right one. Units of time do not matter.

    ``examples/benchmarks/targets_times.py`` prints what was measured on data sets of scikit-survival.

    References
    ----------
    Therneau, Grambsch, Fleming, "Martingale-based residuals for survival models", Biometrika 1990. Meinshausen,
    "Quantile regression forests", JMLR 2006.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.detectors import SurvivalAudit
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(300, 3))
    >>> died, lost = np.exp(X[:, 0] / 2) * rng.weibull(3, 300), rng.uniform(1, 4, 300)
    >>> y = np.array(list(zip(died < lost, np.minimum(died, lost))), dtype=[("event", bool), ("time", float)])
    >>> y["time"][:5] *= 30
    >>> audit = SurvivalAudit(random_state=0).fit(X, y)
    >>> worst = int(np.argmin(audit.label_quality_))
    >>> worst < 5, audit.kind_[worst].item()
    (True, 'time')
    """

    alias = "survival_audit"
    accepts = ("survival",)
    gives = (ErrorChance,)
    _default_model = staticmethod(survival_forest)

    _parameter_constraints: dict = {
        **DetectorTemplate._parameter_constraints,
        "estimator": [HasMethods(["fit", "predict"]), None],
        "cv": ["cv_object", StrOptions({"oob"}), Interval(Integral, 2, None, closed="left"), None],
        "event_rate": [Interval(Real, 0, 0.5, closed="left")],
        "time_rate": [Interval(Real, 0, 0.5, closed="left")],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        cv: CrossValidation = None,
        event_rate: float = 0.1,
        time_rate: float = 0.1,
        rule: BaseRule | str | None = None,
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.cv = cv
        self.event_rate = event_rate
        self.time_rate = time_rate
        self.rule = rule
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _read_y(self, y):
        target = read_survival(y)
        if not (target.event & target.known).any():
            raise ValueError("y has no event: every time is censored, so that there is nothing to compare.")
        return target

    def _default_rule(self):
        return LikelyWrong(threshold=CUT)

    def _find(self, given, progress):
        """The distribution of the records, and the chances that an event or a time is wrong."""
        target, rng = given.labels, np.random.RandomState(_seed_of(self.random_state))
        weight = np.ones(target.n_rows) if given.weight is None else given.weight
        records = _records_of(target, weight)
        folds = self._folds(given, rng)
        points = self._points(given, folds, rng, progress)
        forest = survival_forest(points, n_jobs=self.n_jobs)
        right = np.ones(target.n_rows)
        for _ in range(N_ROUNDS):
            options = {"folds": folds, "random_state": rng}
            density = event_time_density(forest, points, records, weight=weight * right, **options)
            likelihoods = record_likelihoods(density, records)
            self.event_rate_, self.time_rate_ = _rates(likelihoods, records.rows, weight, given.verified)
            right = 1 - record_posterior(likelihoods, self.event_rate_, self.time_rate, given.verified).wrong
        return self._findings(given, records, density, likelihoods)

    def _findings(self, given, records, density, likelihoods):
        target = given.labels
        errors = record_posterior(likelihoods, self.event_rate, self.time_rate, given.verified)
        found = record_posterior(likelihoods, self.event_rate_, self.time_rate_, given.verified)
        is_event = errors.event >= errors.time
        self.kind_ = np.where(is_event, "event", "time")
        trust = 0.0 if given.trust is None else given.trust
        known = target.known
        self._chances = tuple(np.where(known, part * (1 - trust), 0.0) for part in found)
        hazard = hazard_of_bins(density, records.cells)
        self.martingale_residuals_ = np.where(known, target.event - hazard, np.nan)
        deviance = deviance_of(target.event - hazard, target.event)
        self.deviance_residuals_ = np.where(known, deviance, np.nan)
        suggested = target.as_y()
        flipped, moved = known & is_event, known & ~is_event
        suggested[target.names[0]][flipped] = ~target.event[flipped]
        suggested[target.names[1]][moved] = np.exp(right_log_times(density, records)[moved])
        chance = ErrorChance(np.minimum(self._chances[0] + self._chances[1], 1.0), self.kind_)
        return Findings(1 - errors.wrong, evidence=(chance,), suggested=suggested)

    def _folds(self, given, rng):
        """Folds that keep rows out of their own models; None for out of bag."""
        with_groups = given.split_params.get("groups") is not None
        cv = self.cv
        if cv is None:
            cv = 5 if self.estimator is not None or with_groups else "oob"
        if isinstance(cv, str):
            if self.estimator is not None or with_groups:
                raise ValueError(
                    "cv='oob' is for the forest alone; give cv a number of folds with estimator= or groups."
                )
            return None
        codes = np.where(given.labels.known, given.labels.event, UNLABELLED).astype(np.int32)
        strata = ClassTarget(codes, np.array([0, 1]))
        return split_rows(given.X, strata, cv=cv, split_params=given.split_params, random_state=rng)

    def _points(self, given, folds, rng, progress):
        """What the forest reads: the columns of X, or what the user's model says of rows that it has not seen."""
        if self.estimator is None:
            return as_points(given.X)
        options = {"fit_params": given.fit_params, "n_jobs": self.n_jobs, "random_state": rng, "progress": progress}
        return cross_fit_risks(given.estimator, given.X, given.labels, folds, **options)

    def _more_columns(self):
        event, time = self._chances
        return {
            "kind": self.kind_,
            "chance_event_wrong": event,
            "chance_time_wrong": time,
            "martingale_residual": self.martingale_residuals_,
            "deviance_residual": self.deviance_residuals_,
        }

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        if self.estimator is None:
            accept_any_table(tags)
        else:
            tags.input_tags = get_tags(self.estimator).input_tags
        return tags


def _rates(likelihoods, rows, weight, verified):
    """Estimated shares of wrong events and of wrong times, from the rows that count."""
    return fit_error_rates(likelihoods[rows], weight[rows], None if verified is None else verified[rows])


def _records_of(target, weight):
    """Events and log times on their grid."""
    logs = log_times(target.time)
    rows = np.flatnonzero(target.known & (weight > 0))
    bins = make_time_bins(logs[rows])
    return Records(target.event, np.where(target.known, logs, bins.edges[0]), rows, bins)


def _seed_of(random_state):
    """A seed drawn from `random_state`; another one at each call where that is None."""
    rng = random_state if isinstance(random_state, np.random.RandomState) else np.random.RandomState(random_state)
    return rng.randint(np.iinfo(np.int32).max)
