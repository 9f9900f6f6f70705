"""Estimate the noise transition matrix, by any of several methods."""

from skclean.noise._confident_joint import calibrate_joint, joint_of_codes, transition_of_joint
from skclean.noise.transition._anchors import by_anchors, by_dual_t
from skclean.noise.transition._hoc import by_hoc, nearest_two
from skclean.noise.transition._identifiable import warn_if_doubtful
from skclean.noise.transition._noisy_logit import by_em
from skclean.noise.transition._problem import TransitionProblem
from skclean.targets import (
    check_label_weights,
    check_labels_and_proba,
    class_totals,
    codes_of,
    encode_labels,
    label_array,
)
from skclean.utils._checks import check_row_flags
from skclean.utils._params import did_you_mean
from skclean.utils._typing import Floats, Labels1d, Numbers, Table
from skclean.utils._values import shortened

__all__ = ["METHODS", "estimate_transition_matrix", "transition_problem"]


def by_confident_joint(problem):
    """Columns of the calibrated confident joint, normalised."""
    joint = joint_of_codes(
        problem.codes,
        problem.proba,
        summary=problem.summary,
        weight=problem.weight,
        verified=problem.verified,
        n_jobs=problem.n_jobs,
    )
    return transition_of_joint(calibrate_joint(joint, class_totals(problem.codes, problem.n_classes, problem.weight)))


METHODS = {
    "anchor": by_anchors,
    "confident_joint": by_confident_joint,
    "dual_t": by_dual_t,
    "em": by_em,
    "hoc": by_hoc,
}
_READ_VERIFIED = {"confident_joint", "em"}


def estimate_transition_matrix(
    y: Labels1d,
    y_proba: Numbers | None = None,
    *,
    X: Table = None,
    method: str = "confident_joint",
    classes: Labels1d | None = None,
    sample_weight: Numbers | None = None,
    verified: Numbers | None = None,
    n_jobs: int | None = None,
) -> Floats:
    """Estimate how often each true class is recorded as each observed class.

    All methods take the noise to depend on the true class alone.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Given labels; a missing one leaves the row out.
    y_proba : array-like of shape (n_samples, n_classes), float32 or float64, or None, default=None
        Out-of-sample class probabilities of a model trained on the given labels; for all methods but "hoc".
    X : array-like or sparse matrix of shape (n_samples, n_features) or None, default=None
        Numbers without gaps, for "hoc", which standardises columns other than indicators of 0 and 1. Any
        representation in which near rows are of one class may take the place of the features.
    method : {"confident_joint", "anchor", "dual_t", "em", "hoc"}, default="confident_joint"
        - "confident_joint" normalises the columns of the calibrated confident joint [1]_: rows that look like a
          class are taken to be of that class, so that overlap of the classes counts as noise;
        - "anchor" reads the probabilities of the row at the 97 % quantile of each class [2]_, which are only as good
          as the model is calibrated;
        - "dual_t" goes from true to predicted class at these anchors and on to the observed class by counting [3]_;
        - "em" fits a clean classifier behind a noise layer to `y_proba` by expectation-maximisation [4]_: what the
          given labels say where the model is surest is noise, and doubt in between is overlap of the classes. It is
          blind where `y_proba` is P(observed | x) exactly, for the identity explains the labels then;
        - "hoc" explains the triples of labels of a row and its two nearest neighbours [5]_, by maximum likelihood
          where the paper matches frequencies by least squares; it needs no model,
          but takes the three to be of one true class.

        "em" and "hoc" draw classes with few rows towards the average noise of all. On real tables with injected
        noise "em" was the most accurate; ``examples/benchmarks/transition.py`` prints the comparison.
    classes : array-like of shape (n_classes,) or None, default=None
        The label of each column; None means the sorted labels in `y`, or the names of the columns where `y_proba` is a
        DataFrame and they hold all labels.
    sample_weight : array-like of shape (n_samples,) or None, default=None
        What each row counts for: a weight of 2 is as good as two rows. So weights that sum to 1 are one row to "em"
        and "hoc", and leave them with the average noise; scale them to a mean of 1.
    verified : array-like of shape (n_samples,), bool, or None, default=None
        Rows whose label is known to be right; for "confident_joint" and "em".
    n_jobs : int or None, default=None
        Threads that read blocks of rows or search neighbours. The result does not depend on it.

    Returns
    -------
    transition_matrix : ndarray of shape (n_classes, n_classes), float64
        ``[i, j]`` is P(observed j | true i); rows sum to 1.

    Raises
    ------
    ValueError
        If `method` is unknown, or what it needs is missing.

    Warns
    -----
    UnidentifiableNoiseWarning
        If a class is given to fewer than 3 rows, or is predicted for no row (for "hoc": has no row whose two
        neighbours agree with it), or seems to be recorded as another class more often than as itself, or the matrix
        is nearly singular. No method can tell the noise from the classes then.

    See Also
    --------
    transition_intervals : How certain the entries are.

    References
    ----------
    .. [1] Northcutt, Jiang, Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR 2021.
    .. [2] Patrini et al., "Making Deep Neural Networks Robust to Label Noise: A Loss Correction Approach", CVPR 2017;
       Liu and Tao, "Classification with Noisy Labels by Importance Reweighting", TPAMI 2016.
    .. [3] Yao et al., "Dual T: Reducing Estimation Error for Transition Matrix in Label-noise Learning", NeurIPS 2020.
    .. [4] Bootkrajang and Kabán, "Label-noise Robust Logistic Regression and Its Applications", ECML PKDD 2012.
    .. [5] Zhu, Song, Liu, "Clusterability as an Alternative to Anchor Points When Learning with Noisy Labels", ICML
       2021.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.noise import estimate_transition_matrix
    >>> y = [0, 0, 0, 1, 1, 1]
    >>> y_proba = np.array([[0.9, 0.1], [0.8, 0.2], [0.2, 0.8], [0.1, 0.9], [0.3, 0.7], [0.2, 0.8]])
    >>> estimate_transition_matrix(y, y_proba)
    array([[1.  , 0.  ],
           [0.25, 0.75]])
    """
    problem, classes = transition_problem(
        y, y_proba, X, method, classes=classes, sample_weight=sample_weight, verified=verified, n_jobs=n_jobs
    )
    matrix = METHODS[method](problem)
    warn_if_doubtful(problem, matrix, classes)
    return matrix


