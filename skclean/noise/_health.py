"""Summaries of a data set by its confident joint or transition matrix."""

from typing import NamedTuple

import numpy as np

from skclean.noise._confident_joint import calibrate_joint, joint_of_codes, transition_of_joint
from skclean.noise.model._channel import BLOCK
from skclean.noise.model._noise_fit import fit_noise_model
from skclean.targets import check_label_weights, check_labels_and_proba, class_totals, label_array
from skclean.utils._typing import Array, Floats, Labels1d, Numbers

__all__ = [
    "ClassNoiseRates",
    "OverlappingClasses",
    "class_noise_rates",
    "dataset_credibility",
    "overall_health",
    "overlapping_classes",
]


class ClassNoiseRates(NamedTuple):
    """Noise of each class; all of shape (n_classes,).

    Attributes
    ----------
    classes : ndarray
        The labels.
    given : ndarray
        P(true class is another | given this class): how many of its labels are wrong.
    true : ndarray
        P(given another class | truly this class): how many of its rows are lost to others.
    """

    classes: Array
    given: Floats
    true: Floats


class OverlappingClasses(NamedTuple):
    """Pairs of classes, the most confused first; all of shape (n_pairs,).

    Attributes
    ----------
    first, second : ndarray
        Labels of the pair. Where the direction counts, `first` is the given class and `second` the true one.
    probability : ndarray
        Share of all rows that are estimated to be given one of the two and to belong to the other.
    """

    first: Array
    second: Array
    probability: Floats


def class_noise_rates(
    y: Labels1d | None = None,
    y_proba: Numbers | None = None,
    *,
    joint: Numbers | None = None,
    classes: Labels1d | None = None,
    sample_weight: Numbers | None = None,
) -> ClassNoiseRates:
    """Estimate how noisy each class is, in both directions.

    From probabilities, the counts are those of the noise model, which takes no overlap of classes for noise; with more
    than 50 classes they are those of the calibrated confident joint, which does.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or None, default=None
        Given labels; a missing one leaves the row out.
    y_proba : array-like of shape (n_samples, n_classes) or None, default=None
        Out-of-sample class probabilities.
    joint : array-like of shape (n_classes, n_classes) or None, default=None
        In place of both, a table whose ``[i, j]`` counts rows given i and truly j: the calibrated confident joint, or
        shares of rows that come from elsewhere.
    classes : array-like of shape (n_classes,) or None, default=None
        The label of each column; None means the sorted labels in `y`, or the positions in `joint`.
    sample_weight : array-like of shape (n_samples,) or None, default=None
        What each row counts for.

    Returns
    -------
    rates : ClassNoiseRates
        Named tuple of `classes`, `given` and `true`; 0 for a class without rows.

    Examples
    --------
    >>> from skclean.noise import class_noise_rates
    >>> rates = class_noise_rates(joint=[[80, 20], [0, 100]], classes=["cat", "dog"])
    >>> rates.given, rates.true.round(2)
    (array([0.2, 0. ]), array([0.  , 0.17]))
    """
    counts, names = _joint_and_classes(y, y_proba, joint, classes, sample_weight, of_noise=True)
    right = counts.diagonal()
    given, true = (_share(totals - right, totals) for totals in (counts.sum(axis=1), counts.sum(axis=0)))
    return ClassNoiseRates(names, given, true)


def overlapping_classes(
    y: Labels1d | None = None,
    y_proba: Numbers | None = None,
    *,
    joint: Numbers | None = None,
    classes: Labels1d | None = None,
    sample_weight: Numbers | None = None,
    directed: bool = False,
) -> OverlappingClasses:
    """Rank the pairs of classes by how many rows are estimated to be confused between them.

    Parameters
    ----------
    y, y_proba, joint, classes, sample_weight
        As in :func:`class_noise_rates`.
    directed : bool, default=False
        Whether "given a, truly b" and "given b, truly a" are two pairs instead of one.

    Returns
    -------
    pairs : OverlappingClasses
        Named tuple of `first`, `second` and `probability`, sorted from the most confused pair down.

    Examples
    --------
    >>> from skclean.noise import overlapping_classes
    >>> pairs = overlapping_classes(joint=[[8, 0, 0], [1, 6, 2], [0, 1, 2]], classes=["ant", "bee", "cow"])
    >>> pairs.first.tolist(), pairs.second.tolist(), pairs.probability
    (['bee', 'ant', 'ant'], ['cow', 'bee', 'cow'], array([0.15, 0.05, 0.  ]))
    """
    counts, names = _joint_and_classes(y, y_proba, joint, classes, sample_weight)
    share = counts / counts.sum()
    if directed:
        first, second = np.nonzero(~np.eye(len(share), dtype=bool))
    else:
        first, second = np.triu_indices(len(share), k=1)
        share = share + share.T
    probability = share[first, second]
    order = np.argsort(-probability, kind="stable")
    return OverlappingClasses(names[first[order]], names[second[order]], probability[order])


