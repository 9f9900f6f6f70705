"""Are codes codes, and which row of a block is no distribution, and why? (Asked where the scan has a suspicion.)

This file is compiled without the assumption that numbers are finite: here a comparison with NaN
or infinity means what IEEE 754 says.
"""

from libc.math cimport fabs, isfinite, isnan
from skclean._kernels._types cimport proba_t

cdef enum:
    SOUND = 0
    HAS_NAN = 1
    HAS_INFINITE = 2
    HAS_NEGATIVE = 3
    WRONG_SUM = 4


cdef int diagnose(const proba_t[:, ::1] block, Py_ssize_t i, double atol) noexcept nogil:
    """Judge one row in the order of severity, summing in double precision."""
    cdef double total = 0.0
    cdef bint infinite = False
    cdef bint negative = False
    cdef Py_ssize_t j
    for j in range(block.shape[1]):
        if isnan(block[i, j]):
            return HAS_NAN
        infinite |= not isfinite(block[i, j])
        negative |= block[i, j] < 0
        total += block[i, j]
    if infinite:
        return HAS_INFINITE
    if negative:
        return HAS_NEGATIVE
    return SOUND if fabs(total - 1.0) <= atol else WRONG_SUM


def first_unsound(const proba_t[:, ::1] block, double atol):
    """Return (row, problem) of the first row that fails; the problem is 0 when none does."""
    cdef Py_ssize_t i
    cdef Py_ssize_t row = 0
    cdef int problem = SOUND
    with nogil:
        for i in range(block.shape[0]):
            problem = diagnose(block, i, atol)
            if problem != SOUND:
                row = i
                break
    return row, problem


cdef int csr_fault(const int[::1] starts, const int[::1] columns, int n_columns) noexcept nogil:
    """Plain loops over all columns, which are packed: falls between rows are counted, and taken off again."""
    cdef Py_ssize_t i, a, n_used
    cdef unsigned int n = <unsigned int>n_columns
    cdef unsigned int outside = 0
    cdef int falls = 0
    cdef int falls_between = 0
    if starts.shape[0] == 0 or starts[0] != 0 or starts[starts.shape[0] - 1] > columns.shape[0]:
        return 1
    for i in range(starts.shape[0] - 1):
        if starts[i + 1] < starts[i]:
            return 1
    n_used = starts[starts.shape[0] - 1]
    for a in range(n_used):
        outside |= <unsigned int>columns[a] >= n
    for a in range(1, n_used):
        falls += columns[a] <= columns[a - 1]
    for i in range(1, starts.shape[0] - 1):
        a = starts[i]
        if starts[i - 1] < a < n_used:
            falls_between += columns[a] <= columns[a - 1]
    return 2 if outside else 3 if falls != falls_between else 0


def first_csr_fault(const int[::1] starts, const int[::1] columns, int n_columns):
    """What is wrong with the format of a CSR matrix of len(starts) - 1 rows.

    0 nothing; 1 `starts` does not rise from 0 to at most the number of columns listed; 2 a column outside
    0 … n_columns - 1; 3 the columns of a row do not rise.
    """
    cdef int fault
    with nogil:
        fault = csr_fault(starts, columns, n_columns)
    return fault


def codes_within(const int[::1] codes, int n_classes):
    """Whether every code lies in -1..n_classes-1."""
    cdef unsigned int last = <unsigned int>n_classes - 1
    cdef unsigned int signs = 0
    cdef Py_ssize_t i
    with nogil:
        for i in range(codes.shape[0]):
            # The first is negative below -1, the second above the last class: no comparison is needed.
            signs |= (<unsigned int>codes[i] + 1) | (last - <unsigned int>codes[i])
    return signs < 0x80000000u
