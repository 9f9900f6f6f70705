"""Leave out columns that hide wrong labels, where the model is the detector's own."""

import warnings

import numpy as np

from skclean.evidence import find_leaks
from skclean.exceptions import LeakingColumnWarning
from skclean.utils._compat import num_features, safe_indexing

__all__ = ["without_leaks"]

MAX_NAMED = 10


def without_leaks(given, leaks):
    """Leave out the columns that copy the label, number the rows or identify them.

    Parameters
    ----------
    given : Given
        What `fit` was given.
    leaks : {"drop", "keep"}
        "keep" leaves everything as it is.

    Returns
    -------
    given : Given
        With the other columns.
    left_out : list of str or int
        Names of the columns that were left out, or their positions where X has no names.

    Warns
    -----
    LeakingColumnWarning
        If there are such columns. Where there are no others, all of them are kept.
    """
    found = find_leaks(given.X, given.labels) if leaks == "drop" else []
    if not found:
        return given, []
    named = "; ".join(f"{leak.name!r} {leak.reason}" for leak in found[:MAX_NAMED])
    named += f"; and {len(found) - MAX_NAMED} more" * (len(found) > MAX_NAMED)
    columns = np.setdiff1d(np.arange(num_features(given.X)), [leak.column for leak in found])
    if not columns.size:
        warnings.warn(
            f"every column of X hides wrong labels: {named}. All are kept, because no other is left to learn from; "
            "add columns that describe the rows.",
            LeakingColumnWarning,
            stacklevel=2,
        )
        return given, []
    warnings.warn(
        f"columns that hide wrong labels are left out of the default model: {named}. "
        "Pass leaks='keep' to learn from them.",
        LeakingColumnWarning,
        stacklevel=2,
    )
    X = given.X if hasattr(given.X, "shape") else np.asarray(given.X, dtype=object)
    return given._replace(X=safe_indexing(X, columns, axis=1)), [leak.name for leak in found]
