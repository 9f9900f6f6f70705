"""Which detector finds wrong labels best on a table of one's own: some are made wrong on purpose, and searched for."""

import time
import warnings
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import clone
from sklearn.metrics import average_precision_score
from sklearn.utils import check_random_state

from skclean.detectors import DETECTORS
from skclean.noise import inject_noise
from skclean.targets import UNLABELLED, encode_labels
from skclean.utils._compat import safe_indexing
from skclean.utils._params import resolve_alias
from skclean.utils._typing import Labels1d, RandomState, Table

__all__ = ["ComparedDetector", "compare_detectors"]

FEWEST = 3  # labels of a class that are left when rows are drawn
DEFAULT = ("confident_learning", "kdn", "synthetic_mislabels")


class ComparedDetector(NamedTuple):
    """Result of one detector.

    Attributes
    ----------
    name : str
    average_precision : float
        Of its ranking, for the labels that were made wrong; mean over repeats. It is too low for all detectors alike
        as far as given labels are wrong already.
    spread : float
        Standard error of the difference to the best one, over repeats; 0 for the best one.
    precision, recall : float
        Of its flags, likewise.
    seconds : float
        For one fit.
    error : str
        Why it could not be fitted; empty where it could.
    """

    name: str
    average_precision: float
    spread: float
    precision: float
    recall: float
    seconds: float
    error: str = ""


def compare_detectors(
    X: Table,
    y: Labels1d,
    detectors: Iterable[Any] = DEFAULT,
    *,
    kind: str = "uniform",
    rate: float = 0.1,
    n_repeats: int = 3,
    max_rows: int | None = 2000,
    random_state: RandomState = 0,
    progress: Callable[[int, int, str], None] | None = None,
) -> list[ComparedDetector]:
    """Compare detectors on a table: which one finds labels that were made wrong on purpose?

    Parameters
    ----------
    X : table of shape (n_samples, n_features)
    y : array-like of shape (n_samples,)
        Given labels. Most of them should be right.
    detectors : iterable of str or detector
        Names of :data:`skclean.detectors.DETECTORS`, or unfitted detectors.
    kind : str, default="uniform"
        Of :func:`skclean.noise.inject_noise`: "uniform" or "pair_flip", say.
    rate : float, default=0.1
        Share of the labels that are made wrong.
    n_repeats : int, default=3
        Draws of wrong labels.
    max_rows : int or None, default=2000
        Larger tables are sampled; None takes all rows.
    random_state : int, RandomState instance or None, default=0
        Seed.
    progress : callable or None, default=None
        Called before each fit with its number, the number of fits, and the name of the detector.

    Returns
    -------
    results : list of ComparedDetector
        The best first; those that failed last.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.review import compare_detectors
    >>> X, y = load_iris(return_X_y=True)
    >>> results = compare_detectors(X, y, ["kdn", "class_prototypes"], n_repeats=2)
    >>> sorted(result.name for result in results), results[0].average_precision > 0.5
    (['class_prototypes', 'kdn'], True)
    """
    named = [(one if isinstance(one, str) else type(one).__name__, one) for one in detectors]
    if not named or n_repeats < 1:
        raise ValueError("name at least one detector, and at least one repeat.")
    parts = [(name, resolve_alias(one, DETECTORS, name="detectors")) for name, one in named]
    rng = check_random_state(random_state)
    X, y = _drawn(X, y, max_rows, rng)
    found: dict[int, list[list[float]]] = {place: [] for place in range(len(parts))}
    errors: dict[int, str] = {}
    for repeat in range(n_repeats):
        noisy, flipped = inject_noise(y, kind=kind, rate=rate, X=X, random_state=rng.randint(2**31 - 1))
        for place, (name, detector) in enumerate(parts):
            if progress is not None:
                progress(repeat * len(parts) + place, n_repeats * len(parts), name)
            if place not in errors:
                try:
                    found[place].append(_tried(detector, X, noisy, flipped))
                except (ValueError, TypeError) as error:
                    errors[place] = " ".join(str(error).split())
    return _ordered(parts, found, errors)


def _drawn(X, y, max_rows, rng):
    """Labelled rows of classes that are large enough, at most so many."""
    codes = encode_labels(y).codes
    counts = np.bincount(codes[codes != UNLABELLED])
    rows = np.flatnonzero((codes != UNLABELLED) & (counts[codes] >= FEWEST))
    if max_rows is not None and len(rows) > max_rows:
        rows = np.sort(rng.permutation(rows)[:max_rows])
        counts = np.bincount(codes[rows], minlength=len(counts))
        rows = rows[counts[codes[rows]] >= FEWEST]
    return safe_indexing(X, rows), np.asarray(safe_indexing(y, rows))


def _tried(detector, X, noisy, flipped):
    """Average precision, precision, recall and seconds of one fit."""
    detector = clone(detector)
    begin = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        detector.fit(X, noisy)
    seconds, flags = time.perf_counter() - begin, detector.noise_mask_
    hits = np.count_nonzero(flags & flipped)
    precision = hits / max(np.count_nonzero(flags), 1)
    ranked = average_precision_score(flipped, -detector.label_quality_)
    return [ranked, precision, hits / np.count_nonzero(flipped), seconds]


def _ordered(parts, found, errors):
    done = {place: np.array(values) for place, values in found.items() if place not in errors}
    best = max(done, key=lambda place: done[place][:, 0].mean(), default=None)
    results = []
    for place, values in done.items():
        differences = values[:, 0] - done[best][:, 0]
        spread = float(differences.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0
        mean = values.mean(axis=0)
        results.append(ComparedDetector(parts[place][0], float(mean[0]), spread, *map(float, mean[1:])))
    results.sort(key=lambda result: -result.average_precision)
    nan = float("nan")
    return results + [ComparedDetector(parts[p][0], nan, nan, nan, nan, nan, error) for p, error in errors.items()]
