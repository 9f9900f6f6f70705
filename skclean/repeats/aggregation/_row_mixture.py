"""Two normal distributions of row effects, seen through noise."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

__all__ = ["RowMixture"]

# Steps of EM: from the guess, and from what the last noise level came to.
FIRST_STEPS, STEPS = 30, 5
# The guess: a fifth of the rows about the first decile, the others a bit above the median, neither spread far.
FIRST_SHARE, FIRST_PLACES, FIRST_SPREAD = 0.2, (0.1, 0.6), 0.1
# Least variance of a group, beside that of all rows.
MIN_SPREAD = 1e-6


@dataclass(frozen=True)
class RowMixture:
    """Effects of rows from two normal distributions, thought of as rows with a wrong and with a right label.

    Nothing depends on that thought: where there is one group, or a long tail, the two share it between them.

    Parameters
    ----------
    share : float
        Share of the rows in the first group.
    mean, variance : ndarrays of shape (2, 1)
    is_guess : bool, default=False
        Whether it has still to be learnt from scratch.
    """

    share: float
    mean: np.ndarray
    variance: np.ndarray
    is_guess: bool = False

    @classmethod
    def guess(cls, seen):
        """Return where EM starts for rows that are seen at ``seen``, shape (n_rows,)."""
        mean = np.quantile(seen, FIRST_PLACES)[:, None]
        return cls(FIRST_SHARE, mean, np.full((2, 1), FIRST_SPREAD * seen.var()), is_guess=True)

    def learn(self, seen, noise):
        """The mixture after some steps of EM, for rows seen with normal noise of variance `noise`."""
        mixture = self
        for _ in range(FIRST_STEPS if self.is_guess else STEPS):
            mixture = mixture._after_a_step(seen, noise)
        return mixture

    def _after_a_step(self, seen, noise):
        first = self._chance_of_first(seen, noise)
        chance = np.stack([first, 1 - first])
        total = np.maximum(chance.sum(axis=1, keepdims=True), np.finfo(np.float64).tiny)
        mean = chance @ seen[:, None] / total
        variance = np.sum(chance * (seen - mean) ** 2, axis=1, keepdims=True) / total - noise
        share = np.clip(first.mean(), 1 / len(seen), 1 - 1 / len(seen))
        return RowMixture(float(share), mean, np.maximum(variance, MIN_SPREAD * seen.var()))

    def denoise(self, seen, noise):
        """Mean of the effect of each row given what is seen of it, and the mean over rows of its derivative.

        Parameters
        ----------
        seen : ndarray of shape (n_rows,)
        noise : float
            Variance of the normal noise in it.

        Returns
        -------
        effects : ndarray of shape (n_rows,)
        slope : float
        """
        first = self._chance_of_first(seen, noise)
        total = self.variance + noise
        gain = self.variance / total
        inside = self.mean + gain * (seen - self.mean)
        apart = inside[0] - inside[1]
        pull = (self.mean - seen) / total
        slopes = gain[1] + first * (gain[0] - gain[1]) + first * (1 - first) * (pull[0] - pull[1]) * apart
        return inside[1] + first * apart, float(slopes.mean())

    def _chance_of_first(self, seen, noise):
        """Posterior probability that a row is of the first group: ndarray of shape (n_rows,)."""
        total = self.variance + noise
        fits = -0.5 * ((seen - self.mean) ** 2 / total + np.log(total))
        return expit(fits[0] - fits[1] + np.log(self.share / (1 - self.share)))
