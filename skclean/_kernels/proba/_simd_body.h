/* What is done to every entry of a row, for one type of number and one width of registers.
 *
 * Included by _wide_passes.h with PROBA (the type), LOWEST (its least number), NAMED (which ends a name in both) and
 * TARGET (which tells the compiler the instructions). Written for packed registers: no branch and no early exit inside
 * a group, and nothing that depends on the order of additions but the sum.
 */

/* Sum and minimum of each row, and its best entry but one (0 stands for that one; -1 leaves none out). */
TARGET static void NAMED(look_over)(
    const PROBA *rows, int n_rows, int n_columns, const int *skips, PROBA *sums, PROBA *lows, PROBA *highs)
{
    for (int i = 0; i < n_rows; i++) {
        const PROBA *row = rows + (ptrdiff_t)i * n_columns;
        int skip = skips[i];
        PROBA sum = 0, low = 0, high = LOWEST;
#pragma GCC unroll 4
        for (int j = 0; j < n_columns; j++) {
            PROBA value = row[j];
            /* 0 rather than something lower: clearing bits is cheaper than choosing. */
            PROBA other = j == skip ? 0 : value;
            sum += value;
            low = value < low ? value : low;
            high = other > high ? other : high;
        }
        sums[i] = sum;
        lows[i] = low;
        highs[i] = high;
    }
}

/* First column but `skip` from start to stop that holds `value`, as a maximum of what is left of the row: an early
 * exit would mispredict, and the number that stands for "not this one" must be 0. n_columns if there is none. */
TARGET static int NAMED(first_between)(
    const PROBA *row, int n_columns, int start, int stop, int skip, PROBA value)
{
    int most_left = 0;
    for (int j = start; j < stop; j++) {
        int left = row[j] == value ? n_columns - j : 0;
        left = j == skip ? 0 : left;
        most_left = left > most_left ? left : most_left;
    }
    return n_columns - most_left;
}

TARGET static int NAMED(first_of_row)(const PROBA *row, int n_columns, int skip, PROBA value)
{
    int start = 0, first;
    for (; start + GROUP < n_columns; start += GROUP) {
        PROBA hits = 0; /* as wide as what is compared, or packing fails */
        for (int j = start; j < start + GROUP; j++)
            hits += row[j] == value ? 1 : 0;
        if (hits > 0) {
            first = NAMED(first_between)(row, n_columns, start, start + GROUP, skip, value);
            if (first < n_columns)
                return first;
        }
    }
    first = NAMED(first_between)(row, n_columns, start, n_columns, skip, value);
    return first < n_columns ? first : -1;
}

/* First column of each row, but its skip, that holds its value; -1 where a NaN has hidden it. */
TARGET static void NAMED(find_first)(
    const PROBA *rows, int n_rows, int n_columns, const int *skips, const PROBA *values, int *firsts)
{
    for (int i = 0; i < n_rows; i++)
        firsts[i] = NAMED(first_of_row)(rows + (ptrdiff_t)i * n_columns, n_columns, skips[i], values[i]);
}

/* The largest entry that reaches the threshold of its column; -1 if there is none. */
TARGET static PROBA NAMED(best_reaching)(const PROBA *row, const PROBA *thresholds, int n_columns)
{
    PROBA best = -1;
    for (int j = 0; j < n_columns; j++) {
        PROBA value = row[j] >= thresholds[j] ? row[j] : -1;
        best = value > best ? value : best;
    }
    return best;
}

#undef PROBA
#undef LOWEST
#undef NAMED
#undef TARGET
