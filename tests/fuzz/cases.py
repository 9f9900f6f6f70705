"""Run hostile inputs against everything that takes arrays, and tell what broke."""

import copy
import re
import warnings
from collections import Counter
from dataclasses import dataclass

import numpy as np
from fuzz.array_targets import ARRAYS
from fuzz.detector_targets import DETECTORS, MODELS
from fuzz.kernel_targets import KERNELS
from fuzz.mutations import mutated, snapshot

__all__ = ["Outcome", "run_case"]

# Of ten cases, so many are of each kind.
GROUPS = (KERNELS,) * 4 + (ARRAYS,) * 4 + (MODELS, DETECTORS)
ALLOWED = (ValueError, TypeError)


@dataclass(frozen=True)
class Outcome:
    """What became of one case.

    Parameters
    ----------
    case : str
        What was called, and with what.
    ending : {"answered", "refused"}
    faults : tuple of str
        What should not have happened; empty where all is well.
    """

    case: str
    ending: str
    faults: tuple


def run_case(seed, number):
    """Draw a case by its number, run it, and compare with what is promised.

    Parameters
    ----------
    seed, number : int

    Returns
    -------
    outcome : Outcome
    """
    rng = np.random.default_rng([seed, number])
    group = GROUPS[number % len(GROUPS)]
    target = group[rng.integers(len(group))]
    arguments, attacked = target.make(rng), "model"
    how = "its probabilities"
    if target.hostile:
        attacked = target.hostile[rng.integers(len(target.hostile))]
        arguments[attacked], how = mutated(rng, arguments[attacked])
    case = f"case {number}: {target.name}, {attacked} {how}"
    before = {name: snapshot(value) for name, value in arguments.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ending, faults = _call(target, arguments, attacked)
    changed = [name for name, value in arguments.items() if snapshot(value) != before[name]]
    faults += [f"changed the caller's {name}" for name in changed]
    return Outcome(case, ending, tuple(faults))


def _call(target, arguments, attacked):
    try:
        answers = target.call(**copy.copy(arguments))
    except ALLOWED as error:
        names = (attacked, *target.also.get(attacked, ()))
        named = any(re.search(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", str(error)) for name in names)
        return "refused", [] if named else [f"names none of {names}: {type(error).__name__}: {str(error)[:200]}"]
    except Exception as error:  # that is what is sought
        return "refused", [f"{type(error).__name__}: {str(error)[:200]}"]
    return "answered", [fault for answer in answers for fault in _faults(answer)]


def _faults(answer):
    values = np.asarray(answer.values)
    if values.dtype.kind not in "biuf":
        return [f"{answer.name} is {values.dtype}"]
    if not np.isfinite(values).all():
        return [f"{answer.name} holds NaN or infinity"]
    if answer.unit and values.size and not 0 <= values.min() <= values.max() <= 1:
        return [f"{answer.name} lies in {values.min()} … {values.max()}"]
    return []


def summary(outcomes):
    """One line with counts."""
    endings = Counter(outcome.ending for outcome in outcomes)
    faulty = sum(bool(outcome.faults) for outcome in outcomes)
    return (
        f"fuzz: {len(outcomes)} hostile inputs, {endings['answered']} answered, {endings['refused']} refused, "
        f"{faulty} faults"
    )
