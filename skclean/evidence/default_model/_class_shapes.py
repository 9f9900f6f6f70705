"""Out-of-sample probabilities from one elliptical distribution a class."""

import numpy as np
from sklearn.utils import check_random_state

from skclean.evidence.default_model._class_gaussians import elliptic_points
from skclean.evidence.default_model._members import fit_shapes
from skclean.evidence.geometry._votes import voting_rows
from skclean.preprocessing._points import as_points

__all__ = ["class_shape_proba"]

N_FOLDS = 5


def class_shape_proba(X, labels, *, weight=None, random_state=None):
    """Probabilities of the classes by their robust elliptical shapes, fitted without the row's fold.

    Folds are drawn without a look at the labels, so that no label has any part in its own judgement.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Any table.
    labels : ClassTarget
        Unlabelled rows are not fitted, but judged.
    weight : ndarray of shape (n_samples,) or None, default=None
        Sample weights; rows of weight 0 are not fitted.
    random_state : int, RandomState instance or None, default=None
        Draws folds.

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes), float64
        A class without a member outside the fold has 0.
    """
    rng = check_random_state(random_state)
    points = elliptic_points(as_points(X), rng.randint(2**31 - 1))
    fold = rng.permutation(np.arange(len(points)) % N_FOLDS)
    n_classes = len(labels.classes)
    fitted = voting_rows(labels.codes, weight)
    proba = np.full((len(points), n_classes), 1 / n_classes)
    for number in range(N_FOLDS):
        train, test = fitted[fold[fitted] != number], fold == number
        if train.size:
            mass = None if weight is None else weight[train]
            proba[test] = fit_shapes(points[train], labels.codes[train], n_classes, mass)(points[test])
    return proba
