"""Extremely randomised trees on columns of bytes: grow one, and let it vote on the rows that it did not draw.

A cell is the number of its bin in 0..254, or 255 where it is missing. A node draws some columns, and for each a cut
between the lowest and the highest cell of its rows, evenly on a scale of the column's own (`heights`); it keeps the cut
with the largest decrease of the Gini impurity. Missing cells go to a side that is drawn.

A leaf holds the share of every class that it has, in whole units. Votes are sums of whole numbers, so that they do
not depend on the order of the trees. Rows of a node stay in rising order, so that their cells are read in order.
"""

from libc.stdint cimport int32_t, uint8_t, uint16_t, uint32_t, uint64_t

cdef extern from "_tree_passes.h":
    enum:
        SKCLEAN_STEP
        SKCLEAN_SIDE_BY_SIDE
        SKCLEAN_MISSING
    ctypedef struct SkcleanNode:
        int32_t child
        uint16_t column
        uint8_t cut
        uint8_t flip
    void skclean_gather(const uint8_t *, const int32_t *, Py_ssize_t, uint8_t *) noexcept nogil
    void skclean_range(const uint8_t *, Py_ssize_t, uint8_t *, uint8_t *) noexcept nogil
    Py_ssize_t skclean_left_of_two(
        const uint8_t *, const float *, const float *, Py_ssize_t, uint8_t, double *, double *
    ) noexcept nogil
    Py_ssize_t skclean_left_of_many(
        const uint8_t *, const float *, const int32_t *, Py_ssize_t, uint8_t, double *
    ) noexcept nogil
    void skclean_part(const uint8_t *, Py_ssize_t, uint8_t, uint32_t *, uint32_t *) noexcept nogil
    int skclean_descend(const SkcleanNode *, const uint8_t **, int32_t *) noexcept nogil

STEP = SKCLEAN_STEP
NODE_BYTES = sizeof(SkcleanNode)

cdef struct Rows:
    # Of the tree; those of one node lie side by side.
    int32_t *order
    float *weight
    float *ones  # weight of the rows of class 1, where there are two classes
    int32_t *codes
    uint32_t *spare

cdef struct Counts:
    # Of one node.
    double total
    double *every
    double *left
    int32_t *present
    Py_ssize_t n_present

cdef struct Cut:
    Py_ssize_t column
    Py_ssize_t n_left
    double score
    uint8_t at
    uint8_t flip


def draw_rows(uint64_t seed, Py_ssize_t n_draws, const int32_t[::1] rows, uint16_t[::1] times):
    """Draw rows with replacement; add to `times` how often each was drawn."""
    cdef uint64_t state = seed
    cdef Py_ssize_t _draw, row
    with nogil:
        for _draw in range(n_draws):
            row = rows[below(&state, rows.shape[0])]
            times[row] += times[row] < 65535


def grow_tree(
    uint64_t seed, const uint8_t[:, ::1] columns, const float[:, ::1] heights, int n_classes, int n_tried, int min_leaf,
    double unit, int32_t[::1] order, float[::1] weight, float[::1] ones, int32_t[::1] codes, uint32_t[::1] spare,
    uint8_t[:, ::1] cells, double[:, ::1] counts, int32_t[::1] present, int32_t[::1] tried, int32_t[:, ::1] stack,
    uint8_t[::1] node_bytes, int32_t[::1] leaf_of, int32_t[::1] leaf_starts, int32_t[::1] leaf_classes,
    uint32_t[::1] leaf_shares,
):
    """Grow a tree on n rows; each line of `columns` holds one column of them.

    `weight`, `ones` and `codes` belong to these rows, with STEP more places; they, `order` and the arrays from `spare`
    to `stack` are overwritten. From `node_bytes` on, arrays are filled: nodes, the number of the leaf of each node,
    where the shares of each leaf begin, and their classes and shares. Returns the number of nodes, leaves and shares.
    """
    cdef uint64_t state = seed
    cdef SkcleanNode *nodes = <SkcleanNode *>&node_bytes[0]
    cdef Rows rows = Rows(&order[0], &weight[0], &ones[0], &codes[0], &spare[0])
    cdef Counts node_counts = Counts(0, &counts[0, 0], &counts[1, 0], &present[0], 0)
    cdef Cut cut
    cdef uint8_t *tried_cells = &cells[0, 0]
    cdef uint8_t *best_cells = &cells[1, 0]
    cdef Py_ssize_t i, node, start, n, top = 1, n_nodes = 1, n_leaves = 0, n_shares = 0
    cdef Py_ssize_t n_rows = columns.shape[1]
    with nogil:
        for i in range(n_rows):
            order[i] = <int32_t>i
        stack[0, 0], stack[0, 1], stack[0, 2] = 0, 0, <int32_t>n_rows
        leaf_starts[0] = 0
        while top:
            top -= 1
            node, start, n = stack[top, 0], stack[top, 1], stack[top, 2]
            count_classes(&rows, start, n, n_classes, &node_counts)
            cut.column = -1
            if node_counts.n_present > 1 and n >= 2 * min_leaf:
                find_cut(
                    &state, columns, heights, n_tried, min_leaf, n_classes, &rows, start, n, &node_counts, tried,
                    &tried_cells, &best_cells, &cut,
                )
            if cut.column < 0:
                nodes[node] = SkcleanNode(<int32_t>node, 0, SKCLEAN_MISSING, 0)
                leaf_of[node] = <int32_t>n_leaves
                for i in range(node_counts.n_present):
                    leaf_classes[n_shares] = present[i]
                    leaf_shares[n_shares] = <uint32_t>(counts[0, present[i]] / node_counts.total * unit + 0.5)
                    n_shares += 1
                n_leaves += 1
                leaf_starts[n_leaves] = <int32_t>n_shares
            else:
                nodes[node] = SkcleanNode(<int32_t>n_nodes, <uint16_t>cut.column, cut.at, cut.flip)
                leaf_of[node] = -1
                part_rows(&rows, start, n, n_classes, best_cells, cut.at)
                stack[top, 0], stack[top, 1] = <int32_t>(n_nodes + 1), <int32_t>(start + cut.n_left)
                stack[top, 2] = <int32_t>(n - cut.n_left)
                stack[top + 1, 0], stack[top + 1, 1] = <int32_t>n_nodes, <int32_t>start
                stack[top + 1, 2] = <int32_t>cut.n_left
                top += 2
                n_nodes += 2
            for i in range(node_counts.n_present):
                counts[0, present[i]] = 0
    return n_nodes, n_leaves, n_shares


