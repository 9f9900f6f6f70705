"""A transition matrix that tests send labels through, and what each method of estimating it reads."""

import numpy as np
from material import random_proba

TRUTH = np.array([[0.9, 0.1, 0.0], [0.05, 0.75, 0.2], [0.2, 0.1, 0.7]])
FROM_PROBA = ["anchor", "confident_joint", "dual_t", "em"]
METHODS = [*FROM_PROBA, "hoc"]


def inputs_of(method, clusters):
    X, y, noisy = clusters
    rows = np.r_[:6000:4]
    proba = random_proba(np.random.default_rng(2), len(rows), 3, y[rows], 3.0)
    return noisy[rows], ({"X": X[rows]} if method == "hoc" else {"y_proba": proba})
