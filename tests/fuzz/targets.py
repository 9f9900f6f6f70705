"""What is attacked: a name, valid arguments, a call, and what its answers must be."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

__all__ = ["Answer", "Target", "rows_of"]


@dataclass(frozen=True)
class Answer:
    """An array that a call returned.

    Parameters
    ----------
    name : str
    values : ndarray
    unit : bool
        Whether all numbers have to lie in [0, 1].
    """

    name: str
    values: np.ndarray
    unit: bool = False


@dataclass(frozen=True)
class Target:
    """Something public.

    Parameters
    ----------
    name : str
    make : callable ``(rng) -> dict``
        Valid arguments.
    call : callable ``(**arguments) -> list of Answer``
    hostile : tuple of str
        Arguments that are attacked.
    also : dict of str -> tuple of str
        What else an error of an argument may name.
    """

    name: str
    make: Callable
    call: Callable
    hostile: tuple
    also: dict = field(default_factory=dict)


def rows_of(rng, n_rows=12, n_classes=3, dtype=np.float64):
    """Codes of all classes, and rows of probabilities that lean towards them."""
    codes = np.arange(n_rows, dtype=np.int32) % n_classes
    rng.shuffle(codes)
    proba = rng.random((n_rows, n_classes)) + 0.05
    proba[np.arange(n_rows), codes] += 1
    proba /= proba.sum(axis=1, keepdims=True)
    return codes, proba.astype(dtype)
