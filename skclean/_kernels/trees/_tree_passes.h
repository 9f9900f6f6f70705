/* Passes over the rows of one node of a tree, in loops of 16 rows that compilers turn into vector instructions.
 *
 * Rows that are read beyond the last one of a node belong to no side: their cells are SKCLEAN_MISSING, which is above
 * every cut. Sums are kept in 16 parts and joined in a fixed order, so that they are the same on every processor.
 */
#ifndef SKCLEAN_TREE_PASSES_H
#define SKCLEAN_TREE_PASSES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { SKCLEAN_STEP = 16, SKCLEAN_SIDE_BY_SIDE = 8, SKCLEAN_MISSING = 255 };

#if defined(_MSC_VER)
#define SKCLEAN_APART static __declspec(noinline)
#else
#define SKCLEAN_APART static __attribute__((noinline))
#endif

/* A node sends a row to `child` where its cell is at most `cut`, else to `child + 1`. A leaf is its own child and has
 * the largest cut. `flip` is 255 where missing cells go to the left: it turns 255 into 0. */
typedef struct {
    int32_t child;
    uint16_t column;
    uint8_t cut;
    uint8_t flip;
} SkcleanNode;

/* The cells of the node's rows in one column, followed by missing ones. */
SKCLEAN_APART void skclean_gather(
    const uint8_t *__restrict column, const int32_t *__restrict rows, ptrdiff_t n, uint8_t *__restrict cells)
{
    for (ptrdiff_t i = 0; i < n; i++)
        cells[i] = column[rows[i]];
    memset(cells + n, SKCLEAN_MISSING, SKCLEAN_STEP);
}

/* The lowest and the highest cell that is not missing: 255 and 0 where all are missing. */
SKCLEAN_APART void skclean_range(const uint8_t *__restrict cells, ptrdiff_t n, uint8_t *lowest, uint8_t *highest)
{
    uint8_t low[SKCLEAN_STEP], high[SKCLEAN_STEP];
    memset(low, 255, sizeof low);
    memset(high, 0, sizeof high);
    for (ptrdiff_t i = 0; i < n; i += SKCLEAN_STEP)
        for (int l = 0; l < SKCLEAN_STEP; l++) {
            uint8_t cell = cells[i + l];
            uint8_t known = cell == SKCLEAN_MISSING ? 0 : cell;
            low[l] = cell < low[l] ? cell : low[l];
            high[l] = known > high[l] ? known : high[l];
        }
    for (int l = 1; l < SKCLEAN_STEP; l++) {
        low[0] = low[l] < low[0] ? low[l] : low[0];
        high[0] = high[l] > high[0] ? high[l] : high[0];
    }
    *lowest = low[0];
    *highest = high[0];
}

static inline float skclean_where(float value, int32_t mask)
{
    int32_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits &= mask;
    memcpy(&value, &bits, sizeof bits);
    return value;
}

/* How many rows go to the left, what they weigh, and what those of class 1 among them weigh. */
SKCLEAN_APART ptrdiff_t skclean_left_of_two(
    const uint8_t *__restrict cells, const float *__restrict weight, const float *__restrict ones, ptrdiff_t n,
    uint8_t cut, double *left, double *left_ones)
{
    int32_t count[SKCLEAN_STEP];
    float sum[SKCLEAN_STEP], sum_ones[SKCLEAN_STEP];
    for (int l = 0; l < SKCLEAN_STEP; l++) {
        count[l] = 0;
        sum[l] = sum_ones[l] = 0.0f;
    }
    for (ptrdiff_t i = 0; i < n; i += SKCLEAN_STEP)
        for (int l = 0; l < SKCLEAN_STEP; l++) {
            int32_t mask = -(int32_t)(cells[i + l] <= cut);
            count[l] -= mask;
            sum[l] += skclean_where(weight[i + l], mask);
            sum_ones[l] += skclean_where(ones[i + l], mask);
        }
    ptrdiff_t total = 0;
    *left = *left_ones = 0.0;
    for (int l = 0; l < SKCLEAN_STEP; l++) {
        total += count[l];
        *left += sum[l];
        *left_ones += sum_ones[l];
    }
    return total;
}

/* How many rows go to the left; adds what they weigh to the counts of their classes. */
SKCLEAN_APART ptrdiff_t skclean_left_of_many(
    const uint8_t *__restrict cells, const float *__restrict weight, const int32_t *__restrict codes, ptrdiff_t n,
    uint8_t cut, double *__restrict counts)
{
    ptrdiff_t total = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        int32_t left = cells[i] <= cut;
        total += left;
        counts[codes[i]] += skclean_where(weight[i], -left);
    }
    return total;
}

/* Put what belongs to the rows of the left side first; both sides keep their order. */
SKCLEAN_APART void skclean_part(
    const uint8_t *__restrict cells, ptrdiff_t n, uint8_t cut, uint32_t *__restrict values, uint32_t *__restrict spare)
{
    ptrdiff_t n_left = 0, n_right = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        uint32_t value = values[i];
        int left = cells[i] <= cut;
        values[n_left] = value;
        spare[n_right] = value;
        n_left += left;
        n_right += !left;
    }
    memcpy(values + n_left, spare, (size_t)n_right * sizeof *spare);
}

/* Send rows one level down; returns 0 once all are in leaves. */
static inline int32_t skclean_descend(const SkcleanNode *nodes, const uint8_t *const *rows, int32_t *at)
{
    int32_t moved = 0;
    for (int l = 0; l < SKCLEAN_SIDE_BY_SIDE; l++) {
        const SkcleanNode *node = nodes + at[l];
        uint8_t cell = rows[l][node->column];
        uint8_t flipped = cell ^ (uint8_t)(node->flip & -(cell == SKCLEAN_MISSING));
        int32_t next = node->child + (flipped > node->cut);
        moved |= next ^ at[l];
        at[l] = next;
    }
    return moved;
}

#endif
