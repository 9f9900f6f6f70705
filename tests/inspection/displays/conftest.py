"""Every picture of these tests is drawn to its end, without a window, and closed."""

import matplotlib
import pytest

matplotlib.use("Agg")


@pytest.fixture(autouse=True)
def drawn_and_closed():
    from matplotlib import pyplot

    pyplot.close("all")
    yield
    for number in pyplot.get_fignums():
        pyplot.figure(number).canvas.draw()  # texts are read here, and warnings are errors
    pyplot.close("all")
