/* The summary of rows of two to four classes, as look_over and find_first in _wide_body.h give it for wider ones.
 *
 * Rows are taken a tile at a time, and each column of a tile is put into an array of its own. The number of columns is
 * known where this is compiled, so the loops over columns disappear and the loops over rows become packed. All numbers
 * are kept as PROBA, class codes among them, since packing fails where the widths differ.
 */
#ifndef SKCLEAN_NARROW_H
#define SKCLEAN_NARROW_H

#include <float.h>
#include <stddef.h>
#include <string.h>

#define MAX_NARROW 4
#define NARROW_TILE 256

#if defined(__GNUC__)
#define ALWAYS_INLINE static inline __attribute__((always_inline))
#else
#define ALWAYS_INLINE static __forceinline
#endif

#define PROBA float
#define LOWEST (-FLT_MAX)
#define NAMED(name) name##_float_common
#define TARGET
#include "_few_classes_body.h"

#define PROBA double
#define LOWEST (-DBL_MAX)
#define NAMED(name) name##_double_common
#define TARGET
#include "_few_classes_body.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define PROBA float
#define LOWEST (-FLT_MAX)
#define NAMED(name) name##_float_avx2
#define TARGET __attribute__((target("avx2")))
#include "_few_classes_body.h"

#define PROBA double
#define LOWEST (-DBL_MAX)
#define NAMED(name) name##_double_avx2
#define TARGET __attribute__((target("avx2")))
#include "_few_classes_body.h"

#define NARROW_ROWS(type)                                                                                              \
    (__builtin_cpu_supports("avx2") ? narrow_rows_##type##_avx2 : narrow_rows_##type##_common)
#else
#define NARROW_ROWS(type) narrow_rows_##type##_common
#endif

static int narrow_rows_float(const float *rows, ptrdiff_t n_rows, int n_columns, const int *codes, double least_sum,
    double most_sum, float *given, float *rival, int *near_rival, int *predicted)
{
    return NARROW_ROWS(float)(
        rows, n_rows, n_columns, codes, least_sum, most_sum, given, rival, near_rival, predicted);
}

static int narrow_rows_double(const double *rows, ptrdiff_t n_rows, int n_columns, const int *codes, double least_sum,
    double most_sum, double *given, double *rival, int *near_rival, int *predicted)
{
    return NARROW_ROWS(double)(
        rows, n_rows, n_columns, codes, least_sum, most_sum, given, rival, near_rival, predicted);
}

#endif
