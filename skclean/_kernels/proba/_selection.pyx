"""Counting the rows of every class, and picking a number of them, lowest value first.

There may be hundreds of classes with a few rows each, so what is done per class is done here.
"""

from libc.stdint cimport int64_t, uint64_t


cdef enum:
    FEW = 4


def add_counts(const int[::1] codes, const unsigned char[::1] mask, int64_t[::1] counts):
    """Count the rows of every class, or those of the mask unless it is empty."""
    cdef Py_ssize_t i
    cdef int k, n
    cdef bint masked = mask.shape[0] > 0
    with nogil:
        if counts.shape[0] <= FEW and not masked:
            # An addition to one of few counts waits for the last one; comparisons wait for nothing.
            for k in range(<int>counts.shape[0]):
                n = 0
                for i in range(codes.shape[0]):
                    n += codes[i] == k
                counts[k] += n
        else:
            for i in range(codes.shape[0]):
                if codes[i] >= 0:
                    counts[codes[i]] += mask[i] if masked else 1


def mark_kept(
    const int[::1] codes, const unsigned char[::1] mask, unsigned char[::1] kept
):
    """Mark the classes that have a row outside the mask, until all are marked: soon, as a rule."""
    cdef Py_ssize_t i
    cdef Py_ssize_t n_left = kept.shape[0]
    with nogil:
        for i in range(codes.shape[0]):
            if codes[i] >= 0 and not mask[i] and not kept[codes[i]]:
                kept[codes[i]] = 1
                n_left -= 1
                if n_left == 0:
                    break


def list_up_to(
    const int[::1] codes,
    const double[::1] quality,
    const double[::1] padded_bounds,
    int64_t first_row,
    int64_t[::1] listed,
):
    """List the rows whose quality is at most their class's bound; return how many.

    Written without a branch, which would be mispredicted at many of the rows. The bounds are
    padded with one in front that nothing reaches, for code -1.
    """
    cdef Py_ssize_t i
    cdef Py_ssize_t n_listed = 0
    with nogil:
        for i in range(codes.shape[0]):
            listed[n_listed] = first_row + i
            n_listed += quality[i] <= padded_bounds[codes[i] + 1]
    return n_listed


def group_by_class(
    const int64_t[::1] listed,
    const int[::1] codes,
    const double[::1] quality,
    int64_t[::1] ends,
    double[::1] grouped,
):
    """Copy listed values into their class's stretch; `ends` starts as the starts and moves on."""
    cdef Py_ssize_t at
    cdef int64_t i
    with nogil:
        for at in range(listed.shape[0]):
            i = listed[at]
            grouped[ends[codes[i]]] = quality[i]
            ends[codes[i]] += 1


def count_listed(const int64_t[::1] listed, const int[::1] codes, int64_t[::1] counts):
    """Count the listed rows of every class; all of them have one."""
    cdef Py_ssize_t at
    with nogil:
        for at in range(listed.shape[0]):
            counts[codes[listed[at]]] += 1


cdef inline Py_ssize_t scattered_place(uint64_t *state, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
    """A place in [start, stop), by a linear congruential generator (Knuth's MMIX)."""
    state[0] = 6364136223846793005U * state[0] + 1442695040888963407U
    return start + <Py_ssize_t>(((state[0] >> 32) * <uint64_t>(stop - start)) >> 32)


cdef double bring_to_rank(
    double[::1] values, Py_ssize_t start, Py_ssize_t stop, Py_ssize_t target
) noexcept nogil:
    """Quickselect: the value that sorting [start, stop) would put at `target`; no greater ones before it.

    It divides at the median of three entries at scattered places. The first, the middle and the last
    will not do: sorted values but for the last one would take quadratic time.
    """
    cdef Py_ssize_t left, right
    cdef double low, high, middle
    cdef uint64_t state = 0
    while stop - start > 1:
        low = values[scattered_place(&state, start, stop)]
        middle = values[scattered_place(&state, start, stop)]
        high = values[scattered_place(&state, start, stop)]
        middle = max(min(low, middle), min(max(low, middle), high))  # the median of three
        left = start
        right = stop - 1
        while left <= right:
            while values[left] < middle:
                left += 1
            while middle < values[right]:
                right -= 1
            if left <= right:
                values[left], values[right] = values[right], values[left]
                left += 1
                right -= 1
        # Now none in [start, right] is above the median, and none in [left, stop) below.
        if target <= right:
            stop = right + 1
        elif target >= left:
            start = left
        else:
            return middle
    return values[target]


def select_ranks(
    double[::1] grouped,
    const int64_t[::1] starts,
    const int64_t[::1] ranks,
    double[::1] selected,
    int64_t[::1] n_lower,
):
    """Each stretch's entry of a rank, and how many are lower; no change where the rank is negative."""
    cdef Py_ssize_t k, at
    with nogil:
        for k in range(ranks.shape[0]):
            if ranks[k] >= 0:
                selected[k] = bring_to_rank(grouped, starts[k], starts[k + 1], starts[k] + ranks[k])
                n_lower[k] = 0
                for at in range(starts[k], starts[k] + ranks[k]):
                    n_lower[k] += grouped[at] < selected[k]


def flag_up_to(
    const int64_t[::1] listed,
    const int[::1] codes,
    const double[::1] quality,
    const double[::1] cutoff,
    int64_t[::1] room_at_cutoff,
    unsigned char[::1] mask,
):
    """Flag listed rows below their class's cutoff, and the first few of those that equal it."""
    cdef Py_ssize_t at
    cdef int64_t i
    cdef int y
    with nogil:
        for at in range(listed.shape[0]):
            i = listed[at]
            y = codes[i]
            if quality[i] < cutoff[y]:
                mask[i] = 1
            elif quality[i] == cutoff[y] and room_at_cutoff[y] > 0:
                room_at_cutoff[y] -= 1
                mask[i] = 1
