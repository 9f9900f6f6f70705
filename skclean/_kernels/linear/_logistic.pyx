"""Loops of logistic regression over sparse rows, for the models of many folds at once.

A coefficient matrix holds one contiguous vector a feature, one number a model (and class), so that
one pass over the nonzeros of a row serves all models. Its width is a multiple of LANES: loops of a
length that the compiler knows stay in registers.
"""

from libc.stdint cimport int64_t, uint8_t

cdef extern from *:
    """
    #include <stdint.h>
    #include <string.h>

    /* Where the loader can choose, the same loop once more, with the same results, for wider vectors. */
    #if defined(__x86_64__) && defined(__GLIBC__) && defined(__has_attribute)
    #if __has_attribute(target_clones)
    #define SKCLEAN_WIDER __attribute__((target_clones("avx2", "default")))
    #endif
    #endif
    #ifndef SKCLEAN_WIDER
    #define SKCLEAN_WIDER
    #endif

    /* exp to about one unit in the last place without branch or table, so that a loop over it is
       packed: 2^n by the exponent's bits, and the rest, at most log(2) / 2, by its Taylor series.
       Adding 1.5 * 2^52 rounds to a whole number and leaves it in the low bits. */
    static inline double skclean_exp(double x) {
        const double shift = 6755399441055744.0;
        double t, n, r, tail, scale;
        uint64_t bits;
        x = x > -708.0 ? x : -708.0;
        x = x < 709.0 ? x : 709.0;
        t = x * 1.4426950408889634074 + shift;
        n = t - shift;
        r = x - n * 6.93147180369123816490e-01;
        r = r - n * 1.90821492927058770002e-10;
        tail = 1.0 / 479001600;
        tail = tail * r + 1.0 / 39916800;
        tail = tail * r + 1.0 / 3628800;
        tail = tail * r + 1.0 / 362880;
        tail = tail * r + 1.0 / 40320;
        tail = tail * r + 1.0 / 5040;
        tail = tail * r + 1.0 / 720;
        tail = tail * r + 1.0 / 120;
        tail = tail * r + 1.0 / 24;
        tail = tail * r + 1.0 / 6;
        tail = tail * r + 0.5;
        tail = tail * r + 1.0;
        tail = tail * r + 1.0;
        memcpy(&bits, &t, sizeof bits);
        bits = (bits << 52) + 0x3FF0000000000000ULL;
        memcpy(&scale, &bits, sizeof scale);
        return tail * scale;
    }
    SKCLEAN_WIDER static void skclean_sigmoid_all(double *x, Py_ssize_t n) {
        for (Py_ssize_t i = 0; i < n; i++) x[i] = 1.0 / (1.0 + skclean_exp(-x[i]));
    }
    SKCLEAN_WIDER static void skclean_exp_all(double *x, Py_ssize_t n) {
        for (Py_ssize_t i = 0; i < n; i++) x[i] = skclean_exp(x[i]);
    }
    """
    void skclean_sigmoid_all(double *x, Py_ssize_t n) noexcept nogil
    void skclean_exp_all(double *x, Py_ssize_t n) noexcept nogil


cdef enum:
    LANES = 6

WIDTH_STEP = LANES


