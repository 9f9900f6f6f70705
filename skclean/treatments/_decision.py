"""Decide whether there is enough noise for labels to be treated, and in which classes."""

import numpy as np

__all__ = ["MIN_RATE", "noise_to_treat"]

# Where classes overlap a model sees a little noise that is not there, so a small estimate must be certain. With 0.05 to
# 0.08 the fewest of 142 cases with little noise were harmed, and the gain under strong noise stayed the same;
# ``examples/benchmarks/harm.py`` measures it.
MIN_RATE = 0.08
# With fewer labels chance alone can look like noise in nearly all of them, and the skill of the model cannot be told.
MIN_LABELS = 20
# Classes that a sentence names.
MAX_NAMED = 3


def noise_to_treat(audit, noise, least_rate):
    """Decide which noise is treated: all of it, that of the classes where it is certain, or none.

    In 78 cases without noise no class alone was taken for noisy. Where 3 in 10 rows of the rarest class were recorded
    as the largest, one class was in 4 of 41 tables that were left alone otherwise, 3 times the right one.

    Parameters
    ----------
    audit : Audit
        With probabilities.
    noise : NoiseModel or None
        The noise model of the audit, as :func:`noise_of` returns it.
    least_rate : float
        Estimated noise rate above which all noise is treated in any case. Below it, all noise is treated only if the 90
        % interval of the noise rate lies above 0; else that of the true classes whose flip rate has such an interval.

    Returns
    -------
    noise : NoiseModel or None
        The noise to treat; None where labels are kept as they are: without a noise model, with fewer than 20 labels
        that count, or where there may be no noise.
    found : str
        What was found, to be part of a sentence.
    """
    if noise is None:
        return None, "with one class or more than 50, noise is not estimated"
    n_labels = np.count_nonzero(noise.weight)
    if n_labels < MIN_LABELS:
        return None, f"noise is not estimated from fewer than {MIN_LABELS} labels, and there are {n_labels}"
    rate, low, high = noise.noise_rate
    found = f"estimated noise rate {rate:.1%} (90 % interval {low:.1%} to {high:.1%})"
    if rate > least_rate or low > 0:
        return noise, found
    certain = noise.certain_flips
    if not certain.any():
        return None, f"{found}, which may be no noise at all"
    treated = noise.with_flips_of(certain, audit.codes, audit.proba)
    return treated, f"{found}, where only rows of {_named(audit.classes, treated)} are certain to have other labels"


def _named(classes, noise):
    """The classes with flips, those with the most first, each with its flip rate."""
    rates = noise.noise_weight * noise.channel.flip_rates
    order = np.argsort(-rates, kind="stable")[: np.count_nonzero(rates)]
    shown = order[:MAX_NAMED]
    named = [
        f"class {label!r:.60} ({rate:.1%})" for label, rate in zip(classes[shown].tolist(), rates[shown], strict=True)
    ]
    return ", ".join(named) + (f" and {len(order) - MAX_NAMED} more" if len(order) > MAX_NAMED else "")
