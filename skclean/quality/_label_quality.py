"""Scores of how well each given label agrees with out-of-sample probabilities."""

from skclean import _kernels as kernels
from skclean.targets import check_labels_and_proba
from skclean.utils._params import did_you_mean
from skclean.utils._typing import Floats, Labels1d, Numbers

__all__ = ["QUALITY_METHODS", "label_quality"]

QUALITY_METHODS = ("self_confidence", "normalized_margin", "weighted_entropy", "rival_odds")


def label_quality(
    y: Labels1d,
    y_proba: Numbers,
    *,
    method: str = "self_confidence",
    classes: Labels1d | None = None,
    n_jobs: int | None = None,
) -> Floats:
    """Score every given label; low is suspicious.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Given labels. A missing label scores 1: there is nothing to doubt.
    y_proba : array-like of shape (n_samples, n_classes), float32 or float64
        Out-of-sample class probabilities, columns in the order of `classes`; read in place.
    method : {"self_confidence", "normalized_margin", "weighted_entropy", "rival_odds"}, default="self_confidence"
        - "self_confidence": the probability of the given label;
        - "normalized_margin": half of 1 plus the probability of the given label minus the largest other one;
        - "weighted_entropy": normalised entropy of the row over self-confidence, mapped into [0, 1];
        - "rival_odds": (p + e) / (p + r + 2 e), with p the probability of the given label, r the largest other one and
          e = 0.05; below 0.5 where another label is likelier. The best ranking on average, and the detector's default.
    classes : array-like of shape (n_classes,) or None, default=None
        The label of each column; None means the sorted labels in `y`, or the names of the columns where `y_proba` is a
        DataFrame and they hold all labels.
    n_jobs : int or None, default=None
        Threads that read blocks of rows. The result does not depend on it.

    Returns
    -------
    quality : ndarray of shape (n_samples,), float64
        In [0, 1].

    Raises
    ------
    ValueError
        If `method` is unknown or an argument is malformed.

    References
    ----------
    Northcutt, Jiang, Chuang, "Confident Learning", JAIR 2021; Kuan, Mueller, "Model-agnostic label quality scoring
    to detect real-world label errors", ICML DataPerf 2022.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.quality import label_quality
    >>> y_proba = np.array([[0.9, 0.1], [0.25, 0.75]])
    >>> label_quality(["no", "no"], np.array([[0.9, 0.1], [0.25, 0.75]]), classes=["no", "yes"])
    array([0.9 , 0.25])
    """
    if method not in QUALITY_METHODS:
        hint = did_you_mean(method, QUALITY_METHODS)
        raise ValueError(f"method={method!r} is not known; the methods are {list(QUALITY_METHODS)}.{hint}")
    codes, _, proba, summary = check_labels_and_proba(y, y_proba, classes=classes, n_jobs=n_jobs)
    return kernels.label_quality(codes, proba, method, n_jobs=n_jobs, summary=summary)
