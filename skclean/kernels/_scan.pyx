"""One look at every row: is it a distribution, and how do its two main classes stand?

The matrix is usually far larger than any cache, so one pass costs about as much as everything
else together. A single pass therefore checks each row and keeps what most later steps need: the
given class's probability, and the best of the other classes (the rival). Later steps go back
only to the few rows that these do not settle.

This file is compiled without the assumption that numbers are finite: a NaN or an infinity is
recognised by what it does to the sum of its row.
"""

from libc.math cimport fabs, isfinite, isnan
from skclean.kernels._types cimport proba_t

cdef enum:
    LANES = 8  # independent accumulators, so that sums and maxima run in packed registers
    NARROW = 24  # below this many classes filling the lanes costs more than it saves

cdef enum:
    SOUND = 0
    HAS_NAN = 1
    HAS_INFINITE = 2
    HAS_NEGATIVE = 3
    WRONG_SUM = 4


cdef int diagnose(
    const proba_t[:, ::1] block, Py_ssize_t i, double atol
) noexcept nogil:
    """Judge one suspicious row in the order of severity, summing in double precision."""
    cdef double total = 0.0
    cdef bint infinite = False
    cdef bint negative = False
    cdef Py_ssize_t j
    for j in range(block.shape[1]):
        if isnan(block[i, j]):
            return HAS_NAN
        infinite |= not isfinite(block[i, j])
        negative |= block[i, j] < 0
        total += block[i, j]
    if infinite:
        return HAS_INFINITE
    if negative:
        return HAS_NEGATIVE
    return SOUND if fabs(total - 1.0) <= atol else WRONG_SUM


cdef inline void take_narrow(
    const proba_t[:, ::1] block, Py_ssize_t i, Py_ssize_t skip,
    proba_t* total, proba_t* low, proba_t* high, Py_ssize_t* where
) noexcept nogil:
    """Sum, minimum, and first maximum outside column `skip`, without branches."""
    cdef Py_ssize_t first = 1 if skip == 0 and block.shape[1] > 1 else 0
    cdef Py_ssize_t best_j = first
    cdef proba_t best = block[i, first]
    cdef proba_t s = 0
    cdef proba_t m = 0
    cdef proba_t v
    cdef bint better
    cdef Py_ssize_t j
    for j in range(block.shape[1]):
        v = block[i, j]
        s += v
        m = v if v < m else m
        better = (v > best) & (j != skip)
        best = v if better else best
        best_j = j if better else best_j
    total[0] = s
    low[0] = m
    high[0] = best
    where[0] = best_j


cdef inline Py_ssize_t find_first(
    const proba_t[:, ::1] block, Py_ssize_t i, Py_ssize_t skip, proba_t value
) noexcept nogil:
    """First column other than `skip` that holds `value`; 0 or 1 when a NaN hides it."""
    cdef Py_ssize_t n_columns = block.shape[1]
    cdef Py_ssize_t n_groups = n_columns // LANES
    cdef Py_ssize_t group, k
    cdef int hits
    for group in range(n_groups):
        hits = 0
        for k in range(LANES):
            hits |= block[i, group * LANES + k] == value
        if hits:
            for k in range(group * LANES, group * LANES + LANES):
                if block[i, k] == value and k != skip:
                    return k
    for k in range(n_groups * LANES, n_columns):
        if block[i, k] == value and k != skip:
            return k
    return 1 if skip == 0 and n_columns > 1 else 0


cdef inline void take_groups(
    const proba_t[:, ::1] block, Py_ssize_t i, Py_ssize_t first, Py_ssize_t last,
    proba_t* sums, proba_t* lows, proba_t* highs
) noexcept nogil:
    """Whole groups of LANES columns: the loop that runs in packed registers."""
    cdef Py_ssize_t group, k
    cdef proba_t v
    for group in range(first, last):
        for k in range(LANES):
            v = block[i, group * LANES + k]
            sums[k] += v
            lows[k] = v if v < lows[k] else lows[k]
            highs[k] = v if v > highs[k] else highs[k]


