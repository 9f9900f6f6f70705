"""A list of named models as one parameter: their parameters, requests and fit parameters."""

from sklearn.utils.metadata_routing import MethodMapping, process_routing

from skclean.detectors._routing import add_weight
from skclean.utils._compat import routing_enabled
from skclean.utils._params import weight_parameter

__all__ = ["add_committee", "check_committee", "route_committee"]


def check_committee(estimators, method):
    """Refuse what is no list of (name, model) pairs of which each model has `method`.

    Raises
    ------
    ValueError
        The message names the model and the remedy.
    """
    if not isinstance(estimators, (list, tuple)) or not len(estimators):
        raise ValueError("estimators must be a list of (name, classifier) pairs, of at least one, or None.")
    for pair in estimators:
        if not (isinstance(pair, (list, tuple)) and len(pair) == 2 and isinstance(pair[0], str)):
            raise ValueError(f"estimators must hold pairs (name, classifier), got {pair!r}.")
        name, model = pair
        if isinstance(model, type) or not hasattr(model, "fit") or not hasattr(model, method):
            raise ValueError(
                f"the estimator {name!r}, {model!r}, has no {method}; leave it out, wrap it in "
                "sklearn.calibration.CalibratedClassifierCV, or choose a model that has it."
            )


def _route_name(name):
    """No model's name can be taken for the splitter."""
    return f"estimators__{name}"


def add_committee(router, estimators):
    """Add the models of a committee to a router, each by its name."""
    for name, model in estimators:
        router.add(**{_route_name(name): model}, method_mapping=MethodMapping().add(caller="fit", callee="fit"))
    return router


def route_committee(detector, estimators, *, sample_weight=None, verified=None, groups=None, params=None):
    """Fit parameters of each model by its name, and parameters of the splitter.

    With metadata routing enabled the requests decide. Without it weights go to those models that take them, other
    parameters to every model.

    Raises
    ------
    ValueError
        If there are weights and no model takes any.
    """
    params = dict(params or {})
    if routing_enabled():
        given = {"sample_weight": sample_weight, "verified": verified, "groups": groups, **params}
        routed = process_routing(detector, "fit", **{key: value for key, value in given.items() if value is not None})
        return {name: dict(routed[_route_name(name)]["fit"]) for name, _ in estimators}, dict(
            routed["splitter"]["split"]
        )
    takers = [name for name, model in estimators if weight_parameter(model) is not None]
    if sample_weight is not None and not takers:
        raise ValueError(
            "sample_weight was given, but none of the estimators takes sample_weight in fit; leave the weights out or "
            "add a model that takes them."
        )
    fit_params = {
        name: add_weight(model, params, sample_weight) if name in takers else params for name, model in estimators
    }
    return fit_params, ({} if groups is None else {"groups": groups})
