"""The competition of rows within pairs of classes: given class, other class."""

import numpy as np

from skclean.kernels._blocks import count_threads, list_rows, run_tasks
from skclean.kernels._offers import list_others, offer_others, offer_rivals, raise_floors
from skclean.kernels._select import count_beaten, gather_beaten, keep_best, list_beaten


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
    """Rows left in any heap when all have been offered."""
    sizes = np.zeros(pairs.n_pairs, dtype=np.int64)
    margins = np.empty(pairs.starts[-1])
    chosen = np.empty(pairs.starts[-1], dtype=np.int64)
    heaps = pairs.starts, sizes, margins, chosen
    summary = rows.given, rows.rival, rows.near_rival
    beaten = _gather(codes, summary, pairs, n_jobs)

    def fill(first, last):
        if keep_best(*beaten, *heaps, pairs.class_starts[first], pairs.class_starts[last]):
            offer_rivals(codes, *summary, pairs.pair_of, *heaps, first, last)

    shares = _share_classes(n_members, n_jobs)
    run_tasks(fill, shares, n_jobs)
    entries, floors = np.empty(pairs.n_pairs), np.empty(len(n_members))
    raise_floors(pairs.class_starts, *heaps[:3], entries, floors)
    padded = np.concatenate([[np.inf], floors])
    listed = list_rows(list_others, (codes, *summary), (padded, rows.highest_sum), n_jobs)

    def offer(first, last):
        where = pairs.pair_of, pairs.class_starts, pairs.other
        offer_others(listed, proba, codes, *summary, *where, *heaps, entries, floors, rows.highest_sum, first, last)

    run_tasks(offer, shares, n_jobs)
    # A margin that is NaN enters no heap, so on unchecked rows some room may never be written.
    room = np.diff(pairs.starts)
    if np.array_equal(sizes, room):
        return chosen
    place = np.arange(len(chosen)) - np.repeat(pairs.starts[:-1], room)
    return chosen[place < np.repeat(sizes, room)]


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
