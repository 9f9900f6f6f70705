"""Which cells are flagged, and the rule that flags the rows that have one."""

import numpy as np

from skclean.base import BaseRule, CellErrors
from skclean.rules._best_cut import bounded_cut
from skclean.rules._error_probability import LARGEST_CUT
from skclean.targets import UNLABELLED

__all__ = ["LEAST_CHANCE", "AnyWrongCell", "flag_cells"]

# No cell is flagged below this chance of being wrong. Over 9 tables without noise 0.6 % of the rows were flagged with
# 0.1, 0.1 % with this, and next to none with 0.3; F1 of cells over 11 noisy tables was 0.49, 0.47 and 0.44.
LEAST_CHANCE = 0.2


class AnyWrongCell(BaseRule):
    """Flag the rows that have a flagged cell."""

    needs = (CellErrors,)

    def _flag(self, audit):
        return audit[CellErrors].flagged.any(axis=1)


def flag_cells(channel, cells, least=LEAST_CHANCE):
    """Flag cells up to the largest expected F1, where little noise is expected, as ErrorProbability does.

    Parameters
    ----------
    channel : CellChannel
    cells : ndarray of shape (n_samples, n_tags), int8
    least : float, default=0.2
        No cell that is wrong with a smaller chance is flagged.

    Returns
    -------
    flagged : ndarray of shape (n_samples, n_tags), bool
        Never a cell that is the likelier one of its row before it is known.
    """
    wrong = channel.cautiously_wrong
    is_known = cells != UNLABELLED
    cut = bounded_cut(wrong[is_known], least, LARGEST_CUT)
    likeliest = (channel.truth >= 0.5) == (cells == 1)
    return np.asarray(is_known & (wrong >= cut) & ~likeliest)
