"""What every test stands on: the shared material, and one small problem with known wrong labels."""

import os
import sys
from pathlib import Path

import hypothesis
import pytest

# A slow machine is no failure of a property: the time of a single example says nothing here.
hypothesis.settings.register_profile("any-machine", deadline=None)
hypothesis.settings.load_profile("any-machine")
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # small matrices: threads of linear algebra only stand in each other's way
sys.path.insert(0, str(Path(__file__).parent))  # for `from material import …` in every room

from material import planted_problem  # noqa: E402


@pytest.fixture(scope="session")
def planted():
    """Three blobs with planted errors; read-only, so that nothing can change what another test sees."""
    problem = planted_problem()
    for values in problem:
        values.flags.writeable = False
    return problem


@pytest.fixture
def few_trees(monkeypatch):
    """The default forest in small, where it matters that it is the default and not how well it judges."""
    monkeypatch.setattr("skclean.evidence.default_model._default.MAX_TREES", 20)
