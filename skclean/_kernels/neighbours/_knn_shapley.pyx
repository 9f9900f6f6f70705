"""Shapley values of training rows, by the recursion that nearest-neighbour votes allow.

The value of the i-th nearest row (from 1) differs from that of the next one by
(hit_i - hit_{i+1}) / k * min(k, i) / i, where a hit is a row of the judged row's class; the farthest of all n rows is
worth hit_n * min(k, n) / (k * n).
"""


def add_shapley(
    const int[:, ::1] lists, const int[::1] codes, const int[::1] given, const double[::1] weights, double k,
    Py_ssize_t n_all, double[::1] values,
):
    """Add to `values` what the rows of lists[t], nearest first, are worth for a row of class given[t].

    A list of less than `n_all` rows has been cut: its last one is taken to be worth nothing.
    """
    cdef Py_ssize_t t, i, width = lists.shape[1]
    cdef int hit, next_hit
    cdef double value
    with nogil:
        for t in range(lists.shape[0]):
            next_hit = codes[lists[t, width - 1]] == given[t]
            value = 0
            if width == n_all:
                value = next_hit * min(k, <double>n_all) / (k * n_all)
            values[lists[t, width - 1]] += weights[t] * value
            for i in range(width - 1, 0, -1):
                hit = codes[lists[t, i - 1]] == given[t]
                value += (hit - next_hit) / k * min(k, <double>i) / i
                values[lists[t, i - 1]] += weights[t] * value
                next_hit = hit
