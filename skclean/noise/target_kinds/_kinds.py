"""Slips in numbers, a class each."""

import numpy as np

from skclean.noise.target_kinds._kind import TargetKind

__all__ = ["Factor", "Gross", "Heteroscedastic", "OneSided", "Permutation", "Rounding", "Swap"]


class Gross(TargetKind):
    """Off by one to four standard deviations of y, up or down."""

    alias = "gross"

    def wrong(self, problem, rng):
        n = len(problem.rows)
        return problem.y[problem.rows] + rng.choice([-1, 1], n) * rng.uniform(1, 4, n) * problem.y.std()


class Factor(TargetKind):
    """Ten times too large or too small."""

    alias = "factor"

    def wrong(self, problem, rng):
        return problem.y[problem.rows] * rng.choice([0.1, 10.0], len(problem.rows))


class Swap(TargetKind):
    """Pairs of rows have each other's numbers; with an odd number of rows, three of them go round."""

    alias = "swap"

    def wrong(self, problem, rng):
        order = rng.permutation(len(problem.rows))
        source = np.arange(len(order))
        half = len(order) // 2
        source[order[:half]], source[order[half : 2 * half]] = order[half : 2 * half], order[:half]
        if len(order) % 2 and half:
            source[order[-1]] = source[order[0]]
            source[order[0]] = order[-1]
        return problem.y[problem.rows[source]]


class Permutation(TargetKind):
    """The numbers of the rows go round in one circle."""

    alias = "permutation"

    def wrong(self, problem, rng):
        order = rng.permutation(len(problem.rows))
        numbers = np.empty(len(order))
        numbers[order] = problem.y[problem.rows[np.roll(order, 1)]]
        return numbers


class OneSided(TargetKind):
    """Too small: multiplied by a number between 0 and 1, counted from 0 or, where y is negative, from the smallest."""

    alias = "one_sided"

    def wrong(self, problem, rng):
        origin = min(0.0, float(problem.y.min()))
        return origin + (problem.y[problem.rows] - origin) * rng.uniform(0, 1, len(problem.rows))


class Heteroscedastic(TargetKind):
    """Normal noise whose size grows along a random direction of X, where rows are likelier to be hit as well."""

    alias = "heteroscedastic"
    needs_X = True

    def chances(self, problem, rng):
        self.along = problem.X @ rng.normal(size=problem.X.shape[1])
        spread = self.along.std()
        self.along = (self.along - self.along.mean()) / (spread if spread > 0 else 1.0)
        return np.exp(np.clip(self.along, -5, 5))

    def wrong(self, problem, rng):
        size = 1.5 * np.clip(np.exp(self.along[problem.rows] / 2), 0.5, 4)
        return problem.y[problem.rows] + problem.y.std() * size * rng.normal(size=len(problem.rows))


class Rounding(TargetKind):
    """Rounded to whole standard deviations of y; numbers that are round already stay right."""

    alias = "rounding"

    def wrong(self, problem, rng):
        step = problem.y.std() if problem.y.std() > 0 else 1.0
        return np.round(problem.y[problem.rows] / step) * step
