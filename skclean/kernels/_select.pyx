"""Picking a number of rows per class or per pair of classes, best first.

Rows compete within their pair (given class, other class) by margin, the larger first, equal ones
by row index. That order is strict, so the chosen set does not depend on the order in which rows
arrive, nor on how many workers share the classes. Each pair keeps its best rows so far in a
heap whose root is the worst of them; all heaps lie end to end in two arrays.
"""

from libc.math cimport INFINITY
from libc.stdint cimport int64_t
from skclean.kernels._types cimport proba_t

cdef enum:
    NO_PAIR = -1


cdef inline bint is_worse(
    double margin, int64_t row, double other_margin, int64_t other_row
) noexcept nogil:
    return margin < other_margin or (margin == other_margin and row > other_row)


cdef inline void sift_down(
    double[::1] margins, int64_t[::1] rows, Py_ssize_t start, Py_ssize_t size,
    double margin, int64_t row
) noexcept nogil:
    """Place an entry at the root of a full heap and let it sink below the worse ones."""
    cdef Py_ssize_t at = 0
    cdef Py_ssize_t child = 1
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
            sift_down(margins, rows, start, room, margin, row)
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


cdef inline double entry_floor(
    const double[::1] margins, const int64_t[::1] starts, const int64_t[::1] sizes,
    Py_ssize_t first, Py_ssize_t last
) noexcept nogil:
    """The least margin that could still enter one of the heaps from first to last."""
    cdef double floor = INFINITY
    cdef Py_ssize_t pair
    for pair in range(first, last):
        if sizes[pair] < starts[pair + 1] - starts[pair]:
            return -INFINITY
        floor = min(floor, margins[starts[pair]])
    return floor


def offer_rivals(
    const int[::1] codes,
    const proba_t[::1] given,
    const proba_t[::1] rival,
    const int[::1] rival_code,
    const int[:, ::1] pair_of,
    const int64_t[::1] starts,
    int64_t[::1] sizes,
    double[::1] margins,
    int64_t[::1] rows,
    int first_class,
    int last_class,
):
    """Offer each row to the pair of its strongest other class: most of the final choice."""
    cdef Py_ssize_t i
    cdef int y, pair
    with nogil:
        for i in range(codes.shape[0]):
            y = codes[i]
            if y < first_class or y >= last_class:
                continue
            pair = pair_of[y, rival_code[i]]
            if pair != NO_PAIR:
                offer(margins, rows, starts, sizes, pair, <double>rival[i] - <double>given[i], i)


def offer_others(
    const proba_t[:, :] proba,
    const int[::1] codes,
    const proba_t[::1] given,
    const proba_t[::1] rival,
    const int[::1] rival_code,
    const int64_t[::1] class_starts,
    const int[::1] pair_class,
    const int64_t[::1] starts,
    int64_t[::1] sizes,
    double[::1] margins,
    int64_t[::1] rows,
    double[::1] floors,
    int first_class,
    int last_class,
    double highest_sum,
):
    """Offer rows to the pairs of their other classes, reading only rows that could enter.

    A class that is neither given nor rival holds no more than the rival, and no more than the
    row's sum leaves it; that bounds its margin without a look at the matrix.
    """
    cdef Py_ssize_t i, pair
    cdef int y
    cdef double own, bound
    with nogil:
        for y in range(first_class, last_class):
            floors[y] = entry_floor(margins, starts, sizes, class_starts[y], class_starts[y + 1])
        for i in range(codes.shape[0]):
            y = codes[i]
            if y < first_class or y >= last_class:
                continue
            own = given[i]
            bound = min(<double>rival[i], highest_sum - rival[i] - own) - own
            if bound < floors[y]:
                continue
            for pair in range(class_starts[y], class_starts[y + 1]):
                if pair_class[pair] != rival_code[i]:
                    offer(
                        margins, rows, starts, sizes, pair,
                        <double>proba[i, pair_class[pair]] - own, i,
                    )
            floors[y] = entry_floor(margins, starts, sizes, class_starts[y], class_starts[y + 1])


def flag_up_to(
    const int[::1] codes,
    const double[::1] quality,
    const double[::1] cutoff,
    int64_t[::1] room_at_cutoff,
    unsigned char[::1] mask,
):
    """Flag rows below their class's cutoff, and the first few of those that equal it."""
    cdef Py_ssize_t i
    cdef int y
    with nogil:
        for i in range(codes.shape[0]):
            y = codes[i]
            if y < 0:
                continue
            if quality[i] < cutoff[y]:
                mask[i] = 1
            elif quality[i] == cutoff[y] and room_at_cutoff[y] > 0:
                room_at_cutoff[y] -= 1
                mask[i] = 1


def group_by_class(
    const int[::1] codes, const double[::1] quality, int64_t[::1] ends, double[::1] grouped
):
    """Copy values into their class's stretch; `ends` starts as the starts and moves along."""
    cdef Py_ssize_t i
    cdef int y
    with nogil:
        for i in range(codes.shape[0]):
            y = codes[i]
            if y >= 0:
                grouped[ends[y]] = quality[i]
                ends[y] += 1
