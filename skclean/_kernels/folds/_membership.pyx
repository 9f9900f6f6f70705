"""Products with the membership matrix of many repeats, kept as a byte for several repeats at once.

Row (r, f) of the matrix has a one for every row that sat in fold f of repeat r. Folds of `group`
successive repeats share a byte: their digits in the base n_splits. A product then looks up, or adds
to, a table of all combinations, so that one memory access serves the whole group.
"""

from libc.stdint cimport uint8_t

cdef enum:
    ABSENT = 255


def pack_folds(const uint8_t[:, ::1] folds, int n_splits, uint8_t[::1] packed):
    """Fill `packed` with the digits of all rows of `folds`, the first repeat being the lowest digit."""
    cdef Py_ssize_t r, i
    cdef int place = 1
    with nogil:
        for i in range(folds.shape[1]):
            packed[i] = 0
        for r in range(folds.shape[0]):
            for i in range(folds.shape[1]):
                if folds[r, i] == ABSENT:
                    packed[i] = ABSENT
                elif packed[i] != ABSENT:
                    packed[i] += <uint8_t>(place * folds[r, i])
            place *= n_splits


def add_members(const uint8_t[:, ::1] packed, const double[::1] x, double[:, ::1] sums):
    """Add x of every row to the combination of folds that it sat in: sums[group, combination].

    Four groups at once: successive rows often share a combination, and an addition to one waits for the last.
    """
    cdef Py_ssize_t g, i
    cdef Py_ssize_t fours = packed.shape[0] - packed.shape[0] % 4
    with nogil:
        for g in range(0, fours, 4):
            for i in range(packed.shape[1]):
                sums[g, packed[g, i]] += x[i]
                sums[g + 1, packed[g + 1, i]] += x[i]
                sums[g + 2, packed[g + 2, i]] += x[i]
                sums[g + 3, packed[g + 3, i]] += x[i]
        for g in range(fours, packed.shape[0]):
            for i in range(packed.shape[1]):
                sums[g, packed[g, i]] += x[i]


def add_values(const uint8_t[:, ::1] packed, const double[:, ::1] values, double[::1] totals):
    """Add to every row the values of the combinations that it sat in; groups run four by four."""
    cdef Py_ssize_t g, i
    cdef Py_ssize_t fours = packed.shape[0] - packed.shape[0] % 4
    with nogil:
        for g in range(0, fours, 4):
            for i in range(packed.shape[1]):
                totals[i] += (
                    values[g, packed[g, i]] + values[g + 1, packed[g + 1, i]]
                ) + (values[g + 2, packed[g + 2, i]] + values[g + 3, packed[g + 3, i]])
        for g in range(fours, packed.shape[0]):
            for i in range(packed.shape[1]):
                totals[i] += values[g, packed[g, i]]
