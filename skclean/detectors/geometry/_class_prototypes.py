"""A label judged by a model, and by how close its row lies to what is typical of its class."""

from numbers import Integral, Real

import numpy as np
from scipy.special import expit
from sklearn.utils import check_random_state

from skclean.base import BaseRule
from skclean.detectors._proba_detector import ProbaDetector
from skclean.detectors._table_points import table_points
from skclean.detectors._template import Findings
from skclean.evidence import elliptic_points, log_odds, prototype_shares, split_by_class
from skclean.utils._compat import Interval
from skclean.utils._typing import CrossValidation, Estimator, Leaks, RandomState

__all__ = ["ClassPrototypes"]

# Added to both sides of odds, so that a share of nearly nothing does not outweigh all else.
FLOOR = 0.05
# Of the weight of a member in its prototype, so that no class runs empty.
LEAST = 0.01


class ClassPrototypes(ProbaDetector):
    """Find wrong labels by a model's loss, class by class, and by agreement with the prototypes of the classes.

    In each class the out-of-sample loss is split into two groups, since what is a large loss differs between classes.
    Members of the better group make the prototype of the class, its typical point. The quality of a label joins the
    model's odds for it with the odds that the distances to all prototypes give. With ``n_rounds`` above 1 the classes
    are then split again by the joint odds.

    It assumes that a class lies around one point, and that in each class right labels outnumber those of any other
    class. Where classes are of several pieces the prototypes know little; their part is small for that reason.

    Parameters
    ----------
    estimator : classifier with predict_proba, or None, default=None
        Whose loss is split. None means the default forest of :func:`skclean.evidence.default_estimator`.
    cv : int, "oob", splitter, iterable of (train, test), or None, default=None
        How a row is kept out of the model that predicts it; as in :class:`ConfidentLearning`.
    n_rounds : int, default=1
        How often classes are split and prototypes made. Over many tables the second and third round ranked no better.
    prototype_weight : float, default=0.15
        What the log odds of the prototypes count beside those of the model. On tables, whose columns say less of
        classes than a learned representation does, 0.3 ranked a little worse and 0.6 clearly worse.
    rule : str, rule or None, default=None
        Which labels are flagged; None means :class:`skclean.rules.Otsu`.
    leaks : {"drop", "keep"}, default="drop"
        What the default model does with columns that copy the given label, number the rows or identify them: a model
        that sees them finds no wrong label. "drop" leaves them out, and a warning names them. No column is left out of
        an `estimator` of yours.
    n_jobs : int or None, default=None
        Folds fitted, trees asked side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Seeds the model, and the choice of directions where there are more than 30 columns.

    Attributes
    ----------
    label_quality_ : ndarray of shape (n_samples,), float64
        In [0, 1], low is suspicious; 1 for unlabelled rows.
    noise_mask_ : ndarray of shape (n_samples,), bool
        True where the label is judged wrong.
    suggested_labels_ : ndarray of shape (n_samples,)
        The most probable label of each row, and of flagged rows the most probable other label, in the caller's type.
    classes_ : ndarray of shape (n_classes,)
        The sorted labels.
    audit_ : Audit
        Everything that rules and treatments read. It does not hold X.
    left_out_columns_ : list of str or int
        Names of the columns that the default model did not see, or their positions where X has no names.
    n_features_in_ : int
        Number of features seen in `fit`, where X has columns.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where X has names that are all strings.

    Notes
    -----
    As in the paper: the loss is split into two groups for each class apart, members of the better group make the
    prototype of the class, and the distances to the prototypes tell right from wrong labels.

    Otherwise: in the paper prototypes are learned with a network over many rounds and are the cleaner themselves.
    Here they are made once, from out-of-sample losses, and their log odds count 0.15 of those of the model
    (`prototype_weight`). The final quality is on one scale for all classes.

    The split decides who makes a prototype; the quality is not the split's own probability. Ranked by that, rows of
    different classes compare badly, because each class's split has an error of its own.

    References
    ----------
    After Huang, Chen, Feng, Wu, "Class Prototype-based Cleaner for Label Noise Learning", arXiv 2212.10766 (CPC).

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import ClassPrototypes
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = ClassPrototypes(random_state=0).fit(X, y_noisy)
    >>> bool(flipped[detector.noise_mask_].mean() > 0.5)  # most flags are right
    True
    """

    alias = "class_prototypes"

    _parameter_constraints: dict = {
        **ProbaDetector._parameter_constraints,
        "n_rounds": [Interval(Integral, 1, None, closed="left")],
        "prototype_weight": [Interval(Real, 0, None, closed="left")],
    }

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        cv: CrossValidation = None,
        n_rounds: int = 1,
        prototype_weight: float = 0.15,
        rule: BaseRule | str | None = None,
        leaks: Leaks = "drop",
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.cv = cv
        self.n_rounds = n_rounds
        self.prototype_weight = prototype_weight
        self.rule = rule
        self.leaks = leaks
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _find(self, given, progress):
        """Joint odds of model and prototypes."""
        rng = check_random_state(self.random_state)
        points = elliptic_points(table_points(given, "ClassPrototypes"), rng.randint(2**31 - 1))
        proba, summary = self._out_of_sample(given, progress, random_state=rng)
        known = given.labelled
        codes = given.labels.codes[known]
        weight = given.known_weight
        counts, weight = weight > 0, np.maximum(weight, 1e-9)
        by_model = log_odds(proba[known], codes, FLOOR)[0]
        joint = by_model
        for _ in range(self.n_rounds):
            member = np.maximum(upper_by_class(joint, codes, proba.shape[1], counts), LEAST) * weight
            shares = prototype_shares(points, codes, proba.shape[1], member)
            joint = by_model + self.prototype_weight * log_odds(shares, codes, FLOOR)[0]
        quality = np.ones(proba.shape[0])
        quality[known] = expit(joint)
        return Findings(quality, proba, summary)


def upper_by_class(values, codes, n_classes, counts):
    """Probability of the upper group of each row's class, fitted to rows that count: ndarray of shape (n_samples,)."""
    groups = split_by_class(values[counts], codes[counts], n_classes)
    upper = np.empty(len(codes))
    for code, group in enumerate(groups):
        rows = codes == code
        upper[rows] = group.upper(values[rows])
    return upper
