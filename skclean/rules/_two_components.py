"""Two groups of rows: a mixture of two normal distributions of label quality."""

import numpy as np

from skclean.base import BaseRule
from skclean.rules._gaussian_mixture import lower_group_chance
from skclean.targets import UNLABELLED

__all__ = ["TwoComponents"]


class TwoComponents(BaseRule):
    """Split label quality into two normal groups, and flag the lower one.

    For noise so heavy that clean rows no longer sit at the mean of a binomial. Nothing is flagged where one group
    explains the values as well as two (by the Bayesian information criterion), nor with fewer than 10 rows. Quality is
    taken as it is, so it suits detectors whose quality is spread evenly, such as :class:`skclean.detectors.ReCoV`.

    Notes
    -----
    As in the paper: normal components, their number chosen by the Bayesian information criterion.

    Otherwise: there are one or two components, not 1 to 10; a row is flagged where the lower group is the likelier one,
    not by a p-value; and the tails of the groups are mended. The paper's third rule is
    :class:`skclean.rules.BackgroundComponent`.

    References
    ----------
    After Chen, Ramanathan, Xu, Martel, "Detecting noisy labels with repeated cross-validations", MICCAI 2024 (arXiv
    2306.13990).

    Examples
    --------
    >>> import numpy as np
    >>> from skclean import find_label_issues
    >>> from skclean.rules import TwoComponents
    >>> right = np.array([0.90, 0.91, 0.92, 0.93, 0.94, 0.95, 0.96, 0.97, 0.98, 0.10, 0.12])
    >>> proba = np.column_stack([right, 1 - right])
    >>> find_label_issues([0] * 11, proba, classes=[0, 1], rule=TwoComponents())[-3:]
    array([False,  True,  True])
    """

    alias = "two_components"

    def _flag(self, audit):
        judged = np.flatnonzero(audit.open_codes != UNLABELLED)
        mask = np.zeros(len(audit.codes), dtype=bool)
        mask[judged] = lower_group_chance(audit.quality[judged]) > 0.5
        return mask
