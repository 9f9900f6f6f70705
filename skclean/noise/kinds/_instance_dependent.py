"""Flips that depend on the features of a row."""

import numpy as np
from scipy.stats import truncnorm
from sklearn.ensemble import RandomForestClassifier
from sklearn.preprocessing import StandardScaler

from skclean.noise.kinds._class_conditional import scaled_to_mean
from skclean.noise.kinds._kind import NoiseKind

__all__ = ["Boundary", "FeatureDependent"]

# Spread of the flip rates of rows about their mean, as in the experiments of Xia et al.
_RATE_STD = 0.1


class Boundary(NoiseKind):
    """Flip to the runner-up class, with a probability that falls with the distance from the boundary."""

    alias = "boundary"
    needs_X = True

    def flip(self, problem, rng):
        codes, X = problem.codes, problem.X.astype(np.float32)
        forest = RandomForestClassifier(
            n_estimators=100, min_samples_leaf=3, bootstrap=True, oob_score=True, random_state=rng.randint(2**31 - 1)
        )
        proba = forest.fit(X, codes).oob_decision_function_
        rows = np.arange(len(codes))
        own = proba[rows, codes]
        others = proba.copy()
        others[rows, codes] = -1
        runner_up = others.argmax(axis=1).astype(np.int32)
        distance = np.abs(own - others[rows, runner_up])
        probability = scaled_to_mean(np.exp(-distance / 0.2), problem.rate)
        return np.where(rng.uniform(size=len(codes)) < probability, runner_up, codes)


class FeatureDependent(NoiseKind):
    """Flip at a rate that follows one random direction of X, to a class that random directions favour."""

    alias = "feature_dependent"
    needs_X = True

    def flip(self, problem, rng):
        codes, X = problem.codes, problem.X
        if not np.isfinite(X).all():
            raise ValueError("kind='feature_dependent' needs X without NaN and infinity: impute it first.")
        X = StandardScaler().fit_transform(X) / np.sqrt(X.shape[1])  # projections then have a variance of about 1
        rates = _rates_along(X @ rng.normal(size=X.shape[1]), problem.rate, rng)
        directions = rng.normal(size=(problem.n_classes, X.shape[1], problem.n_classes))
        new = codes.copy()
        flipped = rng.uniform(size=len(codes)) < rates
        for code in range(problem.n_classes):
            rows = np.flatnonzero(flipped & (codes == code))
            logits = X[rows] @ directions[code] + rng.gumbel(size=(len(rows), problem.n_classes))
            logits[:, code] = -np.inf
            new[rows] = logits.argmax(axis=1)  # the largest logit with Gumbel noise is a draw from the softmax
        return new


def _rates_along(position, mean, rng):
    """Quantiles of a normal distribution, cut symmetrically so that its mean stays, in the order of `position`."""
    if mean == 0:
        return np.zeros(len(position))
    reach = min(mean, 1 - mean) / _RATE_STD
    order = np.lexsort((rng.uniform(size=len(position)), position))  # equal positions in random order
    rates = np.empty(len(position))
    levels = (np.arange(len(position)) + 0.5) / len(position)
    rates[order] = truncnorm.ppf(levels, -reach, reach, loc=mean, scale=_RATE_STD)
    return rates
