"""Conditions under which a transition matrix can be estimated, and the warning where they fail."""

import warnings

import numpy as np

from skclean.exceptions import UnidentifiableNoiseWarning
from skclean.noise.transition._hoc import count_triples

__all__ = ["reasons_for_doubt", "warn_if_doubtful"]

_MIN_ROWS = 3
# Below this, some mixture of true classes is recorded almost like another one.
_MIN_SINGULAR_VALUE = 0.05


def reasons_for_doubt(problem, matrix, classes):
    """Sentences, one for each condition that fails; an empty list where all hold.

    The conditions are those under which the methods are proved to work: each class has rows that tell about it, the
    diagonal leads each row, and the rows are independent of each other.
    """
    led_by_other = matrix.argmax(axis=1) != np.arange(len(matrix))
    checks = [
        (_given_to_few(problem), f"are given to fewer than {_MIN_ROWS} rows"),
        (_shown_by_none(problem), _what_shows(problem)),
        (led_by_other, "are estimated to be recorded as another class more often than as themselves"),
    ]
    reasons = [f"the classes {classes[bad].tolist()} {what}" for bad, what in checks if bad.any()]
    if np.linalg.svd(matrix, compute_uv=False)[-1] < _MIN_SINGULAR_VALUE:
        reasons.append("some classes are recorded so much alike that they cannot be told apart")
    return reasons


def warn_if_doubtful(problem, matrix, classes):
    """Warn with all reasons for doubt, if there are any."""
    reasons = reasons_for_doubt(problem, matrix, classes)
    if reasons:
        warnings.warn(
            f"The transition matrix is not identifiable from these data: {'; '.join(reasons)}.",
            UnidentifiableNoiseWarning,
            stacklevel=3,
        )


def _given_to_few(problem):
    rows, _ = problem.counted()
    return np.bincount(problem.codes[rows], minlength=problem.n_classes) < _MIN_ROWS


def _shown_by_none(problem):
    """Classes that no row shows plainly: none is predicted, or none has two neighbours of the same label."""
    if problem.neighbours is None:
        rows, _ = problem.counted()
        shown = problem.summary.predicted[rows]
    else:
        triples, _ = count_triples(problem)
        shown = triples[(triples == triples[:, :1]).all(axis=1), 0]
    return np.bincount(shown, minlength=problem.n_classes) == 0


def _what_shows(problem):
    if problem.neighbours is None:
        return "are predicted for no row"
    return "have no row whose two neighbours agree with it"
