"""What `summarise_block` does, for rows of two to four classes, several rows to a register."""

from skclean._kernels._types cimport proba_t

cdef extern from "_few_classes.h" nogil:
    const int MAX_NARROW
    int narrow_rows_float(
        const float*, Py_ssize_t, int, const int*, double, double, float*, float*, int*, int*
    ) noexcept
    int narrow_rows_double(
        const double*, Py_ssize_t, int, const int*, double, double, double*, double*, int*, int*
    ) noexcept


def summarise_narrow(
    const proba_t[:, ::1] block,
    const int[::1] codes,
    double least_sum,
    double most_sum,
    proba_t[::1] given,
    proba_t[::1] rival,
    int[::1] near_rival,
    int[::1] predicted,
):
    """As `summarise_block`; every rival is named, and no number is assumed to be finite."""
    cdef int n_columns = <int>block.shape[1]
    cdef int suspicious = 0
    if not 2 <= n_columns <= MAX_NARROW:
        raise ValueError(f"rows of 2 to {MAX_NARROW} classes are narrow, got {n_columns}")
    if block.shape[0] == 0:
        return False
    with nogil:
        if proba_t is float:
            suspicious = narrow_rows_float(
                &block[0, 0], block.shape[0], n_columns, &codes[0], least_sum, most_sum,
                &given[0], &rival[0], &near_rival[0], &predicted[0]
            )
        else:
            suspicious = narrow_rows_double(
                &block[0, 0], block.shape[0], n_columns, &codes[0], least_sum, most_sum,
                &given[0], &rival[0], &near_rival[0], &predicted[0]
            )
    return suspicious != 0
