"""One look at every row: its sum and minimum, its given class, and the best of the others.

The matrix is usually far larger than any cache, so one pass costs about as much as everything
else together. The loops over classes are in _wide_body.h, for the widest registers there are; this
file goes through the rows, a few at a time, and says what is kept of each.
"""

import numpy as np

from skclean._kernels.proba._few_classes import summarise_narrow

from libc.stdint cimport int64_t
from libc.string cimport memcpy
from skclean._kernels._types cimport proba_t
from skclean._kernels.proba._simd cimport fetch_row, find_first, look_over

cdef enum:
    MAX_NARROW = 4  # classes, of rows that have a way of their own
    AT_ONCE = 16  # rows, and fewer where they are wide:
    AT_ONCE_BYTES = 16384  # few enough to be in the nearest cache when they are looked at again
    NARROW = 16  # rows of up to so many classes are searched without asking whether it pays
    FAR_AHEAD = 2  # a power of two, so that multiplying by it is exact


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
    if 2 <= block.shape[1] <= MAX_NARROW:
        return summarise_narrow(
            block.base, codes.base, least_sum, most_sum, given.base, rival.base, near_rival.base, predicted.base
        )
    cdef Py_ssize_t start = 0
    cdef Py_ssize_t i
    cdef int n_columns = <int>block.shape[1]
    cdef Py_ssize_t row_bytes = n_columns * <Py_ssize_t>sizeof(proba_t)
    cdef Py_ssize_t most_rows = max(1, min(<Py_ssize_t>AT_ONCE, AT_ONCE_BYTES // row_bytes))
    cdef int n_rows, k, y, first, ahead
    cdef int suspicious = 0
    cdef int64_t least_bits = bits_of(least_sum)
    cdef int64_t most_bits = bits_of(most_sum)
    cdef int64_t total_bits
    cdef proba_t own, high
    cdef proba_t[AT_ONCE] sums
    cdef proba_t[AT_ONCE] lows
    with nogil:
        while start < block.shape[0]:
            n_rows = <int>min(most_rows, block.shape[0] - start)
            look_over(
                &block[start, 0], n_rows, n_columns, &codes[start], sums, lows, &rival[start]
            )
            if n_columns <= NARROW:
                find_first(
                    &block[start, 0], n_rows, n_columns, &codes[start], &rival[start], &near_rival[start]
                )
            for k in range(n_rows):
                i = start + k
                y = codes[i]
                high = rival[i]
                own = block[i, y] if y >= 0 else 0
                given[i] = own
                total_bits = bits_of(sums[k])
                suspicious |= (total_bits < least_bits) | (total_bits > most_bits) | (lows[k] < 0)
                if n_columns > NARROW:
                    # The search would cost as much as all of the above, in most rows for nothing;
                    # in narrow ones it costs less than a branch that is taken now and then.
                    if y >= 0 and own > high and own > FAR_AHEAD * high:
                        near_rival[i] = -1
                        predicted[i] = y
                        continue
                    find_first(&block[i, 0], 1, n_columns, &codes[i], &rival[i], &near_rival[i])
                first = near_rival[i]
                # Chosen by bits, all of them set or none: half of these are unpredictable.
                ahead = -((y >= 0) & ((own > high) | ((own == high) & (y < first))))
                predicted[i] = (y & ahead) | (first & ~ahead)
            start += n_rows
    return suspicious != 0


def find_rivals(
    const proba_t[:, ::1] matrix,
    const int64_t[::1] places,
    const int[::1] codes,
    const proba_t[::1] rival,
):
    """The rivals that `summarise_block` left without a name, for rows of the matrix."""
    names = np.empty(places.shape[0], dtype=np.int32)
    cdef int[::1] found = names
    cdef int n_columns = <int>matrix.shape[1]
    cdef Py_ssize_t at
    with nogil:
        for at in range(places.shape[0]):
            fetch_row(matrix, places, at + 1)
            find_first(&matrix[places[at], 0], 1, n_columns, &codes[at], &rival[at], &found[at])
    return names
