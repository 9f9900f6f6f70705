"""Lists of near rows that are improved step by step: by all rows of a leaf, and by the neighbours of neighbours.

A list holds the positions of the nearest candidates found so far and their squared distances, ascending; places that
are still free have position -1 and an infinite distance. Lists of different rows are independent, so that threads may
work on disjoint rows.
"""

from libc.math cimport INFINITY, sqrt
from libc.stdint cimport int32_t, int64_t
from libc.string cimport memmove

cdef extern from "_leaf_passes.h" nogil:
    void leaf_distances(const float*, const float*, int, int, float*) noexcept
    float squared_gap(const float*, const float*, int) noexcept


cdef enum:
    TOGETHER = 16


cdef inline void insert(
    int32_t* found, float* distances, int length, int32_t candidate, float distance
) noexcept nogil:
    """Put a candidate nearer than the last entry behind all entries that are as near."""
    cdef int low = 0
    cdef int high = length - 1
    cdef int middle
    while low < high:
        middle = (low + high) // 2
        if distances[middle] <= distance:
            low = middle + 1
        else:
            high = middle
    memmove(&found[low + 1], &found[low], (length - 1 - low) * sizeof(int32_t))
    memmove(&distances[low + 1], &distances[low], (length - 1 - low) * sizeof(float))
    found[low] = candidate
    distances[low] = distance


cdef inline bint holds(const int32_t* found, int length, int32_t candidate) noexcept nogil:
    cdef int at
    cdef int hits = 0
    for at in range(length):
        hits += found[at] == candidate
    return hits > 0


cdef inline void offer(
    const float* reached, const int32_t* members, int start, int stop, int32_t i,
    int32_t* found, float* distances, int length
) noexcept nogil:
    """Offer some members to the list of row i; a few are looked at together, since hardly any is near enough."""
    cdef int j, first, last
    cdef int hits
    cdef float worst = distances[length - 1]
    first = start
    while first < stop:
        hits = 0
        if first + TOGETHER <= stop:
            last = first + TOGETHER
            for j in range(TOGETHER):
                hits += reached[first + j] < worst
        else:
            last = stop
            hits = 1
        if hits:
            for j in range(first, last):
                if reached[j] < worst and members[j] != i and not holds(found, length, members[j]):
                    insert(found, distances, length, members[j], reached[j])
                    worst = distances[length - 1]
        first = last


def search_leaf(
    const float[:, ::1] points,
    const int32_t[::1] members,
    const int32_t[::1] queries,
    float[::1] columns,
    float[::1] reached,
    int32_t[:, ::1] found,
    float[:, ::1] distances,
):
    """Offer all members of a leaf to the lists of its queries.

    No row is offered to itself. Members are offered from the query's own place on, in a circle, so that of many equal
    rows each gets others. `columns` and `reached` are room for the
    members' columns and for their distances.
    """
    cdef int n_columns = <int>points.shape[1]
    cdef int n_members = <int>members.shape[0]
    cdef int length = <int>found.shape[1]
    cdef int c, j, start
    cdef Py_ssize_t q
    cdef int32_t i
    if n_members == 0 or length == 0:
        return
    with nogil:
        for j in range(n_members):
            for c in range(n_columns):
                columns[c * n_members + j] = points[members[j], c]
        for q in range(queries.shape[0]):
            i = queries[q]
            leaf_distances(&columns[0], &points[i, 0], n_columns, n_members, &reached[0])
            start = <int>(q % n_members)
            offer(&reached[0], &members[0], start, n_members, i, &found[i, 0], &distances[i, 0], length)
            offer(&reached[0], &members[0], 0, start, i, &found[i, 0], &distances[i, 0], length)


def search_neighbours(
    const float[:, ::1] points,
    const int32_t[:, ::1] known,
    int64_t first,
    int64_t stop,
    int32_t[::1] seen,
    int32_t[:, ::1] found,
    float[:, ::1] distances,
):
    """Offer to the rows from `first` to `stop` the neighbours of their neighbours; return how many were taken.

    `known` holds the start of every list as it was before; `seen` is room for a mark of every row, none of them set to
    a number of these rows.
    """
    cdef int n_columns = <int>points.shape[1]
    cdef int length = <int>found.shape[1]
    cdef int width = <int>known.shape[1]
    cdef int a, b, at
    cdef int64_t i
    cdef int64_t n_taken = 0
    cdef int32_t through, candidate
    cdef float distance, worst
    with nogil:
        for i in range(first, stop):
            seen[i] = <int32_t>i
            for at in range(length):
                if found[i, at] >= 0:
                    seen[found[i, at]] = <int32_t>i
            worst = distances[i, length - 1]
            for a in range(width):
                through = known[i, a]
                if through < 0:
                    break
                for b in range(width):
                    candidate = known[through, b]
                    if candidate < 0:
                        break
                    if seen[candidate] == i:
                        continue
                    seen[candidate] = <int32_t>i
                    distance = squared_gap(&points[candidate, 0], &points[i, 0], n_columns)
                    if distance < worst:
                        insert(&found[i, 0], &distances[i, 0], length, candidate, distance)
                        worst = distances[i, length - 1]
                        n_taken += 1
    return n_taken


def sort_measured(
    const double[:, ::1] points,
    const int64_t[::1] rows,
    const int64_t[::1] queries,
    int32_t[:, ::1] found,
    double[:, ::1] distances,
):
    """Fill in the distances of all candidates in double precision, and sort each list by (distance, position).

    Position p is row rows[p] of the points; the queries are rows.
    """
    cdef Py_ssize_t q, at, back, c
    cdef int32_t candidate
    cdef double distance, gap
    with nogil:
        for q in range(found.shape[0]):
            for at in range(found.shape[1]):
                candidate = found[q, at]
                distance = 0
                if candidate < 0:
                    distance = INFINITY
                else:
                    for c in range(points.shape[1]):
                        gap = points[rows[candidate], c] - points[queries[q], c]
                        distance += gap * gap
                    distance = sqrt(distance)
                back = at
                while back > 0 and (
                    distances[q, back - 1] > distance
                    or (distances[q, back - 1] == distance and found[q, back - 1] > candidate)
                ):
                    distances[q, back] = distances[q, back - 1]
                    found[q, back] = found[q, back - 1]
                    back -= 1
                distances[q, back] = distance
                found[q, back] = candidate
