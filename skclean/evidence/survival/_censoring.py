"""Weights by the inverse probability of not being censored, for what is known of the time up to a horizon.

Up to the horizon h a row tells min(T, h) if its event was seen, or if it was observed until h. Such a row counts for
all rows that were censored before: by 1 / G(min(T, h)- | x), where G(t- | x) is the chance of not being censored before
t.
"""

from typing import NamedTuple

import numpy as np
from sklearn.neighbors import NearestNeighbors

from skclean.evidence.cross_fitting._leaf_shares import leaf_shares, share_forest
from skclean.evidence.survival._hazard import null_residuals
from skclean.preprocessing import as_points
from skclean.targets import SurvivalTarget
from skclean.utils._typing import Bools, Floats, Table

__all__ = ["CENSORING_METHODS", "Censoring", "censoring_of"]

CENSORING_METHODS = ("forest", "neighbors", "marginal")
# Bins of time for chances that depend on the columns; each holds about as many rows as the others.
MAX_BINS = 100
MIN_LEAF = 15
# Share of the whole table in the chances of each row.
SHARE_OF_ALL = 0.2
MIN_NEIGHBORS = 30


class Censoring(NamedTuple):
    """What censoring leaves to learn from.

    Attributes
    ----------
    time : ndarray of shape (n_samples,)
        min(time, horizon).
    weight : ndarray of shape (n_samples,)
        1 in the mean over the rows that have a time; 0 where min(T, horizon) is not known.
    horizon : float
        Later times count as this one.
    """

    time: Floats
    weight: Floats
    horizon: float


