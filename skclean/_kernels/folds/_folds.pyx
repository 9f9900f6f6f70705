"""Drawing the folds of many repeats of cross-validation, and counting where each row sat.

Every repeat has a generator of its own, seeded by (seed, repeat): the folds of repeat 17 are the
same whatever block it is drawn in, so that they can be drawn again instead of kept.
"""

from libc.math cimport isnan
from libc.stdint cimport int64_t, uint8_t, uint64_t

cdef extern from *:
    """
    /* splitmix64 (Steele, Lea, Flood 2014): a counter and a mixer, good to permute and to seed. */
    static inline uint64_t skclean_next(uint64_t *state) {
        uint64_t z = (*state += 0x9E3779B97F4A7C15ULL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    static inline uint64_t skclean_state(uint64_t seed, uint64_t stream) {
        uint64_t state = seed ^ (stream * 0xD1342543DE82EF95ULL + 0x632BE59BD9B4E019ULL);
        skclean_next(&state);
        return state ^ skclean_next(&state);
    }
    /* Below `limit` (at most 2^32) by multiply and shift; its bias is below limit / 2^32. */
    static inline int64_t skclean_below(uint64_t *state, uint64_t limit) {
        return (int64_t)(((skclean_next(state) >> 32) * limit) >> 32);
    }
    #if defined(_MSC_VER)
    #define SKCLEAN_FETCH(address)
    #else
    #define SKCLEAN_FETCH(address) __builtin_prefetch(address)
    #endif
    """
    void SKCLEAN_FETCH(const void *) noexcept nogil
    uint64_t skclean_next(uint64_t *state) noexcept nogil
    uint64_t skclean_state(uint64_t seed, uint64_t stream) noexcept nogil
    int64_t skclean_below(uint64_t *state, uint64_t limit) noexcept nogil


cdef enum:
    MAX_FOLDS = 255
    TIES = 1  # the stream that breaks ties between folds
    DRAWS = 0  # the stream that draws them
    BATCH = 16  # places drawn at once, so that they can be fetched before they are read


def deal_folds(
    const int[::1] grouped, const int64_t[::1] starts, int n_splits, uint64_t seed,
    int64_t first_repeat, int[::1] scratch, uint8_t[:, ::1] folds,
):
    """Fill row r of `folds` with the fold of every row in repeat first_repeat + r.

    `grouped` lists the rows stratum by stratum, stratum s from starts[s] to starts[s + 1]. Each is
    shuffled, and the whole list dealt out in turn: fold sizes differ by one at most, and so do the
    parts of each stratum. Which folds get one more is random too. Rows not listed are in fold 255.
    """
    cdef Py_ssize_t r, s, i, b, n_drawn
    cdef int[BATCH] places
    cdef int held
    cdef int turn
    cdef uint64_t state
    cdef uint8_t[MAX_FOLDS] names
    with nogil:
        for r in range(folds.shape[0]):
            state = begin_repeat(seed, first_repeat + r, n_splits, names, folds[r])
            for i in range(grouped.shape[0]):
                scratch[i] = grouped[i]
            turn = 0
            for s in range(starts.shape[0] - 1):
                i = starts[s + 1] - 1
                while i >= starts[s]:
                    n_drawn = min(BATCH, i - starts[s] + 1)
                    draw_places(&state, starts[s], i, scratch, places)
                    for b in range(n_drawn):
                        held = scratch[places[b]]
                        scratch[places[b]] = scratch[i - b]
                        folds[r, held] = names[turn]
                        turn += 1
                        if turn == n_splits:
                            turn = 0
                    i -= n_drawn


cdef inline uint64_t begin_repeat(
    uint64_t seed, int64_t repeat, int n_splits, uint8_t *names, uint8_t[::1] fold
) noexcept nogil:
    """No row in a fold yet, and the numbers of the folds in random order; the state to go on with."""
    cdef uint64_t state = skclean_state(seed, 2 * <uint64_t>repeat + DRAWS)
    cdef Py_ssize_t i, j
    cdef uint8_t name
    for i in range(fold.shape[0]):
        fold[i] = MAX_FOLDS
    for i in range(n_splits):
        names[i] = <uint8_t>i
    for i in range(n_splits - 1, 0, -1):
        j = skclean_below(&state, i + 1)
        name = names[i]
        names[i] = names[j]
        names[j] = name
    return state


cdef inline void draw_places(
    uint64_t *state, int64_t first, int64_t last, int[::1] scratch, int *places
) noexcept nogil:
    """Draw places in first … last, first … last - 1 and so on; the halves of a random number serve two."""
    cdef uint64_t drawn
    cdef int64_t limit = last - first + 1
    cdef Py_ssize_t b
    for b in range(0, BATCH, 2):
        drawn = skclean_next(state)
        places[b] = <int>(first + <int64_t>(((drawn >> 32) * <uint64_t>max(limit - b, 1)) >> 32))
        places[b + 1] = <int>(first + <int64_t>(((drawn & 0xFFFFFFFFU) * <uint64_t>max(limit - b - 1, 1)) >> 32))
    for b in range(BATCH):
        SKCLEAN_FETCH(&scratch[places[b]])


