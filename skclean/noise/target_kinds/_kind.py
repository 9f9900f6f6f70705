"""What a kind of noise in numbers is: a class that changes numbers, found by its alias."""

from typing import NamedTuple

import numpy as np

from skclean.utils._typing import Floats, Positions

__all__ = ["TargetKind", "TargetProblem"]


class TargetProblem(NamedTuple):
    """Numbers, and the rows that are to get wrong ones.

    Attributes
    ----------
    y : ndarray of shape (n_samples,), float64
        Right numbers of all rows that have one.
    rows : ndarray of int, shape (n_wrong,)
        Positions in `y` that are changed.
    X : ndarray of shape (n_samples, n_features), float64, or None
        Features, for the kinds that need them; NaN as 0, standardised.
    """

    y: Floats
    rows: Positions
    X: Floats | None


class TargetKind:
    """A kind of noise in numbers for :func:`skclean.noise.inject_target_noise`.

    Subclasses write ``wrong(problem, rng)``, which returns the wrong numbers of ``problem.rows``.

    Attributes
    ----------
    alias : str
        Where it is set in the class body of a module of `skclean.noise.target_kinds`, ``inject_target_noise`` takes it
        as `kind`.
    needs_X : bool
        Whether it reads the features.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.noise import TargetKind, inject_target_noise
    >>> class Lost(TargetKind):
    ...     def wrong(self, problem, rng):
    ...         return np.zeros(len(problem.rows))
    >>> inject_target_noise([1.5, 2.5], kind=Lost(), rate=0.5, random_state=0)[0].tolist()
    [1.5, 0.0]
    """

    needs_X = False

    def chances(self, problem: TargetProblem, rng: np.random.RandomState) -> Floats | None:
        """Return how likely each row is to be drawn, up to a factor; None means all alike."""
        return None

    def wrong(self, problem: TargetProblem, rng: np.random.RandomState) -> Floats:
        """Return the wrong numbers: ndarray of shape (n_wrong,)."""
        raise NotImplementedError
