"""Classes that the models of each row had seen in training.

A model that was trained without any row of a class gives it probability 0, so that each of its labels looks wrong. This
happens where a class lives in one group, where folds are cut from a sorted table, or where a class has no weight.
"""

import warnings

import numpy as np

from skclean.exceptions import UnseenClassWarning
from skclean.targets import UNLABELLED

__all__ = ["SeenClasses"]

MAX_NAMED = 3


class SeenClasses:
    """Record of training sets, and of the rows that each was asked about.

    Parameters
    ----------
    labels : ClassTarget
        Codes and classes.
    weight : ndarray of shape (n_samples,) or None, default=None
        Sample weights; a row of weight 0 shows a model nothing.
    """

    def __init__(self, labels, weight=None):
        self.codes, self.classes = labels
        self.weight = weight
        self.asked, self.seen = np.zeros((2, len(self.codes)), dtype=bool)
        self.folds = {}  # by code: the folds that lack the class, and how many of its rows they judge

    def add(self, train, test, *, fold=None):
        """Note that a model trained on some rows judged others.

        Parameters
        ----------
        train, test : ndarray of int
            Positions of rows.
        fold : int or None, default=None
            Its number, for the warning.
        """
        rows = train if self.weight is None else train[self.weight[train] > 0]
        known = np.zeros(len(self.classes) + 1, dtype=bool)  # code -1 reads the last place
        known[self.codes[rows]] = True
        known[UNLABELLED] = True
        knows = known[self.codes[test]]
        self.asked[test] = True
        self.seen[test[knows]] = True
        if fold is not None and not knows.all():
            codes, counts = np.unique(self.codes[test[~knows]], return_counts=True)
            for code, count in zip(codes.tolist(), counts.tolist(), strict=True):
                self.folds.setdefault(code, {})[fold] = count

    def forget(self, codes):
        """Note that no model has seen some classes, whatever was recorded: for example those without a weight."""
        rows = np.isin(self.codes, codes)
        self.asked |= rows
        self.seen &= ~rows

    def add_counts(self, counts):
        """Note of each row how many models that judged it had seen its class: ndarray of shape (n_samples,), int."""
        self.asked[:] = True
        self.seen |= counts > 0

    @property
    def unseen(self):
        """ndarray of shape (n_samples,), bool: labels of a class that no model which judged the row had seen."""
        return self.asked & ~self.seen & (self.codes != UNLABELLED)

    def warn(self, stacklevel=2):
        """Name the classes of several rows that have such labels, and their folds."""
        codes, counts = np.unique(self.codes[self.unseen], return_counts=True)
        several = np.bincount(self.codes[self.codes != UNLABELLED], minlength=len(self.classes))[codes] > 1
        if not several.any():  # the only member of a class is never judged, and the table says so
            return
        found = [self._describe(code, count) for code, count in zip(codes[several], counts[several], strict=True)]
        more = f" and {len(found) - MAX_NAMED} more classes" * (len(found) > MAX_NAMED)
        warnings.warn(
            f"No model that was asked about these rows had seen their class in training, so their labels are never "
            f"flagged: {', '.join(found[:MAX_NAMED])}{more}. Choose folds whose training parts hold every class with "
            "a positive weight, for example cv=5 without groups, or a splitter that shuffles and stratifies.",
            UnseenClassWarning,
            stacklevel=stacklevel + 1,
        )

    def _describe(self, code, count):
        folds = sorted(self.folds.get(int(code), ()))
        some = ", ".join(map(str, folds[:MAX_NAMED])) + ", ..." * (len(folds) > MAX_NAMED)
        where = f" in fold{'s' * (len(folds) > 1)} {some}" * bool(folds)
        return f"{count} of the class {self.classes.item(int(code))!r}{where}"
