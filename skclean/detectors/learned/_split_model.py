"""A small classifier that learns how right and wrong labels differ in loss, and splits them."""

from numbers import Integral

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.utils import check_random_state

from skclean.base import BaseRule
from skclean.detectors._proba_detector import ProbaDetector
from skclean.detectors._template import Findings
from skclean.evidence import LabelFeatures, log_odds, two_groups
from skclean.targets import UNLABELLED
from skclean.utils._compat import Interval
from skclean.utils._typing import CrossValidation, Estimator, Leaks, RandomState

__all__ = ["SplitModel"]

FLOOR = 0.05
N_FOLDS = 5
# Of a class, at least so many members keep their label for the next fit, and at least half of them.
MIN_KEPT = 10


class SplitModel(ProbaDetector):
    """Find wrong labels by a learned split of the loss, in turns with the model whose loss it is.

    First, two groups are fitted to the odds that the model gives each label out of sample. Then rounds: a small
    classifier (logistic regression) learns the groups from what is known of a row's loss, which is more than one
    number: odds and loss by the first model and by the mean of the first and the present one, entropy, and how sure
    models usually are of the two classes in question. Rows that belong clearly to a group teach more than doubtful
    ones, and no row is scored by a classifier that it taught. Labels of the lower group are taken away, and the
    model is fitted and asked anew.

    It assumes that wrong labels have larger loss and that the start is mostly right: what the first model got
    confidently wrong stays so.

    Parameters
    ----------
    estimator : classifier with predict_proba, or None, default=None
        Whose loss is split. None means the default forest of :func:`skclean.evidence.default_estimator`.
    cv : int, "oob", splitter, iterable of (train, test), or None, default=None
        How a row is kept out of the model that predicts it; as in :class:`ConfidentLearning`.
    n_rounds : int, default=2
        How often the split is learned. Before each round but the first the model is fitted again.
    rule : str, rule or None, default=None
        Which labels are flagged; None means :class:`skclean.rules.Otsu`.
    leaks : {"drop", "keep"}, default="drop"
        What the default model does with columns that copy the given label, number the rows or identify them: a model
        that sees them finds no wrong label. "drop" leaves them out, and a warning names them. No column is left out of
        an `estimator` of yours.
    n_jobs : int or None, default=None
        Folds fitted, trees asked side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Seeds the model and the folds.

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
    As in the paper: a small classifier learns to split right from wrong labels, taught by the rows that a mixture
    of two groups is sure of, in turns with the model; the more sure, the more a row teaches (risk hedging).

    Otherwise: the split classifier is a logistic regression, not a network, and it reads no history of predictions.
    There is no threshold that moves with the confidence of the split, and no semi-supervised learning of the model.
    From the second round on the model's odds are the mean of those of the first and of the present model.

    References
    ----------
    After Kim, Ryoo, Cho, Kim, "SplitNet: Learnable Clean-Noisy Label Splitting for Learning with Noisy Labels",
    IJCV 2025.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import SplitModel
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = SplitModel(random_state=0).fit(X, y_noisy)
    >>> bool(flipped[detector.noise_mask_].mean() > 0.5)  # most flags are right
    True
    """

    alias = "split_model"

    _parameter_constraints: dict = {
        **ProbaDetector._parameter_constraints,
        "n_rounds": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        cv: CrossValidation = None,
        n_rounds: int = 2,
        rule: BaseRule | str | None = None,
        leaks: Leaks = "drop",
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.cv = cv
        self.n_rounds = n_rounds
        self.rule = rule
        self.leaks = leaks
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _find(self, given, progress):
        """The learned probability of belonging to the upper group."""
        rng = check_random_state(self.random_state)
        known = given.labelled
        codes = given.labels.codes[known]
        weight = given.known_weight
        train_rows = np.flatnonzero(weight > 0)
        verified = np.zeros(len(known), dtype=bool) if given.verified is None else given.verified[known]
        proba, summary = self._out_of_sample(given, progress, random_state=rng)
        first = proba[known]
        odds = log_odds(first, codes, FLOOR)[0]
        clean = two_groups(odds[train_rows]).upper(odds)
        for turn in range(self.n_rounds):
            if turn:
                wrong = train_rows[_clearly_wrong(clean[train_rows], codes[train_rows], verified[train_rows])]
                kept = _without(given, known[wrong])
                proba, summary = self._out_of_sample(kept, progress, random_state=rng)
            clean[verified] = 1
            features = _loss_features(first, (first + proba[known]) / 2, codes, weight)
            clean = _learned_split(features, clean, weight, rng)
        quality = np.ones(len(given.labels.codes))
        quality[known] = clean
        return Findings(quality, proba, None if self.n_rounds > 1 else summary)


def _loss_features(first, present, codes, weight):
    """Return what is known of each row's loss: ndarray of shape (n_samples, n_features)."""
    own = present[np.arange(len(codes)), codes]
    entropy = -(present * np.log(present + 1e-12)).sum(axis=1)
    agreement = LabelFeatures([present, first], [FLOOR, FLOOR], codes, weight).of(codes)
    return np.column_stack([agreement, -np.log(own + FLOOR), entropy])


def _learned_split(features, clean, weight, rng):
    """Probability of the upper group, by classifiers that the row did not teach."""
    train_rows = weight > 0
    center, scale = features[train_rows].mean(axis=0), features[train_rows].std(axis=0) + 1e-9
    features = (features - center) / scale
    n_folds = min(N_FOLDS, len(clean))
    fold = rng.permutation(np.arange(len(clean)) % n_folds)
    weight = weight * np.abs(2 * clean - 1) + 1e-6
    learned = np.empty(len(clean))
    for k in range(n_folds):
        train, test = fold != k, fold == k
        # each row is shown on both sides, as much as it belongs to each
        both = np.concatenate([np.ones(train.sum(), dtype=bool), np.zeros(train.sum(), dtype=bool)])
        share = np.concatenate([clean[train], 1 - clean[train]])
        model = LogisticRegression().fit(
            np.vstack([features[train]] * 2), both, sample_weight=share * np.tile(weight[train], 2)
        )
        learned[test] = model.predict_proba(features[test])[:, 1]
    return learned


def _clearly_wrong(clean, codes, verified):
    """Positions of rows of the lower group, but of no class more than half nor all but ten."""
    wrong = []
    for code in np.unique(codes):
        rows = np.flatnonzero((codes == code) & ~verified)
        n_members = np.count_nonzero(codes == code)
        most = max(0, min(n_members // 2, n_members - MIN_KEPT))
        lowest = rows[np.argsort(clean[rows], kind="stable")[:most]]
        wrong.append(lowest[clean[lowest] < 0.5])
    return np.concatenate(wrong)


def _without(given, rows):
    """The same rows, some of them unlabelled, so that they are judged but not trained on."""
    return given._replace(labels=given.labels.replaced(rows, UNLABELLED))
