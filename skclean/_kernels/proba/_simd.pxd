from libc.stdint cimport int64_t
from skclean._kernels._types cimport proba_t


cdef extern from "_simd.h" nogil:
    ctypedef struct RowPasses:
        void (*look_over_float)(
            const float*, int, int, const int*, float*, float*, float*
        ) noexcept nogil
        void (*look_over_double)(
            const double*, int, int, const int*, double*, double*, double*
        ) noexcept nogil
        void (*find_first_float)(
            const float*, int, int, const int*, const float*, int*
        ) noexcept nogil
        void (*find_first_double)(
            const double*, int, int, const int*, const double*, int*
        ) noexcept nogil
        float (*best_reaching_float)(const float*, const float*, int) noexcept nogil
        double (*best_reaching_double)(const double*, const double*, int) noexcept nogil
    void fetch_early(const void*, Py_ssize_t) noexcept nogil


cdef RowPasses passes


cdef inline void look_over(
    const proba_t* rows, int n_rows, int n_columns, const int* skips,
    proba_t* sums, proba_t* lows, proba_t* highs
) noexcept nogil:
    """Sum and minimum of each row, and its best entry but one (-1 leaves none out)."""
    if proba_t is float:
        passes.look_over_float(rows, n_rows, n_columns, skips, sums, lows, highs)
    else:
        passes.look_over_double(rows, n_rows, n_columns, skips, sums, lows, highs)


cdef inline void find_first(
    const proba_t* rows, int n_rows, int n_columns, const int* skips,
    const proba_t* values, int* firsts
) noexcept nogil:
    """First column of each row, but its skip, that holds its value; -1 where a NaN has hidden it."""
    if proba_t is float:
        passes.find_first_float(rows, n_rows, n_columns, skips, values, firsts)
    else:
        passes.find_first_double(rows, n_rows, n_columns, skips, values, firsts)


cdef inline proba_t best_reaching(
    const proba_t* row, const proba_t* thresholds, int n_columns
) noexcept nogil:
    """The largest entry that reaches the threshold of its column; -1 if there is none."""
    if proba_t is float:
        return passes.best_reaching_float(row, thresholds, n_columns)
    else:
        return passes.best_reaching_double(row, thresholds, n_columns)


cdef inline void fetch_row(
    const proba_t[:, ::1] matrix, const int64_t[::1] places, Py_ssize_t at
) noexcept nogil:
    """Ask memory for the row at a place of the list, if there is one: it arrives while another is read."""
    if at < places.shape[0]:
        fetch_early(&matrix[places[at], 0], matrix.shape[1] * <Py_ssize_t>sizeof(proba_t))
