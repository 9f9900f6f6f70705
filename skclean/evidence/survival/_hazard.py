"""Cumulative hazards and residuals of survival analysis."""

import numpy as np
from scipy.stats import rankdata

from skclean.utils._typing import Bools, Floats, Positions

__all__ = ["cumulative_hazard", "deviance_of", "hazard_of_bins", "null_residuals"]


def cumulative_hazard(event: Bools, time: Floats, weight: Floats | None = None) -> Floats:
    """Return the Nelson-Aalen estimate at the time of each row: ndarray of shape (n_rows,).

    Parameters
    ----------
    event : ndarray of shape (n_rows,), bool
    time : ndarray of shape (n_rows,)
    weight : ndarray of shape (n_rows,) or None, default=None
        What each row counts for.
    """
    weight = np.ones(len(time)) if weight is None else weight
    times, places = np.unique(time, return_inverse=True)
    events = np.bincount(places, weight * event, len(times))
    at_risk = np.cumsum(np.bincount(places, weight, len(times))[::-1])[::-1]
    hazard = np.divide(events, at_risk, out=np.zeros(len(times)), where=at_risk > 0)
    return np.cumsum(hazard)[places]


def null_residuals(event: Bools, time: Floats, weight: Floats | None = None) -> Floats:
    """Return what a forest is grown on to tell rows with other events and times apart.

    Martingale residuals of the event and of censoring without covariates, the rank of the time, and the event: each
    with a standard deviation of 1.

    Parameters
    ----------
    event, time, weight
        As in :func:`cumulative_hazard`.

    Returns
    -------
    targets : ndarray of shape (n_rows, 4)
    """
    columns = [
        event - cumulative_hazard(event, time, weight),
        ~event - cumulative_hazard(~event, time, weight),
        rankdata(time),
        event.astype(np.float64),
    ]
    targets = np.column_stack(columns)
    spread = targets.std(axis=0)
    return np.asarray((targets - targets.mean(axis=0)) / np.where(spread > 0, spread, 1.0))


def hazard_of_bins(density: Floats, cells: Positions) -> Floats:
    """Return the cumulative hazard of the event up to the bin of each row: ndarray of shape (n_rows,).

    Parameters
    ----------
    density : ndarray of shape (n_rows, 2, n_bins)
        P(censored, time in the bin) and P(event, time in the bin).
    cells : ndarray of shape (n_rows,), int
    """
    at_risk = np.cumsum(density.sum(axis=1)[:, ::-1], axis=1)[:, ::-1]
    hazard = np.cumsum(density[:, 1] / np.maximum(at_risk, 1e-12), axis=1)
    return np.asarray(hazard[np.arange(len(cells)), cells])


def deviance_of(martingale: Floats, event: Bools) -> Floats:
    """Return deviance residuals of martingale residuals: ndarray of the same shape.

    Notes
    -----
    Therneau, Grambsch, Fleming, "Martingale-based residuals for survival models", Biometrika 1990.
    """
    hazard = np.maximum(event - martingale, 1e-12)
    inside = martingale + np.where(event, np.log(hazard), 0.0)
    return np.asarray(np.sign(martingale) * np.sqrt(np.maximum(-2 * inside, 0)))
