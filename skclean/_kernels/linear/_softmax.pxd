"""The softmax of one row, shared by the kernels of losses."""

from libc.math cimport exp, log


cdef inline double softmax_row(const double* z, Py_ssize_t n, double* p) noexcept nogil:
    """Fill p with the softmax of z, and return the logarithm of the sum of exponentials."""
    cdef Py_ssize_t k
    cdef double largest = z[0]
    cdef double total = 0
    for k in range(1, n):
        if z[k] > largest:
            largest = z[k]
    for k in range(n):
        p[k] = exp(z[k] - largest)
        total += p[k]
    for k in range(n):
        p[k] /= total
    return largest + log(total)
