"""Confident learning: out-of-sample probabilities judge the very labels that they were learned from."""

from skclean import kernels
from skclean.detectors._class_detector import Findings
from skclean.detectors._proba_detector import ProbaDetector
from skclean.noise import _joint
from skclean.quality import QUALITY_METHODS
from skclean.rules import RivalRatio
from skclean.utils._compat import StrOptions

__all__ = ["ConfidentLearning"]


class ConfidentLearning(ProbaDetector):
    """Find wrong labels by what a model, trained without a row, says of the row.

    Parameters
    ----------
    estimator : classifier with predict_proba, or None, default=None
        The model that judges the labels; it need not be the one that will be used later. None means a forest of
        extremely randomised trees that takes numbers, text, categories, dates, NaN and sparse matrices; where `cv` is
        None too, a fifth of its probabilities comes from robust elliptical shapes of the classes, in 5 folds.
    cv : int, "oob", splitter, iterable of (train, test), or None, default=None
        How a row is kept out of the model that judges it. "oob" lets the members of a bagging ensemble judge the rows
        that they did not draw, at the price of one fit. An int is that many shuffled stratified folds. None means
        "oob" for the default forest and 5 folds for any other estimator or where `groups` are given.
    rule : str, rule or None, default=None
        Which labels are flagged; a name from :data:`skclean.rules.RULES` or an instance. None means
        :class:`skclean.rules.RivalRatio`.
    quality : {"rival_odds", "self_confidence", "normalized_margin", "weighted_entropy"}, default="rival_odds"
        The score of :func:`skclean.quality.label_quality` that ranks the labels.
    leaks : {"drop", "keep"}, default="drop"
        What the default model does with columns that copy the given label, number the rows or identify them: a model
        that sees them finds no wrong label. "drop" leaves them out, and a warning names them. No column is left out of
        an `estimator` of yours.
    n_jobs : int or None, default=None
        Folds fitted, trees asked and blocks of rows read side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Shuffles folds, and seeds the model where it has no seed of its own.

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
    confident_joint_ : ndarray of shape (n_classes, n_classes)
        ``[i, j]`` counts rows given i and estimated to be j; sums to the (weighted) number of labelled rows.
    transition_matrix_ : ndarray of shape (n_classes, n_classes)
        ``[i, j]`` is P(observed j | true i); rows sum to 1.
    audit_ : Audit
        Everything that rules and treatments read. It does not hold X.
    left_out_columns_ : list of str or int
        Names of the columns that the default model did not see, or their positions where X has no names.
    n_features_in_ : int
        Number of features seen in `fit`, where X has columns.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where X has names that are all strings.

    References
    ----------
    Northcutt, Jiang, Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR 2021.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import ConfidentLearning
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = ConfidentLearning(random_state=0).fit(X, y_noisy)
    >>> bool(flipped[detector.noise_mask_].mean() > 0.5)  # most flags are right
    True
    """

    _parameter_constraints: dict = {
        **ProbaDetector._parameter_constraints,
        "quality": [StrOptions(set(QUALITY_METHODS))],
    }

    def __init__(
        self,
        estimator=None,
        *,
        cv=None,
        rule=None,
        quality="rival_odds",
        leaks="drop",
        n_jobs=None,
        random_state=None,
    ):
        self.estimator = estimator
        self.cv = cv
        self.rule = rule
        self.quality = quality
        self.leaks = leaks
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _default_rule(self):
        return RivalRatio()

    def _find(self, given, progress):
        """Out-of-sample probabilities, and the score of the given label among them."""
        given = self._without_leaks(given)
        codes = given.labels.codes
        proba, rows = self._out_of_sample(given, progress)
        self._estimate_noise(given, proba, rows)
        return Findings(kernels.label_quality(codes, proba, self.quality, n_jobs=self.n_jobs, rows=rows), proba, rows)

    def _estimate_noise(self, given, proba, rows):
        """The confident joint, and the transition matrix that it implies."""
        codes, classes = given.labels
        totals = _joint.class_totals(codes, len(classes), given.weight)
        joint = _joint.joint_of_codes(
            codes, proba, rows=rows, weight=given.weight, verified=given.verified, n_jobs=self.n_jobs
        )
        self.confident_joint_ = _joint.calibrate_joint(joint, totals)
        self.transition_matrix_ = _joint.transition_of_joint(self.confident_joint_)
