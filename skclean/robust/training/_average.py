"""The mean of several fitted classifiers, as one."""

import numpy as np

from skclean.robust.training._fitted_parts import FittedParts
from skclean.utils._compat import check_feature_names, has_method
from skclean.utils._proba import check_model_proba, class_columns

__all__ = ["AveragedClassifier"]


class AveragedClassifier(FittedParts):
    """Mean of the probabilities, or of the votes, of fitted members.

    Parameters
    ----------
    members : list of classifiers
        Fitted; each may know a part of the classes only.
    classes : ndarray of shape (n_classes,)
    X : indexable
        The training rows, from which the number and the names of features are noted; not kept.
    """

    def __init__(self, members, classes, X):
        self.members = members
        self._know(classes, X)

    def predict_proba(self, X):
        """Mean of the members: ndarray of shape (n_samples, n_classes)."""
        check_feature_names(self, X, reset=False)
        total = 0.0
        for member in self.members:
            known = class_columns(member.classes_, self.classes_)
            part = self._part(member, X, len(known))
            proba = np.zeros((len(part), len(self.classes_)))
            proba[:, known] = part
            total = total + proba
        return total / len(self.members)

    @staticmethod
    def _part(member, X, n_known):
        if has_method(member, "predict_proba"):
            proba = member.predict_proba(X)
            return check_model_proba(proba, member, n_columns=n_known, rows=np.arange(len(proba)))
        return (np.asarray(member.predict(X))[:, None] == member.classes_).astype(np.float64)
