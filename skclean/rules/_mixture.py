"""The lower of two groups of the log-odds of label quality, over all rows or in each class."""

from numbers import Real

import numpy as np
from scipy.special import logit

from skclean.base import BaseRule
from skclean.rules._gaussian_mixture import lower_group_chance
from skclean.targets import UNLABELLED
from skclean.utils._compat import Interval

__all__ = ["Mixture"]

# Quality is kept this far from 0 and 1, where log-odds have no end.
MARGIN = 0.01


class Mixture(BaseRule):
    """Flag labels that belong to the lower of two normal groups with a probability above a threshold.

    The groups are those of the log-odds of quality: most qualities crowd at 0 and 1, where normal groups of quality
    itself, :class:`TwoComponents`, fit badly. It assumes that right and wrong labels each make one group. Nothing is
    flagged where one group explains the values as well as two (by the Bayesian information criterion), nor among
    fewer than 10 rows. Nothing is drawn: the fit starts from Otsu's cut.

    Parameters
    ----------
    threshold : float, default=0.5
        Probability of the lower group above which a label is flagged, in [0, 1).
    per_class : bool, default=False
        Whether each given class has groups of its own; classes that are harder than others are then not flagged for
        that, and a class without noise is left alone. It takes some dozens of rows a class.

    Notes
    -----
    As in the paper: a mixture of two components over all rows, and a row is wrong by the posterior of the worse one.

    Otherwise: Arazo et al. fit beta distributions to training losses, and DivideMix normal ones; here normal components
    are fitted to the log-odds of label quality, which any detector gives out of sample.

    References
    ----------
    After Arazo, Ortego, Albert, O'Connor, McGuinness, "Unsupervised label noise modeling and loss correction", ICML
    2019, and Li, Socher, Hoi, "DivideMix", ICLR 2020.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean import find_label_issues
    >>> from skclean.rules import Mixture
    >>> right = np.array([0.90, 0.91, 0.92, 0.93, 0.94, 0.95, 0.96, 0.97, 0.98, 0.10, 0.12])
    >>> proba = np.column_stack([right, 1 - right])
    >>> find_label_issues([0] * 11, proba, classes=[0, 1], rule=Mixture())[-3:]
    array([False,  True,  True])
    """

    alias = "mixture"

    _parameter_constraints: dict = {
        "threshold": [Interval(Real, 0, 1, closed="left")],
        "per_class": ["boolean"],
    }

    def __init__(self, threshold: float = 0.5, *, per_class: bool = False) -> None:
        self.threshold = threshold
        self.per_class = per_class

    def _flag(self, audit):
        log_odds = logit(np.clip(audit.quality, MARGIN, 1 - MARGIN))
        codes = audit.open_codes if self.per_class else np.minimum(audit.open_codes, 0)
        chance = np.zeros(len(codes))
        for code in np.unique(codes[codes != UNLABELLED]):
            rows = np.flatnonzero(codes == code)
            chance[rows] = lower_group_chance(log_odds[rows])
        return chance > self.threshold
