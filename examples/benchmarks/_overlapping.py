"""Simulated rows of classes that overlap, without any wrong label."""

import numpy as np

__all__ = ["SIMULATED", "simulated"]


def simulated(name, seed, n_rows=2_000):
    """Rows and labels without any error: P(y | x) is smooth."""
    rng = np.random.RandomState(seed)
    X = rng.normal(size=(n_rows, 4))
    slope = {"sigmoid(x)": 1.0, "sigmoid(2x)": 2.0, "sigmoid(4x)": 4.0}.get(name)
    if slope is not None:
        return X, (rng.rand(n_rows) < 1 / (1 + np.exp(-slope * X[:, 0]))).astype(int)
    if name == "no signal":
        return X, rng.randint(2, size=n_rows)
    if name == "rare":
        return X, (rng.rand(n_rows) < 1 / (1 + np.exp(3.5 - 1.5 * X[:, 0]))).astype(int)
    if name == "product":
        return X, (rng.rand(n_rows) < 1 / (1 + np.exp(-3 * X[:, 0] * X[:, 1]))).astype(int)
    proba = np.exp(1.5 * X[:, :3])
    return X, (np.cumsum(proba / proba.sum(axis=1, keepdims=True), axis=1) < rng.rand(n_rows, 1)).sum(axis=1)


SIMULATED = ("sigmoid(x)", "sigmoid(2x)", "sigmoid(4x)", "no signal", "rare", "product", "three classes")
