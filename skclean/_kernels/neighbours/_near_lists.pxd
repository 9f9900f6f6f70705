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


cdef inline uint64_t* sort_keys(uint64_t* keys, uint64_t* room, int n_keys) noexcept nogil:
    """Sort keys, with as much free space after them; return where the sorted keys are."""
    cdef int first, at, back, width, left, middle, right, stop
    cdef uint64_t key
    cdef uint64_t* other
    first = 0
    while first < n_keys:
        for at in range(first + 1, min(first + RUN, n_keys)):
            key = keys[at]
            back = at
            while back > first and keys[back - 1] > key:
                keys[back] = keys[back - 1]
                back -= 1
            keys[back] = key
        first += RUN
    width = RUN
    while width < n_keys:
        first = 0
        while first < n_keys:
            left = first
            middle = min(first + width, n_keys)
            stop = min(first + 2 * width, n_keys)
            right = middle
            for at in range(first, stop):
                if right >= stop or (left < middle and keys[left] < keys[right]):
                    room[at] = keys[left]
                    left += 1
                else:
                    room[at] = keys[right]
                    right += 1
            first = stop
        other = keys
        keys = room
        room = other
        width *= 2
    return keys


cdef inline void merge(
    const uint64_t* keys, int n_keys, const int32_t* members, int start, int n_members,
    int32_t* found, float* distances, int length
) noexcept nogil:
    """Put sorted candidates into a list, behind all entries that are as near, and drop its last ones."""
    cdef int old = length - 1
    cdef int new = n_keys - 1
    cdef int _, at, place
    cdef float distance
    for _ in range(n_keys):
        if new >= 0 and (old < 0 or distance_of(keys[new]) >= distances[old]):
            new -= 1
        else:
            old -= 1
    at = length - 1
    while new >= 0:
        distance = distance_of(keys[new])
        if old < 0 or distance >= distances[old]:
            place = start + <int>(keys[new] & 0xFFFFFFFFu)
            found[at] = members[place if place < n_members else place - n_members]
            distances[at] = distance
            new -= 1
        else:
            found[at] = found[old]
            distances[at] = distances[old]
            old -= 1
        at -= 1
