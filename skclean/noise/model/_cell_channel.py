"""Noise of tags: how often a tag was left out or added, and the chance that each cell is wrong.

A cell says whether a row has a tag. P(given 1) = (1 - drop) p + add (1 - p), where p is the chance that the row has the
tag: a logistic function of the scores of several models, with an intercept for each tag. Slopes and both rates are
shared by all tags. A tag alone has too few members to tell its noise from its overlap; all tags together say it well.
"""

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from skclean.noise.model._noise_fit import PRIOR_LOG_ODDS
from skclean.targets import UNLABELLED
from skclean.utils._typing import Bools, Floats

__all__ = ["CellChannel", "fit_cell_channel", "mix_scores"]

# Rates start here, and their logarithms are drawn towards it with this standard deviation.
RATE, RATE_SPREAD = 0.02, 3.0
# Standard deviation, before labels are seen, of the logarithm of the ratio of both rates. With 0.5 dropped tags are not
# distinguished from added ones, with 4 the ranking of mixed errors falls.
RATIO_SPREAD = 1.5
# Precision of slopes around the mean of the models, and of intercepts around 0.
SLOPES, INTERCEPTS = 5.0, 1.0
# For flags a rate of wrong cells is expected to be exponential with this mean: a row has several cells.
EXPECTED_RATE = 0.02
MIN_PROBA = 1e-9
MAX_STEPS = 300


class CellChannel(NamedTuple):
    """What the given cells say of their noise.

    Attributes
    ----------
    truth : ndarray of shape (n_samples, n_tags), float64
        P(the row has the tag), before the given cell is known.
    wrong : ndarray of shape (n_samples, n_tags), float64
        P(the given cell is wrong); 0 where a cell is unknown or verified.
    cautiously_wrong : ndarray of shape (n_samples, n_tags), float64
        The same where little noise is expected.
    drop_rate, add_rate : float
        P(given 0 | the row has the tag) and P(given 1 | it has not).
    noise_weight : float
        How far noise explains the cells better than overlap alone does, in [0, 1].
    """

    truth: Floats
    wrong: Floats
    cautiously_wrong: Floats
    drop_rate: float
    add_rate: float
    noise_weight: float


def fit_cell_channel(scores, cells, *, weight=None, verified=None):
    """Fit the noise of cells.

    Parameters
    ----------
    scores : ndarray of shape (n_models, n_samples, n_tags)
        Log odds of each tag, of models that were trained without the row.
    cells : ndarray of shape (n_samples, n_tags), int8
        1, 0, or -1 where a cell is unknown.
    weight : ndarray of shape (n_samples,) or None, default=None
        Sample weights; only their ratios matter.
    verified : ndarray of shape (n_samples,), bool, or None, default=None
        Rows with cells that are known to be right.

    Returns
    -------
    channel : CellChannel
    """
    problem = _Cells(scores, cells, weight, verified)
    with_noise, without = problem.fit(noisy=True), problem.fit(noisy=False)
    gain = without.fun - with_noise.fun
    slopes, intercepts, log_drop, log_add = problem.parts(with_noise.x)
    drop, add = expit(log_drop), expit(log_add)
    log_odds = np.tensordot(slopes, scores, 1) + intercepts
    right = np.where(cells == 1, log_odds + np.log((1 - drop) / add), np.log((1 - add) / drop) - log_odds)
    open_cells = (cells != UNLABELLED) & ~problem.verified
    wrong = np.where(open_cells, expit(-right), 0.0)
    rate = float((problem.mass * wrong).sum() / max(problem.mass.sum(), 1.0))
    noise_weight = float(expit(gain + PRIOR_LOG_ODDS))
    cautious = float(expit(gain + PRIOR_LOG_ODDS - rate / EXPECTED_RATE))
    return CellChannel(expit(log_odds), noise_weight * wrong, cautious * wrong, float(drop), float(add), noise_weight)


class _Cells:
    """The penalised likelihood of the given cells, in slopes, intercepts and the log odds of both rates."""

    def __init__(self, scores, cells, weight, verified: Bools | None):
        self.scores = scores
        self.given = (cells == 1).astype(np.float64)
        self.mass = (cells != UNLABELLED).astype(np.float64)
        if weight is not None:
            self.mass *= (weight / weight[weight > 0].mean())[:, None]
        self.verified = np.zeros((len(cells), 1), dtype=bool) if verified is None else verified[:, None]

    def parts(self, values):
        """Slopes, intercepts, and the log odds of both rates."""
        n_models = len(self.scores)
        return values[:n_models], values[n_models:-2], values[-2], values[-1]

    def fit(self, *, noisy):
        """Minimise the loss: an OptimizeResult."""
        n_models, _, n_tags = self.scores.shape
        start = np.concatenate([np.full(n_models, 1 / n_models), np.zeros(n_tags), np.full(2, np.log(RATE))])
        options = {"maxiter": MAX_STEPS}
        return minimize(self.loss, start, args=(noisy,), jac=True, method="L-BFGS-B", options=options)

    def loss(self, values, noisy):
        """Minus the penalised log-likelihood, and its gradient."""
        slopes, intercepts, log_drop, log_add = self.parts(values)
        proba = expit(np.tensordot(slopes, self.scores, 1) + intercepts)
        drop, add = (np.where(self.verified | (not noisy), 0.0, expit(rate)) for rate in (log_drop, log_add))
        given = np.clip((1 - drop) * proba + add * (1 - proba), MIN_PROBA, 1 - MIN_PROBA)
        fit = self.mass * (self.given * np.log(given) + (1 - self.given) * np.log(1 - given))
        by_given = self.mass * (self.given / given - (1 - self.given) / (1 - given))
        by_score = by_given * (1 - drop - add) * proba * (1 - proba)
        n_models = len(slopes)
        gradient = np.concatenate(
            [
                np.tensordot(self.scores, by_score, 2) - SLOPES * (slopes - 1 / n_models),
                by_score.sum(axis=0) - INTERCEPTS * intercepts,
                [-(by_given * proba * drop * (1 - drop)).sum(), (by_given * (1 - proba) * add * (1 - add)).sum()],
            ]
        )
        penalty = SLOPES * ((slopes - 1 / n_models) ** 2).sum() + INTERCEPTS * (intercepts**2).sum()
        if noisy:
            ratio, from_start = log_drop - log_add, values[-2:] - np.log(RATE)
            penalty += (ratio / RATIO_SPREAD) ** 2 + ((from_start / RATE_SPREAD) ** 2).sum()
            gradient[-2:] -= np.array([ratio, -ratio]) / RATIO_SPREAD**2 + from_start / RATE_SPREAD**2
        return penalty / 2 - fit.sum(), -gradient


def mix_scores(scores, cells, *, weight=None):
    """Return how several models are best added up to predict the given cells, as if none were wrong.

    Parameters
    ----------
    scores, cells, weight
        As in :func:`fit_cell_channel`.

    Returns
    -------
    slopes : ndarray of shape (n_models,)
    intercepts : ndarray of shape (n_tags,)
        The log odds of a tag are ``slopes @ scores + intercepts``.
    """
    problem = _Cells(scores, cells, weight, None)
    return problem.parts(problem.fit(noisy=False).x)[:2]
