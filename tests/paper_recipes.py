"""Plain scripts of published methods, written from the equations of the papers and sharing no code with the library."""

import math

import numpy as np
from scipy.stats import norm
from sklearn.mixture import GaussianMixture

__all__ = [
    "concordance",
    "fast_recov_memory",
    "recov_flags",
    "recov_histogram",
    "recov_third_rule",
    "tabasco_chance",
]


def fast_recov_memory(model, X, y, rounds, a=0.7):
    """FastReCoV, Algorithm 2: memory = a * memory + (1 - a) * probability of the given label, out of fold.

    `rounds` has for each round a list of training sets, one a fold.
    """
    memory = np.zeros(len(y))
    for folds in rounds:
        metric = np.zeros(len(y))
        for train in folds:
            test = np.array([row for row in range(len(y)) if row not in set(train)])
            proba = model.fit(X[train], y[train]).predict_proba(X[test])
            for place, row in enumerate(test):
                metric[row] = proba[place, list(model.classes_).index(y[row])]
        memory = a * memory + (1 - a) * metric
    return memory


def concordance(event, time, risk):
    """Share of comparable pairs of each record that are in the right order; 0.8 where there is none."""
    shares = []
    for i in range(len(time)):
        right = pairs = 0
        for j in range(len(time)):
            first, last = (i, j) if time[i] < time[j] else (j, i)
            if time[i] != time[j] and event[first]:
                pairs += 1
                right += risk[first] >= risk[last]
        shares.append(right / pairs if pairs else 0.8)
    return np.array(shares)


def recov_histogram(model, X, y, repeats):
    """ReCoV, Algorithm 1: how often each row sat in the fold of the lowest accuracy. `repeats` has test sets."""
    counts = np.zeros(len(y), dtype=int)
    for folds in repeats:
        accuracy = []
        for test in folds:
            train = np.setdiff1d(np.arange(len(y)), test)
            accuracy.append(np.mean(model.fit(X[train], y[train]).predict(X[test]) == y[test]))
        counts[folds[int(np.argmin(accuracy))]] += 1
    return counts


def recov_flags(counts, n_repeats, k):
    """First rule: counts above the mean and two standard deviations of the binomial."""
    return counts > n_repeats / k + 2 * math.sqrt(n_repeats * (k - 1) / k**2)


def recov_third_rule(counts, alpha=0.05):
    """Third rule: 1 to 10 normal components by BIC, p-values under the background one, Benjamini and Hochberg."""
    column = np.asarray(counts, dtype=float).reshape(-1, 1)
    fits = [GaussianMixture(n, max_iter=1000, random_state=0).fit(column) for n in range(1, 11)]
    best = min(fits, key=lambda fit: fit.bic(column))
    largest = int(np.argmax(best.weights_))
    spread = math.sqrt(best.covariances_[largest, 0, 0])
    p_values = norm.sf(column.ravel(), best.means_[largest, 0], spread)
    order = np.argsort(p_values)
    passing = [rank for rank, row in enumerate(order, 1) if p_values[row] <= alpha * rank / len(counts)]
    flagged = np.zeros(len(counts), dtype=bool)
    flagged[order[: max(passing, default=0)]] = True
    return flagged


def tabasco_chance(proba, features, codes):
    """TABASCO: posterior of right labels in the dimension that the authors' conditions choose for each class."""
    n_classes = proba.shape[1]
    unit = features - features.mean(axis=0)
    unit = unit / np.sqrt((unit**2).sum(axis=1, keepdims=True))
    centroids, sizes = [], []
    for code in range(n_classes):
        mine = proba[codes == code].copy()
        top = mine.mean(axis=0).argmax()
        mine[:, top] *= np.maximum(mine[:, top] / mine.mean(axis=0)[top], 1)
        mean = mine.mean(axis=0)
        sure = [p.argmax() == mean.argmax() and p[mean.argmax()] > mean.max() for p in proba[codes == code]]
        chosen = unit[codes == code][sure] if any(sure) else unit[codes == code]
        centroids.append(chosen.mean(axis=0))
        sizes.append(len(chosen))
    centroids = np.array(centroids)
    chance, by_divergence = np.zeros(len(codes)), []
    for code in range(n_classes):
        rows = np.flatnonzero(codes == code)
        mean = proba[rows].mean(axis=0)
        bound = mean.max() / mean[code]
        divergence = []
        for p in proba[rows]:
            label, middle = np.eye(n_classes)[code], (p + np.eye(n_classes)[code]) / 2
            parts = [np.sum(q[q > 0] * np.log(q[q > 0] / middle[q > 0])) for q in (p, label)]
            divergence.append(min(max(p.max() / p[code], 1), bound) * sum(parts) / 2)
        scaled, fits = [], []
        for values in (np.array(divergence), unit[rows] @ centroids[code]):
            scaled.append(((values - values.min()) / (values.max() - values.min())).reshape(-1, 1))
            fits.append(GaussianMixture(2, max_iter=30, tol=1e-2, reg_covar=5e-4, random_state=0).fit(scaled[-1]))
        low = [fit.predict_proba(part)[:, fit.means_.argmin()] for fit, part in zip(fits, scaled, strict=True)]
        near = low[1] > 0.5
        places = [fits[0].predict([[scaled[0][side].mean()]])[0] for side in (near, ~near)]
        spread = {place: scaled[0][side].std() or 0.1 for place, side in zip(places, (near, ~near), strict=True)}
        high_component, low_component = fits[0].means_.argmax(), fits[0].means_.argmin()
        both_high = places[0] == places[1] == high_component
        by_divergence.append(both_high or spread.get(high_component, 1) / spread.get(low_component, 1) < 0.65)
        likeness = np.exp(centroids @ centroids[code])
        likeness /= likeness.sum()
        other = max((c for c in range(n_classes) if c != code), key=lambda c: likeness[c])
        swamped = abs(likeness[code] - likeness[other]) < 0.1 * likeness[code] and sizes[code] < sizes[other]
        chance[rows] = low[0] if by_divergence[-1] else (low[1] if swamped else 1 - low[1])
    return chance, np.array(by_divergence)
