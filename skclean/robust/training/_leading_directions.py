"""Principal directions of a table or of leaves, the energy of labels along them, and mixes of rows that contradict."""

import numpy as np
from scipy import linalg
from sklearn.ensemble import RandomTreesEmbedding
from sklearn.tree import DecisionTreeClassifier

__all__ = ["LeadingDirections", "label_energy", "with_mixes"]

# Directions with a spread below this share of the largest come from rounding.
LEAST_SPREAD = 1e-6
# Trees of 32 leaves each, grown without labels, where features are leaves.
N_TREES, TREE_DEPTH, LEAST_LEAF = 100, 5, 5
MAX_DIRECTIONS = 512


class LeadingDirections:
    """Principal directions, those of the largest variance first.

    Parameters
    ----------
    features : {"columns", "leaves"}
        The standardised columns, or in which leaves of randomly grown trees a row is.
    """

    def __init__(self, features):
        self.features = features

    def fit(self, X, rng):
        """Find the directions.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
        rng : RandomState
        """
        leaves = self.features == "leaves"
        if leaves:
            self._trees = RandomTreesEmbedding(
                N_TREES, max_depth=TREE_DEPTH, min_samples_leaf=LEAST_LEAF, random_state=rng
            ).fit(X)
        table = self._table(X)
        self._mean, scale = table.mean(axis=0), table.std(axis=0)
        constant = scale <= 1e-12 * np.maximum(1, np.abs(self._mean))
        # Indicators of leaves keep their own spread.
        self._scale = np.ones_like(scale) if leaves else np.where(constant, 1.0, scale)
        table = (table - self._mean) / self._scale
        _, spread, directions = linalg.svd(table, full_matrices=False, lapack_driver="gesvd")
        kept = max(1, int((spread > LEAST_SPREAD * max(spread[0], 1e-300)).sum()))
        kept = min(kept, MAX_DIRECTIONS)
        self._directions = directions[:kept]
        self.spread = np.maximum(spread[:kept] / np.sqrt(len(X)), 1e-300)
        return self

    def transform(self, X):
        """Coordinates of rows along the directions: ndarray of shape (n_samples, n_directions)."""
        return ((self._table(X) - self._mean) / self._scale) @ self._directions.T

    def _table(self, X):
        return self._trees.transform(X).toarray() if self.features == "leaves" else X


def label_energy(points, target):
    """Measure which share of the variance of the labels lies along each direction.

    Parameters
    ----------
    points : ndarray of shape (n_rows, n_directions)
    target : ClassTarget
        Every row has a label.

    Returns
    -------
    energy : ndarray of shape (n_directions,)
    floor : float
        Mean energy of the trailing half, times the number of rows.
    """
    labels = np.eye(len(target.classes))[target.codes]
    labels -= labels.mean(axis=0)
    # Without the rows that have no label, the directions need not be orthogonal.
    bases, _ = linalg.qr(points - points.mean(axis=0), mode="economic")
    energy = ((bases.T @ labels) ** 2).sum(axis=1) / max((labels**2).sum(), 1e-300)
    return energy, float(energy[len(energy) // 2 :].mean() * len(points))


def with_mixes(X, points, codes, weight, rng):
    """Add means of two rows of one class that lie far apart in the columns of a shallow tree.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_features)
    points : ndarray of shape (n_rows, n_directions)
    codes : ndarray of shape (n_rows,), int
    weight : ndarray of shape (n_rows,)
    rng : RandomState

    Returns
    -------
    points, codes, weight : ndarrays
        About half as many rows again; as they were where the tree has no split.
    """
    tree = DecisionTreeClassifier(max_depth=2, random_state=rng).fit(X, codes, sample_weight=weight).tree_
    columns = np.unique(tree.feature[tree.feature >= 0])
    if not columns.size:
        return points, codes, weight
    spread = X[:, columns].std(axis=0)
    first = rng.randint(len(codes), size=len(codes))
    second = first.copy()
    for code in np.unique(codes):
        drawn = np.flatnonzero(codes[first] == code)
        second[drawn] = rng.choice(np.flatnonzero(codes == code), size=len(drawn))
    apart = (np.abs(X[first][:, columns] - X[second][:, columns]) / np.where(spread > 0, spread, 1)).sum(axis=1)
    far = apart >= np.median(apart)
    first, second = first[far], second[far]
    mixes = 0.5 * (points[first] + points[second])
    both = 0.5 * (weight[first] + weight[second])
    return np.vstack([points, mixes]), np.append(codes, codes[first]), np.append(weight, both)
