"""Rules that flag a number of labels that the user chose: what reviewers have time for."""

from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any, cast

import numpy as np

from skclean import _kernels as kernels
from skclean.base import BaseRule
from skclean.rules._lowest import lowest
from skclean.targets import UNLABELLED, ClassTarget, Target, codes_of
from skclean.utils._compat import Interval
from skclean.utils._values import shortened

__all__ = ["ExactCount", "Fraction", "PerClassBudget"]


class ExactCount(BaseRule):
    """Flag exactly `n_flags` labels, those of lowest quality.

    Fewer are flagged only where fewer may be: verified and unlabelled rows, and the last row of a class, never are.

    Parameters
    ----------
    n_flags : int, default=100
        How many labels to flag, at least 0.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean import find_label_issues
    >>> from skclean.rules import ExactCount
    >>> y_proba = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.3, 0.7]])
    >>> find_label_issues([0, 0, 1, 1], y_proba, rule=ExactCount(1))
    array([False,  True, False, False])
    """

    alias = "exact_count"

    _parameter_constraints: dict = {"n_flags": [Interval(Integral, 0, None, closed="left")]}

    def __init__(self, n_flags: int = 100) -> None:
        self.n_flags = n_flags

    def _flag(self, audit):
        return lowest(audit.quality, self.n_flags, audit)


class Fraction(BaseRule):
    """Flag a fraction of the labelled rows, those of lowest quality.

    Parameters
    ----------
    fraction : float, default=0.05
        Share of the labelled rows, in [0, 1]; the number of rows is rounded.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean import find_label_issues
    >>> from skclean.rules import Fraction
    >>> y_proba = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.3, 0.7]])
    >>> find_label_issues([0, 0, 1, 1], y_proba, rule=Fraction(0.25))
    array([False,  True, False, False])
    """

    alias = "fraction"

    _parameter_constraints: dict = {"fraction": [Interval(Real, 0, 1, closed="both")]}

    def __init__(self, fraction: float = 0.05) -> None:
        self.fraction = fraction

    def _flag(self, audit):
        n_labelled = np.count_nonzero(~audit.unlabelled)
        return lowest(audit.quality, int(np.rint(self.fraction * n_labelled)), audit)


class PerClassBudget(BaseRule):
    """Flag a number of labels of lowest quality in each given class.

    Parameters
    ----------
    budget : dict or int, default=10
        Number of flags per class label; classes that are not named get none. An int serves every class.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean import find_label_issues
    >>> from skclean.rules import PerClassBudget
    >>> y_proba = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.3, 0.7]])
    >>> find_label_issues(["no", "no", "yes", "yes"], y_proba, rule=PerClassBudget({"yes": 1}))
    array([False, False, False,  True])
    """

    alias = "per_class_budget"

    _parameter_constraints: dict = {"budget": [dict, Interval(Integral, 0, None, closed="left")]}

    def __init__(self, budget: Mapping[Any, int] | int = 10) -> None:
        self.budget = budget

    def check_target(self, target: Target) -> None:
        """Refuse a budget of a class that is not among the labels."""
        self._counts(cast(ClassTarget, target).classes, target.n_rows)

    def _flag(self, audit):
        return kernels.lowest_per_class(
            audit.open_codes, audit.quality, self._counts(audit.classes, len(audit.codes)), n_jobs=audit.n_jobs
        )

    def _counts(self, classes, most):
        if not isinstance(self.budget, dict):
            return np.full(len(classes), min(self.budget, most), dtype=np.int64)
        counts = np.zeros(len(classes), dtype=np.int64)
        for label, budget in self.budget.items():
            if not isinstance(budget, Integral) or budget < 0:
                raise ValueError(f"budget[{shortened(label)}] must be a whole number of at least 0, got {budget!r}.")
            code = codes_of([label], classes, name="budget")[0]
            if code == UNLABELLED:
                raise ValueError("budget names a missing label; leave it out.")
            counts[code] = min(budget, most)
        return counts
