"""Descent in the metric of a matrix that is close to the Hessian, or is not."""

import numpy as np
import pytest

from skclean.linear._minimise import Descent, Factor


@pytest.mark.parametrize("scale", [1e-3, 1.0, 10.0])
def test_descent_in_a_metric_that_is_far_off(scale):
    """Steps that are much too long are shortened, and those too short become longer."""
    rng = np.random.default_rng(0)
    root = rng.normal(size=(8, 8))
    hessian, goal = root @ root.T + np.eye(8), rng.normal(size=8)
    descent = Descent(np.zeros(8), -hessian @ goal, Factor(scale * np.diag(np.diag(hessian))))
    for _ in range(300):
        if descent.settled:
            break
        descent.receive(hessian @ (descent.trial - goal))
    np.testing.assert_allclose(descent.point, goal, atol=1e-6)
