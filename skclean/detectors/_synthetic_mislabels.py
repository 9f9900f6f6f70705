"""Wrong labels found by a classifier that was trained on labels made wrong on purpose."""

from numbers import Integral

import numpy as np
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.utils import check_random_state

from skclean import kernels
from skclean.detectors._class_detector import Findings
from skclean.detectors._proba_detector import ProbaDetector
from skclean.detectors._table_points import table_points
from skclean.evidence import LabelFeatures, class_log_odds, elliptic_points, find_neighbours, voting_rows
from skclean.noise import _joint
from skclean.noise._class_flips import draw_classes
from skclean.utils._compat import Interval

__all__ = ["SyntheticMislabels"]

N_FOLDS = 5
# The confident joint misses confusions that are rare; this share of the injected labels is drawn from all classes.
UNIFORM_SHARE = 0.2
# Of model, class shapes and neighbours. Shares among few neighbours are coarse, and none among them proves little.
FLOORS = (0.05, 0.05, 0.1)


class SyntheticMislabels(ProbaDetector):
    """Find wrong labels by what tells labels that were made wrong on purpose from those that were left alone.

    Labels are replaced by others drawn as the estimated transition matrix says. Each label, given or replaced, is
    described by three witnesses that have not read it: a model trained without the row, the shape of each class without
    the row, and the labels of the row's neighbours; and by how sure the model usually is of the two classes in
    question. A logistic regression learns to tell replaced from given labels, so it learns what each witness is worth
    on these very data, and scores the given labels of rows that it was not trained on.

    It assumes that replaced labels look like the wrong ones that are already there, and that most given labels are
    right. Rows whose label is doubtful already say little of what a right label looks like and are weighed down.

    Parameters
    ----------
    estimator : classifier with predict_proba, or None, default=None
        The first witness. None means the default forest of :func:`skclean.evidence.default_estimator`.
    cv : int, "oob", splitter, iterable of (train, test), or None, default=None
        How a row is kept out of the model that judges it; as in :class:`ConfidentLearning`.
    n_injections : int, default=4
        How many replaced labels each row gets, each described on its own.
    n_neighbors : int, default=30
        Neighbours whose labels are counted.
    rule : str, rule or None, default=None
        Which labels are flagged; None means :class:`skclean.rules.OtsuRule`.
    leaks : {"drop", "keep"}, default="drop"
        What the default model does with columns that copy the given label, number the rows or identify them: a model
        that sees them finds no wrong label. "drop" leaves them out, and a warning names them. No column is left out of
        an `estimator` of yours.
    n_jobs : int or None, default=None
        Folds fitted, trees asked, neighbours searched side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Seeds the model, the replaced labels and the folds.

    Attributes
    ----------
    label_quality_ : ndarray of shape (n_samples,), float64
        Probability of not being a replaced label if half of the labels were replaced, in [0, 1]; low is suspicious; 1
        for unlabelled rows.
    noise_mask_ : ndarray of shape (n_samples,), bool
        True where the label is judged wrong.
    suggested_labels_ : ndarray of shape (n_samples,)
        The most probable label of each row, and of flagged rows the most probable other label, in the caller's type.
    classes_ : ndarray of shape (n_classes,)
        The sorted labels.
    transition_matrix_ : ndarray of shape (n_classes, n_classes)
        ``[i, j]`` is P(observed j | true i), estimated by the confident joint; rows sum to 1.
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
    The paper also describes a row by the predictions for its neighbours. Here they are left out: models that judge the
    neighbours were trained on the row with its given label, not with the replaced one, so they would tell one from the
    other for a reason that real errors do not share. With them, wrong labels were ranked worse.

    References
    ----------
    Li, Xiong, Hooi, "GraphCleaner: Detecting Mislabelled Samples in Popular Graph Learning Benchmarks", ICML 2023.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import SyntheticMislabels
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = SyntheticMislabels(random_state=0).fit(X, y_noisy)
    >>> bool(flipped[detector.noise_mask_].mean() > 0.5)  # most flags are right
    True
    """

    _parameter_constraints: dict = {
        **ProbaDetector._parameter_constraints,
        "n_injections": [Interval(Integral, 1, None, closed="left")],
        "n_neighbors": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self,
        estimator=None,
        *,
        cv=None,
        n_injections=4,
        n_neighbors=30,
        rule=None,
        leaks="drop",
        n_jobs=None,
        random_state=None,
    ):
        self.estimator = estimator
        self.cv = cv
        self.n_injections = n_injections
        self.n_neighbors = n_neighbors
        self.rule = rule
        self.leaks = leaks
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _find(self, given, progress):
        """Probability of being a given label, by a classifier of given and replaced ones."""
        given = self._without_leaks(given)
        rng = check_random_state(self.random_state)
        points = elliptic_points(table_points(given, "SyntheticMislabels"), rng.randint(2**31 - 1))
        proba, rows = self._out_of_sample(given, progress, random_state=rng, members=False)
        codes, classes = given.labels
        totals = _joint.class_totals(codes, len(classes), given.weight)
        joint = _joint.joint_of_codes(
            codes, proba, rows=rows, weight=given.weight, verified=given.verified, n_jobs=self.n_jobs
        )
        self.transition_matrix_ = _joint.transition_of_joint(_joint.calibrate_joint(joint, totals))
        known = given.labelled
        weight = None if given.weight is None else given.known_weight
        sources = self._witnesses(points, proba[known], codes[known], weight)
        trust = _trust(sources, codes[known])
        if given.verified is not None:
            trust[given.verified[known]] = 1
        if weight is not None:
            trust *= weight
        quality = np.ones(len(codes))
        features = LabelFeatures(sources, FLOORS, codes[known], weight)
        quality[known] = _not_injected(features, codes[known], self._replaced(codes[known], rng), trust, rng)
        return Findings(quality, proba, rows)

    def _witnesses(self, points, proba, codes, weight):
        """Shares of the classes for each labelled row, each made without the row's label."""
        n_classes = proba.shape[1]
        shapes = class_log_odds(points, codes, n_classes, weight=weight)
        lists, _ = find_neighbours(points, voting_rows(codes, weight), self.n_neighbors, n_jobs=self.n_jobs)
        votes = kernels.neighbour_votes(lists, None, codes, n_classes, n_jobs=self.n_jobs)
        return [proba, softmax(shapes, axis=1), votes]

    def _replaced(self, codes, rng):
        """Other labels for every row, `n_injections` times: list of ndarray of shape (n_samples,), int32."""
        n_classes = len(self.transition_matrix_)
        others = self.transition_matrix_ * (1 - np.eye(n_classes))
        uniform = (1 - np.eye(n_classes)) / (n_classes - 1)
        sums = others.sum(axis=1, keepdims=True)
        others = np.where(sums > 0, others / np.where(sums > 0, sums, 1), uniform)
        matrix = (1 - UNIFORM_SHARE) * others + UNIFORM_SHARE * uniform
        return [draw_classes(codes, matrix, rng) for _ in range(self.n_injections)]


