"""Labels that went through a known noise channel, and the true posterior of their rows."""

import numpy as np

from skclean.noise.model._channel import uniform_transition

CHANNELS = {
    "even": uniform_transition(0.2, 3),
    "pairs": np.array([[0.8, 0.2, 0.0], [0.0, 0.9, 0.1], [0.3, 0.0, 0.7]]),
    "none": np.eye(3),
}


def known_labels(transition, n_samples=5000, distance=3.0, seed=0):
    """Normal classes: P(true class | row), true labels, and labels that went through the channel."""
    rng = np.random.default_rng(seed)
    n_classes = len(transition)
    centres = distance * np.eye(n_classes)
    true = rng.integers(n_classes, size=n_samples)
    points = centres[true] + rng.normal(size=(n_samples, n_classes))
    logits = points @ centres.T
    posterior = np.exp(logits - logits.max(axis=1, keepdims=True))
    posterior /= posterior.sum(axis=1, keepdims=True)
    given = (rng.random(n_samples)[:, None] > transition.cumsum(axis=1)[true]).sum(axis=1).clip(max=n_classes - 1)
    return posterior, true, given.astype(np.int32)
