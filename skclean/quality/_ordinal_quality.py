"""Label quality of ordered classes: a label that is one class off is not as wrong as one that is four off."""

import numpy as np

from skclean.noise.ordinal._posterior import cost_matrix, ordinal_posterior
from skclean.targets import check_labels_and_proba, ordered_categories
from skclean.utils._params import did_you_mean
from skclean.utils._typing import Floats, Labels1d, Numbers

__all__ = ["ORDINAL_METHODS", "ordinal_quality"]

ORDINAL_METHODS = ("slips", "expected_cost")


def ordinal_quality(
    y: Labels1d,
    y_proba: Numbers,
    *,
    order: Labels1d | None = None,
    method: str = "slips",
    costs: str | Numbers | None = None,
) -> Floats:
    """Score given labels of ordered classes; low is suspicious.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Given labels. A missing label scores 1.
    y_proba : array-like of shape (n_samples, n_classes)
        Out-of-sample class probabilities, columns in the order of the classes.
    order : array-like of shape (n_classes,) or None, default=None
        The labels from the lowest to the highest, one for each column. None means the sorted labels in `y`, or the
        names of the columns where `y_proba` is a DataFrame.
    method : {"slips", "expected_cost"}, default="slips"
        - "slips": the probability that the label is right. A threshold model of the ranks is fitted to the
          probabilities, and the rate and the kinds of slips (to a neighbour, far away, a reversed scale and others) to
          the labels. It needs some 50 rows.
        - "expected_cost": 1 minus the expected cost of the label under `y_proba`, divided by the largest cost. Each row
          is scored by itself.
    costs : {"absolute", "squared"}, array-like of shape (n_classes, n_classes) or None, default=None
        What it costs to record class j where i is true: the distance of the ranks, its square, or ``costs[i, j]``.
        With "slips" and costs, the quality is 1 minus the expected cost, divided by the largest cost: a small chance of
        a large error then counts as much as a large chance of a small one. None means the chance of any error for
        "slips", and "absolute" for "expected_cost".

    Returns
    -------
    quality : ndarray of shape (n_samples,), float64
        In [0, 1].

    Raises
    ------
    ValueError
        If `method` or `costs` is unknown or an argument is malformed.

    Notes
    -----
    "slips" assumes that the recorded class depends on the true class alone, and that classes near the true one are the
    likelier ones. It loses where the classes have no order: then use :func:`label_quality`.

    References
    ----------
    McCullagh, "Regression models for ordinal data", JRSS B 1980 (the threshold model). Dawid, Skene, "Maximum
    likelihood estimation of observer error-rates using the EM algorithm", JRSS C 1979 (the slips).

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.quality import ordinal_quality
    >>> y_proba = np.array([[0.6, 0.3, 0.1], [0.6, 0.3, 0.1], [0.6, 0.3, 0.1]])
    >>> ordinal_quality(["low", "medium", "high"], y_proba, order=["low", "medium", "high"], method="expected_cost")
    array([0.75, 0.65, 0.25])
    """
    if method not in ORDINAL_METHODS:
        hint = did_you_mean(method, ORDINAL_METHODS)
        raise ValueError(f"method={method!r} is not known; the methods are {list(ORDINAL_METHODS)}.{hint}")
    codes, _, proba, _ = check_labels_and_proba(y, y_proba, classes=ordered_categories(y) if order is None else order)
    n_classes = proba.shape[1]
    believed: Floats = np.asarray(proba, dtype=np.float64)
    if method == "slips":
        found = ordinal_posterior(proba, codes)
        if costs is None:
            return found.right(codes)
        believed = found.posterior
    matrix = cost_matrix("absolute" if costs is None else costs, n_classes)
    expected = (believed @ matrix)[np.arange(len(codes)), codes] / matrix.max()
    return np.where(codes < 0, 1.0, np.clip(1 - expected, 0, 1))
