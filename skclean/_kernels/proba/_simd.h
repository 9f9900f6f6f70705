/* The passes over a row that there are for some width of registers; see _wide_passes.h. */
#ifndef SKCLEAN_WIDE_H
#define SKCLEAN_WIDE_H

#include <stddef.h>

typedef struct {
    void (*look_over_float)(const float *, int, int, const int *, float *, float *, float *);
    void (*look_over_double)(const double *, int, int, const int *, double *, double *, double *);
    void (*find_first_float)(const float *, int, int, const int *, const float *, int *);
    void (*find_first_double)(const double *, int, int, const int *, const double *, int *);
    float (*best_reaching_float)(const float *, const float *, int);
    double (*best_reaching_double)(const double *, const double *, int);
} RowPasses;

#if defined(__GNUC__)
#define EARLY_BYTES 16384 /* of a wider row the rest follows by itself */

/* Have a row that is read soon brought to the second-level cache, for the first is full of the one being read. Rows
 * that lie one after another need it not: there it does harm. */
static inline void fetch_early(const void *row, ptrdiff_t n_bytes)
{
    ptrdiff_t most = n_bytes < EARLY_BYTES ? n_bytes : EARLY_BYTES;
    for (ptrdiff_t at = 0; at < most; at += 64)
        __builtin_prefetch((const char *)row + at, 0, 2);
}
#else
static void fetch_early(const void *row, ptrdiff_t n_bytes)
{
    (void)row;
    (void)n_bytes;
}
#endif

#endif
