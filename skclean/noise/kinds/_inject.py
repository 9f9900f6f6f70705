"""Flip labels on purpose, so that detectors can be measured against a known truth."""

from numbers import Real

import numpy as np
from sklearn.utils import check_random_state, check_scalar

from skclean.noise.kinds._kind import FlipProblem, NoiseKind
from skclean.targets import UNLABELLED, encode_labels
from skclean.utils._compat import num_samples
from skclean.utils._discovery import find_classes
from skclean.utils._params import did_you_mean
from skclean.utils._typing import Array, Bools, Labels1d, Numbers, RandomState, Table
from skclean.utils._values import shortened

__all__ = ["inject_noise"]

KINDS = find_classes("skclean.noise.kinds")


def inject_noise(
    y: Labels1d,
    *,
    kind: str | NoiseKind = "uniform",
    rate: float = 0.2,
    X: Table = None,
    transition_matrix: Numbers | None = None,
    random_state: RandomState = None,
) -> tuple[Array, Bools]:
    """Flip a share of the labels.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        True labels of any type. A missing label stays missing.
    kind : str or NoiseKind, default="uniform"
        How the wrong label is chosen, and which rows are likely to get one. By class alone:

        - "uniform": every row alike, to any other class alike;
        - "pair_flip": every row alike, to the next class in sorted order;
        - "imbalanced": every row alike, to another class in proportion to its frequency [1]_, so that rare classes
          are not flooded with rows of frequent ones;
        - "matrix": by `transition_matrix`;
        - "random_matrix": by a matrix drawn as in :func:`random_transition_matrix`;
        - "open_set": all rows of the class whose share is nearest to `rate` get labels of the other classes alike,
          and the class is gone [2]_. Needs 3 classes.

        By features as well, so that `X` is needed:

        - "boundary": rows near the boundary between classes are likelier, and turn into the other class that a
          forest, judging out of bag, finds likeliest (instance-dependent noise);
        - "feature_dependent": the flip rates of rows are normal with standard deviation 0.1, cut so that their mean
          stays, and grow along a random direction of X; the new class is drawn from a softmax of random projections
          of X, one set per true class. After [3]_, where the rate of a row is drawn without regard to X;
        - "dissenting": the labels of simulated annotators where they err, one annotator after the other until the
          rate is reached, as in [4]_. An annotator is a shallow tree that saw 5 rows a class and a few columns.

        An instance of a :class:`NoiseKind` of your own is taken as well.
    rate : float, default=0.2
        Expected share of flipped labels, in [0, 1). Not used by "matrix".
    X : array-like of shape (n_samples, n_features) or None, default=None
        Numeric features, for the kinds that need them; NaN is taken by "boundary" and "dissenting".
    transition_matrix : array-like of shape (n_classes, n_classes) or None, default=None
        ``[i, j]`` is P(observed j | true i), for "matrix"; rows sum to 1.
    random_state : int, RandomState instance or None, default=None
        Seed.

    Returns
    -------
    y_noisy : ndarray of shape (n_samples,)
        Labels in the caller's own type.
    flipped : ndarray of shape (n_samples,), bool
        True where the label was changed.

    Raises
    ------
    ValueError
        If `kind` is unknown, `rate` is outside [0, 1), `y` has one class only, what `kind` needs is missing, or
        a matrix is given that it does not use.
    TypeError
        If `rate` is no number.

    See Also
    --------
    inject_feature_noise : Corrupt X instead of y.

    References
    ----------
    .. [1] Wei, Shi, Tu, Li, "Robust Long-Tailed Learning under Label Noise", 2021, section 4.1.
    .. [2] Wang et al., "Iterative Learning with Open-set Noisy Labels", CVPR 2018.
    .. [3] Xia et al., "Part-dependent Label Noise: Towards Instance-dependent Label Noise", NeurIPS 2020, appendix.
    .. [4] Goswami et al., "AQuA: A Benchmarking Tool for Label Quality Assessment", NeurIPS Datasets and Benchmarks
       2023.

    Examples
    --------
    >>> from skclean.noise import inject_noise
    >>> y_noisy, flipped = inject_noise(["cat", "dog"] * 500, rate=0.1, random_state=0)
    >>> y_noisy[:3].tolist(), bool(0.07 < flipped.mean() < 0.13)
    (['cat', 'dog', 'cat'], True)
    """
    codes, classes = encode_labels(y)
    check_scalar(rate, "rate", Real)
    if not 0 <= rate < 1:
        raise ValueError(f"rate must be in [0, 1), got {rate}.")
    if len(classes) < 2:
        raise ValueError(
            f"y has one class only ({shortened(classes.item(0))}); at least two are needed to flip labels."
        )
    if isinstance(kind, str) and kind in KINDS:
        made = KINDS[kind]()
    elif isinstance(kind, NoiseKind):
        made = kind
    else:
        raise ValueError(f"kind={kind!r} is not known; the kinds are {list(KINDS)}.{did_you_mean(kind, KINDS)}")
    if transition_matrix is not None and kind != "matrix":
        raise ValueError(f"transition_matrix is not used by kind={kind!r}; pass kind='matrix' or leave the matrix out.")
    rows = np.flatnonzero(codes != UNLABELLED)
    features = _rows_of(X, rows, len(codes), kind) if made.needs_X else None
    problem = FlipProblem(codes[rows], len(classes), rate, features, transition_matrix)
    new = codes.copy()
    new[rows] = made.flip(problem, check_random_state(random_state))
    return _decoded(new, classes, y), new != codes


def _rows_of(X, rows, n_samples, kind):
    if X is None:
        raise ValueError(f"kind={kind!r} needs X, the features that say which rows are likely to get a wrong label.")
    if num_samples(X) != n_samples:
        raise ValueError(f"X has {num_samples(X)} rows but y has {n_samples} labels.")
    try:
        X = np.asarray(X, dtype=np.float64)
    except (TypeError, ValueError):
        X = None
    if X is None or X.ndim != 2:
        raise ValueError("X must be numbers of shape (n_samples, n_features); encode text and categories first.")
    return X[rows]


def _decoded(codes, classes, y):
    """Labels in the caller's own type; missing ones as they were."""
    noisy = classes[np.maximum(codes, 0)]
    missing = codes == UNLABELLED
    if missing.any():
        y = np.where(np.ma.getmaskarray(y), None, y.astype(object)) if isinstance(y, np.ma.MaskedArray) else y
        values = np.asarray(y).ravel()
        if values.dtype.kind != classes.dtype.kind:  # NumPy reads NaN beside text as "nan", beside categories as float
            noisy, values = noisy.astype(object), np.asarray(y, dtype=object).ravel()
        noisy[missing] = values[missing]
    return noisy
