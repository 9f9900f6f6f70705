"""Shannon entropy of rows, with a logarithm that compilers can put into packed registers.

The library's `log` is called once per element, which is slower than reading the matrix. Here
p = 2**e * m with m in [sqrt(1/2), sqrt(2)), and log(m) = 2 atanh(s) with s = (m - 1) / (m + 1),
|s| <= 0.1716: the odd series through s**17 is exact to double rounding. Exponent and mantissa
are taken apart as integers, a tile at a time, so that every step is a plain loop over an array.
"""

from libc.math cimport log, log1p
from libc.stdint cimport int64_t
from libc.string cimport memcpy
from skclean.kernels._types cimport proba_t

cdef enum:
    TILE = 128

# Variables, since Cython would make Python integers of literals that large.
cdef int64_t ONE = 0x3FF0000000000000  # the bits of 1.0
cdef int64_t ROOT_HALF = 0x3FE6A09E667F3BCD  # of sqrt(1/2)
cdef int64_t MANTISSA = 0x000FFFFFFFFFFFFF  # where a double keeps its mantissa
cdef int64_t TWO_52 = 0x4330000000000000  # of 2**52, whose last bit counts ones
cdef double LN2 = 0.6931471805599453
cdef double TINY = 2.2250738585072014e-308  # smallest normal number: below it e would be wrong


cdef double tile_entropy(const double* p, Py_ssize_t n) noexcept nogil:
    """Minus the sum of p log(p) over at most TILE normal positive numbers."""
    cdef int64_t bits[TILE]
    cdef int64_t shifted[TILE]
    cdef double mantissa[TILE]
    cdef double exponent[TILE]
    cdef double s, t, series
    cdef double total = 0.0
    cdef Py_ssize_t k
    memcpy(bits, p, n * sizeof(double))
    for k in range(n):
        # Adding the distance from sqrt(1/2) to 1 moves m's range from [1, 2) to around 1.
        shifted[k] = bits[k] + (ONE - ROOT_HALF)
        bits[k] = (shifted[k] & MANTISSA) + ROOT_HALF
        # A small integer placed in the low bits of 2**52 becomes that integer as a double.
        shifted[k] = (shifted[k] >> 52) | TWO_52
    memcpy(mantissa, bits, n * sizeof(double))
    memcpy(exponent, shifted, n * sizeof(double))
    for k in range(n):
        s = (mantissa[k] - 1.0) / (mantissa[k] + 1.0)
        t = s * s
        series = 1.0 / 15 + t * (1.0 / 17)
        series = 1.0 / 13 + t * series
        series = 1.0 / 11 + t * series
        series = 1.0 / 9 + t * series
        series = 1.0 / 7 + t * series
        series = 1.0 / 5 + t * series
        series = 1.0 / 3 + t * series
        series = 2.0 * s + 2.0 * s * t * series
        total -= p[k] * ((exponent[k] - (4503599627370496.0 + 1023.0)) * LN2 + series)
    return total


cdef inline double row_entropy(const proba_t[:, ::1] block, Py_ssize_t i) noexcept nogil:
    cdef double tile[TILE]
    cdef double total = 0.0
    cdef Py_ssize_t j = 0
    cdef Py_ssize_t k
    cdef Py_ssize_t n
    while j < block.shape[1]:
        n = min(<Py_ssize_t>TILE, block.shape[1] - j)
        for k in range(n):
            # p log(p) tends to 0 with p, and at TINY it is far below rounding.
            tile[k] = max(<double>block[i, j + k], TINY)
        total += tile_entropy(tile, n)
        j += n
    return max(total, 0.0)


def weighted_entropy_block(
    const proba_t[:, ::1] block, const int[::1] codes, double[::1] quality
):
    """log(1 + x) / x with x = normalised entropy / probability of the given class.

    x is 0 for a row that is sure of its given class (quality 1) and grows without bound as that
    class's probability vanishes (quality 0); both ends are limits, not quotients.
    """
    cdef Py_ssize_t i
    cdef double own
    cdef double x
    cdef double scale = 1.0 / log(<double>block.shape[1]) if block.shape[1] > 1 else 0.0
    with nogil:
        for i in range(block.shape[0]):
            if codes[i] < 0:
                quality[i] = 1.0
                continue
            own = block[i, codes[i]]
            if own <= 0:
                quality[i] = 0.0
                continue
            x = scale * row_entropy(block, i) / max(own, TINY)
            quality[i] = log1p(x) / x if x > 0 else 1.0
