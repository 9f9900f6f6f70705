"""Which rows to review next, what to expect, and when to stop."""

from numbers import Integral
from typing import Any, NamedTuple

import numpy as np

from skclean.base import ClassProba
from skclean.noise.model._ambiguity import LABEL_KINDS, draw_review_sample
from skclean.noise.model._noise_fit import noise_of
from skclean.targets import UNLABELLED
from skclean.utils._typing import Bools, Floats, Positions, RandomState

__all__ = ["ReviewPlan", "plan_review"]

# So many rows, spread over sure and doubtful labels, show whether labels are outcomes; of a small budget, a share.
EXPLORED, SHARE_EXPLORED = 50, 0.25


class ReviewPlan(NamedTuple):
    """Rows to review.

    Attributes
    ----------
    rows : ndarray of int
        In the order in which they should be reviewed.
    explores : ndarray of bool
        True for rows that are spread over sure and doubtful labels: they tell what the labels are.
    chance_wrong : ndarray of float64
        P(label is wrong) of each row.
    expected : float
        How many of the rows are expected to be wrong.
    low, high : float
        The same if labels are outcomes, and if they are annotations; alike once reviewed rows show which they are.
    stop_after : int
        How many of the rows are worth it: below the next one the chance is less than `stop_below`.
    """

    rows: Positions
    explores: Bools
    chance_wrong: Floats
    expected: float
    low: float
    high: float
    stop_after: int


def plan_review(
    detector: Any, n_rows: int, *, stop_below: float = 0.1, explore: int | None = None, random_state: RandomState = 0
) -> ReviewPlan:
    """Choose rows to review, so that most wrong labels are expected to be found, for a budget of rows.

    Parameters
    ----------
    detector : fitted detector with probabilities
        Where it was fitted with reviewed labels, these say what labels are.
    n_rows : int
        The budget.
    stop_below : float, default=0.1
        A review is worth it as long as a label is wrong with this probability; 0.1 stands for ten reviews an error.
    explore : int or None, default=None
        Rows of the budget that are spread over sure and doubtful labels. None means 50, but at most a quarter of the
        budget, where no row was reviewed before, and none otherwise.
    random_state : int, RandomState instance or None, default=0
        Draws the rows that are spread.

    Returns
    -------
    plan : ReviewPlan
        The rows that are spread come first.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import ConfidentLearning
    >>> from skclean.noise import inject_noise
    >>> from skclean.review import plan_review
    >>> X, y = load_iris(return_X_y=True)
    >>> noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> plan = plan_review(ConfidentLearning(random_state=0).fit(X, noisy), 20)
    >>> len(plan.rows), int(plan.explores.sum()), bool(flipped[plan.rows[5:15]].mean() > 0.7)
    (20, 5, True)
    """
    if not isinstance(n_rows, Integral) or n_rows < 1:
        raise ValueError(f"n_rows must be a whole number of at least 1, got {n_rows!r}.")
    if not 0 <= stop_below < 1:
        raise ValueError(f"stop_below must be at least 0 and below 1, got {stop_below!r}.")
    audit = detector.audit_
    noise = None if ClassProba not in audit else noise_of(audit)
    if noise is None:
        raise ValueError(
            f"{type(detector).__name__} does not say how probable each error is; use one with probabilities, such as "
            "ConfidentLearning, and at most 50 classes."
        )
    may = np.flatnonzero(audit.open_codes != UNLABELLED)
    known = noise.reviewed is not None
    worlds = [noise.ambiguity.ambiguity] * 2 if known else [LABEL_KINDS[kind] for kind in ("outcomes", "annotations")]
    low, high = (noise.wrong(ambiguity) for ambiguity in worlds)
    chance = (low + high) / 2
    if explore is None:
        explore = 0 if known else min(EXPLORED, int(SHARE_EXPLORED * n_rows))
    spread = draw_review_sample(noise.wrong(1.0), may, min(explore, n_rows), random_state)
    rest = np.setdiff1d(may, spread)
    rest = rest[np.lexsort((audit.quality[rest], -chance[rest]))][: n_rows - len(spread)]
    rows = np.concatenate([spread, rest]).astype(np.intp)
    worth = len(spread) + int(np.count_nonzero(chance[rest] >= stop_below))
    return ReviewPlan(
        rows=rows,
        explores=np.arange(len(rows)) < len(spread),
        chance_wrong=chance[rows],
        expected=float(chance[rows].sum()),
        low=float(low[rows].sum()),
        high=float(high[rows].sum()),
        stop_after=worth,
    )
