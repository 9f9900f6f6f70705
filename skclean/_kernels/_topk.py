"""The competition of rows within pairs of classes: given class, other class."""

import numpy as np

from skclean._kernels._blocks import count_threads, list_rows, run_tasks
from skclean._kernels.proba._topk import count_beaten, gather_beaten, keep_best, list_beaten
from skclean._kernels.proba._topk_rest import list_others, offer_others, offer_rivals, raise_floors


class Pairs:
    """Pairs of classes that rows compete in, sorted by given class, with room for the heaps."""

    def __init__(self, given, other, wanted, n_classes):
        self.n_pairs = len(given)
        self.other = other.astype(np.int32)
        self.class_starts = np.searchsorted(given, np.arange(n_classes + 1))
        self.pair_of = np.full((n_classes, n_classes), -1, dtype=np.int32)
        self.pair_of[given, other] = np.arange(self.n_pairs)
        self.starts = np.concatenate([[0], np.cumsum(wanted)])


def fill_heaps(codes, proba, rows, pairs, n_members, n_jobs):
    """Rows left in any heap when all have been offered.

    Rows that another class beats come first: where there are enough of them for every pair, and
    mostly there are, no row that leads is looked at.
    """
    heaps = _Heaps(codes, proba, rows, pairs, _share_classes(n_members, n_jobs), n_jobs)
    heaps.keep_best_beaten()
    if heaps.offer_others(0.0, np.inf):
        heaps.offer_leading()
        heaps.offer_others(-np.inf, 0.0)
    # A margin that is NaN enters no heap, so on unchecked rows some room may never be written.
    room = np.diff(pairs.starts)
    if np.array_equal(heaps.sizes, room):
        return heaps.chosen
    place = np.arange(len(heaps.chosen)) - np.repeat(pairs.starts[:-1], room)
    return heaps.chosen[place < np.repeat(heaps.sizes, room)]


class _Heaps:
    """The best rows of every pair so far, and the rows that may be better."""

    def __init__(self, codes, proba, rows, pairs, shares, n_jobs):
        self.codes, self.proba, self.pairs, self.shares, self.n_jobs = codes, proba, pairs, shares, n_jobs
        self.summary, self.highest_sum = (rows.given, rows.rival, rows.near_rival), rows.highest_sum
        self.sizes = np.zeros(pairs.n_pairs, dtype=np.int64)
        self.margins = np.empty(pairs.starts[-1])
        self.chosen = np.empty(pairs.starts[-1], dtype=np.int64)
        self.arrays = pairs.starts, self.sizes, self.margins, self.chosen

    def keep_best_beaten(self):
        """Begin with the best of the rows whose rival leads, or is equal."""
        beaten = _gather(self.codes, self.summary, self.pairs, self.n_jobs)
        starts = self.pairs.class_starts
        self._in_classes(lambda first, last: keep_best(*beaten, *self.arrays, starts[first], starts[last]))

    def offer_leading(self):
        """Offer the rows ahead of their rival to that pair."""
        pair_of = self.pairs.pair_of
        self._in_classes(
            lambda first, last: offer_rivals(self.codes, *self.summary, pair_of, *self.arrays, first, last)
        )

    def offer_others(self, least, below):
        """Offer rows to the pairs of classes other than their rival; return whether lower margins may enter any."""
        pairs = self.pairs
        entries, floors = np.empty(pairs.n_pairs), np.empty(len(pairs.class_starts) - 1)
        raise_floors(pairs.class_starts, *self.arrays[:3], entries, floors, least)
        padded = np.concatenate([[np.inf], np.where(floors < below, floors, np.inf)])
        listed = list_rows(list_others, (self.codes, *self.summary), (padded, self.highest_sum), self.n_jobs)
        where = pairs.pair_of, pairs.class_starts, pairs.other
        limits = entries, floors, self.highest_sum, least, below
        self._in_classes(
            lambda first, last: offer_others(
                listed, self.proba, self.codes, *self.summary, *where, *self.arrays, *limits, first, last
            )
        )
        raise_floors(pairs.class_starts, *self.arrays[:3], entries, floors, -np.inf)
        return floors.min() < least

    def _in_classes(self, work):
        run_tasks(work, self.shares, self.n_jobs)


def _share_classes(n_members, n_jobs):
    """Classes at which workers begin and end: whole ones, of about as many rows, so that none shares a heap."""
    n_workers = min(count_threads(n_jobs), len(n_members))
    shares = np.linspace(0, n_members.sum(), n_workers + 1)[1:-1]
    bounds = [0, *np.searchsorted(np.cumsum(n_members), shares).tolist(), len(n_members)]
    return sorted(set(bounds))


def _gather(codes, summary, pairs, n_jobs):
    """Margins and numbers of the rows whose rival leads, pair by pair, and where each pair begins."""
    given, rival, rival_code = summary
    listed = list_rows(list_beaten, (codes, given, rival), (), n_jobs)
    pair = np.empty(len(listed), dtype=np.int32)
    counts = np.zeros(pairs.n_pairs, dtype=np.int64)
    count_beaten(listed, codes, rival_code, pairs.pair_of, pair, counts)
    starts = np.concatenate([[0], np.cumsum(counts)])
    margins = np.empty(starts[-1])
    found = np.empty(starts[-1], dtype=np.int64)
    gather_beaten(listed, pair, given, rival, starts[:-1].copy(), margins, found)
    return margins, found, starts
