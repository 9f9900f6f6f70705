"""Compare each label with its strongest rival, and split the rows where the comparison says so.

A row given class y, whose largest other probability is that of class o, has the ratio
min(1, p_y / (scale[y, o] * p_o)); the table `scale` says how the two classes compare usually.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t
from skclean.kernels._types cimport proba_t


cdef inline double ratio_of(double given, double scaled_rival) noexcept nogil:
    # Written without a division by 0: a row whose rival has no probability has no doubt.
    if given >= scaled_rival:
        return 1.0
    return given / scaled_rival


def list_contenders(
    const int32_t[::1] codes,
    const proba_t[::1] given,
    const proba_t[::1] rival,
    double reach,
    int64_t first_row,
    int64_t[::1] listed,
):
    """List the rows with a code whose ratio a scale of `reach` could lower; return how many.

    Written without a branch, which would be mispredicted at many of the rows.
    """
    cdef Py_ssize_t i
    cdef Py_ssize_t n_listed = 0
    with nogil:
        for i in range(codes.shape[0]):
            listed[n_listed] = first_row + i
            n_listed += (codes[i] >= 0) & (given[i] < reach * rival[i])
    return n_listed


def ratio_histogram(
    const int64_t[::1] listed,
    const int32_t[::1] codes,
    const proba_t[::1] given,
    const proba_t[::1] rival,
    const int32_t[::1] rival_code,
    const double[:, ::1] scale,
    const double[::1] weight,
    double[::1] histogram,
):
    """Add the weight of every listed row to the bin of its ratio in [0, 1]; return how many have no such ratio.

    A negative or missing probability gives such a row; it is not counted.
    """
    cdef Py_ssize_t n_bins = histogram.shape[0]
    cdef bint weighted = weight.shape[0] > 0
    cdef Py_ssize_t at, b
    cdef Py_ssize_t n_bad = 0
    cdef int64_t i
    cdef double ratio
    with nogil:
        for at in range(listed.shape[0]):
            i = listed[at]
            # A rival without a name is so far behind that no scale makes up for it.
            ratio = 1.0
            if rival_code[i] >= 0:
                ratio = ratio_of(given[i], scale[codes[i], rival_code[i]] * rival[i])
            if not ratio >= 0:  # NaN too
                n_bad += 1
                continue
            b = <Py_ssize_t>(ratio * n_bins)
            if b >= n_bins:
                b = n_bins - 1
            histogram[b] += weight[i] if weighted else 1.0
    return n_bad


def ratio_below(
    const int64_t[::1] listed,
    const int32_t[::1] codes,
    const proba_t[::1] given,
    const proba_t[::1] rival,
    const int32_t[::1] rival_code,
    const double[:, ::1] scale,
    double cut,
    const double[:, ::1] lead,
    uint8_t[::1] mask,
):
    """Mark the listed rows whose ratio is below `cut` and whose rival, scaled by `lead`, is ahead."""
    cdef Py_ssize_t at
    cdef int64_t i
    cdef int32_t y, o
    with nogil:
        for at in range(listed.shape[0]):
            i = listed[at]
            y = codes[i]
            o = rival_code[i]
            mask[i] = (
                o >= 0
                and ratio_of(given[i], scale[y, o] * rival[i]) < cut
                and given[i] < lead[y, o] * rival[i]
            )
