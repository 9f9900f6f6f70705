"""Draw rows that stand in for verified ones, where there are none.

The chance of a row is logistic in what is known of it out of sample: its loss, its margin, the entropy of its
prediction and the agreement of its neighbours. In each round a tenth of every class is drawn, a head is fitted on the
rows of the round before, and the coefficients follow the gradient of the drawn rows' loss under that head.
"""

import numpy as np
from scipy.special import expit

from skclean.evidence import voting_neighbours
from skclean.robust.training._linear_head import fit_linear_head
from skclean.robust.training._soft_fit import one_hot

__all__ = ["draw_seeds"]

DRAWN, FEWEST, N_ROUNDS, STEP = 0.1, 3, 5, 0.5
N_NEIGHBOURS = 10
START = np.array([-1.0, 1.0, -0.5, 1.0])


def draw_seeds(points, codes, proba, rng):
    """Return the drawn rows: ndarray of shape (n_samples,), bool.

    Parameters
    ----------
    points : ndarray of shape (n_samples, n_columns)
    codes : ndarray of shape (n_samples,), int
        All known.
    proba : ndarray of shape (n_samples, n_classes)
        Out of sample.
    rng : RandomState
    """
    features, coef = _features(points, codes, proba), START.copy()
    drawn, n_classes = _draw(expit(features @ coef), codes, rng), proba.shape[1]
    for _ in range(N_ROUNDS):
        before = drawn
        head = fit_linear_head(points[before], one_hot(codes[before], n_classes))
        drawn = _draw(expit(features @ coef), codes, rng)
        chance = expit(features[drawn] @ coef)
        losses = head.losses(points[drawn], codes[drawn])
        gradient = features[drawn].T @ (chance * (1 - chance) * (losses - losses.mean()))
        coef -= STEP * gradient / max(float(np.linalg.norm(gradient)), 1e-12)
    return drawn


def _features(points, codes, proba):
    """Loss, margin, entropy and agreement of the 10 nearest rows, standardised: ndarray of shape (n_samples, 4)."""
    rows = np.arange(len(codes))
    own = proba[rows, codes]
    others = proba.copy()
    others[rows, codes] = 0
    entropy = -(proba * np.log(np.maximum(proba, 1e-12))).sum(axis=1)
    nearest = voting_neighbours(points, codes, min(N_NEIGHBOURS, len(codes) - 1)).indices
    agreement = (codes[nearest] == codes[:, None]).mean(axis=1)
    features = np.column_stack([-np.log(np.maximum(own, 1e-3)), own - others.max(axis=1), entropy, agreement])
    return (features - features.mean(axis=0)) / np.maximum(features.std(axis=0), 1e-12)


def _draw(chance, codes, rng):
    drawn = np.zeros(len(codes), dtype=bool)
    for code in np.unique(codes):
        rows = np.flatnonzero(codes == code)
        size = min(len(rows), max(FEWEST, round(DRAWN * len(rows))))
        drawn[rng.choice(rows, size, replace=False, p=chance[rows] / chance[rows].sum())] = True
    return drawn
