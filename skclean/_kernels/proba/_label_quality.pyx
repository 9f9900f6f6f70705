"""Shannon entropy of rows, with a logarithm that compilers can put into packed registers.

The library's `log` is called once per element, which is slower than reading the matrix. Here
p = 2**e * m with m in [sqrt(1/2), sqrt(2)), and log(m) = 2 atanh(s) with s = (m - 1) / (m + 1),
|s| <= 0.1716, as an odd series: through s**13 it is exact to 2e-12, through s**9 to 2e-9, which
float32 cannot tell. Exponent and mantissa are taken apart as integers, a tile at a time, so that
every step is a plain loop over an array.
"""

from libc.float cimport DBL_MIN, FLT_MIN
from libc.math cimport log, log1p
from libc.stdint cimport int32_t, int64_t
from libc.string cimport memcpy
from skclean._kernels._types cimport proba_t

cdef enum:
    TILE = 256

# Bits of 1.0, bits of sqrt(1/2), and where the mantissa is, in float64 and float32. These are
# variables, since Cython would make Python integers of literals that large.
cdef int64_t ONE = 0x3FF0000000000000
cdef int64_t ROOT_HALF = 0x3FE6A09E667F3BCD
cdef int64_t MANTISSA = 0x000FFFFFFFFFFFFF
cdef int32_t ONE_32 = 0x3F800000
cdef int32_t ROOT_HALF_32 = 0x3F3504F3
cdef int32_t MANTISSA_32 = 0x007FFFFF
# Bits of 2**52: an integer placed behind them makes 2**52 plus that integer as a float64.
cdef int64_t TWO_52_BITS = 0x4330000000000000
cdef double TWO_52 = 4503599627370496.0
cdef double LN2 = 0.6931471805599453


cdef void weigh_logs_64(double* p) noexcept nogil:
    """Replace TILE normal positive numbers p by p log(p)."""
    cdef int64_t bits[TILE]
    cdef int64_t exponents[TILE]
    cdef double m[TILE]
    cdef double e[TILE]
    cdef double s, t, series
    cdef int k
    memcpy(bits, p, sizeof(bits))
    for k in range(TILE):
        # Adding the distance from sqrt(1/2) to 1 moves m's range from [1, 2) to around 1.
        exponents[k] = bits[k] + (ONE - ROOT_HALF)
        bits[k] = (exponents[k] & MANTISSA) + ROOT_HALF
        exponents[k] = (exponents[k] >> 52) | TWO_52_BITS
    memcpy(m, bits, sizeof(bits))
    memcpy(e, exponents, sizeof(exponents))
    for k in range(TILE):
        s = (m[k] - 1.0) / (m[k] + 1.0)
        t = s * s
        series = 1.0 / 11 + t * (1.0 / 13)
        series = 1.0 / 9 + t * series
        series = 1.0 / 7 + t * series
        series = 1.0 / 5 + t * series
        series = 1.0 / 3 + t * series
        p[k] *= (e[k] - (TWO_52 + 1023.0)) * LN2 + 2.0 * (s + s * t * series)


cdef void weigh_logs_32(float* p) noexcept nogil:
    """As `weigh_logs_64`, with four numbers to a register in place of two."""
    cdef int32_t bits[TILE]
    cdef float m[TILE]
    cdef float e[TILE]
    cdef float s, t, series
    cdef int32_t shifted
    cdef int k
    memcpy(bits, p, sizeof(bits))
    for k in range(TILE):
        shifted = bits[k] + (ONE_32 - ROOT_HALF_32)
        bits[k] = (shifted & MANTISSA_32) + ROOT_HALF_32
        e[k] = <float>((shifted >> 23) - 127)
    memcpy(m, bits, sizeof(bits))
    for k in range(TILE):
        s = (m[k] - <float>1.0) / (m[k] + <float>1.0)
        t = s * s
        series = <float>(1.0 / 7) + t * <float>(1.0 / 9)
        series = <float>(1.0 / 5) + t * series
        series = <float>(1.0 / 3) + t * series
        p[k] *= e[k] * <float>0.6931471805599453 + <float>2.0 * (s + s * t * series)


cdef Py_ssize_t tile_entropies(
    const proba_t[:, ::1] block, Py_ssize_t first, proba_t* tile, double* entropies
) noexcept nogil:
    """Entropies of as many rows from `first` on as fit one tile, at least of one; how many."""
    cdef Py_ssize_t n_columns = block.shape[1]
    cdef Py_ssize_t n_rows = min(max(<Py_ssize_t>1, TILE // n_columns), block.shape[0] - first)
    cdef Py_ssize_t start = 0
    cdef Py_ssize_t width, r, k
    cdef double entropy
    cdef proba_t tiny
    if proba_t is float:
        tiny = FLT_MIN
    else:
        tiny = DBL_MIN
    for k in range(TILE):
        tile[k] = 1
    for r in range(n_rows):
        entropies[r] = 0
    while start < n_columns:
        width = min(<Py_ssize_t>TILE, n_columns - start)
        for r in range(n_rows):
            for k in range(width):
                # p log(p) tends to 0 with p, and below the normal numbers e would be wrong.
                tile[r * width + k] = max(block[first + r, start + k], tiny)
        if proba_t is float:
            weigh_logs_32(tile)
        else:
            weigh_logs_64(tile)
        for r in range(n_rows):
            entropy = 0
            for k in range(width):
                entropy -= tile[r * width + k]
            entropies[r] += entropy
        start += width
    return n_rows


def weighted_entropy_block(
    const proba_t[:, ::1] block, const int[::1] codes, double[::1] quality
):
    """log(1 + x) / x with x = normalised entropy / probability of the given class.

    x is 0 for a row that is sure of its given class (quality 1) and grows without bound as that
    class's probability vanishes (quality 0); both ends are limits, not quotients.
    """
    cdef proba_t tile[TILE]
    cdef double entropies[TILE]
    cdef Py_ssize_t first = 0
    cdef Py_ssize_t i
    cdef Py_ssize_t n_rows
    cdef double own, x
    cdef double tiny = FLT_MIN if proba_t is float else DBL_MIN
    cdef double scale = 1.0 / log(<double>block.shape[1]) if block.shape[1] > 1 else 0.0
    with nogil:
        while first < block.shape[0]:
            n_rows = tile_entropies(block, first, tile, entropies)
            for i in range(first, first + n_rows):
                own = block[i, codes[i]] if codes[i] >= 0 else 1
                x = scale * max(entropies[i - first], 0.0) / max(own, tiny)
                quality[i] = log1p(x) / x if x > 0 else 1.0
                if own <= 0:
                    quality[i] = 0.0
            first += n_rows
