"""Chooses, on import, the widest registers that this processor has for the passes over rows.

Every width gives the same results; only sums, which nothing but the search for bad rows reads, may
differ in their last digits.
"""

cdef extern from "_simd_passes.h":
    int passes_of_width(int width, RowPasses* passes)

NAMES = ("common", "avx2", "avx512")


def use_registers(name):
    """Switch to the registers of that name; return whether this build and processor have them."""
    return bool(passes_of_width(NAMES.index(name), &passes))


def use_widest():
    """Switch to the widest there are; return their name."""
    for name in reversed(NAMES):
        if use_registers(name):
            return name
    raise AssertionError("the common registers are always there")


use_widest()
