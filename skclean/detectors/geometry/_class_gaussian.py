"""A label judged by where its row lies in the robust distribution of each class."""

from numbers import Integral

import numpy as np
from scipy.special import softmax
from sklearn.utils import check_random_state

from skclean import _kernels as kernels
from skclean.base import BaseRule, ClassProba
from skclean.detectors._table_points import table_points
from skclean.detectors._template import DetectorTemplate, Findings
from skclean.evidence import class_log_odds, elliptic_points
from skclean.utils._compat import Interval
from skclean.utils._typing import RandomState

__all__ = ["ClassGaussian"]


class ClassGaussian(DetectorTemplate):
    """Find wrong labels by robust elliptical distributions of the classes.

    Columns go half of the way to normal scores of their ranks. Then each class gets a mean and a covariance that its
    wrong members hardly move: a member counts the less the farther out it lies, and the better another class explains
    it. The quality of a label is its share of the densities of all classes at the row, taken without the row.
    Covariances are shrunk towards the common one, so that classes of few rows can be judged too; of many columns the 30
    directions of largest variance are kept.

    It assumes that a class is about of one piece, and that in each class right labels outnumber those of any other
    class. No model is trained, so it costs little, and it errs elsewhere than trees do.

    Parameters
    ----------
    n_rounds : int, default=2
        How often the members are weighed anew by what the classes say of them. More rounds find the wrong labels of a
        class of which a third or more is wrong; over many tables they ranked worse under light noise.
    rule : str, rule or None, default=None
        Which labels are flagged; None means :class:`skclean.rules.Otsu`.
    random_state : int, RandomState instance or None, default=None
        Seeds the choice of directions where there are more than 30 columns.

    Attributes
    ----------
    label_quality_ : ndarray of shape (n_samples,), float64
        In [0, 1], low is suspicious, below 0.5 where another class explains the row better; 1 for unlabelled rows.
    noise_mask_ : ndarray of shape (n_samples,), bool
        True where the label is judged wrong.
    suggested_labels_ : ndarray of shape (n_samples,)
        The class that explains each row best, and of flagged rows the best other one, in the caller's type.
    classes_ : ndarray of shape (n_classes,)
        The sorted labels.
    audit_ : Audit
        Everything that rules and treatments read. Its probabilities are the shares. It does not hold X.
    n_features_in_ : int
        Number of features seen in `fit`, where X has columns.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where X has names that are all strings.

    Notes
    -----
    As in the paper: each class has a Gaussian in the space of representations, fitted robustly; classes of few rows
    borrow from the others.

    Otherwise: the paper draws new rows from these Gaussians to calibrate a classifier under long tails. Here they
    score labels. Members are weighted by what all classes say of them and by a t distribution, not trimmed; columns
    go half of the way to normal scores; classes of few rows are shrunk towards the common covariance of all
    classes, not towards their nearest large ones.

    The row's part in its class and in what all classes have in common is taken away. Its part in the weights of
    other members stays, so that of few rows in many columns a share of about 0.1 of randomly drawn labels looks right
    beyond chance; with ``n_rounds=0`` none does. Out-of-fold probabilities, as in :class:`ConfidentLearning`, are
    free of it.

    The paper fits the classes by the minimum covariance determinant, in a representation that a network learned.
    Columns of tables seldom make classes of one piece; there, leaving out the farthest rows ranked wrong labels far
    worse than weighing them by what all classes say.

    References
    ----------
    After Zhang, Zhao, Yao, Yuan, Huang, "When Noisy Labels Meet Long Tail Dilemmas: A Representation Calibration
    Method", ICCV 2023 (RCAL).

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import ClassGaussian
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = ClassGaussian(random_state=0).fit(X, y_noisy)
    >>> bool(flipped[detector.noise_mask_].mean() > 0.5)  # most flags are right
    True
    """

    alias = "class_gaussian"

    _parameter_constraints: dict = {
        **DetectorTemplate._parameter_constraints,
        "n_rounds": [Interval(Integral, 0, None, closed="left")],
        "random_state": ["random_state"],
    }

    gives = (ClassProba,)

    def __init__(
        self, *, n_rounds: int = 2, rule: BaseRule | str | None = None, random_state: RandomState = None
    ) -> None:
        self.n_rounds = n_rounds
        self.rule = rule
        self.random_state = random_state

    def _find(self, given, progress):
        """Shares of the classes at each row."""
        codes, classes = given.labels
        points = elliptic_points(table_points(given, "ClassGaussian"), check_random_state(self.random_state))
        weight = None if given.weight is None else given.weight[given.labelled]
        known = codes[given.labelled]
        log_odds = class_log_odds(points, known, len(classes), weight=weight, n_rounds=self.n_rounds)
        proba = np.full((len(codes), len(classes)), 1 / len(classes))
        proba[given.labelled] = softmax(log_odds, axis=1)
        return Findings(kernels.label_quality(codes, proba, "rival_odds"), proba)
