"""Gather the rows whose strongest rival comes near, and compare them by what is usual for their pair of classes.

What is the same for all rows of a pair of given class and rival lies in a table; a row knows its cell there.
"""

from libc.stdint cimport int32_t, int64_t
from skclean._kernels._types cimport proba_t


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


def take_contenders(
    const int64_t[::1] listed,
    const int32_t[::1] codes,
    const proba_t[::1] given,
    const proba_t[::1] rival,
    const int32_t[::1] rival_code,
    Py_ssize_t n_classes,
    int32_t[::1] cells,
    double[::1] taken_given,
    double[::1] taken_rival,
):
    """Copy the probabilities of the listed rows, and number their pairs; the last number is for a rival of -1."""
    cdef Py_ssize_t at
    cdef Py_ssize_t nowhere = n_classes * n_classes
    cdef int64_t i
    with nogil:
        for at in range(listed.shape[0]):
            i = listed[at]
            taken_given[at] = given[i]
            taken_rival[at] = rival[i]
            cells[at] = <int32_t>(rival_code[i] * n_classes + codes[i] if rival_code[i] >= 0 else nowhere)


def fill_ratios(
    const int32_t[::1] cells,
    const double[::1] given,
    const double[::1] rival,
    const double[::1] scale,
    double[::1] ratios,
):
    """Fill in min(1, given / (scale * rival)), without a division by 0: a rival without probability gives 1.

    Written without a branch, which would be mispredicted at many of the rows: so there is a division for each.
    """
    cdef Py_ssize_t i
    cdef double scaled, own, safe, quotient
    with nogil:
        for i in range(cells.shape[0]):
            scaled = scale[cells[i]] * rival[i]
            own = given[i] if scaled > 0 else 1.0
            safe = scaled if scaled > 0 else 1.0
            quotient = own / safe
            ratios[i] = 1.0 if quotient > 1.0 else quotient


def count_cells(
    const int64_t[::1] places, const int32_t[::1] cells, const double[::1] weight, double[::1] counts
):
    """Add the weight, or 1, of each of some rows to its cell."""
    cdef bint weighted = weight.shape[0] > 0
    cdef Py_ssize_t at
    with nogil:
        for at in range(places.shape[0]):
            counts[cells[places[at]]] += weight[at] if weighted else 1.0


def fill_histogram(const double[::1] ratios, const double[::1] weight, double[::1] histogram):
    """Add the weight of every row, or 1, to the bin of its ratio in [0, 1]; return how many have no such ratio."""
    cdef Py_ssize_t n_bins = histogram.shape[0]
    cdef bint weighted = weight.shape[0] > 0
    cdef Py_ssize_t i, b
    cdef Py_ssize_t n_bad = 0
    with nogil:
        for i in range(ratios.shape[0]):
            if not 0 <= ratios[i] <= 1:  # NaN too
                n_bad += 1
                continue
            b = <Py_ssize_t>(ratios[i] * n_bins)
            b = b if b < n_bins else n_bins - 1
            histogram[b] += weight[i] if weighted else 1.0
    return n_bad


def list_below(
    const double[::1] ratios,
    double cut,
    const int32_t[::1] cells,
    const double[::1] given,
    const double[::1] rival,
    const double[::1] lead,
    int64_t[::1] below,
):
    """List the places of rows whose ratio is below the cut and whose rival, scaled by `lead`, leads; return how many.

    Written without a branch, which would be mispredicted at many of the rows.
    """
    cdef Py_ssize_t i
    cdef Py_ssize_t n_below = 0
    with nogil:
        for i in range(ratios.shape[0]):
            below[n_below] = i
            n_below += (ratios[i] < cut) & (given[i] < lead[cells[i]] * rival[i])
    return n_below
