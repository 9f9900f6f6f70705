"""Compare each label with its strongest rival, and split the rows where the comparison says so.

A row given class y, whose largest other probability is that of class o, has the ratio
min(1, p_y / (scale[y, o] * p_o)); the table `scale` says how the two classes compare usually.
"""

from libc.stdint cimport int32_t, uint8_t
from skclean.kernels._types cimport proba_t


cdef inline double ratio_of(double given, double scaled_rival) noexcept nogil:
    # Written without a division by 0: a row whose rival has no probability has no doubt.
    if given >= scaled_rival:
        return 1.0
    return given / scaled_rival


def ratio_histogram(
    const int32_t[::1] codes, const proba_t[::1] given, const proba_t[::1] rival,
    const int32_t[::1] rival_code, const double[:, ::1] scale, const double[::1] weight,
    double[::1] histogram,
):
    """Add the weight of every row that has a code to the bin of its ratio in [0, 1]."""
    cdef Py_ssize_t n_bins = histogram.shape[0]
    cdef bint weighted = weight.shape[0] > 0
    cdef Py_ssize_t i, b
    cdef double ratio
    with nogil:
        for i in range(codes.shape[0]):
            if codes[i] < 0:
                continue
            # A rival without a name is so far behind that no scale makes up for it.
            ratio = 1.0
            if rival_code[i] >= 0:
                ratio = ratio_of(given[i], scale[codes[i], rival_code[i]] * rival[i])
            b = <Py_ssize_t>(ratio * n_bins)
            if b >= n_bins:
                b = n_bins - 1
            histogram[b] += weight[i] if weighted else 1.0


def ratio_below(
    const int32_t[::1] codes, const proba_t[::1] given, const proba_t[::1] rival,
    const int32_t[::1] rival_code, const double[:, ::1] scale, double cut,
    const double[:, ::1] lead, uint8_t[::1] mask,
):
    """Mark the rows whose ratio is below `cut` and whose rival, scaled by `lead`, is ahead."""
    cdef Py_ssize_t i
    cdef int32_t y, o
    with nogil:
        for i in range(codes.shape[0]):
            y = codes[i]
            o = rival_code[i]
            mask[i] = (
                y >= 0 and o >= 0
                and ratio_of(given[i], scale[y, o] * rival[i]) < cut
                and given[i] < lead[y, o] * rival[i]
            )
