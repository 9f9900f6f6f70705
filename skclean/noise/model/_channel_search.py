"""Search the noise channel that explains labels best, from several starts.

Expectation-maximisation ends at the best channel near its start, and a first fit starts with flips to all other classes
alike. Where classes overlap, it takes overlap for flips or flips for overlap, and spreads pair flips over many classes.
So with more than two classes the search goes on, from two starts:

- the flips that the first fit found;
- anchors: what is recorded where a class is most probable.

Each start takes the flips out of the probabilities (see _channel.py), and a fit follows. Then all flips of a class go
to the one class that had most of them, and a fit follows again: a sharper one. It stands where its log-likelihood and
its evidence are larger than those of the first fit by `MIN_GAIN`. The evidence counts against a choice among many
classes (see _flip_targets.py). By the evidence alone a fit without flips could stand, which has no such choice.
Where noise is not of pairs, hardly any sharper fit stands, and the first fit stays.

References
----------
Patrini, Rozza, Menon, Nock, Qu, "Making deep neural networks robust to label noise", CVPR 2017 (anchors).
"""

import numpy as np

from skclean.noise.model._channel_fit import allowed_flips, fit_channel
from skclean.noise.model._flip_targets import evidence_of_targets

__all__ = ["best_channel"]

# Over 21 tables with 3 to 26 classes average precision under pair flips of 10, 20 and 30 % rose by 0.007, 0.015 and
# 0.044 by the search; under other noise, and without noise, hardly any sharper fit stood, and nothing changed.
# ``examples/benchmarks/detection.py`` prints it.
MIN_GAIN = 3.0
# Share of the rows that are the anchors of each class, and the fewest.
ANCHOR_SHARE = 0.05
MIN_ANCHORS = 10


def best_channel(codes, proba, **options):
    """Fit a noise channel from several starts and return the best.

    Parameters
    ----------
    codes : ndarray of shape (n_rows,), int
        Given labels, all of them known.
    proba : ndarray of shape (n_rows, n_classes)
        Out-of-sample probabilities.
    **options
        `weight`, `trusted` and `hidden` of :func:`skclean.noise.model._channel_fit.fit_channel`.

    Returns
    -------
    fitted : FittedChannel
    """
    n_rows, n_classes = proba.shape
    first = fit_channel(codes, proba, **options)
    if n_classes == 2:
        return first
    weight = np.ones(n_rows) if options.get("weight") is None else options["weight"]
    allowed = allowed_flips(n_classes, options.get("trusted"))
    starts = [first.channel.transition]
    if options.get("hidden") is None:  # else the labels that anchors would show are those that were taken out
        starts.append(recorded_at_anchors(codes, proba, weight, allowed))
    best, most = first, _evidence(first, codes, proba, weight, allowed) + MIN_GAIN
    for transition in starts:
        fitted = fit_channel(codes, proba, start=_start(first, transition), **options)
        sharper = _start(fitted, flips_to_one(fitted.channel.transition))
        fitted = fit_channel(codes, proba, start=sharper, **options)
        evidence = _evidence(fitted, codes, proba, weight, allowed)
        if evidence > most and fitted.log_likelihood > first.log_likelihood + MIN_GAIN:
            best, most = fitted, evidence
    return best


def recorded_at_anchors(codes, proba, weight, allowed):
    """Return the shares of given labels where each class is most probable; rows sum to 1.

    Parameters
    ----------
    codes, proba
        As in :func:`best_channel`.
    weight : ndarray of shape (n_rows,)
        What each row counts for.
    allowed : ndarray of shape (n_classes, n_classes), bool
        Pairs that may be confused; the share of others is 0.

    Returns
    -------
    transition : ndarray of shape (n_classes, n_classes)
        With one more row that is recorded right in each class.
    """
    n_rows, n_classes = proba.shape
    n_anchors = min(max(MIN_ANCHORS, int(ANCHOR_SHARE * n_rows)), n_rows)
    shares = np.empty((n_classes, n_classes))
    for k, of_class in enumerate(proba.T):
        anchors = of_class >= np.partition(of_class, -n_anchors)[-n_anchors]  # with all ties, whatever their order
        counts = np.bincount(codes[anchors], (weight * of_class)[anchors], n_classes)
        counts[k] += 1  # where no label of a class is right, nothing could be said of rows that are surely of it
        shares[k] = counts / counts.sum()
    flips = np.where(allowed, shares, 0.0)
    return flips + np.diag(1 - flips.sum(axis=1))


def flips_to_one(transition):
    """Return a matrix with the same flip rates where all flips of a class go to the class that had most of them."""
    flips = transition - np.diag(np.diag(transition))
    rates = flips.sum(axis=1)
    sharp = np.diag(1 - rates)
    sharp[np.arange(len(flips)), flips.argmax(axis=1)] += rates
    return sharp


def _start(fitted, transition):
    """Slopes and biases of a fit, with a matrix that is also taken out of the probabilities."""
    return fitted.channel._replace(transition=transition, contained=transition)


def _evidence(fitted, codes, proba, weight, allowed):
    """Log-likelihood of the labels, in the mean over where flips may go."""
    channel, n_classes = fitted.channel, proba.shape[1]
    shares = channel.posterior(channel.truth(proba), codes)
    counts = [np.bincount(codes, share * weight, n_classes) for share in shares.T]
    targets = channel.transition / np.maximum(channel.flip_rates, np.finfo(np.float64).tiny)[:, None]
    return fitted.log_likelihood + evidence_of_targets(np.where(allowed, counts, 0.0), targets, allowed)
