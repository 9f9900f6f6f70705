"""For every test, those in docstrings as well: figures open no window, and none stays open for the next test."""

import os
import sys

import pytest

os.environ["MPLBACKEND"] = "Agg"


@pytest.fixture(autouse=True)
def closed_figures():
    """Close what a test has drawn; matplotlib is not imported for it."""
    yield
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close("all")
