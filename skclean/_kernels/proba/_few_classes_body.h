/* The summary of narrow rows for one type of number and one width of registers; see _narrow.h. */

/* Summarise at most a tile of rows; return whether one may be no distribution. The inner loops choose with ?: alone. */
TARGET ALWAYS_INLINE int NAMED(narrow_tile)(const PROBA *rows, int n_rows, const int n_columns, const int *codes,
    double least_sum, double most_sum, PROBA *given, PROBA *rival, int *near_rival, int *predicted)
{
    PROBA value[MAX_NARROW][NARROW_TILE], code[NARROW_TILE], own[NARROW_TILE], high[NARROW_TILE];
    PROBA first[NARROW_TILE], best[NARROW_TILE], fine[NARROW_TILE];
    PROBA least = (PROBA)least_sum, most = (PROBA)most_sum;
    int suspicious = 0;
    for (int i = 0; i < n_rows; i++)
        code[i] = (PROBA)codes[i];
    for (int j = 0; j < n_columns; j++)
        for (int i = 0; i < n_rows; i++)
            value[j][i] = rows[i * n_columns + j];
    for (int i = 0; i < n_rows; i++) {
        PROBA y = code[i], sum = 0, low = 0, mine = 0, top = LOWEST, place = -1;
        for (int j = 0; j < n_columns; j++) {
            PROBA entry = value[j][i];
            PROBA other = y == j ? 0 : entry;
            sum += entry;
            low = entry < low ? entry : low;
            mine = y == j ? entry : mine;
            top = other > top ? other : top;
        }
        for (int j = n_columns - 1; j >= 0; j--) {
            PROBA found = value[j][i] == top ? j : place;
            place = y == j ? place : found;
        }
        /* Asked so that a NaN fails: this is compiled without the assumption that numbers are finite. */
        PROBA enough = sum >= least ? 1 : 0;
        PROBA within = sum <= most ? enough : 0;
        PROBA earlier = y < place ? y : place;
        PROBA leader = mine == top ? earlier : place;
        leader = mine > top ? y : leader;
        fine[i] = low >= 0 ? within : 0;
        best[i] = y < 0 ? place : leader;
        own[i] = mine;
        high[i] = top;
        first[i] = place;
    }
    memcpy(given, own, (size_t)n_rows * sizeof(PROBA));
    memcpy(rival, high, (size_t)n_rows * sizeof(PROBA));
    for (int i = 0; i < n_rows; i++)
        near_rival[i] = (int)first[i];
    for (int i = 0; i < n_rows; i++)
        predicted[i] = (int)best[i];
    for (int i = 0; i < n_rows; i++)
        suspicious |= fine[i] == 0;
    return suspicious;
}

TARGET static int NAMED(narrow_rows)(const PROBA *rows, ptrdiff_t n_rows, int n_columns, const int *codes,
    double least_sum, double most_sum, PROBA *given, PROBA *rival, int *near_rival, int *predicted)
{
    int suspicious = 0;
    for (ptrdiff_t i = 0; i < n_rows; i += NARROW_TILE) {
        const PROBA *tile = rows + i * n_columns;
        int n = n_rows - i < NARROW_TILE ? (int)(n_rows - i) : NARROW_TILE;
#define NARROW_CASE(width)                                                                                             \
    suspicious |= NAMED(narrow_tile)(                                                                                  \
        tile, n, width, codes + i, least_sum, most_sum, given + i, rival + i, near_rival + i, predicted + i)
        if (n_columns == 2)
            NARROW_CASE(2);
        else if (n_columns == 3)
            NARROW_CASE(3);
        else
            NARROW_CASE(4);
#undef NARROW_CASE
    }
    return suspicious;
}

#undef PROBA
#undef LOWEST
#undef NAMED
#undef TARGET
