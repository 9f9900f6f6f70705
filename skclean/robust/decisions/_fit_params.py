"""Fit parameters of the model that a meta-estimator wraps."""

import numpy as np
from sklearn.utils.metadata_routing import process_routing

from skclean.utils._compat import routing_enabled
from skclean.utils._params import weight_parameter

__all__ = ["fit_params_of", "trusting"]


def fit_params_of(owner, model, weight, params):
    """Return what to pass to the fit of the wrapped model: dict.

    Parameters
    ----------
    owner : estimator
        Its router knows the model as `estimator`.
    model : estimator
    weight : ndarray of shape (n_samples,) or None
        Sample weights.
    params : dict
        Other fit parameters that were passed to `owner`.

    Raises
    ------
    ValueError
        If there are weights and the model takes none.
    """
    if routing_enabled():
        given = params if weight is None else {"sample_weight": weight, **params}
        return dict(process_routing(owner, "fit", **given)["estimator"]["fit"]) if given else {}
    if weight is None:
        return params
    name = weight_parameter(model)
    if name is None:
        raise ValueError(
            f"sample_weight was given, but {type(model).__name__} takes no sample_weight in fit; leave it out, or use "
            "an estimator that takes weights."
        )
    return {**params, name: weight}


def trusting(members, codes, verified, trust):
    """Return memberships where each given label has the share of its trust, and the others share the rest.

    Parameters
    ----------
    members : ndarray of shape (n_rows, n_classes)
        Rows sum to 1.
    codes : ndarray of shape (n_rows,), int32
        Given labels.
    verified : ndarray of shape (n_rows,), bool, or None
        Labels that are known to be right.
    trust : ndarray of shape (n_rows,), float64, or None
        In [0, 1]; in place of `verified`.
    """
    share = verified if trust is None else trust
    if share is None:
        return members
    share = np.asarray(share, dtype=np.float64)[:, None]
    return share * np.eye(members.shape[1])[codes] + (1 - share) * members
