"""SKC002: which class is recorded as which other one."""

from typing import Any

import numpy as np

from skclean.inspection.checks._check import CheckResult, Interval, NotApplicable, check, passed, tip
from skclean.inspection.checks._inputs import findings_of
from skclean.inspection.checks._words import percent, quoted

__all__ = ["transition_matrix"]

MAX_PAIRS = 20
Z = 1.64  # of a 90 % interval
# The channel of the noise model is a simple one; its rates are off by this share beside what the likelihood shows.
RELATIVE_ERROR, MODEL_ERROR = 0.1, 0.01


@check("SKC002", title="Direction of wrong labels")
def transition_matrix(detector: Any) -> CheckResult:
    """Say which class is recorded as which other one.

    The state is "tip" where a class is certain to be recorded as another: the 90 % interval of that probability lies
    above 0. It is never "issue": how many labels are wrong is the subject of :func:`label_noise`.

    Parameters
    ----------
    detector : detector
        Fitted, with a noise model, as :class:`skclean.detectors.ConfidentLearning` has one.

    Returns
    -------
    result : CheckResult
        `numbers` has the probability that a label of each class is recorded as another class, with a 90 % interval.
        `findings` lists up to 20 pairs with P(recorded | true), the most probable first. `rows` are the flagged rows of
        the pair that the verdict names.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import ConfidentLearning
    >>> from skclean.inspection import transition_matrix
    >>> X, y = load_iris(return_X_y=True)
    >>> transition_matrix(ConfidentLearning(random_state=0).fit(X, y)).state
    'passed'
    """
    found = findings_of(detector)
    if found.noise is None:
        raise NotApplicable("the detector estimates no transition matrix; ConfidentLearning does")
    weight, channel = found.noise.noise_weight, found.noise.channel
    rates, n_classes = weight * channel.flip_rates, len(channel.transition)
    error = np.sqrt(found.noise.errors.of_class**2 + MODEL_ERROR**2 + (RELATIVE_ERROR * rates) ** 2)
    shares = weight * channel.transition
    np.fill_diagonal(shares, 0.0)
    counts = np.maximum(np.bincount(found.codes[found.codes >= 0], minlength=n_classes), 1)
    part = np.divide(shares, rates[:, None], out=np.zeros_like(shares), where=rates[:, None] > 0)
    half = Z * np.sqrt((part * error[:, None]) ** 2 + shares * (1 - shares) / counts[:, None])
    order = np.argsort(-shares, axis=None, kind="stable")[:MAX_PAIRS]
    pairs = [divmod(int(place), n_classes) for place in order if shares.flat[place] > 0]
    numbers = {
        f"flip rate of {name}": Interval(float(rate), max(0.0, float(rate - Z * e)), min(1.0, float(rate + Z * e)))
        for name, rate, e in zip(found.names, rates, error, strict=True)
    }
    findings = [_line(found.names, pair, shares, half) for pair in pairs]
    certain = [pair for pair in pairs if shares[pair] > half[pair]]
    if not certain:
        verdict = "No class is certain to be recorded as another one."
        return passed(verdict, numbers=numbers, findings=findings)
    true, given = certain[0]
    verdict = (
        f"{percent(shares[true, given])} of the rows that are truly {quoted(found.names[true])} are recorded as "
        f"{quoted(found.names[given])} ({percent(max(0.0, shares[true, given] - half[true, given]))} to "
        f"{percent(shares[true, given] + half[true, given])}), which is the most frequent confusion."
    )
    moved = np.flatnonzero(found.flagged & (found.codes == given) & (found.audit.suggested == true))
    return tip(verdict, numbers=numbers, findings=findings, rows=found.worst_first(moved))


def _line(names, pair, shares, half):
    share, width = float(shares[pair]), float(half[pair])
    return {
        "true": names[pair[0]],
        "recorded": names[pair[1]],
        "probability": round(share, 4),
        "low": round(max(0.0, share - width), 4),
        "high": round(min(1.0, share + width), 4),
    }
