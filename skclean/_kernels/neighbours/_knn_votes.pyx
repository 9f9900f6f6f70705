"""What the nearest neighbours outside a row's own fold say, one repeat at a time.

Every function walks the list of a row, takes its first k neighbours outside the row's fold, and
writes the row's answer. Rows with fewer neighbours get none: their positions go to `short`.
"""

from libc.math cimport isinf
from libc.stdint cimport uint8_t


def tally_shares(
    const uint8_t[::1] fold, const int[::1] rows, const int[:, ::1] lists, const double[:, ::1] weights,
    const int[::1] codes, int[::1] taken, double[:, ::1] shares, int[::1] short,
):
    """Fill shares[rows[i]] with the share of the votes that each class gets.

    lists[i] names the neighbours of row rows[i], nearest first, -1 after the last. An empty `weights`
    means equal votes; an infinite one, of a neighbour at the same place, leaves the others none.
    k is the length of `taken`. Returns how many rows are in `short`.
    """
    cdef Py_ssize_t i, j, c, n_short = 0
    cdef double total
    with nogil:
        for i in range(rows.shape[0]):
            if not take_outside(fold, fold[rows[i]], lists, i, taken):
                short[n_short] = <int>i
                n_short += 1
                continue
            for c in range(shares.shape[1]):
                shares[rows[i], c] = 0
            for j in range(taken.shape[0]):
                shares[rows[i], codes[lists[i, taken[j]]]] += weigh(weights, i, taken[j], taken[0])
            total = 0
            for c in range(shares.shape[1]):
                total += shares[rows[i], c]
            for c in range(shares.shape[1]):
                shares[rows[i], c] /= total
    return n_short


def tally_winners(
    const uint8_t[::1] fold, const int[::1] rows, const int[:, ::1] lists, const double[:, ::1] weights,
    const int[::1] codes, int[::1] taken, double[::1] votes, int[::1] winners, int[::1] short,
):
    """Write the class of most votes to winners[rows[i]], the lowest of equals.

    `votes` has a zero a class, and is zero again afterwards. All else as in `tally_shares`.
    """
    cdef Py_ssize_t i, j, n_short = 0
    cdef int code, best
    with nogil:
        for i in range(rows.shape[0]):
            if not take_outside(fold, fold[rows[i]], lists, i, taken):
                short[n_short] = <int>i
                n_short += 1
                continue
            for j in range(taken.shape[0]):
                votes[codes[lists[i, taken[j]]]] += weigh(weights, i, taken[j], taken[0])
            best = codes[lists[i, taken[0]]]
            for j in range(taken.shape[0]):
                code = codes[lists[i, taken[j]]]
                if (votes[code] > votes[best]) | ((votes[code] == votes[best]) & (code < best)):
                    best = code
            for j in range(taken.shape[0]):
                votes[codes[lists[i, taken[j]]]] = 0
            winners[rows[i]] = best
    return n_short


def tally_means(
    const uint8_t[::1] fold, const int[::1] rows, const int[:, ::1] lists, const double[:, ::1] weights,
    const double[::1] target, int[::1] taken, double[::1] means, int[::1] short,
):
    """Write the weighted mean of the neighbours' targets to means[rows[i]]; all else as in `tally_shares`."""
    cdef Py_ssize_t i, j, n_short = 0
    cdef double total, weight, weight_sum
    with nogil:
        for i in range(rows.shape[0]):
            if not take_outside(fold, fold[rows[i]], lists, i, taken):
                short[n_short] = <int>i
                n_short += 1
                continue
            total = weight_sum = 0
            for j in range(taken.shape[0]):
                weight = weigh(weights, i, taken[j], taken[0])
                total += weight * target[lists[i, taken[j]]]
                weight_sum += weight
            means[rows[i]] = total / weight_sum
    return n_short


cdef inline bint take_outside(
    const uint8_t[::1] fold, uint8_t own, const int[:, ::1] lists, Py_ssize_t i, int[::1] taken
) noexcept nogil:
    """Write the positions of the first neighbours outside fold `own`; False where the list is too short."""
    cdef Py_ssize_t j, found = 0
    for j in range(lists.shape[1]):
        if lists[i, j] < 0:
            return False
        taken[found] = <int>j  # stays if it is outside; which ones are is not for branches to guess
        found += fold[lists[i, j]] != own
        if found == taken.shape[0]:
            return True
    return False


cdef inline double weigh(const double[:, ::1] weights, Py_ssize_t i, int position, int nearest) noexcept nogil:
    """Weight of one neighbour; those at the very place of the row, if any, have all of it."""
    if weights.shape[0] == 0:
        return 1
    if isinf(weights[i, nearest]):
        return isinf(weights[i, position]) != 0
    return weights[i, position]
