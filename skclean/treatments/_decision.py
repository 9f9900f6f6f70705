"""Whether there is enough noise for labels to be treated."""

import numpy as np

__all__ = ["LEAST_RATE", "enough_noise"]

# Where classes overlap a model sees a little noise that is not there, so a small estimate must be certain. With 0.05 to
# 0.08 the fewest of 142 cases with little noise were harmed, and the gain under strong noise stayed the same;
# ``examples/benchmarks/harm.py`` measures it.
LEAST_RATE = 0.08
# With fewer labels chance alone can look like noise in nearly all of them, and the skill of the model cannot be told.
FEWEST_LABELS = 20


def enough_noise(noise, least_rate):
    """Decide whether labels are treated.

    Parameters
    ----------
    noise : NoiseModel or None
    least_rate : float
        Estimated noise rate above which labels are treated in any case. Below it, they are treated only if the 90 %
        interval of the noise rate lies above 0.

    Returns
    -------
    enough : bool
        False where there is no noise model, or where fewer than 20 labels count.
    found : str
        What was found, to be part of a sentence.
    """
    if noise is None:
        return False, "with one class or more than 50, noise is not estimated"
    n_labels = np.count_nonzero(noise.weight)
    if n_labels < FEWEST_LABELS:
        return False, f"noise is not estimated from fewer than {FEWEST_LABELS} labels, and there are {n_labels}"
    rate, low, high = noise.noise_rate
    found = f"estimated noise rate {rate:.1%} (90 % interval {low:.1%} to {high:.1%})"
    if rate > least_rate or low > 0:
        return True, found
    return False, f"{found}, which may be no noise at all"
