"""What becomes of doubtful numbers: rows weigh less, are left out, or get the suggested number."""

import numpy as np

from skclean.base import Residuals
from skclean.rules._residual_mixture import chance_wrong, residual_sizes
from skclean.targets import UNLABELLED

__all__ = ["treat_numbers"]

# Beyond so many scales the weight falls with the size of the residual, also where the number is probably right. With
# the chance of being wrong alone, boosting and forests predicted 4 % worse, and no better where nothing was wrong.
HUBER = 2.0
# Rows of a smaller weight are left out where the estimator takes no weights.
KEPT_ABOVE = 0.5
# Rows that weigh less count for nothing, so that an estimator with squared errors does not see huge ones.
LEAST = 0.01


def treat_numbers(treatment, detector, *, takes_weights):
    """Return what to train on.

    Parameters
    ----------
    treatment : {"reweight", "drop", "replace"}
    detector : detector
        Fitted to numbers.
    takes_weights : bool
        Whether the estimator takes sample weights.

    Returns
    -------
    numbers : ndarray of shape (n_samples,), float64
    weight : ndarray of shape (n_samples,), float64
        In [0, 1]; 0 for rows that are left out.
    reason : str
        What was done, in one sentence.

    Raises
    ------
    ValueError
        If the detector gives no residuals, and the treatment needs them.
    """
    target, flagged = detector.audit_.labels.target, detector.noise_mask_
    known, n_flagged = target.known, int(np.count_nonzero(flagged))
    if treatment == "drop":
        return target.given, (known & ~flagged).astype(np.float64), f"{n_flagged} flagged rows are left out"
    if Residuals not in detector.audit_:
        raise ValueError(
            f"treatment={treatment!r} needs predicted numbers, and {type(detector).__name__} has none; use "
            "treatment='drop', or the detector RegressionResiduals."
        )
    if treatment == "replace":
        numbers = np.where(flagged, detector.suggested_labels_, target.given)
        return numbers, known.astype(np.float64), f"{n_flagged} flagged rows have the suggested number"
    weight = np.where(known, _support(detector.audit_), 0.0)
    if not takes_weights:
        weight = (weight > KEPT_ABOVE).astype(np.float64)
        n_left_out = int(np.count_nonzero(known & (weight == 0)))
        return target.given, weight, f"{n_left_out} rows with numbers that are probably wrong are left out"
    reason = f"rows weigh less the larger their residuals are, {weight[known].mean():.3f} in the mean"
    return target.given, np.where(weight < LEAST, 0.0, weight), reason


def _support(audit):
    """Return what each number counts for: ndarray of shape (n_samples,), in [0, 1]; 1 for what cannot be flagged."""
    weight = np.ones(len(audit.quality))
    rows = np.flatnonzero(audit.open_codes != UNLABELLED)
    if rows.size:
        sizes = residual_sizes(audit)[rows]
        weight[rows] = (1 - chance_wrong(audit)[rows]) * np.minimum(1, HUBER / np.maximum(sizes, HUBER))
    trust = audit.labels.trust
    return weight if trust is None else 1 - (1 - trust) * (1 - weight)
