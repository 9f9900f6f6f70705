"""One look at every row: its sum and minimum, its given class, and the best of the others.

The matrix is usually far larger than any cache, so one pass costs about as much as everything
else together. The loop over classes is written so that compilers run it in packed registers:
no branch, no early exit, and a class index narrow enough to be compared beside the numbers.
"""

import numpy as np

from libc.float cimport DBL_MAX, FLT_MAX
from libc.stdint cimport int64_t
from libc.string cimport memcpy
from skclean.kernels._types cimport proba_t

cdef enum:
    GROUP = 32  # classes looked at together when searching for a value
    NARROW = 16  # rows of up to so many classes are searched without asking whether it pays
    FAR_AHEAD = 2  # a power of two, so that multiplying by it is exact


cdef inline int first_between(
    const proba_t[:, ::1] block, Py_ssize_t i, int start, int stop, int skip, proba_t value
) noexcept nogil:
    """First column but `skip` that holds `value`, as a maximum of what is left of the row.

    An early exit would mispredict, and the number that stands for "not this one" must be 0: then
    choosing is clearing bits. The number of columns if there is none.
    """
    cdef int n_columns = <int>block.shape[1]
    cdef int most_left = 0
    cdef int j, left
    for j in range(start, stop):
        left = n_columns - j if block[i, j] == value else 0
        left = 0 if j == skip else left
        most_left = left if left > most_left else most_left
    return n_columns - most_left


cdef inline int find_first(
    const proba_t[:, ::1] block, Py_ssize_t i, int skip, proba_t value
) noexcept nogil:
    """First column other than `skip` that holds `value`; -1 where a NaN has hidden it."""
    cdef int n_columns = <int>block.shape[1]
    cdef int start = 0
    cdef int first, k
    cdef proba_t hits  # as wide as what is compared, or packing fails
    while start + GROUP < n_columns:
        hits = 0
        for k in range(start, start + GROUP):
            hits += 1 if block[i, k] == value else 0
        if hits > 0:
            first = first_between(block, i, start, start + GROUP, skip, value)
            if first < n_columns:
                return first
        start += GROUP
    first = first_between(block, i, start, n_columns, skip, value)
    return first if first < n_columns else -1


cdef inline int64_t bits_of(double number) noexcept nogil:
    """Its bits: they order positive numbers as these are, infinity and NaN above, negative below."""
    cdef int64_t bits
    memcpy(&bits, &number, sizeof(bits))
    return bits


def summarise_block(
    const proba_t[:, ::1] block,
    const int[::1] codes,
    double least_sum,
    double most_sum,
    proba_t[::1] given,
    proba_t[::1] rival,
    int[::1] near_rival,
    int[::1] predicted,
):
    """Fill the summaries of a block of rows; return whether any row may be no distribution.

    That is a row whose sum is outside the positive bounds, or that holds a negative number. NaN
    and infinity pass through an addition whatever this file is compiled with, but a comparison
    here may not be asked about them: so the sums are compared as integers. Rows with code -1 have
    no given class: theirs is 0, and the rival is the best of all classes. A rival that the given
    class is far ahead of may go unnamed.
    """
    cdef Py_ssize_t i
    cdef int n_columns = <int>block.shape[1]
    cdef int j, y, first, ahead
    cdef int suspicious = 0
    cdef int64_t least_bits = bits_of(least_sum)
    cdef int64_t most_bits = bits_of(most_sum)
    cdef int64_t total_bits
    cdef proba_t total, low, high, own, v, other
    cdef proba_t lowest
    if proba_t is float:
        lowest = -FLT_MAX
    else:
        lowest = -DBL_MAX
    with nogil:
        for i in range(block.shape[0]):
            y = codes[i]
            total = 0
            low = 0
            high = lowest
            for j in range(n_columns):
                v = block[i, j]
                total += v
                low = v if v < low else low
                # 0 rather than something lower: clearing bits is cheaper than choosing.
                other = 0 if j == y else v
                high = other if other > high else high
            own = block[i, y] if y >= 0 else 0
            total_bits = bits_of(total)
            suspicious |= (total_bits < least_bits) | (total_bits > most_bits) | (low < 0)
            given[i] = own
            rival[i] = high
            if n_columns > NARROW and y >= 0 and own > high and own > FAR_AHEAD * high:
                # The search would cost as much as all of the above, in most rows for nothing; in
                # narrow ones it costs less than a branch that is taken now and then.
                near_rival[i] = -1
                predicted[i] = y
                continue
            first = find_first(block, i, y, high)
            near_rival[i] = first
            # Chosen by bits, all of them set or none: half of these are unpredictable.
            ahead = -((y >= 0) & ((own > high) | ((own == high) & (y < first))))
            predicted[i] = (y & ahead) | (first & ~ahead)
    return suspicious != 0


def find_rivals(
    const proba_t[:, ::1] block, const int[::1] codes, const proba_t[::1] rival
):
    """The rivals that `summarise_block` left without a name."""
    names = np.empty(block.shape[0], dtype=np.int32)
    cdef int[::1] found = names
    cdef Py_ssize_t i
    with nogil:
        for i in range(block.shape[0]):
            found[i] = find_first(block, i, codes[i], rival[i])
    return names
