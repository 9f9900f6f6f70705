"""The confident class of each row, and the sums behind thresholds and joint counts.

Sums over rows run in row order on one thread: they cost next to nothing beside reading the
matrix, and their rounding then does not depend on how the rows were shared out.
"""

import numpy as np

from libc.stdint cimport int64_t
from skclean._kernels.proba._loads cimport load
from skclean._kernels._types cimport proba_t
from skclean._kernels.proba._simd cimport best_reaching, fetch_row

cdef enum:
    GROUP = 32  # classes looked at together when searching for a value
    UNSETTLED = -2


cdef inline int confident_class(
    const proba_t[:, ::1] block, Py_ssize_t i, const proba_t[::1] thresholds
) noexcept nogil:
    """Masked maximum first, then a search for where it is."""
    cdef int n_columns = <int>block.shape[1]
    cdef int start = 0
    cdef int j
    cdef proba_t hits  # as wide as what is compared, or packing fails
    cdef proba_t best = best_reaching(&block[i, 0], &thresholds[0], n_columns)
    if best < 0:
        return -1
    while start + GROUP <= n_columns:
        hits = 0
        for j in range(start, start + GROUP):
            hits += 1 if block[i, j] == best else 0
        if hits > 0:
            for j in range(start, start + GROUP):
                if block[i, j] == best and best >= thresholds[j]:
                    return j
        start += GROUP
    for j in range(start, n_columns):
        if block[i, j] == best and best >= thresholds[j]:
            return j
    return -1


def find_confident(
    const proba_t[:, ::1] matrix, const int64_t[::1] places, const proba_t[::1] thresholds
):
    """The confident classes of some rows of the matrix."""
    classes = np.empty(places.shape[0], dtype=np.int32)
    cdef int[::1] found = classes
    cdef Py_ssize_t at
    with nogil:
        for at in range(places.shape[0]):
            fetch_row(matrix, places, at + 1)
            found[at] = confident_class(matrix, places[at], thresholds)
    return classes


def settle(
    const int[::1] codes,
    const proba_t[::1] given,
    const proba_t[::1] rival,
    const int[::1] rival_code,
    const proba_t[::1] padded,
    proba_t lowest_threshold,
    proba_t highest_sum,
    int[::1] confident,
):
    """Confident classes that follow from the summaries alone; return how many rows do not.

    A third class holds no more than the rival, and no more than the row's sum leaves it. Where
    that is below every threshold, or below a class already found confident, it cannot matter.
    A rival without a name counts as a third class. The thresholds are padded with one in front
    that nothing reaches, for code -1.
    Codes may be those that the summaries were made with, or -1 in place of some: such a row
    still has its old class's probability in `given`, and is left open.
    """
    cdef Py_ssize_t i
    cdef Py_ssize_t n_open = 0
    cdef int y, r, found
    cdef proba_t own, other, third, best
    cdef bint own_counts, other_counts, own_first, settled
    with nogil:
        for i in range(codes.shape[0]):
            y = codes[i]
            r = rival_code[i]
            own = given[i]
            other = rival[i]
            third = highest_sum - other - own
            third = third if (r >= 0) & (third < other) else other
            # Bitwise, and chosen between rather than jumped over: half of these are unpredictable.
            other_counts = other >= padded[r + 1]
            own_counts = own >= padded[y + 1]
            own_first = (own > other) | ((own == other) & (y < r))
            own_counts = own_counts & (own_first | (not other_counts))
            found = r if other_counts else -1
            best = other if other_counts else -1
            found = y if own_counts else found
            best = own if own_counts else best
            # No third class beats the rival, and those that equal it come after it.
            settled = (third < lowest_threshold) | (third < best) | (other_counts & (found == r))
            settled = settled & ((y >= 0) | (own == 0))
            confident[i] = found if settled else UNSETTLED
            n_open += not settled
    return n_open


def count_pairs(
    const int[::1] codes,
    const int[::1] confident,
    const double[::1] weight,
    Py_ssize_t n_classes,
    double[::1] cells,
):
    """Add each row's weight (1 when `weight` is empty) to the cell of its pair of classes.

    The table lies row after row, and one more cell takes the rows that have code -1 in either:
    often half of the rows have no confident class, in no order, and a branch on that would cost
    more than the counting.
    """
    cdef Py_ssize_t i
    cdef Py_ssize_t nowhere = cells.shape[0] - 1
    cdef Py_ssize_t cell
    cdef bint weighted = weight.shape[0] > 0
    with nogil:
        for i in range(codes.shape[0]):
            cell = codes[i] * n_classes + confident[i]
            cell = nowhere if (codes[i] | confident[i]) < 0 else cell
            cells[cell] += weight[i] if weighted else 1.0


def sum_by_class(
    const int[::1] codes,
    const proba_t[::1] values,
    const double[::1] weight,
    double[::1] sums,
    double[::1] totals,
):
    """Add each row's weighted value, and its weight, to its class."""
    cdef Py_ssize_t i
    cdef bint weighted = weight.shape[0] > 0
    cdef double w = 1.0
    with nogil:
        for i in range(codes.shape[0]):
            if codes[i] >= 0:
                if weighted:
                    w = weight[i]
                sums[codes[i]] += w * values[i]
                totals[codes[i]] += w


def gather_given(const proba_t[:, :] proba, const int[::1] codes, proba_t[::1] given):
    """The probability of each row's own class, 0 where it has none."""
    cdef Py_ssize_t i
    with nogil:
        for i in range(codes.shape[0]):
            given[i] = load(&proba[i, codes[i]]) if codes[i] >= 0 else 0
