"""Votes of the nearest neighbours outside a row's own fold, sixteen repeats at a time.

The list of a row's neighbours is the same in every repeat; what differs is which of them sit in
the row's own fold. So the folds of sixteen repeats lie side by side, one byte a lane, and a
neighbour is read once for all of them. The loops over lanes are plain C that compilers turn into
one vector instruction each.
"""

from libc.stdint cimport int64_t, uint8_t
from libc.string cimport memcpy, memset

cdef extern from *:
    """
    #include <stdint.h>
    #include <string.h>
    enum { SKCLEAN_LANES = 16 };
    /* Once inlined, these loops are unrolled before anyone sees that they are one vector each. */
    #if defined(_MSC_VER)
    #define SKCLEAN_APART static __declspec(noinline)
    #define SKCLEAN_FETCH(address)
    #else
    #define SKCLEAN_APART static __attribute__((noinline))
    #define SKCLEAN_FETCH(address) __builtin_prefetch(address)
    #endif

    /* Lanes in which the row takes part still want `wanted` neighbours. */
    SKCLEAN_APART void skclean_want(const uint8_t *__restrict own, uint8_t wanted, uint8_t *__restrict left) {
        for (int l = 0; l < SKCLEAN_LANES; l++) left[l] = own[l] == 255 ? 0 : wanted;
    }
    /* A neighbour of another fold is taken where one is still wanted. */
    SKCLEAN_APART void skclean_take(
        const uint8_t *__restrict theirs, const uint8_t *__restrict own, uint8_t *__restrict left
    ) {
        for (int l = 0; l < SKCLEAN_LANES; l++) left[l] -= (theirs[l] != own[l]) & (left[l] != 0);
    }
    SKCLEAN_APART void skclean_vote(
        const uint8_t *__restrict theirs, const uint8_t *__restrict own, uint8_t *__restrict left,
        uint8_t *__restrict votes
    ) {
        for (int l = 0; l < SKCLEAN_LANES; l++) {
            uint8_t taken = (theirs[l] != own[l]) & (left[l] != 0);
            left[l] -= taken;
            votes[l] += taken;
        }
    }
    /* The row's class loses where another one has more votes, or as many and is the `lower` one. */
    SKCLEAN_APART void skclean_lose(
        const uint8_t *__restrict mine, const uint8_t *__restrict theirs, uint8_t lower, uint8_t *__restrict miss
    ) {
        for (int l = 0; l < SKCLEAN_LANES; l++) miss[l] |= (uint8_t)(theirs[l] + lower) > mine[l];
    }
    static inline int skclean_any(const uint8_t *lanes) {
        uint64_t words[SKCLEAN_LANES / 8];
        memcpy(words, lanes, sizeof words);
        return (words[0] | words[1]) != 0;
    }
    """
    enum: SKCLEAN_LANES
    void SKCLEAN_FETCH(const void *) noexcept nogil
    void skclean_want(const uint8_t *, uint8_t, uint8_t *) noexcept nogil
    void skclean_take(const uint8_t *, const uint8_t *, uint8_t *) noexcept nogil
    void skclean_vote(const uint8_t *, const uint8_t *, uint8_t *, uint8_t *) noexcept nogil
    void skclean_lose(const uint8_t *, const uint8_t *, uint8_t, uint8_t *) noexcept nogil
    bint skclean_any(const uint8_t *) noexcept nogil

LANES = SKCLEAN_LANES

cdef enum:
    AHEAD = 4  # rows whose neighbours are fetched before their turn


def interleave(const uint8_t[:, ::1] folds, uint8_t[:, ::1] lanes):
    """Lay the folds of at most LANES repeats side by side, row by row; unused lanes get fold 255."""
    cdef Py_ssize_t r, i
    cdef Py_ssize_t n_repeats = folds.shape[0]
    with nogil:
        for i in range(folds.shape[1]):
            for r in range(n_repeats):
                lanes[i, r] = folds[r, i]
            for r in range(n_repeats, SKCLEAN_LANES):
                lanes[i, r] = 255


def count_sizes(const uint8_t[:, ::1] folds, int64_t[:, ::1] sizes):
    """Add to sizes[r, f] how many rows sit in fold f; `sizes` has 256 columns."""
    cdef Py_ssize_t r, i, n_rows = folds.shape[1]
    cdef int[512] counts  # two tables, so that an addition need not wait for the one before
    with nogil:
        for r in range(folds.shape[0]):
            memset(counts, 0, sizeof(counts))
            for i in range(0, n_rows - 1, 2):
                counts[folds[r, i]] += 1
                counts[256 + folds[r, i + 1]] += 1
            if n_rows % 2:
                counts[folds[r, n_rows - 1]] += 1
            for i in range(256):
                sizes[r, i] += counts[i] + counts[256 + i]


