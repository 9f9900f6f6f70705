"""The noise rate from a reviewed sample, with what a model says of all other rows: prediction-powered.

A plain random sample tells the rate by the rows that were drawn alone. The chances of a noise model are known for all
rows. So the sample needs to tell only how far they are off, stratum by stratum:

    rate = mean over all rows of chance + sum over strata of share * mean of (found wrong - chance) in the sample

Strata are deciles of quality, and most reviews go where the chances say that findings vary most.
"""

from numbers import Integral
from typing import Any, NamedTuple

import numpy as np
from sklearn.utils import check_random_state

from skclean.noise.model._noise_rate import NoiseRate
from skclean.targets import encode_labels
from skclean.utils._typing import Codes, Floats, Labels1d, Numbers, Positions, RandomState

__all__ = ["ReviewedNoiseRate", "draw_stratified_review", "noise_rate_from_review"]

# Chosen with ``examples/benchmarks/review.py``: a lower floor gives narrower intervals that hold the rate too seldom.
FLOOR = 0.05  # of the variance of a stratum's findings, by which reviews are shared out
LEAST = 2  # reviews in each stratum
RARE = 0.01  # the least chance of a finding that no review of a stratum showed


class ReviewedNoiseRate(NamedTuple):
    """Share of wrong labels, from a reviewed sample.

    Attributes
    ----------
    overall : NoiseRate
        `rate`, `low` and `high`.
    of_class : dict of label -> NoiseRate
        Among the labels of each class; empty where y was not given.
    """

    overall: NoiseRate
    of_class: dict[Any, NoiseRate]


def draw_stratified_review(
    chance_wrong: Numbers,
    n_rows: int,
    *,
    quality: Numbers | None = None,
    n_strata: int = 10,
    random_state: RandomState = None,
) -> Positions:
    """Draw the rows to review that tell most about the noise rate.

    Parameters
    ----------
    chance_wrong : array-like of shape (n_samples,)
        P(label is wrong) of each row, in [0, 1].
    n_rows : int
        How many; at least two for each stratum.
    quality : array-like of shape (n_samples,) or None, default=None
        What strata are made of; None means `chance_wrong`.
    n_strata : int, default=10
        Groups of equal size.
    random_state : int, RandomState instance or None, default=None
        Seed.

    Returns
    -------
    rows : ndarray of int, shape (n_rows,)
        In random order. The strata with chances near a half have most of them.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.noise import draw_stratified_review
    >>> chance = np.r_[np.full(900, 0.01), np.full(100, 0.5)]
    >>> rows = draw_stratified_review(chance, 50, random_state=0)
    >>> len(rows), bool((rows >= 900).mean() > 0.1)
    (50, True)
    """
    chance = _checked_chance(chance_wrong)
    strata = _strata(chance, quality, n_strata)
    sizes = np.bincount(strata)
    if not isinstance(n_rows, Integral) or not LEAST * len(sizes) <= n_rows <= len(chance):
        raise ValueError(
            f"n_rows must be a whole number from {LEAST * len(sizes)}, {LEAST} for each stratum, to {len(chance)}, the "
            f"number of rows; got {n_rows!r}. Ask for fewer n_strata to review fewer rows."
        )
    rng = check_random_state(random_state)
    numbers = _shared_out(n_rows, sizes, np.sqrt(_means(chance * (1 - chance), strata) + FLOOR))
    drawn = [rng.permutation(np.flatnonzero(strata == h))[:number] for h, number in enumerate(numbers)]
    return rng.permutation(np.concatenate(drawn))


