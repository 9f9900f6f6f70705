"""Search the noise channel that explains labels best, from several starts.

Expectation-maximisation ends at the best channel near its start, and one fit starts with flips to all other classes
alike. Where classes overlap, that fit takes overlap for flips, and spreads pair flips over many classes. So the search
goes on, with more than two classes:

1. The flips that were found are taken out of the probabilities, and the fit starts again from there. It stands where
   the log-likelihood is larger by `MIN_GAIN`.
2. If it stands, fits start with all flips of a class going to the one class that had most of them. The fit with the
   largest evidence stays; evidence counts against a choice among many classes (see _flip_targets.py).

Where noise is not of pairs, hardly any first step stands, and nothing changes.
"""

import numpy as np

from skclean.noise._channel_fit import allowed_flips, fit_channel
from skclean.noise._flip_targets import evidence_of_targets

__all__ = ["best_channel"]

# Over 20 tables with 3 to 26 classes average precision under pair flips rose by 0.01 by the first step, the most where
# many classes hardly overlap.
MIN_GAIN = 3.0
# By so many fits from flips to one class it rose by 0.006 and 0.020 in 11 tables under pair flips of 20 and 30 %, and
# by 0.006 and 0.013 in 10 others; under other noise it stayed the same. ``examples/benchmarks/detection.py`` prints it.
SHARPER_FITS = 2


def best_channel(codes, proba, **options):
    """Fit a noise channel from several starts and return the best.

    Parameters
    ----------
    codes : ndarray of shape (n_rows,), int
        Given labels, all of them known.
    proba : ndarray of shape (n_rows, n_classes)
        Out-of-sample probabilities.
    **options
        `weight`, `trusted` and `hidden` of :func:`skclean.noise._channel_fit.fit_channel`.

    Returns
    -------
    fitted : FittedChannel
    """
    first = fit_channel(codes, proba, **options)
    if proba.shape[1] == 2:
        return first
    again = fit_channel(codes, proba, start=_start(first, first.channel.transition), **options)
    if again.log_likelihood <= first.log_likelihood + MIN_GAIN:
        return first
    found = [again]
    for _ in range(SHARPER_FITS):
        start = _start(found[-1], flips_to_one(found[-1].channel.transition))
        found.append(fit_channel(codes, proba, start=start, **options))
    weight, allowed = options.get("weight"), allowed_flips(proba.shape[1], options.get("trusted"))
    return max(found, key=lambda fitted: _evidence(fitted, codes, proba, weight, allowed))


def flips_to_one(transition):
    """Return a matrix with the same flip rates where all flips of a class go to the class that had most of them."""
    flips = transition - np.diag(np.diag(transition))
    rows = np.arange(len(flips))
    sharp = np.diag(1 - flips.sum(axis=1))
    sharp[rows, flips.argmax(axis=1)] += flips.sum(axis=1)
    return sharp


def _start(fitted, transition):
    """Slopes and biases of a fit, with a matrix that is also taken out of the probabilities."""
    return fitted.channel._replace(transition=transition, contained=transition)


def _evidence(fitted, codes, proba, weight, allowed):
    """Log-likelihood of the labels, in the mean over where flips may go."""
    channel, n_classes = fitted.channel, proba.shape[1]
    shares = channel.posterior(channel.truth(proba), codes)
    counts = [np.bincount(codes, share if weight is None else share * weight, n_classes) for share in shares.T]
    targets = channel.transition / np.maximum(channel.flip_rates, np.finfo(np.float64).tiny)[:, None]
    return fitted.log_likelihood + evidence_of_targets(np.where(allowed, counts, 0.0), targets, allowed)
