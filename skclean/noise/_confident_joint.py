"""The confident joint: how often a label was given where the evidence is confident of another.

Northcutt, Jiang, Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR 2021, section 3.1.
A row given class i is counted for the class j of largest probability among those whose probability is at least the
class's own threshold, the mean probability of class j over the rows given class j. The mask comes first and the
argmax second; the other way round, a row falls to a class whose threshold it misses.
"""

import numpy as np

from skclean import _kernels as kernels
from skclean.targets import UNLABELLED, check_label_weights, check_labels_and_proba, class_totals, mean_weight
from skclean.utils._checks import check_row_flags, weight_unit
from skclean.utils._typing import Floats, Labels1d, Numbers

__all__ = [
    "calibrate_joint",
    "class_thresholds",
    "confident_joint",
    "joint_of_codes",
    "transition_of_joint",
]

# The mean of equal numbers may exceed them by a rounding error; such rows must still reach the threshold.
_ROUNDING = 1e-8
# Verified rows of a class set its threshold; the mean over all rows counts as this many of them beside.
_PRIOR_ROWS = 10.0


def confident_joint(
    y: Labels1d,
    y_proba: Numbers,
    *,
    classes: Labels1d | None = None,
    sample_weight: Numbers | None = None,
    verified: Numbers | None = None,
    calibrated: bool = True,
    n_jobs: int | None = None,
) -> Floats:
    """Estimate the joint distribution of given and true labels as a table of counts.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Given labels; a missing one leaves the row out.
    y_proba : array-like of shape (n_samples, n_classes), float32 or float64
        Out-of-sample class probabilities, columns in the order of `classes`.
    classes : array-like of shape (n_classes,) or None, default=None
        The label of each column; None means the sorted labels in `y`, or the names of the columns where `y_proba` is a
        DataFrame and they hold all labels.
    sample_weight : array-like of shape (n_samples,) or None, default=None
        What each row counts for.
    verified : array-like of shape (n_samples,), bool, or None, default=None
        Rows whose label is known to be right: they count on the diagonal and anchor the thresholds.
    calibrated : bool, default=True
        Whether each row of the table is scaled to the number of labels given in that class, so that the table sums
        to the number of labelled rows. False gives the plain counts of confident rows.
    n_jobs : int or None, default=None
        Threads that read blocks of rows. The result does not depend on it.

    Returns
    -------
    confident_joint : ndarray of shape (n_classes, n_classes), float64
        ``[i, j]`` counts rows given class i whose true class is estimated to be j.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.noise import confident_joint
    >>> y = ["a", "a", "a", "b", "b", "b"]
    >>> y_proba = np.array([[0.9, 0.1], [0.8, 0.2], [0.2, 0.8], [0.1, 0.9], [0.3, 0.7], [0.2, 0.8]])
    >>> confident_joint(y, y_proba)
    array([[2., 1.],
           [0., 3.]])
    """
    codes, classes, proba, summary = check_labels_and_proba(y, y_proba, classes=classes, n_jobs=n_jobs)
    weight = check_label_weights(sample_weight, codes)
    verified = check_row_flags(verified, len(codes), name="verified")
    joint = joint_of_codes(codes, proba, summary=summary, weight=weight, verified=verified, n_jobs=n_jobs)
    joint = calibrate_joint(joint, class_totals(codes, len(classes), weight)) if calibrated else joint
    return joint * weight_unit(sample_weight, weight)


def class_thresholds(codes, proba, *, summary=None, weight=None, verified=None, n_jobs=None):
    """Mean probability of each class over the rows given it, anchored by verified rows.

    A class that nobody is given has the threshold infinity: no row can be confident of it.

    Returns
    -------
    thresholds : ndarray of shape (n_classes,), float64
    """
    sums, totals = kernels.self_confidence_sums(codes, proba, weight=weight, n_jobs=n_jobs, summary=summary)
    means = np.divide(sums, totals, out=np.full(len(sums), np.inf), where=totals > 0)
    if verified is not None and verified.any():
        known = np.where(verified, codes, np.int32(UNLABELLED))
        sums, totals = kernels.self_confidence_sums(known, proba, weight=weight, n_jobs=n_jobs, summary=summary)
        anchored = totals > 0
        prior = _PRIOR_ROWS * (1.0 if weight is None else mean_weight(weight, codes))
        means[anchored] = (sums[anchored] + prior * means[anchored]) / (totals[anchored] + prior)
    return means - _ROUNDING


def joint_of_codes(codes, proba, *, summary=None, weight=None, verified=None, n_jobs=None):
    """Plain counts of confident rows from codes: ndarray of shape (n_classes, n_classes), float64."""
    thresholds = class_thresholds(codes, proba, summary=summary, weight=weight, verified=verified, n_jobs=n_jobs)
    if verified is None or not verified.any():
        return kernels.confident_joint(codes, proba, thresholds, weight=weight, n_jobs=n_jobs, summary=summary)
    open_codes = np.where(verified, np.int32(UNLABELLED), codes)
    joint = kernels.confident_joint(open_codes, proba, thresholds, weight=weight, n_jobs=n_jobs, summary=summary)
    known = np.where(verified, codes, np.int32(UNLABELLED))
    joint[np.diag_indices_from(joint)] += class_totals(known, len(joint), weight)
    return joint


def calibrate_joint(joint, totals, *, out=None):
    """Scale each row of the joint to the total of its class; a class with no confident row stays on the diagonal.

    With many classes a new table costs as much as what is written to it; `out` may be the joint itself.
    """
    row_sums = joint.sum(axis=1)
    scales = np.divide(totals, row_sums, out=np.zeros_like(totals), where=row_sums > 0)
    scaled = np.multiply(joint, scales[:, None], out=out)
    empty = np.flatnonzero(row_sums == 0)
    scaled[empty, empty] = totals[empty]
    return scaled


def transition_of_joint(joint):
    """P(observed j | true i) from the joint: ndarray of shape (n_classes, n_classes), rows sum to 1.

    A class that no row is estimated to belong to keeps its labels: its row is that of the identity.
    """
    column_sums = joint.sum(axis=0)
    transition = np.eye(len(joint))
    seen = column_sums > 0
    transition[seen] = (joint[:, seen] / column_sums[seen]).T
    return transition