def deal_evenly(
    const int[::1] order, const int64_t[::1] starts, int n_splits,
    const uint8_t[:, ::1] low, const uint8_t[:, ::1] high, uint64_t seed,
    int64_t first_repeat, uint8_t[:, ::1] folds,
):
    """Fill row r of `folds` from the sum, modulo n_splits, of two parts of each row's place in `order`.

    The place p has the parts low[r, p % L] and high[r, p // L], where L is the width of `low`. What
    is left to be moved, so that fold sizes and the parts of each stratum differ by one at most, are
    the first rows from some random place on. Strata are stretches of `order`, as in `deal_folds`.
    """
    cdef Py_ssize_t r, s
    cdef int turn
    cdef uint64_t state
    cdef uint8_t[MAX_FOLDS] names
    with nogil:
        for r in range(folds.shape[0]):
            state = begin_repeat(seed, first_repeat + r, n_splits, names, folds[r])
            turn = 0
            for s in range(starts.shape[0] - 1):
                if starts[s + 1] > starts[s]:
                    deal_stretch(
                        order, starts[s], starts[s + 1], n_splits, low[r], high[r], &state, &turn, names, folds[r]
                    )


cdef void deal_stretch(
    const int[::1] order, int64_t start, int64_t stop, int n_splits,
    const uint8_t[::1] low, const uint8_t[::1] high, uint64_t *state, int *turn,
    const uint8_t *names, uint8_t[::1] fold,
) noexcept nogil:
    """Deal out one stratum; the folds that get one row more follow those of the stratum before."""
    cdef int64_t[MAX_FOLDS] spare  # rows that a fold has too many, or lacks
    cdef int64_t size = stop - start
    cdef int64_t i, x, z  # a place, and where its parts are in low and in high
    cdef int f
    cdef int lacking = 0
    for f in range(n_splits):
        spare[f] = -(size // n_splits)
    for _ in range(size % n_splits):
        spare[turn[0]] -= 1
        turn[0] = 0 if turn[0] + 1 == n_splits else turn[0] + 1
    x = start % low.shape[0]
    z = start // low.shape[0]
    for _ in range(size):
        spare[part_sum(low[x], high[z], n_splits)] += 1
        step_on(&x, &z, low.shape[0])
    i = start + skclean_below(state, <uint64_t>size)
    x = i % low.shape[0]
    z = i // low.shape[0]
    for _ in range(size):
        f = part_sum(low[x], high[z], n_splits)
        if spare[f] > 0:
            while spare[lacking] >= 0:
                lacking += 1
            spare[f] -= 1
            spare[lacking] += 1
            f = lacking
        fold[order[i]] = names[f]
        i += 1
        step_on(&x, &z, low.shape[0])
        if i == stop:
            i = start
            x = start % low.shape[0]
            z = start // low.shape[0]


cdef inline int part_sum(int low, int high, int n_splits) noexcept nogil:
    return low + high if low + high < n_splits else low + high - n_splits


cdef inline void step_on(int64_t *x, int64_t *z, int64_t width) noexcept nogil:
    x[0] += 1
    if x[0] == width:
        x[0] = 0
        z[0] += 1


def count_extremes(
    const uint8_t[:, ::1] folds, const double[:, ::1] scores, uint64_t seed, int64_t first_repeat,
    int64_t[::1] worst, int64_t[::1] best,
):
    """Count for every row how often it sat in the worst and in the best fold.

    Ties are broken at random. Repeats with a NaN score are left out; returns how many were counted.
    """
    cdef Py_ssize_t r, i
    cdef int lowest, highest
    cdef int64_t counted = 0
    with nogil:
        for r in range(folds.shape[0]):
            if not find_extremes(scores[r], seed, first_repeat + r, &lowest, &highest):
                continue
            counted += 1
            for i in range(folds.shape[1]):
                worst[i] += folds[r, i] == lowest
                best[i] += folds[r, i] == highest
    return counted


cdef bint find_extremes(
    const double[::1] scores, uint64_t seed, int64_t repeat, int *lowest, int *highest
) noexcept nogil:
    """Folds of least and of greatest score, each drawn among equals; False where a score is NaN."""
    cdef uint64_t state = skclean_state(seed, 2 * <uint64_t>repeat + TIES)
    cdef int n_lowest = 0, n_highest = 0
    cdef int f
    lowest[0] = highest[0] = 0
    for f in range(scores.shape[0]):
        if isnan(scores[f]):
            return False
        if n_lowest == 0 or scores[f] < scores[lowest[0]]:
            lowest[0] = f
            n_lowest = 1
        elif scores[f] == scores[lowest[0]]:
            n_lowest += 1
            if skclean_below(&state, n_lowest) == 0:
                lowest[0] = f
        if n_highest == 0 or scores[f] > scores[highest[0]]:
            highest[0] = f
            n_highest = 1
        elif scores[f] == scores[highest[0]]:
            n_highest += 1
            if skclean_below(&state, n_highest) == 0:
                highest[0] = f
    return True


def add_fold_values(const uint8_t[:, ::1] folds, const double[:, ::1] values, double[::1] totals):
    """Add to every row the value of the fold that it sat in, repeat after repeat."""
    cdef Py_ssize_t r, i
    cdef int n_splits = <int>values.shape[1]
    with nogil:
        for r in range(folds.shape[0]):
            for i in range(folds.shape[1]):
                if folds[r, i] < n_splits:
                    totals[i] += values[r, folds[r, i]]