def transition_problem(y, y_proba, X, method, *, classes, sample_weight, verified, n_jobs):
    """Checked input of a method, and the classes: (TransitionProblem, ndarray of shape (n_classes,))."""
    if not isinstance(method, str) or method not in METHODS:
        hint = did_you_mean(method, METHODS)
        raise ValueError(f"method={method!r} is not known; the methods are {list(METHODS)}.{hint}")
    if verified is not None and method not in _READ_VERIFIED:
        raise ValueError(f"method={method!r} does not use verified; {sorted(_READ_VERIFIED)} do.")
    if method == "hoc":
        problem, classes = _neighbour_problem(y, X, classes, n_jobs)
    else:
        problem, classes = _proba_problem(y, y_proba, method, classes, n_jobs)
    weight = check_label_weights(sample_weight, problem.codes)
    verified = check_row_flags(verified, len(problem.codes), name="verified")
    return problem._replace(weight=weight, verified=verified), classes


def _proba_problem(y, y_proba, method, classes, n_jobs):
    if y_proba is None:
        raise ValueError(
            f"method={method!r} needs y_proba, out-of-sample probabilities of a model; method='hoc' needs X alone."
        )
    codes, classes, proba, summary = check_labels_and_proba(y, y_proba, classes=classes, n_jobs=n_jobs)
    return TransitionProblem(codes, len(classes), proba=proba, summary=summary, n_jobs=n_jobs), classes


def _neighbour_problem(y, X, classes, n_jobs):
    if X is None:
        raise ValueError("method='hoc' needs X, features or another representation of the rows.")
    if classes is None:
        codes, classes = encode_labels(y)
    else:
        classes = label_array(classes)
        codes = codes_of(y, classes)
    if len(classes) < 2:
        raise ValueError(f"y has one class only ({shortened(classes.item(0))}); noise is between at least two.")
    neighbours = nearest_two(X, codes, n_jobs)
    return TransitionProblem(codes, len(classes), neighbours=neighbours, n_jobs=n_jobs), classes