def margins_of_rows(
    const int64_t[::1] starts, const int[::1] columns, const double[::1] values,
    const double[:, ::1] coef, Py_ssize_t first, double[:, ::1] margins,
):
    """Fill `margins` with the products of the rows first, first + 1, … and `coef`."""
    cdef Py_ssize_t i, a, lane, tile, begin
    cdef double value
    cdef double total[LANES]
    with nogil:
        for i in range(margins.shape[0]):
            for tile in range(coef.shape[1] // LANES):
                begin = tile * LANES
                for lane in range(LANES):
                    total[lane] = 0
                for a in range(starts[first + i], starts[first + i + 1]):
                    value = values[a]
                    for lane in range(LANES):
                        total[lane] += value * coef[columns[a], begin + lane]
                for lane in range(LANES):
                    margins[i, begin + lane] = total[lane]


def add_gradients(
    const int64_t[::1] starts, const int[::1] rows, const double[::1] values, Py_ssize_t first,
    const double[:, ::1] residuals, double[:, ::1] gradient,
):
    """Add to `gradient` the products of the transposed rows of one block and `residuals`.

    The entries of column j in that block stand from starts[first + j] to starts[first + j + 1], and
    `rows` counts within the block. Column by column the sums stay in registers; row by row each
    entry would be read and written in memory.
    """
    cdef Py_ssize_t j, a, lane, tile, begin
    cdef double value
    cdef double total[LANES]
    with nogil:
        for j in range(gradient.shape[0]):
            for tile in range(gradient.shape[1] // LANES):
                begin = tile * LANES
                for lane in range(LANES):
                    total[lane] = 0
                for a in range(starts[first + j], starts[first + j + 1]):
                    value = values[a]
                    for lane in range(LANES):
                        total[lane] += value * residuals[rows[a], begin + lane]
                for lane in range(LANES):
                    gradient[j, begin + lane] += total[lane]


def fill_gram(
    const int64_t[::1] starts, const int[::1] columns, const double[::1] values,
    const int64_t[::1] rows, const double[::1] weights, double[:, ::1] gram,
):
    """Fill `gram` with the sum of weight times outer product over some rows.

    The columns of each row must rise.
    """
    cdef Py_ssize_t r, i, j, a, b
    cdef double value
    with nogil:
        gram[:, :] = 0
        for r in range(rows.shape[0]):
            i = rows[r]
            for a in range(starts[i], starts[i + 1]):
                value = weights[r] * values[a]
                j = columns[a]
                for b in range(a, starts[i + 1]):
                    gram[j, columns[b]] += value * values[b]
        for i in range(gram.shape[0]):
            for j in range(i):
                gram[i, j] = gram[j, i]


def binary_residuals(
    double[:, ::1] margins, Py_ssize_t first, const int[::1] codes, const double[::1] weights,
    const double[:, ::1] factors, const uint8_t[::1] left_out_of, double[:, ::1] own,
):
    """Replace margins of two-class models by weight * factor * (probability - label).

    Row i of `margins` is row first + i of the data. `factors` has a row a class and a column a
    model. The model that a row is left out of gets no residual; its margin goes to `own`.
    """
    cdef Py_ssize_t i, m, row
    cdef double label
    with nogil:
        for i in range(margins.shape[0]):
            row = first + i
            if left_out_of[row] < margins.shape[1]:
                own[row, 0] = margins[i, left_out_of[row]]
        skclean_sigmoid_all(&margins[0, 0], margins.shape[0] * margins.shape[1])
        for i in range(margins.shape[0]):
            row = first + i
            label = codes[row]
            for m in range(margins.shape[1]):
                margins[i, m] = weights[row] * factors[codes[row], m] * (margins[i, m] - label)
            if left_out_of[row] < margins.shape[1]:
                margins[i, left_out_of[row]] = 0


def softmax_residuals(
    double[:, ::1] margins, Py_ssize_t first, const int[::1] codes, const double[::1] weights,
    const double[:, ::1] factors, const uint8_t[::1] left_out_of, double[:, ::1] own,
):
    """Replace margins of many-class models by weight * factor * (probability - indicator of the label).

    Class c of model m is column m * n_classes + c; columns behind the last model become zero.
    """
    cdef Py_ssize_t n_classes = own.shape[1]
    cdef Py_ssize_t n_models = margins.shape[1] // n_classes
    cdef Py_ssize_t i, m, row
    with nogil:
        for i in range(margins.shape[0]):
            row = first + i
            for m in range(n_models):
                if m == left_out_of[row]:
                    keep_margins(margins, own, i, row, m * n_classes, n_classes)
                lower_by_largest(margins, i, m * n_classes, n_classes)
        skclean_exp_all(&margins[0, 0], margins.shape[0] * margins.shape[1])
        for i in range(margins.shape[0]):
            row = first + i
            for m in range(n_models):
                scale_residuals(
                    margins, i, m * n_classes, n_classes, codes[row],
                    0.0 if m == left_out_of[row] else weights[row] * factors[codes[row], m],
                )
            for m in range(n_models * n_classes, margins.shape[1]):
                margins[i, m] = 0


cdef inline void keep_margins(
    const double[:, ::1] margins, double[:, ::1] own, Py_ssize_t i, Py_ssize_t row, Py_ssize_t begin,
    Py_ssize_t n_classes,
) noexcept nogil:
    cdef Py_ssize_t c
    for c in range(n_classes):
        own[row, c] = margins[i, begin + c]


cdef inline void lower_by_largest(
    double[:, ::1] margins, Py_ssize_t i, Py_ssize_t begin, Py_ssize_t n_classes
) noexcept nogil:
    cdef Py_ssize_t c
    cdef double largest = margins[i, begin]
    for c in range(1, n_classes):
        if margins[i, begin + c] > largest:
            largest = margins[i, begin + c]
    for c in range(n_classes):
        margins[i, begin + c] -= largest


cdef inline void scale_residuals(
    double[:, ::1] margins, Py_ssize_t i, Py_ssize_t begin, Py_ssize_t n_classes, int code, double weight
) noexcept nogil:
    """Exponentials become weight * (probability - indicator)."""
    cdef Py_ssize_t c
    cdef double total = 0
    for c in range(n_classes):
        total += margins[i, begin + c]
    for c in range(n_classes):
        margins[i, begin + c] *= weight / total
    margins[i, begin + code] -= weight
