"""Lists of near rows that are improved step by step: by all rows of a leaf, and by the neighbours of neighbours.

A list holds the positions of the nearest candidates found so far and their squared distances, ascending; places that
are still free have position -1 and an infinite distance. Lists of different rows are independent, so that threads may
work on disjoint rows.
"""

from libc.math cimport INFINITY, sqrt
from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t
from libc.string cimport memcpy

from skclean._kernels.neighbours._near_lists cimport collect, distance_of, holds, insert, keep_nearest, merge, sort_keys

cdef extern from "_leaf_passes.h" nogil:
    enum:
        LEAF_LANES
        LEAF_QUERIES
    void leaf_distances(const float*, const float* const*, int, int, float*) noexcept
    float squared_gap(const float*, const float*, int) noexcept
    void fetch_row(const void*) noexcept


# So many candidates are put into a list one by one, and all neighbours of neighbours where lists are at most so long;
# and so many rows ahead of their use points are fetched.
cdef enum:
    FEW = 6
    SHORT = 50
    EARLY = 8

# Room that `search_leaf` needs: members are padded to a multiple of LANES, and QUERIES rows are compared at once.
LANES, QUERIES = LEAF_LANES, LEAF_QUERIES


cdef inline void offer(
    const float* reached, const int32_t* members, int n_members, int start, int32_t i,
    int32_t* seen, uint64_t* keys, uint64_t* room, int32_t* found, float* distances, int length
) noexcept nogil:
    """Offer the members of a leaf to the list of row i, from one of them on in a circle."""
    cdef int at, place, n_keys, n_new
    cdef int32_t candidate
    n_keys = collect(reached, start, n_members, 0, distances[length - 1], keys, 0)
    n_keys = collect(reached, 0, start, n_members - start, distances[length - 1], keys, n_keys)
    if n_keys > FEW:
        for at in range(length):
            if found[at] >= 0:
                seen[found[at]] = i
        seen[i] = i
    n_new = 0
    for at in range(n_keys):
        place = start + <int>(keys[at] & 0xFFFFFFFFu)
        candidate = members[place if place < n_members else place - n_members]
        if n_keys > FEW:
            keys[n_new] = keys[at]
            n_new += seen[candidate] != i
        elif distance_of(keys[at]) < distances[length - 1] and candidate != i:
            if not holds(found, length, candidate):
                insert(found, distances, length, candidate, distance_of(keys[at]))
    if n_new > 2 * length:
        n_new = keep_nearest(keys, n_new, length)
    if n_new:
        merge(sort_keys(keys, room, n_new), n_new, members, start, n_members, found, distances, length)


def search_leaf(
    const float[:, ::1] points,
    const int32_t[::1] members,
    const int32_t[::1] queries,
    float[::1] columns,
    float[::1] reached,
    uint64_t[:, ::1] keys,
    int32_t[::1] seen,
    const int32_t[::1] classes,
    int32_t[::1] member_classes,
    int32_t[:, ::1] found,
    float[:, ::1] distances,
):
    """Offer all members of a leaf to the lists of its queries; where there are classes, those of other classes.

    No row is offered to itself. Members are offered from the query's own place on, in a circle, so that of many equal
    rows each gets others. `columns`, `reached` and two lines of `keys` are room for the members' columns, for their
    distances from QUERIES rows and for those that are near enough; `seen` is room for a mark of every row, none of them
    set to one of the queries; `member_classes` is room for the classes of the members.
    """
    cdef int n_columns = <int>points.shape[1]
    cdef int n_members = <int>members.shape[0]
    cdef int length = <int>found.shape[1]
    cdef int n_padded = (n_members + LEAF_LANES - 1) // LEAF_LANES * LEAF_LANES
    cdef const float* rows[LEAF_QUERIES]
    cdef bint apart = classes.shape[0] > 0
    cdef float* gaps
    cdef int c, j
    cdef Py_ssize_t q
    cdef Py_ssize_t first = 0
    cdef Py_ssize_t n_queries = queries.shape[0]
    cdef int32_t i
    if n_members == 0 or length == 0:
        return
    with nogil:
        for c in range(n_columns):
            for j in range(n_members):
                columns[c * n_padded + j] = points[members[j], c]
            for j in range(n_members, n_padded):
                columns[c * n_padded + j] = 0
        if apart:
            for j in range(n_members):
                member_classes[j] = classes[members[j]]
        while first < n_queries:
            for q in range(LEAF_QUERIES):
                rows[q] = &points[queries[min(first + q, n_queries - 1)], 0]
            leaf_distances(&columns[0], rows, n_columns, n_padded, &reached[0])
            for q in range(first, min(first + LEAF_QUERIES, n_queries)):
                i = queries[q]
                gaps = &reached[(q - first) * n_padded]
                if apart:
                    for j in range(n_members):
                        gaps[j] = <float>INFINITY if member_classes[j] == classes[i] else gaps[j]
                offer(
                    gaps, &members[0], n_members, <int>(q % n_members), i,
                    &seen[0], &keys[0, 0], &keys[1, 0], &found[i, 0], &distances[i, 0], length
                )
            first += LEAF_QUERIES


