"""Heaps of rows, one for each pair of classes, their worst row at the root.

All heaps lie end to end in two arrays, margins and rows: pair k has the places from starts[k] to
starts[k + 1], of which sizes[k] are taken.
"""

from libc.math cimport INFINITY
from libc.stdint cimport int64_t

cdef enum:
    NO_PAIR = -1


cdef inline bint is_worse(
    double margin, int64_t row, double other_margin, int64_t other_row
) noexcept nogil:
    return margin < other_margin or (margin == other_margin and row > other_row)


cdef inline void sift_down(
    double[::1] margins, int64_t[::1] rows, Py_ssize_t start, Py_ssize_t size, Py_ssize_t at,
    double margin, int64_t row
) noexcept nogil:
    """Place an entry at position `at` of a heap and let it sink below the worse ones."""
    cdef Py_ssize_t child = 2 * at + 1
    while child < size:
        if child + 1 < size and is_worse(
            margins[start + child + 1], rows[start + child + 1],
            margins[start + child], rows[start + child],
        ):
            child += 1
        if not is_worse(margins[start + child], rows[start + child], margin, row):
            break
        margins[start + at] = margins[start + child]
        rows[start + at] = rows[start + child]
        at = child
        child = 2 * at + 1
    margins[start + at] = margin
    rows[start + at] = row


cdef inline void offer(
    double[::1] margins, int64_t[::1] rows, const int64_t[::1] starts, int64_t[::1] sizes,
    Py_ssize_t pair, double margin, int64_t row
) noexcept nogil:
    """Enter a row into its pair's heap if it is among the best so far."""
    cdef Py_ssize_t start = starts[pair]
    cdef Py_ssize_t room = starts[pair + 1] - start
    cdef Py_ssize_t at, parent
    if sizes[pair] == room:
        if is_worse(margins[start], rows[start], margin, row):
            sift_down(margins, rows, start, room, 0, margin, row)
        return
    at = sizes[pair]
    sizes[pair] += 1
    while at > 0:
        parent = (at - 1) // 2
        if not is_worse(margin, row, margins[start + parent], rows[start + parent]):
            break
        margins[start + at] = margins[start + parent]
        rows[start + at] = rows[start + parent]
        at = parent
    margins[start + at] = margin
    rows[start + at] = row


cdef inline double entry_margin(
    const double[::1] margins, const int64_t[::1] starts, const int64_t[::1] sizes,
    Py_ssize_t pair
) noexcept nogil:
    """The least margin that may still enter a pair's heap."""
    if sizes[pair] < starts[pair + 1] - starts[pair]:
        return -INFINITY
    return margins[starts[pair]]


cdef inline int named_pair(const int[:, ::1] pair_of, int y, int other) noexcept nogil:
    """The pair of two classes; none where the rival has no name, be it that a NaN has hidden it."""
    return pair_of[y, other] if other >= 0 else NO_PAIR