def _trust(sources, codes):
    """How much a row may teach: the square of the label's quality by the first two witnesses together."""
    together = 0.65 * sources[0] + 0.35 * sources[1]
    return kernels.label_quality(codes, together, "rival_odds") ** 2


def _not_injected(features, codes, replaced, trust, rng):
    """Each row scored by a classifier that saw neither its given nor its replaced labels."""
    given = features.of(codes)
    wrong = [features.of(other) for other in replaced]
    n_folds = min(N_FOLDS, len(codes))
    fold = rng.permutation(np.arange(len(codes)) % n_folds)
    quality = np.empty(len(codes))
    for k in range(n_folds):
        train, test = (fold != k) & (trust > 0), fold == k
        if not train.any():  # hardly a row has a positive weight
            train = fold != k
        stacked = np.vstack([given[train], *(part[train] for part in wrong)])
        is_given = np.arange(len(stacked)) < train.sum()
        weight = np.concatenate([trust[train], np.tile(trust[train] / len(wrong), len(wrong))])
        center, scale = stacked.mean(axis=0), stacked.std(axis=0) + 1e-9
        model = LogisticRegression().fit((stacked - center) / scale, is_given, sample_weight=weight)
        quality[test] = model.predict_proba((given[test] - center) / scale)[:, 1]
    return quality
