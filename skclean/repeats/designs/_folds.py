"""The folds of many repeats: drawn when they are needed, and drawn again rather than kept."""

import inspect
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.base import clone

from skclean._kernels import MAX_FOLDS, NO_FOLD, draw_folds, group_rows
from skclean.repeats.aggregation._message_passing import onsager_when_alone
from skclean.repeats.designs._even_folds import EvenFolds, can_be_even
from skclean.utils._checks import check_groups_given
from skclean.utils._params import subset_params
from skclean.utils._typing import Bools, Bytes, Codes, Params, Splitter

__all__ = ["DrawnFolds", "SplitterFolds", "TemperedFolds", "make_folds"]


def make_folds(cv: Any, strata: Codes, *, seed: int, split_params: Params | None = None, even: bool = False) -> Any:
    """Folds from what a user calls `cv`.

    Parameters
    ----------
    cv : int or splitter
        A splitter is asked anew, with another seed, for every repeat.
    strata : ndarray of shape (n_samples,), int
        Class of every row, 0 for all where folds are not stratified; -1 for rows that take no part.
    seed : int
    split_params : dict or None, default=None
        For the splitter, for example ``{"groups": groups}``.
    even : bool, default=False
        Whether every two rows shall share a fold equally often, where the number of folds allows it.

    Returns
    -------
    folds : DrawnFolds, EvenFolds or SplitterFolds
    """
    if isinstance(cv, Integral):
        if even and can_be_even(int(cv)):
            return EvenFolds(strata, int(cv), seed)
        return DrawnFolds(strata, int(cv), seed)
    check_groups_given(cv, (split_params or {}).get("groups"))
    return SplitterFolds(cv, strata, seed, split_params or {})


class DrawnFolds:
    """Random folds of equal size up to one row, and with an equal share of every stratum up to one row.

    Parameters
    ----------
    strata : ndarray of shape (n_samples,), int
        -1 for rows that take no part.
    n_splits : int
        Folds a repeat.
    seed : int
        Seed and number of a repeat determine its folds.
    """

    def __init__(self, strata: Codes, n_splits: int, seed: int) -> None:
        self.n_splits = n_splits
        self.seed = seed
        self.n_samples = len(strata)
        self.strata = strata
        self._grouped, self._starts = group_rows(strata)

    def draw(self, first: int, stop: int) -> Bytes:
        """Folds of the repeats first … stop - 1: ndarray of shape (stop - first, n_samples), uint8."""
        return draw_folds(
            self._grouped, self._starts, self.n_samples, self.n_splits, seed=self.seed, first=first, stop=stop
        )

    def onsager(self, n_repeats: int, slope: float) -> Any:
        """Return the Onsager correction, see aggregation/_onsager.py."""
        return onsager_when_alone(slope, len(self._grouped) / (n_repeats * (self.n_splits - 1)))


