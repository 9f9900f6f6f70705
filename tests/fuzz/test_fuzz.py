"""A part of the fuzz, with every run of the tests; ``python tests/fuzz`` runs all of it."""

import numpy as np
import pytest
from fuzz.array_targets import ARRAYS
from fuzz.cases import run_case, summary
from fuzz.detector_targets import DETECTORS, MODELS
from fuzz.kernel_targets import KERNELS
from fuzz.mutations import mutated, snapshot

SEED = 1


@pytest.mark.parametrize("start", range(0, 200, 50))
def test_hostile_input_is_refused_or_answered_as_promised(start):
    outcomes = [run_case(SEED, number) for number in range(start, start + 50)]
    assert not [f"{outcome.case}: {fault}" for outcome in outcomes for fault in outcome.faults]
    assert summary(outcomes).startswith("fuzz: 50 hostile inputs, ")


@pytest.mark.filterwarnings("ignore")  # of probabilities drawn at random
@pytest.mark.parametrize("target", KERNELS + ARRAYS + DETECTORS, ids=lambda target: target.name)
def test_valid_arguments_are_answered(target):
    for seed in range(3):
        answers = target.call(**target.make(np.random.default_rng(seed)))
        assert all(np.isfinite(answer.values).all() for answer in answers)


def test_a_case_is_the_same_every_time():
    assert [run_case(0, number) for number in range(8)] == [run_case(0, number) for number in range(8)]
    assert len(MODELS) > 5


def test_values_are_compared_by_what_they_hold():
    rng = np.random.default_rng(0)
    values = np.arange(6.0).reshape(3, 2)
    before = snapshot(values)
    for _ in range(200):
        mutated(rng, values)
    assert snapshot(values) == before
    values[0, 0] = 9
    assert snapshot(values) != before
