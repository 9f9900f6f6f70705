"""Rules: which labels are wrong. One small class each; a string is an alias for a class with its defaults.

A class of a module of this folder is public if it has an `alias` of its own.
"""

from skclean.rules._aliases import RULES, resolve_rule
from skclean.utils._deprecation import renamed_names

globals().update({found.__name__: found for found in RULES.values()})
__getattr__ = renamed_names(
    __name__,
    {
        "InjectionRule": RULES["injection"],
        "MixtureRule": RULES["mixture"],
        "OtsuRule": RULES["otsu"],
        "PosteriorRule": RULES["error_probability"],
        "VoteRule": RULES["vote"],
    },
)

__all__ = ["RULES", "resolve_rule", *sorted(found.__name__ for found in RULES.values())]