def count_misses(
    const uint8_t[:, ::1] lanes, const int[::1] rows, const int[:, ::1] lists, const int[::1] codes, int k,
    uint8_t[:, ::1] votes, int64_t[:, ::1] misses, int[::1] short,
):
    """Count for every lane and fold how many rows the vote of their k nearest outside the fold gets wrong.

    lists[i] names the neighbours of row rows[i], nearest first, -1 after the last; `votes` has a zero
    row a class, and is zero again afterwards. Rows whose list holds less than k neighbours outside
    their fold, in whatever lane, are not counted but written to `short` as positions in `rows`;
    returns how many these are.
    """
    cdef Py_ssize_t i, lane, n_short = 0
    cdef uint8_t[SKCLEAN_LANES] miss
    cdef const uint8_t *own
    with nogil:
        for i in range(rows.shape[0]):
            if i + AHEAD < rows.shape[0]:
                fetch(lanes, lists, i + AHEAD, codes, k + k // 2)
            own = &lanes[rows[i], 0]
            memset(miss, 0, sizeof(miss))
            if not first_agree(lanes, own, lists, i, codes, codes[rows[i]], k // 2 + 1, miss):
                if not count_votes(lanes, own, lists, i, codes, codes[rows[i]], k, votes, miss):
                    short[n_short] = <int>i
                    n_short += 1
                    continue
            if skclean_any(miss):
                for lane in range(SKCLEAN_LANES):
                    misses[lane, own[lane]] += miss[lane]
    return n_short


cdef inline void fetch(
    const uint8_t[:, ::1] lanes, const int[:, ::1] lists, Py_ssize_t i, const int[::1] codes, Py_ssize_t n_fetched
) noexcept nogil:
    """Ask for what the vote of list i will read: in large problems every neighbour is a cache miss."""
    cdef Py_ssize_t j
    for j in range(min(n_fetched, lists.shape[1])):
        if lists[i, j] < 0:
            break
        SKCLEAN_FETCH(&lanes[lists[i, j], 0])
        SKCLEAN_FETCH(&codes[lists[i, j]])


cdef bint first_agree(
    const uint8_t[:, ::1] lanes, const uint8_t *own, const int[:, ::1] lists, Py_ssize_t i,
    const int[::1] codes, int own_code, int majority, uint8_t *miss,
) noexcept nogil:
    """Whether the list begins with a majority of one class in every lane, which decides the vote."""
    cdef uint8_t[SKCLEAN_LANES] left
    cdef Py_ssize_t j
    cdef int code = -1
    skclean_want(own, <uint8_t>majority, left)
    for j in range(lists.shape[1]):
        if lists[i, j] < 0 or (j > 0 and codes[lists[i, j]] != code):
            return False
        code = codes[lists[i, j]]
        skclean_take(&lanes[lists[i, j], 0], own, left)
        if j + 1 >= majority and not skclean_any(left):
            memset(miss, code != own_code, SKCLEAN_LANES)
            return True
    return False


cdef bint count_votes(
    const uint8_t[:, ::1] lanes, const uint8_t *own, const int[:, ::1] lists, Py_ssize_t i,
    const int[::1] codes, int own_code, int k, uint8_t[:, ::1] votes, uint8_t *miss,
) noexcept nogil:
    """Vote in every lane; False where some lane finds less than k neighbours."""
    cdef uint8_t[SKCLEAN_LANES] left
    cdef uint8_t[SKCLEAN_LANES] mine
    cdef Py_ssize_t j, n_read = 0
    cdef int code
    cdef bint unfinished = True
    skclean_want(own, <uint8_t>k, left)
    while unfinished and n_read < lists.shape[1] and lists[i, n_read] >= 0:
        skclean_vote(&lanes[lists[i, n_read], 0], own, left, &votes[codes[lists[i, n_read]], 0])
        n_read += 1
        if n_read >= k:
            unfinished = skclean_any(left)
    memcpy(mine, &votes[own_code, 0], SKCLEAN_LANES)
    for j in range(n_read):  # a class met again has lost its votes, which makes no other winner
        code = codes[lists[i, j]]
        if code != own_code:
            skclean_lose(mine, &votes[code, 0], code < own_code, miss)
        memset(&votes[code, 0], 0, SKCLEAN_LANES)
    return not unfinished