def search_neighbours(
    const float[:, ::1] points,
    const int32_t[:, ::1] near,
    const int32_t[:, ::1] known,
    int64_t first,
    int64_t stop,
    int32_t[::1] seen,
    int32_t[::1] met,
    uint64_t[:, ::1] keys,
    int32_t[:, ::1] found,
    float[:, ::1] distances,
):
    """Offer to the rows from `first` to `stop` the neighbours of their neighbours; return how many were taken.

    `near` holds the start of every row's list, and `known` that of its neighbours' lists, as they were before; `seen`
    is room for a mark of every row, none of them set to a number of these rows; `met` and two lines of `keys` are room
    for known.shape[1] ** 2 candidates. Both have lists of one length.
    """
    cdef int n_columns = <int>points.shape[1]
    cdef int length = <int>found.shape[1]
    cdef int width = <int>known.shape[1]
    cdef int a, b, at, n_met, n_keys
    cdef uint32_t bits
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
            n_met = 0
            for a in range(width):
                through = near[i, a]
                if through < 0:
                    break
                if i + 1 < stop and near[i + 1, a] >= 0:
                    fetch_row(&known[near[i + 1, a], 0])
                for b in range(width):
                    candidate = known[through, b]
                    if candidate < 0:
                        break
                    met[n_met] = candidate
                    n_met += seen[candidate] != i
                    seen[candidate] = <int32_t>i
            worst = distances[i, length - 1]
            n_keys = 0
            for at in range(n_met):
                if at + EARLY < n_met:
                    fetch_row(&points[met[at + EARLY], 0])
                distance = squared_gap(&points[met[at], 0], &points[i, 0], n_columns)
                if length > SHORT:
                    memcpy(&bits, &distance, sizeof(float))
                    keys[0, n_keys] = (<uint64_t>bits << 32) | <uint64_t>at
                    n_keys += distance < worst
                elif distance < worst:
                    insert(&found[i, 0], &distances[i, 0], length, met[at], distance)
                    worst = distances[i, length - 1]
                    n_taken += 1
            if n_keys > 2 * length:
                n_keys = keep_nearest(&keys[0, 0], n_keys, length)
            if n_keys:
                n_taken += merge(
                    sort_keys(&keys[0, 0], &keys[1, 0], n_keys), n_keys, &met[0], 0, n_met,
                    &found[i, 0], &distances[i, 0], length
                )
    return n_taken


def project_rows(
    const float[:, ::1] points, const int32_t[::1] rows, const float[::1] line, float[::1] along
):
    """Fill in the products of some rows with a line, which has as many numbers as the points have columns."""
    cdef int n_columns = <int>points.shape[1]
    cdef Py_ssize_t at
    cdef int c
    cdef const float* row
    cdef float first, second, third, fourth
    with nogil:
        for at in range(rows.shape[0]):
            if at + EARLY < rows.shape[0]:
                fetch_row(&points[rows[at + EARLY], 0])
            row = &points[rows[at], 0]
            first = second = third = fourth = 0
            c = 0
            while c + 4 <= n_columns:  # four sums, so that none waits for the one before
                first += row[c] * line[c]
                second += row[c + 1] * line[c + 1]
                third += row[c + 2] * line[c + 2]
                fourth += row[c + 3] * line[c + 3]
                c += 4
            while c < n_columns:
                first += row[c] * line[c]
                c += 1
            along[at] = (first + second) + (third + fourth)


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
                if at + EARLY < found.shape[1] and found[q, at + EARLY] >= 0:
                    fetch_row(&points[rows[found[q, at + EARLY]], 0])
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
