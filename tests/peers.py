"""Values of tests that polars makes, where it is installed; without it these tests are skipped, and the others run."""

import pytest

__all__ = ["InPolars", "made"]


class InPolars:
    """A parameter of a test that is made when the test runs.

    Parameters
    ----------
    make : callable of the module polars
    """

    def __init__(self, make):
        self.make = make


def made(value):
    """Return the value of a parameter; skip the test where polars is to make it and is not installed."""
    return value.make(pytest.importorskip("polars")) if isinstance(value, InPolars) else value