cdef void count_classes(Rows *rows, Py_ssize_t start, Py_ssize_t n, int n_classes, Counts *counts) noexcept nogil:
    """Weight of every class among the rows of a node; the classes that it has, and the weight of all."""
    cdef Py_ssize_t i
    cdef int code
    cdef double total = 0, ones = 0
    counts.n_present = 0
    if n_classes == 2:
        for i in range(start, start + n):
            total += rows.weight[i]
            ones += rows.ones[i]
        counts.every[0], counts.every[1] = total - ones, ones
        for code in range(2):
            if counts.every[code] > 0:
                counts.present[counts.n_present] = code
                counts.n_present += 1
    else:
        for i in range(start, start + n):
            code = rows.codes[i]
            if counts.every[code] == 0:
                counts.present[counts.n_present] = code
                counts.n_present += 1
            counts.every[code] += rows.weight[i]
            total += rows.weight[i]
    counts.total = total


cdef void find_cut(
    uint64_t *state, const uint8_t[:, ::1] columns, const float[:, ::1] heights, int n_tried, int min_leaf,
    int n_classes, Rows *rows, Py_ssize_t start, Py_ssize_t n, Counts *counts, int32_t[::1] tried,
    uint8_t **tried_cells, uint8_t **best_cells, Cut *best,
) noexcept nogil:
    """Try a cut of each of some columns, drawn without replacement; at least one that is not constant."""
    cdef Py_ssize_t n_columns = columns.shape[0], n_drawn = 0, n_varied = 0, i
    cdef int32_t column
    cdef uint8_t low, high
    cdef Cut cut
    best.column = -1
    best.score = -1
    while n_drawn < n_columns and (n_drawn < n_tried or n_varied == 0):
        i = n_drawn + below(state, n_columns - n_drawn)
        column = tried[i]
        tried[i] = tried[n_drawn]
        tried[n_drawn] = column
        n_drawn += 1
        skclean_gather(&columns[column, 0], rows.order + start, n, tried_cells[0])
        skclean_range(tried_cells[0], n, &low, &high)
        cut.column = column
        if not draw_cut(state, heights, low, high, tried_cells[0], n, &cut):
            continue
        n_varied += 1
        measure_cut(&cut, tried_cells[0], min_leaf, n_classes, rows, start, n, counts)
        if cut.score > best.score:
            best[0] = cut
            tried_cells[0], best_cells[0] = best_cells[0], tried_cells[0]


cdef bint draw_cut(
    uint64_t *state, const float[:, ::1] heights, uint8_t low, uint8_t high, uint8_t *cells, Py_ssize_t n, Cut *cut
) noexcept nogil:
    """Draw where to cut between the lowest and the highest cell; False where all cells are the same.

    Missing cells that go to the left get the lowest number.
    """
    cdef Py_ssize_t i
    cdef bint any_missing = low == high and low != SKCLEAN_MISSING and has_missing(cells, n)
    cut.flip = 0
    cut.at = low
    if low == SKCLEAN_MISSING or (low == high and not any_missing):
        return False
    if low == high:  # present cells to the left, missing ones to the right
        return True
    cut.at = place_between(state, &heights[cut.column, 0], low, high)
    if advance(state) >> 63:
        cut.flip = SKCLEAN_MISSING
        for i in range(n):
            if cells[i] == SKCLEAN_MISSING:
                cells[i] = low
    return True


