"""Move weights and soft labels of rows so that the loss of verified rows falls, by the influence of each row.

theta(w) minimises the weighted loss of the open rows plus a penalty. With H its second derivative, G the gradient of
the verified loss and g the gradient of a row's own loss, the derivative of the verified loss in the weight of the row
is -G' H⁻¹ g (Koh & Liang 2017). Weights move against it by factors; shares of the given label in a soft label move
against theirs by steps.
"""

from typing import NamedTuple

import numpy as np
from sklearn.model_selection import KFold

from skclean.robust.training._linear_head import fit_linear_head
from skclean.robust.training._soft_fit import one_hot

__all__ = ["Moved", "Seeds", "move_rows", "verified_gradient"]

STEP = 0.5
MAX_WEIGHT = 5.0
# How much more a group of a larger loss counts: the exponent of the published group weights.
GROUP_TEMPERATURE = 5.0
N_FOLDS = 3


class Seeds(NamedTuple):
    """Verified rows.

    Attributes
    ----------
    points : ndarray of shape (n_verified, n_columns)
    codes : ndarray of shape (n_verified,)
        Their right labels.
    groups : ndarray of shape (n_verified,), int
        Their groups; zeros where there are none.
    """

    points: np.ndarray
    codes: np.ndarray
    groups: np.ndarray

    def take(self, rows):
        """Return some of them: Seeds."""
        return Seeds(self.points[rows], self.codes[rows], self.groups[rows])


class Moved(NamedTuple):
    """What became of the open rows.

    Attributes
    ----------
    weight : ndarray of shape (n_open,)
        In [0, 5], 1 in the mean.
    share : ndarray of shape (n_open,)
        Share of the given label in the soft label, in [0, 1].
    losses : list of float
        Verified loss after each round.
    """

    weight: np.ndarray
    share: np.ndarray
    losses: list


def verified_gradient(head, seeds):
    """Gradient of the verified loss in the coefficients, and the loss: (ndarray of (n_columns, n_classes), float).

    With groups the loss is the mean over groups, those of a larger loss counting more.
    """
    residual = head.proba(seeds.points) - one_hot(seeds.codes, head.coef.shape[1])
    losses = head.losses(seeds.points, seeds.codes)
    groups, place, sizes = np.unique(seeds.groups, return_inverse=True, return_counts=True)
    means = np.bincount(place, losses, len(groups)) / sizes
    shares = np.exp(GROUP_TEMPERATURE * (means - means.max()))
    shares /= shares.sum()
    each = (shares / sizes)[place]
    return seeds.points.T @ (each[:, None] * residual), float(each @ losses)


def move_rows(points, codes, proba, seeds, *, soften, max_rounds, penalty=1.0):
    """Choose the number of rounds by verified rows that are left out, then make as many with all of them.

    Parameters
    ----------
    points : ndarray of shape (n_open, n_columns)
    codes : ndarray of shape (n_open,)
        Given labels.
    proba : ndarray of shape (n_open, n_classes)
        Out of sample; what a soft label has beside the given one.
    seeds : Seeds
    soften : bool
        Whether labels move as well.
    max_rounds : int
    penalty : float, default=1.0

    Returns
    -------
    moved : Moved
    """
    options = {"soften": soften, "penalty": penalty}
    n_rounds, n_seeds = max_rounds, len(seeds.codes)
    if n_seeds >= 2 * N_FOLDS:
        total = np.zeros(max_rounds + 1)
        for train, test in KFold(N_FOLDS, shuffle=True, random_state=0).split(seeds.codes):
            held_out = seeds.take(test)
            losses = _rounds(points, codes, proba, seeds.take(train), max_rounds, held_out=held_out, **options).losses
            total += np.array(losses) * len(test)
        rises = np.cumsum(np.diff(total) > 0)
        last = int(np.argmax(rises >= 2)) + 1 if (rises >= 2).any() else max_rounds
        n_rounds = int(np.argmin(total[: last + 1]))
    return _rounds(points, codes, proba, seeds, n_rounds, held_out=seeds, **options)


def _rounds(points, codes, proba, seeds, n_rounds, *, soften, penalty, held_out):
    """Make some rounds, and note the loss of held-out verified rows before the first and after each."""
    weight, share, losses = np.ones(len(codes)), np.ones(len(codes)), []
    given, start = one_hot(codes, proba.shape[1]), None
    for number in range(n_rounds + 1):
        soft = share[:, None] * given + (1 - share)[:, None] * proba
        head = fit_linear_head(points, soft * weight[:, None], penalty, start)
        start = head.coef
        losses.append(verified_gradient(head, held_out)[1])
        if number == n_rounds:
            break
        pull = head.pull(points, verified_gradient(head, seeds)[0])
        weight = _moved_weight(weight, (pull * (head.proba(points) - soft)).sum(axis=1))
        if soften:
            gain = (pull * (proba - given)).sum(axis=1)  # of more of the given label
            share = np.clip(share + STEP * gain / max(gain.std(), 1e-12), 0, 1)
    return Moved(weight, share, losses)


def _moved_weight(weight, gain):
    moved = weight * np.exp(np.clip(STEP * gain / max(gain.std(), 1e-12), -5, 5))
    moved = np.clip(moved / max(moved.mean(), 1e-12), 0, MAX_WEIGHT)
    return moved / max(moved.mean(), 1e-12)
