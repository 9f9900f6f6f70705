"""Labels that are not one column: what there is for them."""

import numpy as np

__all__ = ["refuse_several"]

_WHAT_THERE_IS = (
    "Labels are one column. For several labels a row, audit one column at a time: fit(X, Y[:, 0]), fit(X, Y[:, 1]) and "
    "so on. For several annotators, pass the label that most of them gave, None where they do not agree, and the share "
    "that agrees as sample_weight. For several numbers, use ReCoV on one column at a time."
)
_HOLDERS = (list, tuple, set, frozenset, dict, np.ndarray)


def refuse_several(y, name):
    """Raise where `y` has several columns, or holds lists or sets of labels.

    Parameters
    ----------
    y : array-like
    name : str
        How messages call it.

    Raises
    ------
    ValueError
        With what can be done instead.
    """
    shape = getattr(y, "shape", None)
    if shape is not None and len(shape) > 1 and shape[-1] != 1:
        raise ValueError(f"{name} should be a 1d array, got an array of shape {tuple(shape)} instead. {_WHAT_THERE_IS}")
    of_objects = getattr(getattr(y, "dtype", None), "kind", None) == "O"
    for row, value in enumerate(y if of_objects or isinstance(y, (list, tuple)) else ()):
        if isinstance(value, _HOLDERS) and len(value) != 1:
            raise ValueError(f"{name} should be a 1d array, got {value!r} in row {row}. {_WHAT_THERE_IS}")
