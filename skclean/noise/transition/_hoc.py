"""HOC: the transition matrix from how a row and its two nearest neighbours agree, without any model.

Where a row and its neighbours are of one true class k, their labels are three independent draws from row k of the
matrix. How often each triple of labels occurs then determines the matrix and the frequencies of the classes, once the
matrix is known to lead each class by its diagonal. Zhu et al. match the counts of single labels, of pairs and of
triples by least squares; all of them follow from the counts of triples, whose likelihood is climbed here by EM. That
needs no step size and weighs each count by what it tells.
"""

import numpy as np
from scipy import sparse
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler
from sklearn.utils import check_array

from skclean.noise.transition._shrinkage import start_matrix, transition_of_counts

__all__ = ["by_hoc", "count_triples", "nearest_two"]

_MAX_STEPS = 300
_TOLERANCE = 1e-5


def nearest_two(X, codes, n_jobs=None):
    """The two labelled rows nearest to each labelled row; columns are standardised unless they hold 0 and 1 alone.

    Returns
    -------
    neighbours : ndarray of shape (n_samples, 2), intp
        Positions of rows; -1 for unlabelled rows.
    """
    try:
        X = check_array(X, accept_sparse="csr", dtype=(np.float64, np.float32))
    except ValueError as error:
        raise ValueError(
            f"method='hoc' measures distances, so X must be numbers without gaps; encode and impute it first ({error})"
        ) from error
    if X.shape[0] != len(codes):
        raise ValueError(f"X has {X.shape[0]} rows but y has {len(codes)} labels.")
    rows = np.flatnonzero(codes >= 0)
    if len(rows) < 3:
        raise ValueError(f"method='hoc' compares a row with two neighbours; y has {len(rows)} labels, 3 are needed.")
    points = _standardised(X[rows])
    found = NearestNeighbors(n_neighbors=2, n_jobs=n_jobs).fit(points).kneighbors(return_distance=False)
    neighbours = np.full((len(codes), 2), -1, dtype=np.intp)
    neighbours[rows] = rows[found]
    return neighbours


def _standardised(X):
    """`X` with columns of unit variance, but for indicators: a rare category would outweigh all the rest."""
    if sparse.issparse(X):
        other = (X.multiply(X) != X).tocoo().col
        indicator = np.bincount(other, minlength=X.shape[1]) == 0
        scale = StandardScaler(with_mean=False).fit(X).scale_
        return X @ sparse.diags(1 / np.where(indicator, 1, scale))
    indicator = (X * X == X).all(axis=0)
    scaler = StandardScaler().fit(X)
    return (X - scaler.mean_) / np.where(indicator, 1, scaler.scale_)  # far from 0, distances lose digits


def count_triples(problem):
    """Weight of each unordered triple of labels of a row and its neighbours.

    Returns
    -------
    triples : ndarray of shape (n_triples, 3), int32
        Sorted within the row, and distinct.
    counts : ndarray of shape (n_triples,), float64
    """
    rows, weight = problem.counted()
    labels = np.column_stack([problem.codes[rows], problem.codes[problem.neighbours[rows]]])
    triples, inverse = np.unique(np.sort(labels, axis=1), axis=0, return_inverse=True)
    return triples, np.bincount(inverse.ravel(), weights=weight)


def by_hoc(problem):
    """The matrix under which the triples are likely."""
    triples, counts = count_triples(problem)
    n_classes = problem.n_classes
    labels = np.concatenate([np.eye(n_classes)[triples[:, place]] for place in range(3)])
    matrix = start_matrix(n_classes)
    frequency = np.bincount(triples.ravel(), weights=np.repeat(counts, 3), minlength=n_classes) / (3 * counts.sum())
    for _ in range(_MAX_STEPS):
        true = frequency[:, None] * matrix[:, triples].prod(axis=2)
        true *= counts / true.sum(axis=0)
        frequency = true.sum(axis=1) / counts.sum()
        before, matrix = matrix, transition_of_counts(np.tile(true, 3) @ labels / 3)
        if np.abs(matrix - before).max() < _TOLERANCE:
            break
    return matrix