def censoring_of(
    target: SurvivalTarget,
    X: Table | None = None,
    *,
    method: str = "forest",
    horizon: float | None = None,
    min_proba: float = 0.05,
    sample_weight: Floats | None = None,
    folds: list | None = None,
    n_jobs: int | None = None,
    random_state: object = None,
) -> Censoring:
    """Compute weights that make up for censoring: Censoring.

    Parameters
    ----------
    target : SurvivalTarget
    X : array-like of shape (n_samples, n_features) or None, default=None
        None means that censoring does not depend on the columns.
    method : {"forest", "neighbors", "marginal"}, default="forest"
        Rows alike are those in the same leaves of a forest, out of bag, the nearest rows, or all rows.
    horizon : float or None, default=None
        None means the largest time that is followed up with a chance of at least `min_proba`.
    min_proba : float, default=0.05
        Chances below are raised to it.
    sample_weight : ndarray of shape (n_samples,) or None, default=None
        What each row counts for among those alike.
    folds : list of (train, test) or None, default=None
        For the forest, in the place of out of bag.
    n_jobs : int or None, default=None
        Trees and neighbours side by side.
    random_state : int, RandomState instance or None, default=None
        Seeds the forest.

    Raises
    ------
    ValueError
        If `horizon` is larger than what is followed up.
    """
    known = np.flatnonzero(target.known)
    event, time = target.event[known], target.time[known]
    counted = np.ones(len(known)) if sample_weight is None else sample_weight[known]
    followed = followed_up(event, time, min_proba, counted)
    if horizon is not None and horizon > followed:
        raise ValueError(
            f"horizon={horizon:g} is beyond {followed:g}, the largest time that is followed up with a chance of at "
            f"least {min_proba:g}: later times are not identifiable. Choose a smaller horizon, or leave it out."
        )
    horizon = followed if horizon is None else float(horizon)
    seen = np.minimum(target.time, horizon)
    if X is None or method == "marginal":
        chance = chance_of_follow_up(event, time, seen[known], counted)
    else:
        edges = _edges(time, horizon)
        cells = np.zeros(target.n_rows, dtype=np.intp)
        cells[known] = 2 * np.searchsorted(edges, time, side="right") + event
        weight = np.zeros(target.n_rows)
        weight[known] = counted
        options = {"folds": folds, "n_jobs": n_jobs, "random_state": random_state}
        shares = _shares(method, X, target, known, cells, 2 * len(edges) + 2, weight, options)
        chance = _chance_in_bins(shares[known], cells[known] // 2)
    weight = np.zeros(target.n_rows)
    weight[known] = (event | (time >= horizon)) / np.maximum(chance, min_proba)
    seen = np.where(target.known, seen, 0.0)
    return Censoring(seen, weight * len(known) / weight.sum(), horizon)


def chance_of_follow_up(event: Bools, time: Floats, at: Floats, weight: Floats | None = None) -> Floats:
    """Return the Kaplan-Meier estimate of the chance of not being censored before some times: ndarray, as `at`.

    At equal times events come before censoring.

    Parameters
    ----------
    event : ndarray of shape (n_rows,), bool
    time : ndarray of shape (n_rows,)
    at : ndarray
    weight : ndarray of shape (n_rows,) or None, default=None
    """
    weight = np.ones(len(time)) if weight is None else weight
    times, places = np.unique(time, return_inverse=True)
    total = np.bincount(places, weight, len(times))
    events = np.bincount(places, weight * event, len(times))
    at_risk = np.cumsum(total[::-1])[::-1] - events
    share = np.divide(total - events, at_risk, out=np.zeros(len(times)), where=at_risk > 1e-12)
    before = np.append(1.0, np.cumprod(1 - np.clip(share, 0, 1)))
    return np.asarray(before[np.searchsorted(times, at, side="left")])


def followed_up(event: Bools, time: Floats, min_proba: float, weight: Floats) -> float:
    """Return the largest time with a chance of at least `min_proba` of not being censored before it."""
    times = np.unique(time)
    return float(times[chance_of_follow_up(event, time, times, weight) >= min_proba][-1])


def _edges(time, horizon):
    """Cuts between bins of time, each of about as many rows."""
    before = np.sort(time[time < horizon])
    n_bins = int(np.clip(len(before) // 3, 1, MAX_BINS))
    return np.unique(np.quantile(before, np.arange(1, n_bins) / n_bins)) if len(before) else np.array([horizon])


def _shares(method, X, target, known, cells, n_cells, weight, options):
    """Share of each cell among the rows alike, without the row itself: ndarray of shape (n_samples, n_cells)."""
    points, n_jobs = as_points(X), options.pop("n_jobs")
    if method == "neighbors":
        shares = _shares_of_neighbors(points, known, cells, n_cells, weight, n_jobs)
    else:
        forest = share_forest(len(known), min_leaf=MIN_LEAF, n_jobs=n_jobs)
        residuals = np.zeros(target.n_rows)
        residuals[known] = null_residuals(target.event[known], target.time[known], weight[known])[:, 1]
        rows = known[weight[known] > 0]
        shares = leaf_shares(forest, points, residuals, cells, n_cells, rows=rows, weight=weight, **options)
    everywhere = np.bincount(cells[known], weight[known], n_cells)
    return (1 - SHARE_OF_ALL) * shares + SHARE_OF_ALL * everywhere / everywhere.sum()


def _shares_of_neighbors(points, known, cells, n_cells, weight, n_jobs):
    n_neighbors = min(max(MIN_NEIGHBORS, int(len(known) ** 0.5)), len(known) - 1)
    near = NearestNeighbors(n_neighbors=n_neighbors, n_jobs=n_jobs).fit(points[known])
    shares = np.zeros((points.shape[0], n_cells))
    for row, others in zip(known, near.kneighbors(return_distance=False), strict=True):
        there = known[others]
        counts = np.bincount(cells[there], weight[there], n_cells)
        shares[row] = counts / max(counts.sum(), 1e-12)
    return shares


def _chance_in_bins(shares, bins):
    """Return the chance of not being censored in an earlier bin: ndarray of shape (n_rows,)."""
    censored, events = shares[:, ::2], shares[:, 1::2]
    at_risk = np.cumsum((censored + events)[:, ::-1], axis=1)[:, ::-1] - events
    share = np.divide(censored, at_risk, out=np.zeros_like(censored), where=at_risk > 1e-12)
    before = np.hstack([np.ones((len(bins), 1)), np.cumprod(1 - np.clip(share, 0, 1), axis=1)])
    return before[np.arange(len(bins)), bins]
