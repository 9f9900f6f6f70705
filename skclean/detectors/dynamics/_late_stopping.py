"""Late stopping: from which step on a model has a row right for good."""

import numpy as np

from skclean.detectors.dynamics._dynamics_detector import DynamicsDetector, margins_of

__all__ = ["LateStopping"]


class LateStopping(DynamicsDetector):
    """Find labels that a model learns last.

    What many rows share is learned first; a wrong label only when the model learns the row by heart, if at all. Quality
    is the share of steps that are left when the row becomes right for good: 1 for a row that is right from the first
    step, 0 for one that is wrong at the last. It is assumed that training goes on for long enough to learn hard rows
    with right labels, and stops before all wrong ones are learned. Rare classes are learned late too.

    Parameters
    ----------
    estimator : classifier that learns in steps, Pipeline that ends in one, or None, default=None
        The model that is watched: one with ``staged_decision_function`` or ``staged_predict_proba``, such as
        GradientBoostingClassifier and HistGradientBoostingClassifier; XGBClassifier or LGBMClassifier of trees; or one
        with ``partial_fit``, such as SGDClassifier and MLPClassifier. Steps before it in a Pipeline are fitted once.
        None means a HistGradientBoostingClassifier of 50 trees of depth 3, which takes numbers, text, categories,
        dates and NaN. With many more steps a model learns the wrong labels too.
    n_epochs : int, default=50
        How often a model with ``partial_fit`` sees all rows; other models have a number of steps of their own.
    rule : str, rule or None, default=None
        Which labels are flagged; a name from :data:`skclean.rules.RULES` or an instance. None means
        :class:`skclean.rules.Otsu`.
    random_state : int, RandomState instance or None, default=None
        Shuffles the rows of each epoch, and seeds the model where it has no seed of its own.

    Attributes
    ----------
    label_quality_ : ndarray of shape (n_samples,), float64
        In [0, 1], low is suspicious; 1 for unlabelled rows.
    noise_mask_ : ndarray of shape (n_samples,), bool
        True where the label is judged wrong.
    suggested_labels_ : ndarray of shape (n_samples,)
        The given label; of flagged rows the other one with the highest mean score.
    classes_ : ndarray of shape (n_classes,)
        The sorted labels.
    audit_ : Audit
        Everything that rules and treatments read. It does not hold X.
    n_features_in_ : int
        Number of features seen in `fit`, where X has columns.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where X has names that are all strings.

    Notes
    -----
    As in the paper: rows are ranked by how late in training they are learned.

    Otherwise: the paper removes the latest rows, trains on, and repeats, with an increasing number of kept rows;
    here one pass gives the score. A row is learned there at the first k epochs in a row at which it is right, here
    after its last error, so that one late error undoes early learning.

    References
    ----------
    After Yuan, Feng, Liu, "Late Stopping: Avoiding Confidently Learning from Mislabeled Examples", ICCV 2023.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import LateStopping
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = LateStopping(random_state=0).fit(X, y_noisy)
    >>> bool(flipped[detector.label_quality_.argsort()[:10]].mean() > 0.5)  # most of the ten lowest are wrong
    True
    """

    alias = "late_stopping"

    def _follow(self, stages, codes):
        """The share of steps since the last one at which the row was wrong."""
        wrong_until, n_steps = np.zeros(len(codes)), 0
        for scores in stages:
            n_steps += 1
            wrong_until[margins_of(scores, codes) <= 0] = n_steps
        return 1 - wrong_until / n_steps
