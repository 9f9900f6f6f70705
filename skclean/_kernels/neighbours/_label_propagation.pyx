"""Votes of nearest neighbours, and of their own neighbours, that leave the judged row out.

lists[i] names the neighbours of row i, and weights[i] what they weigh, positive; an empty `weights` means equal votes.
A share of each vote, the propagation, goes to the votes of the neighbour's own neighbours, without the row itself: so
no label has a part in its own score. Where such a neighbour has no other neighbours, its own label gets that share.
"""


def spread_votes(
    const int[:, ::1] lists, const double[:, ::1] weights, const int[::1] codes, double propagation,
    Py_ssize_t first, double[:, ::1] shares,
):
    """Fill shares[i], zero so far, with the votes for each class on row first + i, a part of them propagated."""
    cdef Py_ssize_t i, j, m, row
    cdef int neighbour
    cdef double total, rest, weight
    with nogil:
        for i in range(shares.shape[0]):
            row = first + i
            for j in range(lists.shape[1]):
                neighbour = lists[row, j]
                weight = weigh(weights, row, j)
                rest = weigh_others(lists, weights, neighbour, row) if propagation > 0 else 0
                if rest <= 0:
                    shares[i, codes[neighbour]] += weight
                    continue
                shares[i, codes[neighbour]] += (1 - propagation) * weight
                for m in range(lists.shape[1]):
                    if lists[neighbour, m] != row:
                        shares[i, codes[lists[neighbour, m]]] += (
                            propagation * weight * weigh(weights, neighbour, m) / rest
                        )
            total = 0
            for j in range(shares.shape[1]):
                total += shares[i, j]
            for j in range(shares.shape[1]):
                shares[i, j] /= total


def agree_with_propagated(
    const int[:, ::1] lists, const double[:, ::1] weights, const int[::1] codes, const double[:, ::1] shares,
    Py_ssize_t first, double[:, ::1] agreements,
):
    """Write to agreements[i, j] the scalar product of row first + i's shares and the votes of its neighbour j's own."""
    cdef Py_ssize_t i, j, m, row
    cdef int neighbour
    cdef double rest, agreement
    with nogil:
        for i in range(agreements.shape[0]):
            row = first + i
            for j in range(lists.shape[1]):
                neighbour = lists[row, j]
                rest = weigh_others(lists, weights, neighbour, row)
                if rest <= 0:
                    agreements[i, j] = shares[row, codes[neighbour]]
                    continue
                agreement = 0
                for m in range(lists.shape[1]):
                    if lists[neighbour, m] != row:
                        agreement += weigh(weights, neighbour, m) * shares[row, codes[lists[neighbour, m]]]
                agreements[i, j] = agreement / rest


cdef inline double weigh(const double[:, ::1] weights, Py_ssize_t row, Py_ssize_t j) noexcept nogil:
    return weights[row, j] if weights.shape[0] > 0 else 1


cdef inline double weigh_others(
    const int[:, ::1] lists, const double[:, ::1] weights, int neighbour, Py_ssize_t row
) noexcept nogil:
    """What the neighbours of a neighbour weigh, the row left out."""
    cdef Py_ssize_t m
    cdef double rest = 0
    for m in range(lists.shape[1]):
        if lists[neighbour, m] != row:
            rest += weigh(weights, neighbour, m)
    return rest
