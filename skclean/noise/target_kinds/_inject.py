"""Change numbers on purpose, so that detectors of wrong numbers can be measured against a known truth."""

from numbers import Real

import numpy as np
from sklearn.utils import check_random_state, check_scalar

from skclean.noise.target_kinds._kind import TargetKind, TargetProblem
from skclean.targets import read_numbers
from skclean.utils._compat import num_samples
from skclean.utils._discovery import find_classes
from skclean.utils._params import did_you_mean
from skclean.utils._typing import Bools, Floats, Numbers, RandomState, Table

__all__ = ["inject_target_noise"]

KINDS = find_classes("skclean.noise.target_kinds")


def inject_target_noise(
    y: Numbers,
    *,
    kind: str | TargetKind = "gross",
    rate: float = 0.1,
    X: Table = None,
    random_state: RandomState = None,
) -> tuple[Floats, Bools]:
    """Put wrong numbers in the place of a share of the right ones.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Right numbers. A missing one (None, NaN) stays missing.
    kind : str or TargetKind, default="gross"
        What happens to a number:

        - "gross": it is off by one to four standard deviations of y, up or down;
        - "factor": it is ten times too large or too small;
        - "swap": two rows have each other's numbers;
        - "permutation": the numbers of all changed rows go round;
        - "one_sided": it is multiplied by a number between 0 and 1, and so too small;
        - "heteroscedastic": normal noise is added that grows along a random direction of `X`, where rows are likelier
          to be hit as well;
        - "rounding": it is rounded to whole standard deviations of y.
    rate : float, default=0.1
        Share of the rows that are drawn, in [0, 1). Of few rows, and with numbers that stay what they are, the share
        that is changed may be another.
    X : array-like of shape (n_samples, n_features) or None, default=None
        Numeric features, for "heteroscedastic"; NaN is taken.
    random_state : int, RandomState instance or None, default=None
        Seed.

    Returns
    -------
    y_noisy : ndarray of shape (n_samples,), float64
    changed : ndarray of shape (n_samples,), bool
        True where the number is another one.

    Raises
    ------
    ValueError
        If `kind` is unknown, `rate` is outside [0, 1), or what `kind` needs is missing.
    TypeError
        If `rate` is no number.

    See Also
    --------
    inject_noise : The same for classes.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.noise import inject_target_noise
    >>> y_noisy, changed = inject_target_noise(np.arange(1.0, 101.0), kind="factor", rate=0.05, random_state=0)
    >>> int(changed.sum())
    5
    """
    values, known = read_numbers(y)
    check_scalar(rate, "rate", Real)
    if not 0 <= rate < 1:
        raise ValueError(f"rate must be in [0, 1), got {rate}.")
    if isinstance(kind, str) and kind in KINDS:
        made = KINDS[kind]()
    elif isinstance(kind, TargetKind):
        made = kind
    else:
        raise ValueError(f"kind={kind!r} is not known; the kinds are {list(KINDS)}.{did_you_mean(kind, KINDS)}")
    rng = check_random_state(random_state)
    rows = np.flatnonzero(known)
    problem = TargetProblem(values[rows], np.empty(0, dtype=np.intp), _features(X, rows, len(values), kind, made))
    n_wrong = int(np.rint(rate * len(rows)))
    chances = made.chances(problem, rng)
    chances = None if chances is None else chances / chances.sum()
    drawn = np.sort(rng.choice(len(rows), n_wrong, replace=False, p=chances))
    noisy = values.copy()
    if n_wrong:
        noisy[rows[drawn]] = made.wrong(problem._replace(rows=drawn), rng)
    return noisy, known & (noisy != values)


def _features(X, rows, n_samples, kind, made):
    if not made.needs_X:
        return None
    if X is None:
        raise ValueError(f"kind={kind!r} needs X, the features along which the noise grows.")
    if num_samples(X) != n_samples:
        raise ValueError(f"X has {num_samples(X)} rows but y has {n_samples} numbers.")
    try:
        X = np.asarray(X, dtype=np.float64)[rows]
    except (TypeError, ValueError):
        X = np.empty(0)
    if X.ndim != 2:
        raise ValueError("X must be numbers of shape (n_samples, n_features); encode text and categories first.")
    spread = np.nanstd(X, axis=0)
    return np.nan_to_num((X - np.nanmean(X, axis=0)) / np.where(spread > 0, spread, 1.0))
