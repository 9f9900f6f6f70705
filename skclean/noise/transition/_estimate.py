"""The noise rate of labels, from anyone's out-of-sample probabilities."""

from skclean.noise.model._ambiguity import LABEL_KINDS
from skclean.noise.model._channel_fit import MAX_CLASSES
from skclean.noise.model._noise_fit import fit_noise_model
from skclean.noise.model._noise_rate import NoiseRate
from skclean.targets import check_label_weights, check_labels_and_proba
from skclean.utils._typing import LabelKind, Labels1d, Numbers

__all__ = ["estimate_noise_rate"]


def estimate_noise_rate(
    y: Labels1d,
    y_proba: Numbers,
    *,
    labels: LabelKind = "outcomes",
    classes: Labels1d | None = None,
    sample_weight: Numbers | None = None,
    n_jobs: int | None = None,
) -> NoiseRate:
    """Estimate the share of wrong labels, with an interval.

    It is the mean of P(label is wrong) under a noise channel behind calibrated probabilities, averaged with the
    explanation that classes only overlap. It assumes that noise depends on the true class alone; noise that follows
    the evidence is seen only as far as `labels` says that doubt is error.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Given labels; a missing one leaves the row out.
    y_proba : array-like of shape (n_samples, n_classes), float32 or float64
        Out-of-sample class probabilities of a model trained on the given labels, columns in the order of `classes`.
    labels : {"outcomes", "annotations"}, default="outcomes"
        What the labels are: whether doubt is no error, or is error in part.
    classes : array-like of shape (n_classes,) or None, default=None
        The label of each column; None means the sorted labels in `y`, or the names of the columns where `y_proba` is a
        DataFrame and they hold all labels.
    sample_weight : array-like of shape (n_samples,) or None, default=None
        What each row counts for; only their ratios matter.
    n_jobs : int or None, default=None
        Threads that read blocks of rows. The result does not depend on it.

    Returns
    -------
    rate : NoiseRate
        Named tuple of `rate`, `low` and `high`, the ends of a 90 % interval; all in [0, 1].

    Raises
    ------
    ValueError
        If there are more than 50 classes, or `labels` is neither of the two.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.noise import estimate_noise_rate
    >>> y = np.repeat([0, 1], 200)
    >>> right = np.tile([0.99, 0.98, 0.96, 0.99, 0.02], 80)  # one label in five is contradicted
    >>> y_proba = np.where(y[:, None] == [0, 1], right[:, None], 1 - right[:, None])
    >>> rate, low, high = estimate_noise_rate(y, y_proba)
    >>> bool(low < 0.2 < high)
    True
    """
    if not isinstance(labels, str) or labels not in LABEL_KINDS:
        raise ValueError(f"labels must be 'outcomes' or 'annotations', got {labels!r}.")
    codes, classes, proba, summary = check_labels_and_proba(y, y_proba, classes=classes, n_jobs=n_jobs)
    noise = fit_noise_model(codes, proba, summary.given, weight=check_label_weights(sample_weight, codes))
    if noise is None:
        raise ValueError(f"y_proba has {proba.shape[1]} classes; a noise rate is estimated for 2 to {MAX_CLASSES}.")
    return noise.with_ambiguity(LABEL_KINDS[labels]).noise_rate
