"""Lists of the nearest candidates of a row, ascending, and how candidates are put into them.

One candidate is inserted; many are collected as keys, sorted and merged. A key holds the distance, whose bits are in
the order of the numbers since it is not negative, and below it the rank of the candidate among those that are offered.
"""

from libc.math cimport INFINITY
from libc.stdint cimport int32_t, uint32_t, uint64_t
from libc.string cimport memcpy, memmove, memset

# Members that are looked at together, since hardly any is near enough; the length of runs that are sorted by insertion;
# and parts of the range of distances.
cdef enum:
    TOGETHER = 16
    RUN = 8
    PARTS = 256


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


cdef inline float distance_of(uint64_t key) noexcept nogil:
    """A key holds the distance, at least 0, so that its bits are in the same order, and the rank of a member."""
    cdef uint32_t bits = <uint32_t>(key >> 32)
    cdef float distance
    memcpy(&distance, &bits, sizeof(float))
    return distance


cdef inline int collect(
    const float* reached, int first, int stop, int rank, float worst, uint64_t* keys, int n_keys
) noexcept nogil:
    """Add the keys of the members nearer than `worst`, the first of which has a rank; return how many there are."""
    cdef int j, last, hits
    cdef uint32_t bits
    rank -= first
    while first < stop:
        hits = 0
        last = min(first + TOGETHER, stop)
        if last == first + TOGETHER:
            for j in range(TOGETHER):
                hits += reached[first + j] < worst
        else:
            hits = 1
        if hits:
            for j in range(first, last):
                memcpy(&bits, &reached[j], sizeof(float))
                keys[n_keys] = (<uint64_t>bits << 32) | <uint64_t>(rank + j)
                n_keys += reached[j] < worst
        first = last
    return n_keys


cdef inline int keep_nearest(uint64_t* keys, int n_keys, int length) noexcept nogil:
    """Drop keys beyond the `length` smallest, but not all: those of the same part of the range are kept."""
    cdef int counts[PARTS]
    cdef int at, part, n_kept
    cdef float low = distance_of(keys[0])
    cdef float high = low
    cdef float distance, scale
    for at in range(n_keys):
        distance = distance_of(keys[at])
        low = min(low, distance)
        high = max(high, distance)
    if not high > low:
        return n_keys
    scale = (PARTS - 1) / (high - low)
    if not scale < INFINITY:
        return n_keys
    memset(counts, 0, sizeof(counts))
    for at in range(n_keys):
        counts[<int>((distance_of(keys[at]) - low) * scale) % PARTS] += 1
    part = 0
    n_kept = counts[0]
    while n_kept < length:
        part += 1
        n_kept += counts[part]
    n_kept = 0
    for at in range(n_keys):
        keys[n_kept] = keys[at]
        n_kept += <int>((distance_of(keys[at]) - low) * scale) % PARTS <= part
    return n_kept


cdef inline void put_in_order(uint64_t* keys, int one, int other) noexcept nogil:
    cdef uint64_t a = keys[one]
    cdef uint64_t b = keys[other]
    keys[one] = a if a < b else b
    keys[other] = b if a < b else a


cdef inline void sort_run(uint64_t* keys) noexcept nogil:
    """Sort RUN keys by the network of fewest comparisons, none of which is a branch."""
    put_in_order(keys, 0, 2)
    put_in_order(keys, 1, 3)
    put_in_order(keys, 4, 6)
    put_in_order(keys, 5, 7)
    put_in_order(keys, 0, 4)
    put_in_order(keys, 1, 5)
    put_in_order(keys, 2, 6)
    put_in_order(keys, 3, 7)
    put_in_order(keys, 0, 1)
    put_in_order(keys, 2, 3)
    put_in_order(keys, 4, 5)
    put_in_order(keys, 6, 7)
    put_in_order(keys, 2, 4)
    put_in_order(keys, 3, 5)
    put_in_order(keys, 1, 4)
    put_in_order(keys, 3, 6)
    put_in_order(keys, 1, 2)
    put_in_order(keys, 3, 4)
    put_in_order(keys, 5, 6)


