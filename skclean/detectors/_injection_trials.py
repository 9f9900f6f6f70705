"""Make some labels wrong on purpose, and see what a detector makes of them."""

import numpy as np
from sklearn.base import clone
from sklearn.utils import check_random_state

from skclean._kernels import class_sizes, kept_by_none
from skclean.base import Trials
from skclean.targets import ClassTarget
from skclean.utils._tasks import Progress

__all__ = ["run_trials"]

# Few enough that the evidence is about as good as without them.
SHARE = 0.1


def run_trials(detector, given, quality, n_trials):
    """Flip a tenth of the labels and score all of them again, `n_trials` times.

    Doubtful labels are flipped more rarely, in proportion to their quality, as a wrong label that is flipped may come
    out right. The other class is drawn by its frequency. No class is emptied, nor is its only member flipped.

    Parameters
    ----------
    detector : DetectorTemplate
        Left as it is: clones of it are fitted.
    given : Given
        What `fit` was given.
    quality : ndarray of shape (n_samples,), float64
        Label quality as found without injected errors.
    n_trials : int

    Returns
    -------
    trials : Trials
    """
    random_state = check_random_state(getattr(detector, "random_state", 0))
    codes, classes = given.labels
    free = given.labelled if given.verified is None else np.setdiff1d(given.labelled, np.flatnonzero(given.verified))
    sizes = class_sizes(codes, len(classes)).astype(np.float64)
    free = free[sizes[codes[free]] > 1]
    chance = np.maximum(quality[free], 1e-3)
    n_flips = min(len(free), max(1, round(SHARE * len(free))))
    n_trials = n_trials if n_flips else 0
    tried, found = np.tile(codes, (n_trials, 1)), np.empty((n_trials, len(codes)))
    for trial in range(n_trials):
        drawn = random_state.choice(free, n_flips, replace=False, p=chance / chance.sum())
        rows = _without_last_members(drawn, codes, len(classes))
        for code in np.unique(codes[rows]):
            others = np.where(np.arange(len(classes)) == code, 0.0, sizes)
            of_code = rows[codes[rows] == code]
            tried[trial, of_code] = random_state.choice(len(classes), len(of_code), p=others / others.sum())
        again = given._replace(labels=ClassTarget(tried[trial], classes), seen=None)
        found[trial] = clone(detector)._find(again, Progress.silent()).quality
    return Trials(tried, tried != codes, found)


def _without_last_members(rows, codes, n_classes):
    """`rows` less one of each class that would be left without a member: models need all classes."""
    flipped = np.zeros(len(codes), dtype=bool)
    flipped[rows] = True
    for code in kept_by_none(codes, flipped, n_classes):
        rows = np.delete(rows, np.flatnonzero(codes[rows] == code)[:1])
    return rows
