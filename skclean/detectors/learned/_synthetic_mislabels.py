"""Wrong labels found by a classifier that was trained on labels made wrong on purpose."""

from numbers import Integral

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.utils import check_random_state

from skclean import _kernels as kernels
from skclean.base import BaseRule
from skclean.detectors._proba_detector import ProbaDetector
from skclean.detectors._table_points import table_points
from skclean.detectors._template import Findings
from skclean.evidence import LabelFeatures, class_shape_proba, elliptic_points, voting_rows
from skclean.noise._confident_joint import calibrate_joint, joint_of_codes, transition_of_joint
from skclean.noise.kinds._class_conditional import draw_classes
from skclean.preprocessing import find_neighbours
from skclean.targets import class_totals
from skclean.utils._compat import Interval
from skclean.utils._typing import CrossValidation, Estimator, Leaks, RandomState

__all__ = ["SyntheticMislabels"]

N_FOLDS = 5
# The confident joint misses confusions that are rare; this share of the injected labels is drawn from all classes.
UNIFORM_SHARE = 0.2
# Of model, class shapes and neighbours. Shares among few neighbours are coarse, and none among them proves little.
FLOORS = (0.05, 0.05, 0.1)


class SyntheticMislabels(ProbaDetector):
    """Find wrong labels by what tells labels that were made wrong on purpose from those that were left alone.

    Labels are replaced by others: four fifths are drawn by the estimated transition matrix, one fifth uniformly from
    all other classes. Each label, given or replaced, is described by three sources that have not read the given label:
    a model trained without the row, the shapes of the classes fitted without the row's fold, and the labels of the
    row's neighbours; and by how sure the model usually is of the two classes in question. A logistic regression learns
    to tell replaced from given labels, so it learns what each source is worth on these very data, and scores the given
    labels of rows that it was not trained on.

    It assumes that replaced labels look like the wrong ones that are already there, and that most given labels are
    right. Rows whose label is doubtful already say little of what a right label looks like and are weighed down.

    Parameters
    ----------
    estimator : classifier with predict_proba, or None, default=None
        The first source. None means the default forest of :func:`skclean.evidence.default_estimator`.
    cv : int, "oob", splitter, iterable of (train, test), or None, default=None
        How a row is kept out of the model that predicts it; as in :class:`ConfidentLearning`.
    n_injections : int, default=4
        How many replaced labels each row gets, each described on its own.
    n_neighbors : int, default=30
        Neighbours whose labels are counted.
    rule : str, rule or None, default=None
        Which labels are flagged; None means :class:`skclean.rules.Otsu`.
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
    As in the paper: a transition matrix by confident learning; labels replaced by draws from it; a classifier that
    learns to tell replaced from given labels by how probable a model and the neighbourhood take them for; its output is
    the quality.

    Otherwise: there is no held-out validation set. The matrix is estimated on the rows that are scored, labels are
    replaced on them, and folds keep the scoring classifier apart from the row. A fifth of the replaced labels is drawn
    uniformly, because the confident joint misses rare confusions. Rows have no given graph, so neighbours are near
    rows, and one vote of them takes the place of agreement over several hops. Class shapes are added. The classifier is
    a logistic regression, not a small network, and rows of doubtful labels weigh less. Predictions for the neighbours
    are left out: the models that predict them were trained on the row with its given label, not with the replaced one,
    so they would tell one from the other for a reason that real errors do not share. With them, wrong labels were
    ranked worse.

    In tables of more than 20,000 rows and 15 columns neighbours are searched approximately: about 98 % of the true ones
    are found where columns depend on each other (``examples/benchmarks/nearest.py``).

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

    alias = "synthetic_mislabels"

    _parameter_constraints: dict = {
        **ProbaDetector._parameter_constraints,
        "n_injections": [Interval(Integral, 1, None, closed="left")],
        "n_neighbors": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        cv: CrossValidation = None,
        n_injections: int = 4,
        n_neighbors: int = 30,
        rule: BaseRule | str | None = None,
        leaks: Leaks = "drop",
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
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
        rng = check_random_state(self.random_state)
        points = elliptic_points(table_points(given, "SyntheticMislabels"), rng.randint(2**31 - 1))
        proba, summary = self._out_of_sample(given, progress, random_state=rng, members=False)
        codes, classes = given.labels
        totals = class_totals(codes, len(classes), given.weight)
        joint = joint_of_codes(
            codes, proba, summary=summary, weight=given.weight, verified=given.verified, n_jobs=self.n_jobs
        )
        self.transition_matrix_ = transition_of_joint(calibrate_joint(joint, totals))
        known = given.labelled
        weight = None if given.weight is None else given.known_weight
        sources = self._sources(given, points, proba, rng)
        trust = _trust(sources, codes[known])
        if given.verified is not None:
            trust[given.verified[known]] = 1
        if weight is not None:
            trust *= weight
        quality = np.ones(len(codes))
        features = LabelFeatures(sources, FLOORS, codes[known], weight)
        quality[known] = _not_injected(features, codes[known], self._replaced(codes[known], rng), trust, rng)
        return Findings(quality, proba, summary)

    def _sources(self, given, points, proba, rng):
        """Shares of the classes for each labelled row, each made without the row's label."""
        known, n_classes = given.labelled, proba.shape[1]
        codes = given.labels.codes[known]
        weight = None if given.weight is None else given.known_weight
        shapes = class_shape_proba(given.X, given.labels, weight=given.weight, random_state=rng)
        lists, _ = find_neighbours(points, voting_rows(codes, weight), self.n_neighbors, n_jobs=self.n_jobs)
        votes = kernels.neighbour_votes(lists, None, codes, n_classes, n_jobs=self.n_jobs)
        return [proba[known], shapes[known], votes]

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
    """Return how much a row may teach: the square of the label's quality by the first two sources together."""
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
