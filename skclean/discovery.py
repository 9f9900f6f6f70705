"""All public classes that users choose among, in one list."""

from typing import Literal

from sklearn.base import BaseEstimator

from skclean import adapt, robust
from skclean.detectors import DETECTORS
from skclean.noise.kinds._inject import KINDS
from skclean.rules import RULES
from skclean.treatments import TREATMENTS

__all__ = ["all_estimators"]

_CLASSES = {
    "detector": DETECTORS,
    "rule": RULES,
    "treatment": TREATMENTS,
    "noise": KINDS,
    "meta-estimator": {
        name: found
        for package in (adapt, robust)
        for name in package.__all__
        if isinstance(found := getattr(package, name), type) and issubclass(found, BaseEstimator)
    },
}


def all_estimators(
    type_filter: Literal["detector", "rule", "treatment", "noise", "meta-estimator"] | None = None,
) -> list[tuple[str, type]]:
    """List the public classes of the library, by name.

    Parameters
    ----------
    type_filter : {"detector", "rule", "treatment", "noise", "meta-estimator"} or None, default=None
        Which of them; None means all.

    Returns
    -------
    estimators : list of (str, class)
        Sorted by name. Detectors and meta-estimators are estimators of scikit-learn. The `alias` of a detector, rule,
        treatment or kind of noise is the short string that stands for it.

    Raises
    ------
    ValueError
        If `type_filter` is none of these.

    Examples
    --------
    >>> from skclean import LabelCleaner
    >>> from skclean.discovery import all_estimators
    >>> ("LabelCleaner", LabelCleaner) in all_estimators("meta-estimator")
    True
    >>> [name for name, _ in all_estimators("treatment")][:2]
    ['Drop', 'ImportanceWeights']
    """
    if type_filter is not None and type_filter not in _CLASSES:
        raise ValueError(f"type_filter must be one of {', '.join(map(repr, _CLASSES))}, or None; got {type_filter!r}.")
    kinds = _CLASSES if type_filter is None else [type_filter]
    return sorted(
        ((found.__name__, found) for kind in kinds for found in _CLASSES[kind].values()), key=lambda pair: pair[0]
    )
