"""Parameters: aliases to objects, seeds into clones, fit parameters of some rows, and errors that say what to pass."""

import inspect
from difflib import get_close_matches
from typing import Any, Self

import numpy as np
from sklearn.base import clone
from sklearn.feature_selection import RFE, RFECV
from sklearn.frozen import FrozenEstimator
from sklearn.utils import check_random_state
from sklearn.utils.metadata_routing import get_routing_for_object

from skclean.utils._compat import (
    BaseSearchCV,
    InvalidParameterError,
    StrOptions,
    num_samples,
    routing_enabled,
    safe_indexing,
)
from skclean.utils._values import shortened

__all__ = [
    "ClearParamsMixin",
    "did_you_mean",
    "missing_method_message",
    "resolve_alias",
    "seeded_clone",
    "subset_params",
    "weight_parameter",
]

_MAX_SEED = np.iinfo(np.int32).max


def resolve_alias(value, aliases, *, name):
    """An unfitted part from an alias, a class's instance, or None.

    Parameters
    ----------
    value : str or estimator
        An alias stands for its class with default parameters; an instance is cloned.
    aliases : Aliases
        The known aliases.
    name : str
        The parameter's name, for messages.

    Returns
    -------
    part : estimator

    Raises
    ------
    ValueError
        If the alias is unknown; the message lists the known ones.
    TypeError
        If `value` is a class instead of an instance, or neither an alias nor an instance.
    """
    if isinstance(value, str):
        if not aliases.understands(value):
            hint = did_you_mean(value, aliases)
            raise ValueError(f"{name}={shortened(value)} is not known; the aliases are {sorted(aliases)}.{hint}")
        return aliases[value]()
    if isinstance(value, type):
        raise TypeError(f"{name} must be an instance, got the class {value.__name__}; write {value.__name__}().")
    if not hasattr(value, "get_params"):
        raise TypeError(f"{name} must be one of the aliases {sorted(aliases)} or an instance, got {shortened(value)}.")
    return clone(value)


def did_you_mean(value, options):
    """A question that names the likeliest of some texts, for the end of a message; empty where none is similar.

    Upper case and underscores do not count, so that the name of a class finds its alias.
    """
    spellings = {_plain(option): option for option in options if isinstance(option, str)}
    close = get_close_matches(_plain(value), spellings, n=1) if isinstance(value, str) else []
    return f" Did you mean {spellings[close[0]]!r}?" if close else ""


def _plain(text):
    return text.lower().replace("_", "").replace("-", "").replace(" ", "")


def seeded_clone(estimator, random_state):
    """Clone `estimator`, and seed those of its `random_state` parameters that are None.

    A seed that the user has set stays. With ``random_state=None`` nothing is seeded, so that repeated fits differ,
    as scikit-learn's do.
    """
    copy = clone(estimator)
    if random_state is None:
        return copy
    rng = check_random_state(random_state)
    unset = sorted(
        key
        for key, value in copy.get_params(deep=True).items()
        if value is None and (key == "random_state" or key.endswith("__random_state"))
    )
    if unset:
        copy.set_params(**{key: int(rng.randint(_MAX_SEED)) for key in unset})
    return copy


def subset_params(params, indices, n_samples):
    """Take the rows `indices` of each parameter that has one value per row; pass the others on.

    Parameters
    ----------
    params : dict of str -> object
        Fit parameters.
    indices : ndarray of int
        Positions of the rows, repeats allowed.
    n_samples : int
        How long a parameter must be to count as one value per row.

    Returns
    -------
    subset : dict of str -> object
    """
    return {
        key: safe_indexing(value, indices) if _is_per_row(value, n_samples) else value for key, value in params.items()
    }


def _is_per_row(value, n_samples):
    if value is None or isinstance(value, (str, bytes, dict)) or not hasattr(value, "__len__"):
        return False
    try:
        return num_samples(value) == n_samples
    except TypeError:
        return False


def weight_parameter(estimator):
    """Name of the fit parameter through which `estimator` takes sample weights, or None.

    A Pipeline passes weights to its last step under that step's name; a wrapper that passes fit parameters on, such
    as GridSearchCV, takes what its inner estimator takes. With metadata routing enabled a wrapper takes weights only
    if they were requested.
    """
    parameters = inspect.signature(estimator.fit).parameters
    if "sample_weight" in parameters:
        return "sample_weight" if _inner_takes_weights(estimator) else None
    if routing_enabled() and hasattr(estimator, "get_metadata_routing"):
        consumed = get_routing_for_object(estimator).consumes("fit", ["sample_weight"])
        return "sample_weight" if consumed else None
    steps = getattr(estimator, "steps", None)
    if steps:
        if any(hasattr(step, "fit_resample") for _, step in steps):  # other rows reach the last step than weights
            return None
        name, last = steps[-1]
        inner = weight_parameter(last) if hasattr(last, "fit") else None
        return f"{name}__{inner}" if inner else None
    if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return None
    if _members(estimator):
        return "sample_weight" if _inner_takes_weights(estimator) else None
    inner = getattr(estimator, "estimator", None)
    return weight_parameter(inner) if hasattr(inner, "fit") and _passes_on(estimator) else None


