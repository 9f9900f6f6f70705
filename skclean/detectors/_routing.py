"""Routing of fit parameters: to the model, to the splitter, or to the detector itself."""

from numbers import Integral

from sklearn.model_selection import StratifiedGroupKFold
from sklearn.utils.metadata_routing import get_routing_for_object, process_routing

from skclean.utils._compat import routing_enabled
from skclean.utils._params import weight_parameter

__all__ = ["add_weight", "group_splitter", "route_fit", "route_score", "wants_metadata"]


def route_fit(detector, estimator, *, sample_weight=None, verified=None, groups=None, params=None):
    """Parameters for the fit of `estimator`, and for the split of the detector's splitter.

    With metadata routing enabled the requests decide. Without it `sample_weight` goes to the estimator, `groups` to
    the splitter, and everything else to the estimator's fit.

    Returns
    -------
    fit_params, split_params : dict, dict
    """
    params = dict(params or {})
    if not routing_enabled():
        fit_params = add_weight(estimator, params, sample_weight)
        return fit_params, ({} if groups is None else {"groups": groups})
    given = {"sample_weight": sample_weight, "verified": verified, "groups": groups, **params}
    given = {name: value for name, value in given.items() if value is not None}
    routed = process_routing(detector, "fit", **given)
    return dict(routed["estimator"]["fit"]), dict(routed["splitter"]["split"])


def route_score(detector, **given):
    """Return what the scorer of `detector` requests of what `fit` was given; without metadata routing nothing:
    dict."""
    given = {name: value for name, value in given.items() if value is not None}
    if not given or not routing_enabled():
        return {}
    routed = process_routing(detector, "fit", **given)
    return dict(routed["scorer"]["score"]) if "scorer" in routed else {}


def wants_metadata(scorer):
    """Return whether a scorer, or an estimator with a ``score``, requests anything for scoring."""
    if not hasattr(scorer, "get_metadata_routing"):
        return False
    routing = get_routing_for_object(scorer)
    if not hasattr(routing, "score"):  # of an estimator that passes it on
        return bool(routing.consumes("score", ["sample_weight"]))
    return any(request is True or str(request).isidentifier() for request in routing.score.requests.values() if request)


def add_weight(estimator, params, sample_weight):
    """`params` with the weights under the name through which `estimator` takes them.

    Raises
    ------
    ValueError
        If there are weights and the estimator takes none.
    """
    if sample_weight is None:
        return params
    name = weight_parameter(estimator)
    if name is None:
        raise ValueError(
            f"sample_weight was given, but {type(estimator).__name__} takes no sample_weight in fit; leave the weights "
            "out or choose an estimator that takes them."
        )
    return {**params, name: sample_weight}


def group_splitter(cv):
    """Return the splitter that `groups` are for, where `cv` is the parameter of a detector; None for none."""
    if cv is None or isinstance(cv, Integral):
        return StratifiedGroupKFold()  # wants groups where there are any, as the folds made in fit do
    return cv if hasattr(cv, "split") else None