def overall_health(
    y: Labels1d | None = None,
    y_proba: Numbers | None = None,
    *,
    joint: Numbers | None = None,
    classes: Labels1d | None = None,
    sample_weight: Numbers | None = None,
) -> float:
    """Estimate the share of right labels: 1 minus the estimated noise rate.

    From probabilities, it is that of the noise model, as in :func:`class_noise_rates`.

    Parameters
    ----------
    y, y_proba, joint, classes, sample_weight
        As in :func:`class_noise_rates`.

    Returns
    -------
    health : float
        In [0, 1]; 1 where every label seems right.

    Examples
    --------
    >>> from skclean.noise import overall_health
    >>> overall_health(joint=[[80, 20], [0, 100]])
    0.9
    """
    counts, _ = _joint_and_classes(y, y_proba, joint, classes, sample_weight, of_noise=True)
    return float(counts.trace() / counts.sum())


def dataset_credibility(
    y: Labels1d | None = None,
    y_proba: Numbers | None = None,
    *,
    joint: Numbers | None = None,
    transition_matrix: Numbers | None = None,
    classes: Labels1d | None = None,
    sample_weight: Numbers | None = None,
) -> float:
    """Score how far the labels are from being recorded at random: Docta's credibility of a data set.

    ``1 - ||T - I|| / sqrt(2 K)`` with the Frobenius norm, for a transition matrix T of K classes [1]_. Other than
    :func:`overall_health` it counts every class alike, however frequent, and a class whose noise goes to one other
    class counts more than one whose noise is spread.

    Parameters
    ----------
    y, y_proba, joint, classes, sample_weight
        As in :func:`class_noise_rates`; T follows from the joint.
    transition_matrix : array-like of shape (n_classes, n_classes) or None, default=None
        T itself, in place of the others, for example from :func:`estimate_transition_matrix` with ``method="hoc"``,
        as the paper has it.

    Returns
    -------
    credibility : float
        In [0, 1]; 1 without noise, 0 where each class is always recorded as one other class.

    References
    ----------
    .. [1] Zhu et al., "Unmasking and Improving Data Credibility: A Study with Datasets for Training Harmless Language
       Models", ICLR 2024, section 3.

    Examples
    --------
    >>> from skclean.noise import dataset_credibility
    >>> round(dataset_credibility(transition_matrix=[[0.8, 0.2], [0.2, 0.8]]), 3)
    0.8
    """
    if transition_matrix is None:
        transition_matrix = transition_of_joint(_joint_and_classes(y, y_proba, joint, classes, sample_weight)[0])
    elif any(given is not None for given in (y, y_proba, joint, classes, sample_weight)):
        raise ValueError("transition_matrix takes the place of all other arguments; pass one or the other.")
    matrix = _square(transition_matrix, "transition_matrix")
    if np.abs(matrix.sum(axis=1) - 1).max() > 1e-6:
        raise ValueError("transition_matrix: each row must sum to 1.")
    return float(1 - np.linalg.norm(matrix - np.eye(len(matrix))) / np.sqrt(2 * len(matrix)))


def _joint_and_classes(y, y_proba, joint, classes, sample_weight, *, of_noise=False):
    """The table of given and true classes, estimated or as passed, and the label of each class."""
    if joint is None:
        if y is None or y_proba is None:
            raise ValueError("pass y and y_proba, or joint, a table that counts given against true classes.")
        codes, classes, proba, summary = check_labels_and_proba(y, y_proba, classes=classes)
        weight = check_label_weights(sample_weight, codes)
        noise = fit_noise_model(codes, proba, summary.given, weight=weight) if of_noise else None
        if noise is not None:
            return _expected_joint(noise, codes, proba), classes
        counts = joint_of_codes(codes, proba, summary=summary, weight=weight)
        return calibrate_joint(counts, class_totals(codes, len(classes), weight)), classes
    if not (y is None and y_proba is None and sample_weight is None):
        raise ValueError("joint takes the place of y, y_proba and sample_weight; pass one or the other.")
    joint = _square(joint, "joint")
    if not 1e-100 < joint.max() < 1e100:  # only ratios matter, and sums would overflow or vanish
        with np.errstate(over="ignore"):  # older NumPy warns of numbers beside the array
            joint = joint / joint.max()
    classes = np.arange(len(joint)) if classes is None else label_array(classes)
    if classes.shape != (len(joint),):
        raise ValueError(f"classes has shape {classes.shape} but joint has {len(joint)} classes.")
    return joint, classes


def _expected_joint(noise, codes, proba):
    """Expected share of rows by given and true class, under a noise model: shape (n_classes, n_classes)."""
    n_classes = proba.shape[1]
    joint = np.zeros((n_classes, n_classes))
    labelled = np.flatnonzero(codes >= 0)
    for part in np.array_split(labelled, len(labelled) * n_classes // BLOCK + 1):
        np.add.at(joint, codes[part], noise.weight[part, None] * noise.posterior(proba[part], codes[part]))
    return joint


def _square(table, name):
    try:
        table = np.asarray(table)
        if table.dtype.kind == "c":
            raise ValueError
        table = table.astype(np.float64)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} must be a matrix of real numbers that float64 can hold.") from None
    if table.ndim != 2 or table.shape[0] != table.shape[1] or len(table) < 2:
        raise ValueError(f"{name} must have shape (n_classes, n_classes) with at least 2 classes, got {table.shape}.")
    if not (np.isfinite(table).all() and (table >= 0).all() and (table > 0).any()):
        raise ValueError(f"{name} must hold finite numbers of at least 0, and not zeros alone.")
    return table


def _share(part, totals):
    return np.divide(part, totals, out=np.zeros_like(totals), where=totals > 0)