def _members(estimator):
    """The models that a VotingClassifier or StackingClassifier trains."""
    members = [part for _, part in getattr(estimator, "estimators", None) or ()]
    return [part for part in [*members, getattr(estimator, "final_estimator", None)] if hasattr(part, "fit")]


def _passes_on(wrapper):
    """Return whether fit hands on what else it is given, or minds nothing; many of scikit-learn's want it to be
    routed."""
    takes_all = isinstance(wrapper, (BaseSearchCV, RFE, FrozenEstimator)) and not isinstance(wrapper, RFECV)
    return takes_all or not type(wrapper).__module__.startswith("sklearn.")


def _inner_takes_weights(estimator):
    """Many wrappers have `sample_weight` in their signature and fail later, or drop it, if the inner model has not.

    Under another name, as a Pipeline takes them, scikit-learn's own do not find it, but for those that draw rows.
    """
    members = _members(estimator)
    if members:  # each of them is given the same
        return all(weight_parameter(member) == "sample_weight" for member in members)
    inner = getattr(estimator, "estimator", None)
    if not hasattr(inner, "fit") or isinstance(inner, type):
        return True
    asked = weight_parameter(inner)
    by_plain_name = type(estimator).__module__.startswith("sklearn.") and not hasattr(estimator, "bootstrap")
    return asked == "sample_weight" if by_plain_name else asked is not None


def missing_method_message(estimator, method, *, why):
    """One sentence for a model that lacks a method that is needed."""
    return (
        f"{type(estimator).__name__} has no {method}, which {why} needs; wrap it in "
        "sklearn.calibration.CalibratedClassifierCV, or choose a model that has it."
    )


class ClearParamsMixin:
    """Gives an estimator clear errors for its parameters.

    Attributes
    ----------
    _part_aliases : dict of str -> dict of str -> class
        For parameters that take short names: the class of each name.
    _part_defaults : dict of str -> class
        What None stands for in a parameter.
    """

    _part_aliases: dict = {}
    _part_defaults: dict = {}

    def set_params(self, **params: Any) -> Self:
        """Set parameters of this estimator, and those of its parts as ``part__parameter``.

        Parameters
        ----------
        **params : dict

        Returns
        -------
        self : estimator

        Raises
        ------
        ValueError
            If there is no such parameter, or its part is None or a short name, which has no parameters to set.
        """
        self._check_parts_are_there(params)
        return super().set_params(**params)  # type: ignore[misc]  # of BaseEstimator

    def _check_parts_are_there(self, params):
        """Refuse ``part__parameter`` where the part is None, a short name or a class."""
        parts = {**self.get_params(deep=True), **params} if any("__" in key for key in params) else {}
        for key, value in params.items():
            name, nested, inner = key.partition("__")
            if nested and name in parts:
                part = parts[name]
                if part is None or isinstance(part, (str, type)):
                    raise ValueError(
                        f"{key}={value!r} cannot be set, because {name}={part!r} is no instance; "
                        f"{self._what_to_pass(name, part, inner, value)}."
                    )

    def _what_to_pass(self, name, part, inner, value):
        """An instance to pass, or that there is none, for the end of a sentence."""
        aliases = self._part_aliases.get(name, {})
        meant = part if isinstance(part, type) else aliases.get(part, self._part_defaults.get(name))
        first = inner.partition("__")[0]
        others = [] if isinstance(part, (str, type)) else aliases.values()
        for choice in [meant, *others]:
            if choice is not None and first in inspect.signature(choice).parameters:
                example = f"{inner}={value!r}" if first == inner else f"{first}=..."
                return f"pass one, such as {name}={choice.__name__}({example})"
        if meant is None:
            return f"pass one that has the parameter {first!r}"
        return f"it stands for {meant.__name__}(), which has no parameter {first!r}"

    def _validate_params(self):
        try:
            super()._validate_params()
        except InvalidParameterError as error:
            hint = self._hint(str(error))
            if not hint:
                raise
            raise type(error)(f"{error}{hint}") from None

    def _hint(self, message):
        """Return what the value of the parameter that a message names should be; empty where that is not clear."""
        for name, constraints in self._parameter_constraints.items():
            value = getattr(self, name, None)
            if f"'{name}' parameter" not in message:
                continue
            if isinstance(value, type):
                return f" It is a class; pass an instance, {name}={value.__name__}()."
            options = [
                text
                for found in constraints
                if isinstance(found, StrOptions)
                for text in found.options - set(found.deprecated or ())
            ]
            if isinstance(value, str):
                return did_you_mean(value, options)
        return ""