def noise_rate_from_review(
    chance_wrong: Numbers,
    rows: Numbers,
    found_wrong: Numbers,
    *,
    y: Labels1d | None = None,
    quality: Numbers | None = None,
    n_strata: int = 10,
    confidence: float = 0.9,
    n_bootstrap: int = 1000,
    random_state: RandomState = None,
) -> ReviewedNoiseRate:
    """Estimate the noise rate from reviewed rows and the chances of all rows.

    Parameters
    ----------
    chance_wrong : array-like of shape (n_samples,)
        P(label is wrong) of each row, in [0, 1], such as `chance_wrong` of the audit table. It may be off: the reviewed
        rows correct it.
    rows : array-like of int, shape (n_reviewed,)
        Reviewed rows. Within each stratum they must be a random sample, as :func:`draw_stratified_review` draws them.
    found_wrong : array-like of shape (n_reviewed,), bool
        Where the given label was found to be wrong.
    y : array-like of shape (n_samples,) or None, default=None
        Given labels, for the rates of classes.
    quality : array-like of shape (n_samples,) or None, default=None
        What strata are made of; None means `chance_wrong`. Pass what the rows were drawn by.
    n_strata : int, default=10
        Groups of equal size; those without a review are joined with their neighbours.
    confidence : float, default=0.9
        Of the intervals, in (0, 1).
    n_bootstrap : int, default=1000
        Draws within strata.
    random_state : int, RandomState instance or None, default=None
        Seed.

    Returns
    -------
    found : ReviewedNoiseRate
        `overall`, and `of_class`.

    Notes
    -----
    The bootstrap is the Bayesian one, with one further observation in each stratum that agrees with its mean chance: a
    stratum in which no wrong label was found can still have some.

    References
    ----------
    Angelopoulos, Bates, Fannjiang, Jordan, Zrnic, "Prediction-powered inference", Science 2023.
    Rubin, "The Bayesian bootstrap", Annals of Statistics 1981.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.noise import draw_stratified_review, noise_rate_from_review
    >>> rng = np.random.RandomState(0)
    >>> chance = rng.beta(0.3, 2, size=2000)
    >>> wrong = rng.uniform(size=2000) < chance
    >>> rows = draw_stratified_review(chance, 200, random_state=0)
    >>> found = noise_rate_from_review(chance, rows, wrong[rows], random_state=0)
    >>> bool(found.overall.low <= wrong.mean() <= found.overall.high), found.of_class
    (True, {})
    """
    chance = _checked_chance(chance_wrong)
    rows, wrong = _checked_review(rows, found_wrong, len(chance))
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be between 0 and 1, got {confidence!r}.")
    if not isinstance(n_bootstrap, Integral) or n_bootstrap < 100:
        raise ValueError(f"n_bootstrap must be a whole number of at least 100, got {n_bootstrap!r}.")
    strata = _strata(chance, quality, n_strata)
    rng = check_random_state(random_state)
    options = (n_bootstrap, rng, [(1 - confidence) / 2, (1 + confidence) / 2])
    overall = _rate(chance, strata, rows, wrong, *options)
    if y is None:
        return ReviewedNoiseRate(overall, {})
    codes, classes = _checked_labels(y, len(chance))
    of_class = {}
    for code in np.unique(codes[codes >= 0]):  # a class is a table of its own, with the reviewed rows that it has
        inside = codes == code
        place, reviewed = np.cumsum(inside) - 1, inside[rows]
        parts = chance[inside], strata[inside], place[rows[reviewed]], wrong[reviewed]
        of_class[classes[code]] = _rate(*parts, *options)
    return ReviewedNoiseRate(overall, of_class)


def _rate(chance, strata, rows, wrong, n_bootstrap, rng, ends):
    """The rate of a table: NoiseRate."""
    strata = _joined(strata, rows)
    shares, means = np.bincount(strata) / len(strata), _means(chance, strata)
    rate, drawn = chance.mean(), np.full(n_bootstrap, chance.mean())
    for h, (share, mean) in enumerate(zip(shares, means, strict=True)):
        members = np.flatnonzero(strata[rows] == h)
        residuals = wrong[members] - chance[rows[members]]
        middle, draws = _bootstrap(residuals, np.clip(mean, RARE, 1 - RARE), n_bootstrap, rng)
        reviewed = len(members) / np.count_nonzero(strata == h)
        rate += share * middle
        drawn += share * (middle + np.sqrt(1 - reviewed) * (draws - middle))
    return NoiseRate(*map(float, np.clip([rate, *np.quantile(drawn, ends)], 0, 1)))


