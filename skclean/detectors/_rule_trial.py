"""Let a rule that cannot work with what a detector offers say so before any time is spent."""

import numpy as np
from sklearn.base import clone

from skclean.base import Audit, Trials
from skclean.detectors._classes import judgeable_rows

__all__ = ["try_rule"]

_NO_TRIALS = Trials(np.zeros((0, 0), dtype=np.int32), np.zeros((0, 0), dtype=bool), np.zeros((0, 0)))


def try_rule(rule, labels, verified, *, fold_counts=None, has_trials=False):
    """Ask a clone of the rule about labels of which nothing is known yet.

    Parameters
    ----------
    rule : rule
        Not touched.
    labels : EncodedLabels
    verified : ndarray of shape (n_samples,), bool, or None
    fold_counts : FoldCounts or None, default=None
        For detectors that will have them.
    has_trials : bool, default=False
        Whether the detector can judge labels with injected errors, for a rule that asks for it.

    Raises
    ------
    ValueError
        If the rule needs probabilities, fold counts or trials that are not offered.
    """
    codes, classes = labels
    audit = Audit(
        codes=codes,
        classes=classes,
        proba=None,
        quality=np.ones(len(codes)),
        suggested=codes,
        verified=verified,
        judgeable=judgeable_rows(codes, len(classes)),
        fold_counts=fold_counts,
        trials=_NO_TRIALS if has_trials else None,
    )
    clone(rule).decide(audit)
