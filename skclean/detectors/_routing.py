"""Which fit parameter goes where: to the judging model, to the splitter, or to the detector itself."""

from sklearn.utils.metadata_routing import process_routing

from skclean.utils._compat import routing_enabled
from skclean.utils._params import weight_parameter

__all__ = ["add_weight", "route_fit"]


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