def _bootstrap(residuals, mean, n_bootstrap, rng):
    """The mean of residuals and of one further observation that agrees with the chance, and draws of it."""
    n = len(residuals)
    values, weight = np.r_[residuals, 1 - mean, -mean], np.r_[np.ones(n), mean, 1 - mean]
    draws = rng.gamma(weight, size=(n_bootstrap, n + 2))
    middle = weight @ values / weight.sum()
    drawn = (draws @ values) / draws.sum(axis=1)
    small = min(np.sqrt((n + 2) / max(n - 1, 1)), 2.0) if n > 1 else 1.0  # resampling few rows varies too little
    return middle, middle + small * (drawn - middle)


def _strata(chance: Floats, quality: Numbers | None, n_strata: int) -> Codes:
    if not isinstance(n_strata, Integral) or not 1 <= n_strata <= len(chance):
        raise ValueError(f"n_strata must be a whole number from 1 to {len(chance)}, got {n_strata!r}.")
    by = -chance if quality is None else np.asarray(quality, dtype=np.float64)
    if by.shape != chance.shape:
        raise ValueError(f"quality has shape {by.shape} but there are {len(chance)} chances; give one for each row.")
    strata = np.empty(len(chance), dtype=np.int32)
    strata[np.argsort(by, kind="stable")] = np.arange(len(chance)) * n_strata // len(chance)
    return strata


def _joined(strata, rows):
    """Strata with a reviewed row in each: one without is joined with the one before, the first with the next."""
    if not len(rows):
        return np.zeros(len(strata), dtype=np.int32)
    has = np.bincount(strata[rows], minlength=strata.max() + 1) > 0
    return np.unique(np.maximum(np.cumsum(has) - 1, 0)[strata], return_inverse=True)[1]


def _shared_out(n_rows, sizes, spread):
    """Numbers of reviews of the strata, in proportion to size and spread, within bounds: ndarray of int."""
    numbers = np.full(len(sizes), LEAST)
    for _ in range(n_rows - numbers.sum()):  # the largest remainder first
        need = np.where(numbers < sizes, sizes * spread / (numbers + 1), -1.0)
        numbers[need.argmax()] += 1
    return np.minimum(numbers, sizes)


def _means(values, strata):
    return np.bincount(strata, values) / np.bincount(strata)


def _checked_chance(chance_wrong: Numbers) -> Floats:
    chance = np.asarray(chance_wrong, dtype=np.float64)
    if chance.ndim != 1 or not len(chance) or not ((chance >= 0) & (chance <= 1)).all():
        raise ValueError("chance_wrong must be one probability in [0, 1] for each row.")
    return chance


def _checked_review(rows, found_wrong, n_samples):
    rows, wrong = np.asarray(rows), np.asarray(found_wrong, dtype=np.float64)
    if rows.ndim != 1 or not len(rows) or rows.dtype.kind not in "iu":
        raise ValueError("rows must be the positions of the reviewed rows, whole numbers, and there must be some.")
    if rows.min() < 0 or rows.max() >= n_samples or len(np.unique(rows)) < len(rows):
        raise ValueError(f"rows must be distinct positions from 0 to {n_samples - 1}.")
    if wrong.shape != rows.shape or not np.isin(wrong, [0, 1]).all():
        raise ValueError(f"found_wrong must be True or False for each of the {len(rows)} reviewed rows.")
    return rows, wrong


def _checked_labels(y, n_samples):
    target = encode_labels(y)
    if len(target.codes) != n_samples:
        raise ValueError(f"y has {len(target.codes)} values but there are {n_samples} chances; give one for each row.")
    return target.codes, target.classes.tolist()
