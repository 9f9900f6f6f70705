"""Parameters that cannot be set, or hold a wrong value: errors that say what to pass instead."""

import inspect

from skclean.utils._compat import InvalidParameterError, StrOptions
from skclean.utils._params import did_you_mean

__all__ = ["ClearParamsMixin"]


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

    def set_params(self, **params):
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
        return super().set_params(**params)

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
            options = [text for found in constraints if isinstance(found, StrOptions) for text in found.options]
            if isinstance(value, str):
                return did_you_mean(value, options)
        return ""
