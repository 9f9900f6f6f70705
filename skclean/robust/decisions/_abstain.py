"""The label of a model that does not decide."""

import numpy as np

from skclean.utils._typing import Bools, Labels1d

__all__ = ["ABSTAIN", "Abstain", "abstained"]


class Abstain:
    """The type of :data:`ABSTAIN`, which is its only instance.

    It equals itself and nothing else, so it is never taken for a class. It has no truth value and is no number, so that
    code which does not know of it fails instead of counting it. Copies and pickles of it are the same object. It sorts
    behind all labels.
    """

    _only = None

    def __new__(cls):
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only

    def __reduce__(self):
        return "ABSTAIN"

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __repr__(self):
        return "ABSTAIN"

    def __bool__(self):
        raise TypeError("ABSTAIN has no truth value: the model did not decide. Use skclean.robust.abstained(y_pred).")

    def __eq__(self, other):
        return self is other

    def __ne__(self, other):
        return self is not other

    def __hash__(self):
        return hash((Abstain, "ABSTAIN"))

    def __lt__(self, other):
        return False

    def __le__(self, other):
        return self is other

    def __gt__(self, other):
        return self is not other

    def __ge__(self, other):
        return True


ABSTAIN = Abstain()


def abstained(y_pred: Labels1d) -> Bools:
    """Return which predictions are :data:`ABSTAIN`: ndarray of shape (n_samples,), bool.

    Parameters
    ----------
    y_pred : array-like of shape (n_samples,)

    Examples
    --------
    >>> from skclean.robust import ABSTAIN, abstained
    >>> abstained(["yes", ABSTAIN, "no"]).tolist()
    [False, True, False]
    """
    values = list(y_pred)
    return np.fromiter((value is ABSTAIN for value in values), dtype=bool, count=len(values))
