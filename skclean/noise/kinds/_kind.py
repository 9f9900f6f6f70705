"""What a kind of noise is: a class that flips labels, found by its alias."""

from typing import NamedTuple

import numpy as np

from skclean.utils._typing import Codes, Floats, Numbers

__all__ = ["FlipProblem", "NoiseKind"]


class FlipProblem(NamedTuple):
    """Labels, X and a rate, which a kind of noise may read.

    Attributes
    ----------
    codes : ndarray of shape (n_samples,), int32
        True classes of the labelled rows.
    n_classes : int
        Number of classes.
    rate : float
        Expected share of flips.
    X : ndarray of shape (n_samples, n_features), float64, or None
        Features of these rows, for the kinds that need them.
    transition_matrix : array-like or None
        As the caller gave it.
    """

    codes: Codes
    n_classes: int
    rate: float
    X: Floats | None
    transition_matrix: Numbers | None


class NoiseKind:
    """A kind of label noise for :func:`skclean.noise.inject_noise`.

    Subclasses write ``flip(problem, rng)``. They have no parameters, or keep theirs as attributes.

    Attributes
    ----------
    alias : str
        The short name of the class, its own name in small letters with underscores; where it is set in the class body
        of a module of `skclean.noise.kinds`, ``inject_noise`` takes it as `kind`.
    needs_X : bool
        Whether it reads the features of the rows.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.noise import NoiseKind, inject_noise
    >>> class FirstRows(NoiseKind):
    ...     def flip(self, problem, rng):
    ...         codes = problem.codes.copy()
    ...         n_flips = round(problem.rate * len(codes))
    ...         codes[:n_flips] = (codes[:n_flips] + 1) % problem.n_classes
    ...         return codes
    >>> inject_noise(["a", "b", "c", "a"], kind=FirstRows(), rate=0.5)[0].tolist()
    ['b', 'c', 'c', 'a']
    """

    needs_X = False

    def flip(self, problem: FlipProblem, rng: np.random.RandomState) -> Codes:
        """Return the codes of the noisy labels: ndarray of shape (n_samples,), int32.

        Parameters
        ----------
        problem : FlipProblem
        rng : RandomState instance
        """
        raise NotImplementedError
