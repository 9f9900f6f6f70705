"""The estimated share of wrong labels."""

from typing import NamedTuple

__all__ = ["NoiseRate"]


class NoiseRate(NamedTuple):
    """Estimated share of wrong labels, with an interval.

    Attributes
    ----------
    rate : float
        In [0, 1].
    low, high : float
        Ends of an interval that aims to hold the true rate with 90 % probability.
    """

    rate: float
    low: float
    high: float
