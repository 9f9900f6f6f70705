"""Weights that make up for censored times."""

from skclean.evidence.survival._censoring import CENSORING_METHODS, censoring_of
from skclean.targets import check_rows, read_survival
from skclean.utils._params import did_you_mean
from skclean.utils._typing import Floats, Numbers, RandomState, Table

__all__ = ["censoring_weights"]


def censoring_weights(
    y: Numbers,
    X: Table | None = None,
    *,
    method: str = "forest",
    horizon: float | None = None,
    min_proba: float = 0.05,
    n_jobs: int | None = None,
    random_state: RandomState = None,
) -> Floats:
    """Weight rows of survival data so that those with a known time stand for those that were censored.

    A row counts if its event was seen, or if it was observed up to the horizon; its weight is 1 over the chance of not
    being censored before, G(min(time, horizon)- | x).

    Parameters
    ----------
    y : structured array of shape (n_samples,), or DataFrame with two columns
        One field of bools (the event was seen) and one of numbers (the time), as scikit-survival has them.
    X : array-like of shape (n_samples, n_features) or None, default=None
        What censoring may depend on. None means nothing: then all rows have the same chances.
    method : {"forest", "neighbors", "marginal"}, default="forest"
        Which rows tell the chances of a row: those in the same leaves of a forest that has not seen it, the nearest
        ones, or all. Not used without X.
    horizon : float or None, default=None
        Later times count as this one. None means the largest time that is followed up with a chance of at least
        `min_proba`.
    min_proba : float, default=0.05
        Smaller chances are raised to it, so that no row counts for very many, in (0, 1].
    n_jobs : int or None, default=None
        Trees or neighbours side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Seeds the forest.

    Returns
    -------
    weights : ndarray of shape (n_samples,), float64
        1 in the mean; 0 for rows that were censored before the horizon, and for rows without a time.

    Raises
    ------
    ValueError
        If `method` is unknown, or `horizon` is larger than what is followed up.

    See Also
    --------
    skclean.robust.CensoredRegressor : A regressor that is trained with these weights.

    Notes
    -----
    It assumes that censoring does not depend on the time of the event, given X. It loses where few rows are followed up
    for long: some of them then count for many.

    References
    ----------
    Robins, Finkelstein, "Correcting for noncompliance and dependent censoring", Biometrics 2000.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.adapt import censoring_weights
    >>> y = np.array([(True, 1.0), (False, 2.0), (True, 3.0)], dtype=[("event", bool), ("time", float)])
    >>> censoring_weights(y)
    array([1., 0., 2.])
    """
    if method not in CENSORING_METHODS:
        hint = did_you_mean(method, CENSORING_METHODS)
        raise ValueError(f"method={method!r} is not known; the methods are {list(CENSORING_METHODS)}.{hint}")
    if not 0 < min_proba <= 1:
        raise ValueError(f"min_proba={min_proba!r} must be above 0 and at most 1.")
    target = read_survival(y)
    X = None if X is None else check_rows(X, target)
    return censoring_of(
        target, X, method=method, horizon=horizon, min_proba=min_proba, n_jobs=n_jobs, random_state=random_state
    ).weight
