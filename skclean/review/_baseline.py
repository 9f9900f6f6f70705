"""Rows that are new or changed since an earlier table: they alone are judged, with all rows as evidence."""

from collections import Counter
from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np

from skclean.inspection._row_keys import row_checksums
from skclean.noise import NoiseModel
from skclean.utils._compat import num_samples
from skclean.utils._texts import text_key
from skclean.utils._typing import Bools, Labels1d, Numbers, Table
from skclean.utils._values import is_missing

__all__ = ["judge_only", "new_rows"]


def new_rows(X: Table, y: Labels1d, base_X: Table, base_y: Labels1d) -> Bools:
    """Find the rows that an earlier table does not have: new ones, and those with changed values or labels.

    Parameters
    ----------
    X, base_X : tables of shape (n_samples, n_features) and (n_base, n_features)
        Columns in the same order.
    y, base_y : array-like of shape (n_samples,) and (n_base,)
        Given labels.

    Returns
    -------
    is_new : ndarray of shape (n_samples,), bool
        Of equal rows, as many are old as the earlier table has, the first ones.

    Examples
    --------
    >>> from skclean.review import new_rows
    >>> new_rows([[1], [2], [1]], ["a", "b", "a"], [[1], [2]], ["a", "a"])
    array([False,  True,  True])
    """
    left = Counter(_keys(base_X, base_y))
    is_new = np.ones(num_samples(X), dtype=bool)
    for row, key in enumerate(_keys(X, y)):
        if left[key]:
            left[key] -= 1
            is_new[row] = False
    return is_new


def _keys(X, y):
    labels = y.tolist() if hasattr(y, "tolist") else list(y)
    checks = row_checksums(X, np.arange(num_samples(X)))
    if len(labels) != len(checks):
        raise ValueError(f"there are {len(labels)} labels for {len(checks)} rows; give one for each row.")
    return [
        (check, None if is_missing(label) else text_key(label)) for check, label in zip(checks, labels, strict=True)
    ]


def judge_only(detector: Any, judged: Numbers) -> Any:
    """Return a fitted detector that judges some of its rows only; the others were evidence.

    Parameters
    ----------
    detector : fitted detector
        It is not changed.
    judged : array-like of shape (n_samples,), bool

    Returns
    -------
    detector : fitted detector
        Its flags, its list, its noise rate and its tiers are those of these rows; all others count as verified.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import ConfidentLearning
    >>> from skclean.noise import inject_noise
    >>> from skclean.review import judge_only
    >>> X, y = load_iris(return_X_y=True)
    >>> noisy, _ = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = ConfidentLearning(random_state=0).fit(X, noisy)
    >>> new = judge_only(detector, np.arange(150) >= 100)
    >>> bool(new.noise_mask_[:100].any()), bool(new.noise_mask_[100:].any())
    (False, True)
    """
    judged = np.asarray(judged)
    audit = detector.audit_
    if judged.dtype != bool or judged.shape != detector.noise_mask_.shape:
        raise ValueError(f"judged must have True or False for each of the {len(audit.quality)} rows.")
    verified = ~judged if audit.verified is None else audit.verified | ~judged
    updated = replace(audit, labels=replace(audit.labels, verified=verified))
    noise = audit.get(NoiseModel)
    if noise is not None:
        weight = np.where(judged, noise.weight, 0.0)
        total = weight.sum()
        updated = updated.with_evidence(replace(noise, weight=weight / total if total else weight))
    changed = copy(detector)
    changed.audit_ = updated
    changed.noise_mask_ = detector.noise_mask_ & judged
    return changed
