"""The rows that detectors were fitted on: whether a table has the same ones, and what they are called."""

import numpy as np

from skclean.targets import read_target
from skclean.utils._compat import num_samples

__all__ = ["check_same_rows", "row_names"]


def check_same_rows(detectors, X, y):
    """Raise a ValueError where lengths, columns or labels differ from those that the detectors were fitted on."""
    n_rows = len(detectors[0].audit_.quality)
    for one in detectors:
        if len(one.audit_.quality) != n_rows:
            raise ValueError(f"detector: {type(one).__name__} was fitted on {len(one.audit_.quality)} rows, and the "
                             f"first detector on {n_rows}; fit all on the same rows.")  # fmt: skip
    if num_samples(X) != n_rows:
        raise ValueError(f"X has {num_samples(X)} rows, and the detector was fitted on {n_rows}; pass the same rows.")
    _check_same_columns(detectors[0], X)
    if y is None:
        return
    if num_samples(y) != n_rows:
        raise ValueError(f"y has {num_samples(y)} labels, and the detector was fitted on {n_rows}; pass the same rows.")
    target = detectors[0].audit_.labels.target
    if target.has_classes:
        now, then = read_target(y), target
        same = np.array_equal(now.known, then.known) and np.array_equal(now.as_y()[now.known], then.as_y()[then.known])
        if not same:
            raise ValueError(
                "y holds other labels than the detector was fitted on; pass the same labels, or leave y out."
            )


def _check_same_columns(detector, X):
    fitted = getattr(detector, "n_features_in_", None)
    shape = getattr(X, "shape", ())
    if fitted is not None and len(shape) == 2 and shape[1] != fitted:
        raise ValueError(
            f"X has {shape[1]} columns, and the detector was fitted on {fitted}; pass the table that it was fitted on."
        )


def row_names(detector, index, n_rows):
    """What the rows are called, by position."""
    if index is None:
        index = getattr(detector, "_index", None)
    if index is None:
        return range(n_rows)
    if len(index) != n_rows:
        raise ValueError(f"index has {len(index)} names for {n_rows} rows; give one to each row.")
    return index.to_numpy() if hasattr(index, "to_numpy") else index
