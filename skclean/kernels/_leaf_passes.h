/* Squared distances from one row to all members of a leaf, for the instructions that every processor of a kind has, and
 * on x86-64 for AVX2. Members lie column by column, so that the loop over them is packed; each distance is summed in the
 * order of the columns, so that every width of registers gives the same number. */
#ifndef SKCLEAN_LEAF_PASSES_H
#define SKCLEAN_LEAF_PASSES_H

#include <stddef.h>
#include <string.h>

#define LEAF_PASS(name, target)                                                                                        \
    target static void name(                                                                                           \
        const float *columns, const float *row, int n_columns, int n_members, float *distances)                        \
    {                                                                                                                  \
        int c = 0;                                                                                                     \
        for (int j = 0; j < n_members; j++)                                                                            \
            distances[j] = 0;                                                                                          \
        for (; c + 4 <= n_columns; c += 4) {                                                                           \
            const float *first = columns + (ptrdiff_t)c * n_members, *second = first + n_members;                      \
            const float *third = second + n_members, *fourth = third + n_members;                                      \
            float v = row[c], w = row[c + 1], x = row[c + 2], y = row[c + 3];                                          \
            for (int j = 0; j < n_members; j++) {                                                                      \
                float a = first[j] - v, b = second[j] - w, s = third[j] - x, t = fourth[j] - y;                        \
                distances[j] = (((distances[j] + a * a) + b * b) + s * s) + t * t;                                     \
            }                                                                                                          \
        }                                                                                                              \
        for (; c < n_columns; c++) {                                                                                   \
            const float *column = columns + (ptrdiff_t)c * n_members;                                                  \
            for (int j = 0; j < n_members; j++) {                                                                      \
                float gap = column[j] - row[c];                                                                        \
                distances[j] += gap * gap;                                                                             \
            }                                                                                                          \
        }                                                                                                              \
    }

LEAF_PASS(leaf_distances_common, )

#if defined(__x86_64__) && defined(__GNUC__)
LEAF_PASS(leaf_distances_avx2, __attribute__((target("avx2"))))
#define LEAF_DISTANCES (__builtin_cpu_supports("avx2") ? leaf_distances_avx2 : leaf_distances_common)
#else
#define LEAF_DISTANCES leaf_distances_common
#endif

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

static void leaf_distances(const float *columns, const float *row, int n_columns, int n_members, float *distances)
{
    LEAF_DISTANCES(columns, row, n_columns, n_members, distances);
}

#endif
