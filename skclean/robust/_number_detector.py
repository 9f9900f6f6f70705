"""The detector of wrong numbers that NoiseRobustRegressor fits."""

import numpy as np

from skclean.detectors import DETECTORS, RegressionResiduals
from skclean.utils._params import resolve_alias

__all__ = ["make_number_detector", "seeded"]


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
        If it does not take numbers, or a rule is set beside a detector of the user's own.
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
