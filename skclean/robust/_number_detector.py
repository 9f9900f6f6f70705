"""What NoiseRobustRegressor hands on: the detector that it fits, fit parameters, rows."""

import numpy as np
from sklearn.base import is_classifier
from sklearn.utils.metadata_routing import process_routing

from skclean.detectors import DETECTORS, RegressionResiduals
from skclean.utils._compat import num_samples, routing_enabled, safe_indexing
from skclean.utils._params import resolve_alias, weight_parameter

__all__ = ["check_regressor", "make_number_detector", "route_numbers", "rows_of", "seeded"]


def make_number_detector(owner):
    """Return the detector to fit: the user's own as it is, or one made here with the settings of the owner.

    Parameters
    ----------
    owner : NoiseRobustRegressor

    Returns
    -------
    detector : detector
        Unfitted.

    Raises
    ------
    ValueError
        If it does not take numbers, or a rule is set as well as a detector of the user's own.
    """
    made_here = owner.detector is None or isinstance(owner.detector, str)
    part = RegressionResiduals() if owner.detector is None else owner.detector
    detector = resolve_alias(part, DETECTORS, name="detector")
    if "numeric" not in detector.accepts:
        raise ValueError(
            f"{type(detector).__name__} finds no wrong numbers; use RegressionResiduals, or ReCoV with a regressor."
        )
    if made_here:
        detector.set_params(rule=owner.rule, n_jobs=owner.n_jobs)
    elif owner.rule is not None:
        raise ValueError(
            "rule= of NoiseRobustRegressor is for the detector that it makes itself. Set it in the detector that you "
            "pass, or leave it out."
        )
    return detector


def seeded(detector, random_state):
    """Return the detector with a seed, unless it has one."""
    if random_state is None or detector.random_state is not None:
        return detector
    if isinstance(random_state, np.random.RandomState):  # one draw, whether it is fitted or found in the cache
        random_state = int(random_state.randint(np.iinfo(np.int32).max))
    return detector.set_params(random_state=random_state)


def check_regressor(estimator):
    """Refuse a classifier as the model to train."""
    if is_classifier(estimator):
        raise ValueError(
            f"the estimator of NoiseRobustRegressor, {type(estimator).__name__}, is a classifier; pass a regressor, or "
            "use NoiseRobustClassifier."
        )


def route_numbers(owner, estimator, given):
    """Return the fit parameters of the detector and of the estimator: two dicts."""
    if routing_enabled():
        routed = process_routing(owner, "fit", **given)
        return dict(routed["detector"]["fit"]), dict(routed["estimator"]["fit"])
    own = ("sample_weight", "verified", "groups")
    detector_params = {name: value for name, value in given.items() if name in own}
    model_params = {name: value for name, value in given.items() if name not in own}
    if "sample_weight" in given:
        name = weight_parameter(estimator)
        if name is None:
            raise ValueError(
                f"sample_weight was given, but {type(estimator).__name__} takes no sample_weight in fit; leave the "
                "weights out or choose an estimator that takes them."
            )
        model_params[name] = given["sample_weight"]
    return detector_params, model_params


def rows_of(X, rows):
    """Return some rows of X; X itself where that is all."""
    return X if len(rows) == num_samples(X) else safe_indexing(X, rows)