cdef inline void take_columns(
    const proba_t[:, ::1] block, Py_ssize_t i, Py_ssize_t first, Py_ssize_t last, Py_ssize_t skip,
    proba_t* sums, proba_t* lows, proba_t* highs
) noexcept nogil:
    """At most LANES columns, one by one: the group with `skip` in it, and the end of the row."""
    cdef Py_ssize_t k
    cdef proba_t v
    for k in range(last - first):
        v = block[i, first + k]
        sums[k] += v
        lows[k] = v if v < lows[k] else lows[k]
        highs[k] = v if v > highs[k] and first + k != skip else highs[k]


cdef inline void take_wide(
    const proba_t[:, ::1] block, Py_ssize_t i, Py_ssize_t skip,
    proba_t* total, proba_t* low, proba_t* high, Py_ssize_t* where
) noexcept nogil:
    """As `take_narrow`, in packed lanes."""
    cdef proba_t sums[LANES]
    cdef proba_t lows[LANES]
    cdef proba_t highs[LANES]
    cdef Py_ssize_t n_columns = block.shape[1]
    cdef Py_ssize_t n_groups = n_columns // LANES
    cdef Py_ssize_t apart = n_groups if skip < 0 else min(n_groups, skip // LANES)
    cdef Py_ssize_t k
    cdef proba_t start = block[i, 1 if skip == 0 else 0]
    for k in range(LANES):
        sums[k] = 0
        lows[k] = 0
        highs[k] = start
    take_groups(block, i, 0, apart, sums, lows, highs)
    take_groups(block, i, apart + 1, n_groups, sums, lows, highs)
    if apart < n_groups:
        take_columns(block, i, apart * LANES, apart * LANES + LANES, skip, sums, lows, highs)
    take_columns(block, i, n_groups * LANES, n_columns, skip, sums, lows, highs)
    for k in range(1, LANES):
        sums[0] += sums[k]
        lows[0] = lows[k] if lows[k] < lows[0] else lows[0]
        highs[0] = highs[k] if highs[k] > highs[0] else highs[0]
    total[0] = sums[0]
    low[0] = lows[0]
    high[0] = highs[0]
    where[0] = find_first(block, i, skip, highs[0])


def scan_block(
    const proba_t[:, ::1] block,
    const int[::1] codes,
    bint check,
    double atol,
    double tight,
    proba_t[::1] given,
    proba_t[::1] rival,
    int[::1] rival_code,
    int[::1] predicted,
):
    """Fill the summaries of a block of rows; return (row, problem) of the first bad one.

    The problem is SOUND, and the row means nothing, when there is none.

    `tight` is `atol` less what a sum in packed lanes may lose to rounding: a row outside it is
    summed again in double precision before it is called bad. Rows with code -1 have no given
    class: theirs is 0, and the rival is the best of all classes.
    """
    cdef Py_ssize_t i = 0
    cdef Py_ssize_t y
    cdef Py_ssize_t where = 0
    cdef proba_t total = 0
    cdef proba_t low = 0
    cdef proba_t high = 0
    cdef proba_t own
    cdef int problem = SOUND
    cdef bint is_given
    cdef bint narrow = block.shape[1] < NARROW
    with nogil:
        for i in range(block.shape[0]):
            y = codes[i]
            if narrow:
                take_narrow(block, i, y, &total, &low, &high, &where)
            else:
                take_wide(block, i, y, &total, &low, &high, &where)
            # Written so that NaN, which compares false with everything, fails it too.
            if check and not (fabs(total - 1.0) <= tight and low >= 0):
                problem = diagnose(block, i, atol)
                if problem != SOUND:
                    break
            own = block[i, y] if y >= 0 else 0
            given[i] = own
            rival[i] = high
            rival_code[i] = <int>where
            is_given = y >= 0 and (own > high or (own == high and y < where))
            predicted[i] = <int>(y if is_given else where)
    return i, problem
