"""Every picture of these tests is drawn to its end."""

import pytest


@pytest.fixture(autouse=True)
def drawn():
    from matplotlib import pyplot

    yield
    for number in pyplot.get_fignums():
        pyplot.figure(number).canvas.draw()  # texts are read here, and warnings are errors
