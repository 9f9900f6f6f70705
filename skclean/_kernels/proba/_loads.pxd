"""Reading numbers that need not lie at a multiple of their size, as in a field of packed records."""

from libc.string cimport memcpy
from skclean._kernels._types cimport proba_t


cdef inline proba_t load(const proba_t* place) noexcept nogil:
    """The number at a place; the copy becomes a plain load where the processor allows it."""
    cdef proba_t number
    memcpy(&number, <const void*>place, sizeof(number))
    return number
