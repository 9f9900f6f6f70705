"""Solving with sums of outer products, as long as their squared condition number leaves enough digits."""

import numpy as np
from scipy.linalg import lapack

__all__ = ["clear_rank", "solve_positive", "solve_spectrum", "whiten"]

# Below this inverse condition number (of unit diagonal) fewer than eight digits are sure.
MIN_CONDITION = 1e-8
# Eigenvalues, relative to the largest, that come from nothing but rounding; and those known to enough digits.
ROUNDING = 1e-13
WELL_KNOWN = 1e-8


def solve_positive(matrix, right):
    """Solve a symmetric positive system, or return None where it is too close to singular.

    Parameters
    ----------
    matrix : ndarray of shape (d, d)
    right : ndarray of shape (d, m)

    Returns
    -------
    solution : ndarray of shape (d, m) or None
    """
    scale, factor = _factor(matrix, MIN_CONDITION)
    if factor is None:
        return None
    solution, _ = lapack.dpotrs(factor, scale[:, None] * right, lower=1)
    return scale[:, None] * solution


def whiten(covariance, least_condition=MIN_CONDITION):
    """Return what turns rows of this covariance into rows of unit covariance, or None where it is nearly singular.

    Parameters
    ----------
    covariance : ndarray of shape (d, d)
    least_condition : float
        The inverse condition number from which on it counts as nearly singular.

    Returns
    -------
    whitening : ndarray of shape (d, d)
        To multiply rows with from the right.
    log_determinant : float
        Of the covariance.
    """
    scale, factor = _factor(covariance, least_condition)
    if factor is None:
        return None
    inverse, _ = lapack.dtrtri(factor, lower=1)
    return (np.tril(inverse) * scale).T, 2 * np.sum(np.log(factor.diagonal()) - np.log(scale))


def _factor(matrix, least_condition):
    """Units in which the diagonal is 1, and the lower Cholesky factor in these, or None."""
    diagonal = matrix.diagonal()
    if not (diagonal > 0).all():
        return None, None
    scale = 1 / np.sqrt(diagonal)  # columns in other units are no worse conditioned
    scaled = matrix * scale * scale[:, None]
    norm = np.abs(scaled).sum(axis=0).max()
    factor, failed = lapack.dpotrf(scaled, lower=1)
    if failed or lapack.dpocon(factor, norm, uplo="L")[0] < least_condition:
        return scale, None
    return scale, factor


def solve_spectrum(matrix, right, cut):
    """The shortest least-squares solution, or None where it is not sure which directions count as zero.

    Parameters
    ----------
    matrix : ndarray of shape (d, d)
        Sum of outer products.
    right : ndarray of shape (d, m)
    cut : float
        Singular values of the rows below this share of the largest count as zero.

    Returns
    -------
    solution : ndarray of shape (d, m) or None
    """
    varies = matrix.diagonal() > 0
    if not varies.all():
        return _solve_part(matrix, right, cut, varies)
    values, vectors = np.linalg.eigh(matrix)
    relative = values / values[-1]
    if relative[0] > max(100 * cut**2, ROUNDING):
        return solve_positive(matrix, right)
    if not clear_rank(relative, cut):
        return None
    kept = vectors[:, relative > ROUNDING]
    return kept @ ((kept.T @ right) / values[relative > ROUNDING, None])


def _solve_part(matrix, right, cut, varies):
    """The solution with zeros for columns that do not vary."""
    solution = np.zeros_like(right)
    if varies.any():
        part = solve_spectrum(matrix[np.ix_(varies, varies)], right[varies], cut)
        if part is None:
            return None
        solution[varies] = part
    return solution


def clear_rank(relative, cut):
    """Return whether eigenvalues of outer products tell what counts as zero among the singular values of the rows.

    Parameters
    ----------
    relative : ndarray
        Eigenvalues on a scale where rounding is around 1e-16.
    cut : float
        Where singular values are cut on the same scale; the eigenvalues are their squares.
    """
    if cut < 1e-10:  # then a decomposition of the rows themselves cuts among its own rounding
        return bool((relative > WELL_KNOWN).all())
    doubtful = (relative > ROUNDING) & (relative < max(WELL_KNOWN, 100 * cut**2))
    return not doubtful.any()
