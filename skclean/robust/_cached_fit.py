"""Fits of detectors that are kept in a cache, by their content: a search then audits each fold once."""

import os
import sys
import warnings
from pickle import PicklingError

import joblib
import numpy as np
import sklearn
from scipy.sparse import issparse
from sklearn.utils.validation import check_memory

from skclean.exceptions import InterruptedFitWarning
from skclean.utils._version import __version__

__all__ = ["cached_fit", "content_of"]

# Settings of scikit-learn that change what a detector finds.
_SETTINGS = ("enable_metadata_routing", "transform_output")


def cached_fit(memory, detector, X, y, params, fit):
    """Return the fitted detector from the cache, or fit it and keep it there.

    Parameters
    ----------
    memory : str, path, joblib.Memory or None
        Where fits are kept; None keeps nothing.
    detector : detector
        Not fitted, with all its seeds.
    X, y, params : object
        What its ``fit`` gets.
    fit : callable of no arguments
        Fits `detector` in place.

    Returns
    -------
    detector : detector
        Fitted; another object where it comes from the cache.

    Warns
    -----
    Warning
        Whatever the fit warned of, also where the fit comes from the cache.

    Raises
    ------
    ValueError
        If something that the fit depends on cannot be pickled.
    """
    if memory is None:
        fit()
        return detector
    memory = check_memory(os.fspath(memory) if isinstance(memory, os.PathLike) else memory)
    kept = memory.cache(_run)
    try:
        detector, caught = kept(_Job(_key_of(detector, X, y, params), detector, fit))
    except _NotKept as unfinished:
        detector, caught = unfinished.args
    for warning in caught:
        _warn_again(warning)
    return detector


class _Job:
    """A fit to run. The cache sees its key alone, and so never X."""

    def __init__(self, key, detector, fit):
        self.key = key
        self.detector = detector
        self.fit = fit

    def __getstate__(self):
        return {"key": self.key}

    def __repr__(self):
        return f"fit {self.key}"


def _run(job):
    """The fitted detector, and the warnings of its fit."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")  # the filters of the user see them later
        job.fit()
    found = [(warning.message, warning.category, warning.filename, warning.lineno) for warning in caught]
    if any(issubclass(warning.category, InterruptedFitWarning) for warning in caught):
        raise _NotKept(job.detector, found)
    return job.detector, found


class _NotKept(Exception):
    """Carries an interrupted fit past the cache: the next one is to run to its end."""


def _key_of(detector, X, y, params):
    """Hash of all that a fit depends on: str.

    The requests for metadata are attributes of the detector and of its models, and are hashed with them. Two versions
    of the package or of scikit-learn may find different labels.
    """
    settings = [sklearn.get_config().get(name) for name in _SETTINGS]
    try:
        given = [content_of(X), content_of(y), {name: content_of(value) for name, value in params.items()}]
        return joblib.hash([detector, given, settings, __version__, sklearn.__version__])
    except (PicklingError, TypeError, AttributeError) as error:
        raise ValueError(
            "memory= needs a detector, data and fit parameters that can be pickled, to tell one fit from another; "
            f"define functions and classes at the top of a module, or use memory=None ({error})."
        ) from error


def _warn_again(warning):
    """Issue a recorded warning as if it came from where it was first raised, so that filters by module hold."""
    message, category, filename, lineno = warning
    modules = sys.modules.items()
    module = next((name for name, found in list(modules) if getattr(found, "__file__", None) == filename), None)
    warnings.warn_explicit(message, category, filename, lineno, module=module)


_SPARSE_ARRAYS = ("data", "indices", "indptr", "coords", "row", "col", "offsets")


def content_of(data):
    """Return plain lists and arrays that are equal where two tables, columns or arrays are equal; others as they are.

    Parameters
    ----------
    data : object
        X, y or a fit parameter; of any container.

    Returns
    -------
    content : object
    """
    if issparse(data) and data.format not in ("dok", "lil"):
        parts = vars(data)
        return [type(data).__name__, data.shape, *(parts.get(name) for name in _SPARSE_ARRAYS)]
    if hasattr(data, "iloc") and hasattr(data, "columns"):
        columns = [_column(data.iloc[:, position]) for position in range(data.shape[1])]
        return [type(data).__name__, data.index, data.columns, columns]
    if hasattr(data, "iloc"):
        return [type(data).__name__, data.index, data.name, _column(data)]
    return data


def _column(column):
    """The values of a column of pandas, its type and its categories."""
    kind, categories = column.dtype, getattr(column.dtype, "categories", None)
    named = [str(kind), getattr(kind, "ordered", None), None if categories is None else categories.to_numpy()]
    return [*named, np.ascontiguousarray(column.to_numpy())]
