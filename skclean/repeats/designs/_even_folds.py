"""Folds in which every two rows meet equally often."""

import numpy as np

from skclean._kernels import draw_even_folds, group_rows
from skclean.repeats.aggregation._message_passing import onsager_of_spectrum, r_of_compressed_projection

__all__ = ["EvenFolds", "can_be_even"]

# Rows are laid out in blocks of at most so many, of as many dimensions as that takes: a direction that is not zero in
# all of these deals out a block equally, so that strata are nearly balanced. Larger blocks are balanced by more
# directions, but hold more whole planes of a class (see `_layout_of`); from 5 to 25 all ranked alike.
BLOCK = 8
# Sums of digits that are computed at once.
SUMS_AT_ONCE = 1 << 20
# Repeats that share an arrangement of the rows: more than anybody needs, and few enough to be listed.
MAX_DIRECTIONS = 1 << 16


def can_be_even(n_splits):
    """Return whether rows can meet equally often in so many folds: there must be a field of that size, so a prime
    number."""
    return n_splits >= 2 and all(n_splits % factor for factor in range(2, int(n_splits**0.5) + 1))


class EvenFolds:
    """Random folds in which every two rows share one almost equally often.

    In folds that are drawn anew for every repeat, two rows meet by chance more or less often than others, and then the
    one is taken for the other: in a regression of scores on membership their columns overlap. Here the rows are laid
    out at random as points of a space over the numbers modulo `n_splits`, one digit a dimension, and the folds of a
    repeat are the parallel planes across a direction: a row is in the fold that the sum of its digits times those of
    the direction says. Over all directions every two points share a plane equally often: an orthogonal array (Bose and
    Bush 1952). The directions come in random order, and once they are used up the rows are laid out anew.

    Each single repeat is a random partition just as if drawn alone, with equal folds and shares of each stratum up to
    one row; for that a few rows are moved from the planes where they belong. A number of repeats that is not a
    multiple of all directions is even in part.

    Parameters
    ----------
    strata : ndarray of shape (n_samples,), int
        -1 for rows that take no part.
    n_splits : int
        Folds a repeat, a prime number.
    seed : int
        Seed and number of a repeat determine its folds.

    References
    ----------
    Bose, Bush, "Orthogonal arrays of strength two and three", Annals of Mathematical Statistics 1952.
    """

    def __init__(self, strata, n_splits, seed):
        if not can_be_even(n_splits):
            raise ValueError(f"n_splits must be a prime number for even folds, got {n_splits}")
        self.n_splits = n_splits
        self.seed = seed
        self.n_samples = len(strata)
        self.strata = strata
        self._grouped, self._starts = group_rows(strata)
        self._n_digits = 1
        while n_splits**self._n_digits < len(self._grouped):
            self._n_digits += 1
        self._n_low = min(self._n_digits, max(1, int(np.log(BLOCK) / np.log(n_splits))))
        self._n_all = (n_splits**self._n_digits - 1) // (n_splits - 1)
        self.n_directions = min(MAX_DIRECTIONS, self._n_all)
        self._layout = None

    def draw(self, first, stop):
        """Folds of the repeats first … stop - 1: ndarray of shape (stop - first, n_samples), uint8."""
        folds = []
        while first < stop:
            number, start = divmod(first, self.n_directions)
            order, blocks, directions = self._layout_of(number)
            chosen = directions[start : start + stop - first]
            folds.append(self._across(order, blocks, self._digits_of(chosen), first))
            first += len(chosen)
        if len(folds) == 1:  # as a rule; copying them would take as much memory again
            return folds[0]
        return np.concatenate(folds) if folds else np.empty((0, self.n_samples), dtype=np.uint8)

    def onsager(self, n_repeats, slope):
        """Return the Onsager correction, see aggregation/_onsager.py: complete rounds of directions need none.

        The directions of an incomplete one are a sample of the rows of an orthogonal matrix, the rows of its columns.
        Layouts have nothing to do with one another, so that their R-transforms add up.
        """
        n_rows = len(self._grouped)
        wide = n_rows / self.n_splits**self._n_digits
        n_rounds, rest = divmod(n_repeats, self.n_directions)
        rounds = [(n_rounds, self.n_directions), (1, rest)]

        def r_transform(x):
            return sum(
                times * size / n_repeats * r_of_compressed_projection(size / n_repeats * x, size / self._n_all, wide)
                for times, size in rounds
                if times * size > 0
            )

        return onsager_of_spectrum(r_transform, slope, n_rows / (n_repeats * (self.n_splits - 1)))

    def _layout_of(self, number):
        """Order of the rows, the blocks of the space that they fill in this order, and directions, while they last.

        The blocks lie anywhere. Were they side by side, a class would fill a subspace, and what two of its rows do
        together would fall on those in line with them, of the same class: on tables of 800 rows even folds were then
        worse than folds drawn one by one.
        """
        layout = self._layout  # kept in one piece: several threads draw at once
        if layout is None or layout[0] != number:
            # Not [seed, number], which for the first layout is the same stream as that of the bare seed: a caller who
            # drew the wrong rows from that would find them laid out side by side.
            rng = np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(number,)))
            order = self._grouped[np.lexsort((rng.random(len(self._grouped)), self.strata[self._grouped]))]
            n_blocks = -(-len(order) // self.n_splits**self._n_low)
            blocks = rng.permutation(self.n_splits ** (self._n_digits - self._n_low))[:n_blocks]
            directions = rng.choice(self._n_all, self.n_directions, replace=False)
            layout = self._layout = number, order, blocks, directions
        return layout[1:]

    def _digits_of(self, numbers):
        """Digits of directions, lowest first: ndarray of shape (n_directions, n_digits).

        Directions are told apart by their lowest digit that is not zero, which is one, and by those above it.
        """
        digits = np.zeros((len(numbers), self._n_digits), dtype=np.int64)
        left = numbers.copy()
        for zeros, n_above in enumerate(range(self._n_digits - 1, -1, -1)):
            here = (left >= 0) & (left < self.n_splits**n_above)
            digits[here, zeros] = 1
            digits[here, zeros + 1 :] = left[here, None] // self.n_splits ** np.arange(n_above) % self.n_splits
            left = np.where(here, -1, left - self.n_splits**n_above)
        return digits

    def _across(self, order, blocks, directions, first):
        """Folds across directions: a place in a block, and the block, each add their part."""
        low, high = directions[:, : self._n_low], directions[:, self._n_low :]
        inside = self._part(low, np.arange(self.n_splits**self._n_low))
        return draw_even_folds(
            order,
            self._starts,
            self.n_samples,
            self.n_splits,
            inside,
            self._part(high, blocks),
            seed=self.seed,
            first=first,
        )

    def _part(self, directions, points):
        """Sum of the digits of points times those of directions: uint8 array of shape (n_directions, n_points)."""
        digits = points // self.n_splits ** np.arange(directions.shape[1])[:, None] % self.n_splits
        part = np.empty((len(directions), len(points)), dtype=np.uint8)
        step = max(1, SUMS_AT_ONCE // len(points))
        for start in range(0, len(part), step):
            part[start : start + step] = directions[start : start + step] @ digits % self.n_splits
        return part