cdef inline bint has_missing(const uint8_t *cells, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(n):
        if cells[i] == SKCLEAN_MISSING:
            return True
    return False


cdef inline uint8_t place_between(uint64_t *state, const float *heights, uint8_t low, uint8_t high) noexcept nogil:
    """The last bin in low..high-1 that is not above a height drawn evenly between those of `low` and `high`."""
    cdef double height = heights[low] + (advance(state) >> 11) / 9007199254740992.0 * (heights[high] - heights[low])
    cdef int first = low, last = high - 1, middle
    while first < last:
        middle = (first + last + 1) >> 1
        if heights[middle] <= height:
            first = middle
        else:
            last = middle - 1
    return <uint8_t>first


cdef void measure_cut(
    Cut *cut, const uint8_t *cells, int min_leaf, int n_classes, Rows *rows, Py_ssize_t start, Py_ssize_t n,
    Counts *counts,
) noexcept nogil:
    """Fill in the score of a cut, large where sides are pure, and the rows to its left; -1 where a side is too small.

    The sum over sides of squared class weights by the weight of the side: the Gini impurity up to a constant.
    """
    cdef double left = 0, left_ones = 0, squares = 0, right_squares = 0, share
    cdef Py_ssize_t i
    if n_classes == 2:
        cut.n_left = skclean_left_of_two(
            cells, rows.weight + start, rows.ones + start, n, cut.at, &left, &left_ones
        )
        counts.left[0], counts.left[1] = left - left_ones, left_ones
    else:
        for i in range(counts.n_present):
            counts.left[counts.present[i]] = 0
        cut.n_left = skclean_left_of_many(cells, rows.weight + start, rows.codes + start, n, cut.at, counts.left)
        for i in range(counts.n_present):
            left += counts.left[counts.present[i]]
    cut.score = -1
    if cut.n_left < min_leaf or n - cut.n_left < min_leaf or left <= 0 or left >= counts.total:
        return
    for i in range(counts.n_present):
        share = counts.left[counts.present[i]]
        squares += share * share
        share = counts.every[counts.present[i]] - share
        right_squares += share * share
    cut.score = squares / left + right_squares / (counts.total - left)


cdef void part_rows(
    Rows *rows, Py_ssize_t start, Py_ssize_t n, int n_classes, const uint8_t *cells, uint8_t cut
) noexcept nogil:
    skclean_part(cells, n, cut, <uint32_t *>(rows.order + start), rows.spare)
    skclean_part(cells, n, cut, <uint32_t *>(rows.weight + start), rows.spare)
    if n_classes == 2:
        skclean_part(cells, n, cut, <uint32_t *>(rows.ones + start), rows.spare)
    else:
        skclean_part(cells, n, cut, <uint32_t *>(rows.codes + start), rows.spare)


def add_votes(
    const uint8_t[:, ::1] table, const int32_t[::1] rows, const uint8_t[::1] node_bytes, const int32_t[::1] leaf_of,
    const int32_t[::1] leaf_starts, const int32_t[::1] leaf_classes, const uint32_t[::1] leaf_shares,
    uint32_t[:, ::1] votes,
):
    """Add to `votes`, for some rows of `table`, the shares of the leaf that each falls into."""
    cdef const SkcleanNode *nodes = <const SkcleanNode *>&node_bytes[0]
    cdef int32_t[SKCLEAN_SIDE_BY_SIDE] at
    cdef const uint8_t* cells[SKCLEAN_SIDE_BY_SIDE]
    cdef Py_ssize_t first, i, j, n_side
    cdef int32_t row, leaf
    with nogil:
        first = 0
        while first < rows.shape[0]:
            n_side = min(<Py_ssize_t>SKCLEAN_SIDE_BY_SIDE, rows.shape[0] - first)
            for i in range(SKCLEAN_SIDE_BY_SIDE):
                at[i] = 0
                cells[i] = &table[rows[first + (i if i < n_side else 0)], 0]
            while skclean_descend(nodes, cells, at):
                pass
            for i in range(n_side):
                row, leaf = rows[first + i], leaf_of[at[i]]
                for j in range(leaf_starts[leaf], leaf_starts[leaf + 1]):
                    votes[row, leaf_classes[j]] += leaf_shares[j]
            first += SKCLEAN_SIDE_BY_SIDE


cdef inline uint64_t advance(uint64_t *state) noexcept nogil:
    """The next random number (splitmix64)."""
    cdef uint64_t mixed
    state[0] += <uint64_t>0x9E3779B97F4A7C15
    mixed = state[0]
    mixed = (mixed ^ (mixed >> 30)) * <uint64_t>0xBF58476D1CE4E5B9
    mixed = (mixed ^ (mixed >> 27)) * <uint64_t>0x94D049BB133111EB
    return mixed ^ (mixed >> 31)


cdef inline Py_ssize_t below(uint64_t *state, Py_ssize_t n) noexcept nogil:
    """A whole number in 0..n-1; n is below 2^32."""
    return <Py_ssize_t>(((advance(state) >> 32) * <uint64_t>n) >> 32)
