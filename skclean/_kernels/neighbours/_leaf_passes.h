/* Squared distances from four rows to all members of a leaf, for the instructions that every processor of a kind has, and
 * on x86-64 for AVX2. Members lie column by column, padded to whole registers, and 4 times 16 sums stay in registers; each
 * distance is summed in the order of the columns, so that every width of registers gives the same number. */
#ifndef SKCLEAN_LEAF_PASSES_H
#define SKCLEAN_LEAF_PASSES_H

#include <stddef.h>
#include <string.h>

#define LEAF_QUERIES 4
#define LEAF_LANES 16

#if defined(__GNUC__)
typedef float leaf_lanes __attribute__((vector_size(32)));

#define LEAF_GAP(query)                                                                                                \
    one = low - rows[query][c];                                                                                        \
    other = high - rows[query][c];                                                                                     \
    low##query += one * one;                                                                                           \
    high##query += other * other;
#define LEAF_ZERO(query) leaf_lanes low##query = {0}, high##query = {0};
#define LEAF_KEPT(query)                                                                                               \
    memcpy(distances + (ptrdiff_t)query * n_padded + j, &low##query, sizeof(low));                                     \
    memcpy(distances + (ptrdiff_t)query * n_padded + j + LEAF_LANES / 2, &high##query, sizeof(high));

#define LEAF_PASS(name, target)                                                                                        \
    target static void name(                                                                                           \
        const float *columns, const float *const *rows, int n_columns, int n_padded, float *distances)                 \
    {                                                                                                                  \
        for (int j = 0; j < n_padded; j += LEAF_LANES) {                                                               \
            const float *column = columns + j;                                                                         \
            leaf_lanes low, high, one, other;                                                                          \
            LEAF_ZERO(0) LEAF_ZERO(1) LEAF_ZERO(2) LEAF_ZERO(3)                                                        \
            for (int c = 0; c < n_columns; c++, column += n_padded) {                                                  \
                memcpy(&low, column, sizeof(low));                                                                     \
                memcpy(&high, column + LEAF_LANES / 2, sizeof(high));                                                  \
                LEAF_GAP(0) LEAF_GAP(1) LEAF_GAP(2) LEAF_GAP(3)                                                        \
            }                                                                                                          \
            LEAF_KEPT(0) LEAF_KEPT(1) LEAF_KEPT(2) LEAF_KEPT(3)                                                        \
        }                                                                                                              \
    }
#else
#define LEAF_PASS(name, target)                                                                                        \
    static void name(const float *columns, const float *const *rows, int n_columns, int n_padded, float *distances)    \
    {                                                                                                                  \
        for (int q = 0; q < LEAF_QUERIES; q++) {                                                                       \
            float *reached = distances + (ptrdiff_t)q * n_padded;                                                      \
            for (int j = 0; j < n_padded; j++)                                                                         \
                reached[j] = 0;                                                                                        \
            for (int c = 0; c < n_columns; c++) {                                                                      \
                const float *column = columns + (ptrdiff_t)c * n_padded;                                               \
                for (int j = 0; j < n_padded; j++) {                                                                   \
                    float gap = column[j] - rows[q][c];                                                                \
                    reached[j] += gap * gap;                                                                           \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }
#endif

LEAF_PASS(leaf_distances_common, )

#if defined(__x86_64__) && defined(__GNUC__)
LEAF_PASS(leaf_distances_avx2, __attribute__((target("avx2"))))
#define LEAF_DISTANCES (__builtin_cpu_supports("avx2") ? leaf_distances_avx2 : leaf_distances_common)
#else
#define LEAF_DISTANCES leaf_distances_common
#endif

/* Have a row that is compared soon brought to the cache. */
static inline void fetch_row(const void *row)
{
#if defined(__GNUC__)
    __builtin_prefetch(row);
    __builtin_prefetch((const char *)row + 64);
#else
    (void)row;
#endif
}

/* The squared distance of two rows. There are always the same sums, so that it does not matter where rows lie. */
static inline float squared_gap(const float *one, const float *other, int n_columns)
{
    float sums[4] = {0}, rest = 0;
    int c = 0;
#if defined(__GNUC__)
    typedef float four __attribute__((vector_size(16)));
    four low = {0}, high = {0};
    for (; c + 8 <= n_columns; c += 8) {
        four a, b, x, y;
        memcpy(&a, one + c, 16);
        memcpy(&b, other + c, 16);
        memcpy(&x, one + c + 4, 16);
        memcpy(&y, other + c + 4, 16);
        a -= b;
        x -= y;
        low += a * a;
        high += x * x;
    }
    if (c + 4 <= n_columns) {
        four a, b;
        memcpy(&a, one + c, 16);
        memcpy(&b, other + c, 16);
        a -= b;
        low += a * a;
        c += 4;
    }
    low += high;
    memcpy(sums, &low, 16);
#endif
    for (; c < n_columns; c++) {
        float gap = one[c] - other[c];
        rest += gap * gap;
    }
    return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + rest;
}

static void leaf_distances(
    const float *columns, const float *const *rows, int n_columns, int n_padded, float *distances)
{
    LEAF_DISTANCES(columns, rows, n_columns, n_padded, distances);
}

#endif
