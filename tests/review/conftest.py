"""A detector on a table whose wrong labels are known."""

import pytest

from skclean.datasets import make_noisy_table
from skclean.detectors import ConfidentLearning


@pytest.fixture(scope="session")
def noisy():
    return make_noisy_table(500, random_state=1)


@pytest.fixture(scope="session")
def fitted(noisy):
    return ConfidentLearning(random_state=0).fit(noisy.data, noisy.target)
