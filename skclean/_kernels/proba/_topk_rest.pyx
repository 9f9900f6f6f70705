"""Offering rows to heaps that were filled with the best of the rows their rival beats.

The rest is rows ahead of their rival, for the pairs that have room left, and every row's classes
other than its rival. Few of these enter any heap, so what rules them out is asked first.
"""

from libc.math cimport INFINITY
from libc.stdint cimport int64_t
from skclean._kernels.proba._heaps cimport NO_PAIR, entry_margin, named_pair, offer
from skclean._kernels.proba._loads cimport load
from skclean._kernels._types cimport proba_t


cdef inline double least(
    const double[::1] entries, Py_ssize_t first, Py_ssize_t last
) noexcept nogil:
    cdef double lowest = INFINITY
    cdef Py_ssize_t k
    for k in range(first, last):
        lowest = min(lowest, entries[k])
    return lowest


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


def raise_floors(
    const int64_t[::1] class_starts,
    const int64_t[::1] starts,
    const int64_t[::1] sizes,
    const double[::1] margins,
    double[::1] entries,
    double[::1] floors,
    double least_margin,
):
    """The least margin that may enter each pair's heap, and any heap of each class."""
    cdef Py_ssize_t pair, y
    with nogil:
        for pair in range(entries.shape[0]):
            entries[pair] = max(entry_margin(margins, starts, sizes, pair), least_margin)
        for y in range(floors.shape[0]):
            floors[y] = least(entries, class_starts[y], class_starts[y + 1])


cdef inline double bound_of_others(
    proba_t own, proba_t rival, int rival_code, double highest_sum
) noexcept nogil:
    """What the margin of a class that is neither given nor named as the rival cannot exceed.

    Such a class holds no more than the rival, and no more than the row's sum leaves it; so this
    needs no look at the matrix. A rival without a name is among those other classes.
    """
    cdef double bound = rival
    cdef double left = highest_sum - bound - own
    bound = left if (rival_code >= 0) & (left < bound) else bound
    return bound - own


def list_others(
    const int[::1] codes,
    const proba_t[::1] given,
    const proba_t[::1] rival,
    const int[::1] rival_code,
    const double[::1] padded_floors,
    double highest_sum,
    int64_t first_row,
    int64_t[::1] listed,
):
    """List the rows that could enter a heap of another class than their rival's; return how many.

    The floors are padded with one in front that nothing reaches, for code -1.
    """
    cdef Py_ssize_t i
    cdef Py_ssize_t n_listed = 0
    cdef double bound
    with nogil:
        for i in range(codes.shape[0]):
            bound = bound_of_others(given[i], rival[i], rival_code[i], highest_sum)
            listed[n_listed] = first_row + i
            n_listed += bound >= padded_floors[codes[i] + 1]
    return n_listed


def offer_others(
    const int64_t[::1] listed,
    const proba_t[:, :] proba,
    const int[::1] codes,
    const proba_t[::1] given,
    const proba_t[::1] rival,
    const int[::1] rival_code,
    const int[:, ::1] pair_of,
    const int64_t[::1] class_starts,
    const int[::1] pair_class,
    const int64_t[::1] starts,
    int64_t[::1] sizes,
    double[::1] margins,
    int64_t[::1] rows,
    double[::1] entries,
    double[::1] floors,
    double highest_sum,
    double least_margin,
    double below_margin,
    int first_class,
    int last_class,
):
    """Offer the listed rows of some classes to the pairs of their other classes.

    Only margins from `least_margin` to below `below_margin` are. Few of them can enter, so that
    is counted first, without a branch: several rows are then on their way from memory at once.
    """
    cdef Py_ssize_t at, pair
    cdef int64_t i
    cdef int y, n_entering, named
    cdef double own, margin
    with nogil:
        for at in range(listed.shape[0]):
            i = listed[at]
            y = codes[i]
            if y < first_class or y >= last_class:
                continue
            own = given[i]
            # The floor may have risen since the row was listed.
            if bound_of_others(given[i], rival[i], rival_code[i], highest_sum) < floors[y]:
                continue
            n_entering = 0
            for pair in range(class_starts[y], class_starts[y + 1]):
                margin = <double>load(&proba[i, pair_class[pair]]) - own
                n_entering += (margin >= entries[pair]) & (margin < below_margin)
            named = named_pair(pair_of, y, rival_code[i])
            if named != NO_PAIR:
                margin = <double>rival[i] - own
                n_entering -= (margin >= entries[named]) & (margin < below_margin)
            if n_entering == 0:
                continue
            for pair in range(class_starts[y], class_starts[y + 1]):
                margin = <double>load(&proba[i, pair_class[pair]]) - own
                if entries[pair] <= margin < below_margin and pair != named:
                    offer(margins, rows, starts, sizes, pair, margin, i)
                    entries[pair] = max(entry_margin(margins, starts, sizes, pair), least_margin)
            floors[y] = least(entries, class_starts[y], class_starts[y + 1])
