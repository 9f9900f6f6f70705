"""The best rows of every pair of classes, so far as their rival beats their given class.

Rows compete within their pair (given class, other class) by margin, equal ones by row index.
That order is strict, so the chosen set does not depend on the order in which rows arrive, nor on
how many workers share the classes.

Most of the choice falls among the rows whose strongest other class beats the given one. They are
listed, gathered by pair, and quickselect keeps the best; the stretches that this fills become
heaps, so that each of the remaining rows costs one comparison, or a few.
"""

from libc.stdint cimport int32_t, int64_t
from skclean._kernels.proba._heaps cimport NO_PAIR, is_worse, named_pair, sift_down
from skclean._kernels._types cimport proba_t


cdef inline void swap(
    double[::1] margins, int64_t[::1] rows, Py_ssize_t a, Py_ssize_t b
) noexcept nogil:
    margins[a], margins[b] = margins[b], margins[a]
    rows[a], rows[b] = rows[b], rows[a]


cdef void bring_best_forward(
    double[::1] margins, int64_t[::1] rows, Py_ssize_t start, Py_ssize_t stop, Py_ssize_t count
) noexcept nogil:
    """Quickselect: reorder [start, stop) so that its `count` best entries come first."""
    cdef Py_ssize_t target = start + count
    cdef Py_ssize_t left, right, middle
    cdef double margin
    cdef int64_t row
    while stop - start > 1 and start < target < stop:
        middle = start + (stop - start) // 2
        # The median of three, at the middle: rows arrive in order, and equal margins sorted.
        if is_worse(margins[start], rows[start], margins[middle], rows[middle]):
            swap(margins, rows, start, middle)
        if is_worse(margins[middle], rows[middle], margins[stop - 1], rows[stop - 1]):
            swap(margins, rows, middle, stop - 1)
            if is_worse(margins[start], rows[start], margins[middle], rows[middle]):
                swap(margins, rows, start, middle)
        margin = margins[middle]
        row = rows[middle]
        left = start
        right = stop - 1
        while left <= right:
            while is_worse(margin, row, margins[left], rows[left]):
                left += 1
            while is_worse(margins[right], rows[right], margin, row):
                right -= 1
            if left <= right:
                swap(margins, rows, left, right)
                left += 1
                right -= 1
        # Now [start, right] holds the better and [left, stop) the worse entries.
        if target <= right:
            stop = right + 1
        elif target >= left:
            start = left
        else:
            return


def list_beaten(
    const int[::1] codes,
    const proba_t[::1] given,
    const proba_t[::1] rival,
    int64_t first_row,
    int64_t[::1] listed,
):
    """List the rows whose rival is at least as probable as their given class; return how many.

    Written without a branch, which would be mispredicted at many of the rows.
    """
    cdef Py_ssize_t i
    cdef Py_ssize_t n_listed = 0
    with nogil:
        for i in range(codes.shape[0]):
            listed[n_listed] = first_row + i
            n_listed += (codes[i] >= 0) & (rival[i] >= given[i])
    return n_listed


def count_beaten(
    const int64_t[::1] listed,
    const int[::1] codes,
    const int[::1] rival_code,
    const int[:, ::1] pair_of,
    int32_t[::1] pairs,
    int64_t[::1] counts,
):
    """Name the pair of each listed row, and count the rows of each pair."""
    cdef Py_ssize_t at
    cdef int pair
    with nogil:
        for at in range(listed.shape[0]):
            pair = named_pair(pair_of, codes[listed[at]], rival_code[listed[at]])
            pairs[at] = pair
            if pair != NO_PAIR:
                counts[pair] += 1


def gather_beaten(
    const int64_t[::1] listed,
    const int32_t[::1] pairs,
    const proba_t[::1] given,
    const proba_t[::1] rival,
    int64_t[::1] ends,
    double[::1] margins,
    int64_t[::1] rows,
):
    """Write those rows into their pairs' stretches; `ends` starts as the starts and moves on."""
    cdef Py_ssize_t at
    cdef int64_t i, place
    with nogil:
        for at in range(listed.shape[0]):
            if pairs[at] != NO_PAIR:
                i = listed[at]
                place = ends[pairs[at]]
                margins[place] = <double>rival[i] - <double>given[i]
                rows[place] = i
                ends[pairs[at]] = place + 1


def keep_best(
    double[::1] found_margins,
    int64_t[::1] found_rows,
    const int64_t[::1] found_starts,
    const int64_t[::1] starts,
    int64_t[::1] sizes,
    double[::1] margins,
    int64_t[::1] rows,
    Py_ssize_t first_pair,
    Py_ssize_t last_pair,
):
    """Move the best of each pair's gathered rows into its heap."""
    cdef Py_ssize_t pair, start, stop, room, size, k
    with nogil:
        for pair in range(first_pair, last_pair):
            start = found_starts[pair]
            stop = found_starts[pair + 1]
            room = starts[pair + 1] - starts[pair]
            bring_best_forward(found_margins, found_rows, start, stop, room)
            size = min(room, stop - start)
            for k in range(size):
                margins[starts[pair] + k] = found_margins[start + k]
                rows[starts[pair] + k] = found_rows[start + k]
            for k in range(size // 2 - 1, -1, -1):
                sift_down(
                    margins, rows, starts[pair], size, k,
                    margins[starts[pair] + k], rows[starts[pair] + k],
                )
            sizes[pair] = size