cdef inline void merge_equal(const uint64_t* keys, int width, uint64_t* room) noexcept nogil:
    """Merge two runs of one width, from both ends at once: neither run ends before half of the keys is placed."""
    cdef int low = 0
    cdef int high = width
    cdef int low_end = width - 1
    cdef int high_end = 2 * width - 1
    cdef int at, takes
    cdef uint64_t a, b
    for at in range(width):
        a, b = keys[low], keys[high]
        takes = b < a
        room[at] = b if takes else a
        high += takes
        low += 1 - takes
        a, b = keys[low_end], keys[high_end]
        takes = b < a
        room[2 * width - 1 - at] = a if takes else b
        low_end -= takes
        high_end -= 1 - takes


cdef inline void merge_rest(const uint64_t* keys, int width, int stop, uint64_t* room) noexcept nogil:
    """Merge a run of one width and a shorter one, which may be missing."""
    cdef int left = 0
    cdef int right = width
    cdef int at = 0
    cdef int takes
    cdef uint64_t a, b
    while left < width and right < stop:
        a, b = keys[left], keys[right]
        takes = b < a
        room[at] = b if takes else a
        right += takes
        left += 1 - takes
        at += 1
    memcpy(&room[at], &keys[left], (min(width, stop) - left) * sizeof(uint64_t))
    if right < stop:
        memcpy(&room[at + width - left], &keys[right], (stop - right) * sizeof(uint64_t))


cdef inline uint64_t* sort_keys(uint64_t* keys, uint64_t* room, int n_keys) noexcept nogil:
    """Sort keys, which have free places up to a multiple of RUN, as `room` has; return where the sorted keys are.

    A comparison of random keys is right half of the time where a branch foresees it, so there is no such branch.
    """
    cdef int first, width, n_padded
    cdef uint64_t* other
    n_padded = (n_keys + RUN - 1) // RUN * RUN
    memset(&keys[n_keys], 255, (n_padded - n_keys) * sizeof(uint64_t))
    first = 0
    while first < n_padded:
        sort_run(&keys[first])
        first += RUN
    width = RUN
    while width < n_padded:
        first = 0
        while first < n_padded:
            if first + 2 * width <= n_padded:
                merge_equal(&keys[first], width, &room[first])
            else:
                merge_rest(&keys[first], width, n_padded - first, &room[first])
            first += 2 * width
        other = keys
        keys = room
        room = other
        width *= 2
    return keys


cdef inline int count_nearer(const uint64_t* keys, int n_keys, const float* distances, int length) noexcept nogil:
    """Count the sorted candidates that are among the `length` nearest of themselves and a list, which wins ties."""
    cdef int low = 0
    cdef int high = min(n_keys, length)
    cdef int middle
    while low < high:
        middle = (low + high + 1) // 2
        if distance_of(keys[middle - 1]) < distances[length - middle]:
            low = middle
        else:
            high = middle - 1
    return low


cdef inline int merge(
    const uint64_t* keys, int n_keys, const int32_t* members, int start, int n_members,
    int32_t* found, float* distances, int length
) noexcept nogil:
    """Put sorted candidates into a list, behind entries that are as near, and drop its last ones; return how many."""
    cdef int n_taken = count_nearer(keys, n_keys, distances, length)
    cdef int new = n_taken - 1
    cdef int old = length - 2 - new
    cdef int at = length - 1
    cdef int place, takes
    cdef float distance, known
    while new >= 0:
        distance = distance_of(keys[new])
        known = distances[old] if old >= 0 else -1
        takes = distance >= known
        place = start + <int>(keys[new] & 0xFFFFFFFFu)
        place -= n_members if place >= n_members else 0
        found[at] = members[place] if takes else found[old]
        distances[at] = distance if takes else known
        new -= takes
        old -= 1 - takes
        at -= 1
    return n_taken
