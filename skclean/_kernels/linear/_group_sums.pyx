"""Sums over groups of rows, and rows times the coefficients of their group.

The groups are the folds of a repeat of cross-validation, or the classes within them. Rows of group
-1 are left out. Rows that are mostly zeros come as the three arrays of a CSR matrix with sorted
columns; `weight` is empty where every row counts once.
"""


def add_dense_sums(
    const double[:, ::1] X, const double[::1] weight, const int[::1] group, double[:, ::1] sums,
    double[:, ::1] squares,
):
    """Add each row to its group's sums, and its square to the squares unless these are empty."""
    cdef Py_ssize_t i, j
    cdef int g
    cdef double w
    cdef bint weighted = weight.shape[0] > 0
    cdef bint squared = squares.shape[0] > 0
    with nogil:
        for i in range(X.shape[0]):
            g = group[i]
            if g < 0:
                continue
            w = weight[i] if weighted else 1
            for j in range(X.shape[1]):
                sums[g, j] += w * X[i, j]
            if squared:
                for j in range(X.shape[1]):
                    squares[g, j] += w * X[i, j] * X[i, j]


def add_sparse_sums(
    const int[::1] starts, const int[::1] columns, const double[::1] values, const double[::1] weight,
    const int[::1] group, double[:, ::1] sums, double[:, ::1] squares,
):
    """Add each row to its group's sums, and its square to the squares unless these are empty."""
    cdef Py_ssize_t i, a
    cdef int g
    cdef double v
    cdef bint weighted = weight.shape[0] > 0
    cdef bint squared = squares.shape[0] > 0
    with nogil:
        for i in range(group.shape[0]):
            g = group[i]
            if g < 0:
                continue
            for a in range(starts[i], starts[i + 1]):
                v = weight[i] * values[a] if weighted else values[a]
                sums[g, columns[a]] += v
                if squared:
                    squares[g, columns[a]] += v * values[a]


def add_sparse_grams(
    const int[::1] starts, const int[::1] columns, const double[::1] values, const double[::1] weight,
    const int[::1] order, const int[::1] group, double[:, :, ::1] grams,
):
    """Add each row's outer product to its group's matrix.

    `order` lists the rows group by group, so that one matrix at a time is in the cache. Only the
    upper triangle is added up; in the end it is mirrored.
    """
    cdef Py_ssize_t r, a, b, i, j
    cdef int g, column
    cdef double v
    cdef bint weighted = weight.shape[0] > 0
    with nogil:
        for r in range(order.shape[0]):
            i = order[r]
            g = group[i]
            if g < 0:
                continue
            for a in range(starts[i], starts[i + 1]):
                column = columns[a]
                v = weight[i] * values[a] if weighted else values[a]
                for b in range(a, starts[i + 1]):
                    grams[g, column, columns[b]] += v * values[b]
        for g in range(grams.shape[0]):
            for i in range(grams.shape[1]):
                for j in range(i + 1, grams.shape[1]):
                    grams[g, j, i] = grams[g, i, j]


def fill_dense_products(
    const double[:, ::1] X, const int[::1] group, const double[:, :, ::1] coef, double[:, ::1] products
):
    """Products of each row with the rows of its group's coefficients."""
    cdef Py_ssize_t i, j, c
    cdef int g
    cdef double total
    with nogil:
        for i in range(X.shape[0]):
            g = group[i]
            if g < 0:
                continue
            for c in range(coef.shape[1]):
                total = 0
                for j in range(X.shape[1]):
                    total += X[i, j] * coef[g, c, j]
                products[i, c] = total


def fill_sparse_products(
    const int[::1] starts, const int[::1] columns, const double[::1] values, const int[::1] group,
    const double[:, :, ::1] coef, double[:, ::1] products,
):
    """Products of each row with the rows of its group's coefficients."""
    cdef Py_ssize_t i, a, c
    cdef int g
    cdef double total
    with nogil:
        for i in range(group.shape[0]):
            g = group[i]
            if g < 0:
                continue
            for c in range(coef.shape[1]):
                total = 0
                for a in range(starts[i], starts[i + 1]):
                    total += values[a] * coef[g, c, columns[a]]
                products[i, c] = total


def fill_distances(
    const double[:, ::1] X, const int[::1] group, const double[:, :, ::1] centers,
    const double[:, :, ::1] variances, double[:, ::1] distances,
):
    """Squared distances of each row to its group's centers, each column divided by its variance."""
    cdef Py_ssize_t i, j, c
    cdef int g
    cdef double total, v
    with nogil:
        for i in range(X.shape[0]):
            g = group[i]
            if g < 0:
                continue
            for c in range(centers.shape[1]):
                total = 0
                for j in range(X.shape[1]):
                    v = X[i, j] - centers[g, c, j]
                    total += v * v / variances[g, c, j]
                distances[i, c] = total
