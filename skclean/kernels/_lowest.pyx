"""Counting the rows of every class, and picking a number of them, lowest value first."""

from libc.stdint cimport int64_t


def add_counts(const int[::1] codes, const unsigned char[::1] mask, int64_t[::1] counts):
    """Count the rows of every class, or those of the mask unless it is empty."""
    cdef Py_ssize_t i
    cdef bint masked = mask.shape[0] > 0
    with nogil:
        for i in range(codes.shape[0]):
            if codes[i] >= 0:
                counts[codes[i]] += mask[i] if masked else 1


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
