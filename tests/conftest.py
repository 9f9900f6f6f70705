"""What every test stands on: the shared material, and one small problem with known wrong labels."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for `from material import …` in every room

from material import planted_problem


@pytest.fixture(scope="session")
def planted():
    """Three blobs with planted errors; read-only, so that nothing can change what another test sees."""
    problem = planted_problem()
    for values in problem:
        values.flags.writeable = False
    return problem
