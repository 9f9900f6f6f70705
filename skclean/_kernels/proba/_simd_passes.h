/* The passes over rows for the instructions that every processor of a kind has, and on x86-64 for wider registers as
 * well: a build that asks for nothing special then reads a matrix as fast as one made for its machine. Which of them
 * run is decided when the package is imported.
 */
#ifndef SKCLEAN_WIDE_PASSES_H
#define SKCLEAN_WIDE_PASSES_H

#include <float.h>
#include <stddef.h>

#include "_simd.h"

#define GROUP 128 /* columns looked at together when searching for a value */

#define PROBA float
#define LOWEST (-FLT_MAX)
#define NAMED(name) name##_float_common
#define TARGET
#include "_simd_body.h"

#define PROBA double
#define LOWEST (-DBL_MAX)
#define NAMED(name) name##_double_common
#define TARGET
#include "_simd_body.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define HAS_AVX2_CODE 1
#define PROBA float
#define LOWEST (-FLT_MAX)
#define NAMED(name) name##_float_avx2
#define TARGET __attribute__((target("avx2")))
#include "_simd_body.h"

#define PROBA double
#define LOWEST (-DBL_MAX)
#define NAMED(name) name##_double_avx2
#define TARGET __attribute__((target("avx2")))
#include "_simd_body.h"
#endif

/* Clang does not know how to be told the width. */
#if defined(HAS_AVX2_CODE) && !defined(__clang__)
#define HAS_AVX512_CODE 1
#define AVX512 "avx512f,avx512bw,avx512dq,avx512vl,prefer-vector-width=512"
#define PROBA float
#define LOWEST (-FLT_MAX)
#define NAMED(name) name##_float_avx512
#define TARGET __attribute__((target(AVX512)))
#include "_simd_body.h"

#define PROBA double
#define LOWEST (-DBL_MAX)
#define NAMED(name) name##_double_avx512
#define TARGET __attribute__((target(AVX512)))
#include "_simd_body.h"
#endif

#define PASSES(width)                                                                                                  \
    {                                                                                                                  \
        look_over_float_##width, look_over_double_##width, find_first_float_##width, find_first_double_##width,        \
            best_reaching_float_##width, best_reaching_double_##width                                                  \
    }

/* The passes for a width of registers (0: common, 1: AVX2, 2: AVX-512); whether this build and processor have them. */
static int passes_of_width(int width, RowPasses *passes)
{
    static const RowPasses common = PASSES(common);
    if (width == 0) {
        *passes = common;
        return 1;
    }
#ifdef HAS_AVX2_CODE
    __builtin_cpu_init();
    if (width == 1 && __builtin_cpu_supports("avx2")) {
        static const RowPasses avx2 = PASSES(avx2);
        *passes = avx2;
        return 1;
    }
#endif
#ifdef HAS_AVX512_CODE
    if (width == 2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
        static const RowPasses avx512 = PASSES(avx512);
        *passes = avx512;
        return 1;
    }
#endif
    return 0;
}

#endif