class SplitterFolds:
    """Folds of a scikit-learn splitter, which is seeded anew for every repeat.

    Parameters
    ----------
    splitter : splitter with random_state
    strata : ndarray of shape (n_samples,), int
        What the splitter gets as y; -1 for rows that take no part.
    seed : int
    split_params : dict
    """

    def __init__(self, splitter: Splitter, strata: Codes, seed: int, split_params: Params) -> None:
        if "random_state" not in inspect.signature(type(splitter)).parameters or not getattr(splitter, "shuffle", True):
            raise ValueError(
                f"cv={splitter!r} makes the same folds every time; pass a splitter that shuffles, such as "
                "StratifiedKFold(5, shuffle=True), or the number of folds."
            )
        self._splitter = clone(splitter, safe=False)
        self._rows = np.flatnonzero(strata >= 0)
        self.strata = strata
        self._params = subset_params(split_params, self._rows, len(strata))
        self.seed = seed
        self.n_samples = len(strata)
        self.n_splits = splitter.get_n_splits(self._rows, strata[self._rows], self._params.get("groups"))
        if self.n_splits > MAX_FOLDS:
            raise ValueError(f"cv={splitter!r} makes {self.n_splits} folds; at most {MAX_FOLDS} are possible.")

    def draw(self, first: int, stop: int) -> Bytes:
        """Folds of the repeats first … stop - 1: ndarray of shape (stop - first, n_samples), uint8."""
        folds = np.full((stop - first, self.n_samples), NO_FOLD, dtype=np.uint8)
        for repeat in range(first, stop):
            self._draw_one(repeat, folds[repeat - first])
        return folds

    def onsager(self, n_repeats: int, slope: float) -> Any:
        """Return the Onsager correction, see aggregation/_onsager.py; if the splitter keeps rows together, it is
        more."""
        return onsager_when_alone(slope, len(self._rows) / (n_repeats * (self.n_splits - 1)))

    def _draw_one(self, repeat, fold_of):
        rng = np.random.default_rng([self.seed, repeat])
        splitter = clone(self._splitter, safe=False)  # one's own: several threads draw at once
        splitter.random_state = int(rng.integers(2**31))
        tested = np.zeros(self.n_samples, dtype=np.int64)
        splits = splitter.split(self._rows[:, None], self.strata[self._rows], **self._params)
        for number, (_, test) in enumerate(splits):
            fold_of[self._rows[test]] = number
            tested[self._rows[test]] += 1
        if (tested[self._rows] != 1).any():
            row = self._rows[np.flatnonzero(tested[self._rows] != 1)[0]]
            raise ValueError(
                f"cv={self._splitter!r} tests row {row} {tested[row]} times; repeated cross-validation needs a "
                "splitter whose test sets hold every row once, such as StratifiedKFold or GroupKFold."
            )


class TemperedFolds:
    """Folds that gather rows of like quality, so that suspicious rows end up together.

    Rows are drawn without replacement with probabilities proportional to exp(-quality / tau), and fill one fold after
    another. Adding Gumbel noise to -quality / tau and sorting draws exactly that, and cannot overflow. Within each
    stratum, so that every fold has its share of each class.

    Parameters
    ----------
    strata : ndarray of shape (n_samples,), int
        -1 for rows that take no part.
    n_splits, seed : int
    tau : float
        Temperature: small values sort by quality, large ones draw at random.
    best_first : bool, default=False
        Draw with probabilities proportional to exp(quality / tau) instead, so that the first fold gathers the best
        rows and the last one what is left, as fastReCoV does.

    References
    ----------
    Kool, van Hoof, Welling, "Stochastic Beams and Where to Find Them", ICML 2019, for the Gumbel draw.
    """

    def __init__(self, strata: Codes, n_splits: int, seed: int, tau: float, *, best_first: bool = False) -> None:
        self.n_splits = n_splits
        self.seed = seed
        self.tau = tau
        self.sign = 1 if best_first else -1
        self.n_samples = len(strata)
        self.strata = strata
        self.quality = np.zeros(len(strata))

    @property
    def active(self) -> Bools:
        """Mask of the rows that the next draw puts into folds: ndarray of shape (n_samples,), bool."""
        return self.strata >= 0

    def draw(self, first: int, stop: int) -> Bytes:
        """Folds of the repeats first … stop - 1 by the present quality: shape (stop - first, n_samples), uint8."""
        return np.stack([self._draw_one(repeat) for repeat in range(first, stop)])

    def _draw_one(self, repeat):
        rng = np.random.default_rng([self.seed, repeat])
        keys = rng.gumbel(size=self.n_samples) + self.sign * self.quality / self.tau
        order = np.lexsort((-keys, self.strata))
        listed = order[np.searchsorted(self.strata[order], 0) :]
        place = _dealt_in_turn(np.unique(self.strata[listed], return_counts=True)[1], self.n_splits)
        fold = np.full(self.n_samples, NO_FOLD, dtype=np.uint8)
        fold[listed] = place
        return fold


def _dealt_in_turn(sizes, n_splits):
    """Folds of consecutive rows of each stratum; which folds get one row more goes round, so that sizes stay equal."""
    place, turn = [], 0
    for size in sizes:
        share = np.full(n_splits, size // n_splits)
        share[(turn + np.arange(size % n_splits)) % n_splits] += 1
        turn += size % n_splits
        place.append(np.repeat(np.arange(n_splits), share))
    return np.concatenate(place)
