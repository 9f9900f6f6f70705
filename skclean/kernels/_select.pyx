"""Picking a number of rows per pair of classes, largest margin first.

Rows compete within their pair (given class, other class) by margin, equal ones by row index.
That order is strict, so the chosen set does not depend on the order in which rows arrive, nor on
how many workers share the classes. Each pair keeps its best rows so far; all pairs' stretches lie
end to end in two arrays.

Most of the choice falls among the rows whose strongest other class beats the given one. They are
gathered by pair, and quickselect keeps the best; the stretches that this fills become heaps,
their worst row at the root, so that each of the remaining rows costs one comparison, or a few.
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


cdef inline double least(
    const double[::1] entries, Py_ssize_t first, Py_ssize_t last
) noexcept nogil:
    cdef double lowest = INFINITY
    cdef Py_ssize_t k
    for k in range(first, last):
        lowest = min(lowest, entries[k])
    return lowest


cdef inline int named_pair(const int[:, ::1] pair_of, int y, int other) noexcept nogil:
    """The pair of two classes; none where the rival has no name, be it that a NaN has hidden it."""
    return pair_of[y, other] if other >= 0 else NO_PAIR


def count_beaten(
    const int[::1] codes,
    const proba_t[::1] given,
    const proba_t[::1] rival,
    const int[::1] rival_code,
    const int[:, ::1] pair_of,
    int64_t[::1] counts,
    int first_class,
    int last_class,
):
    """How many rows of each pair have a rival at least as probable as their given class."""
    cdef Py_ssize_t i
    cdef int pair
    with nogil:
        for i in range(codes.shape[0]):
            if first_class <= codes[i] < last_class and rival[i] >= given[i]:
                pair = named_pair(pair_of, codes[i], rival_code[i])
                if pair != NO_PAIR:
                    counts[pair] += 1


def gather_beaten(
    const int[::1] codes,
    const proba_t[::1] given,
    const proba_t[::1] rival,
    const int[::1] rival_code,
    const int[:, ::1] pair_of,
    int64_t[::1] ends,
    double[::1] margins,
    int64_t[::1] rows,
    int first_class,
    int last_class,
):
    """Write those rows into their pairs' stretches; `ends` starts as the starts and moves on."""
    cdef Py_ssize_t i
    cdef int pair
    with nogil:
        for i in range(codes.shape[0]):
            if first_class <= codes[i] < last_class and rival[i] >= given[i]:
                pair = named_pair(pair_of, codes[i], rival_code[i])
                if pair != NO_PAIR:
                    margins[ends[pair]] = <double>rival[i] - <double>given[i]
                    rows[ends[pair]] = i
                    ends[pair] += 1


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
    """Move the best of each pair's gathered rows into its heap; return how many have room left."""
    cdef Py_ssize_t pair, start, stop, room, size, k
    cdef Py_ssize_t n_open = 0
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
            n_open += size < room
    return n_open


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
    """Offer the rows ahead of their rival to that pair, for the pairs that have room left."""
    cdef Py_ssize_t i
    cdef int pair
    with nogil:
        for i in range(codes.shape[0]):
            if first_class <= codes[i] < last_class and rival[i] < given[i]:
                pair = named_pair(pair_of, codes[i], rival_code[i])
                if pair != NO_PAIR:
                    offer(
                        margins, rows, starts, sizes, pair,
                        <double>rival[i] - <double>given[i], i,
                    )


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
    double[::1] entries,
    double[::1] floors,
    int first_class,
    int last_class,
    double highest_sum,
):
    """Offer rows to the pairs of their other classes, reading only rows that could enter.

    A class that is neither given nor rival holds no more than the rival, and no more than the
    row's sum leaves it; that bounds its margin without a look at the matrix. A rival without a
    name is among those other classes.
    """
    cdef Py_ssize_t i, pair
    cdef int y
    cdef double own, bound, margin
    cdef bint entered
    with nogil:
        for pair in range(class_starts[first_class], class_starts[last_class]):
            entries[pair] = entry_margin(margins, starts, sizes, pair)
        for y in range(first_class, last_class):
            floors[y] = least(entries, class_starts[y], class_starts[y + 1])
        for i in range(codes.shape[0]):
            y = codes[i]
            if y < first_class or y >= last_class:
                continue
            own = given[i]
            bound = rival[i]
            if rival_code[i] >= 0:
                bound = min(bound, highest_sum - bound - own)
            bound -= own
            if bound < floors[y]:
                continue
            entered = False
            for pair in range(class_starts[y], class_starts[y + 1]):
                margin = <double>proba[i, pair_class[pair]] - own
                if margin >= entries[pair] and pair_class[pair] != rival_code[i]:
                    offer(margins, rows, starts, sizes, pair, margin, i)
                    entries[pair] = entry_margin(margins, starts, sizes, pair)
                    entered = True
            if entered:
                floors[y] = least(entries, class_starts[y], class_starts[y + 1])
