"""Early learning: whether a label agrees with the running average of what a model predicted."""

from numbers import Real

from scipy.special import softmax

from skclean._kernels import label_quality
from skclean.base import BaseRule
from skclean.detectors.dynamics._dynamics_detector import DynamicsDetector
from skclean.utils._compat import Interval
from skclean.utils._typing import Estimator, RandomState

__all__ = ["EarlyLearning"]


class EarlyLearning(DynamicsDetector):
    """Find labels that disagree with what a model believed before it could learn them by heart.

    Early in training predictions follow what rows have in common, also for rows with wrong labels. Early-learning
    regularisation holds a network to the exponential average t of its predictions, t ← momentum·t + (1 - momentum)·p;
    here the same average, divided by its weights so that it starts at the first prediction, scores the labels. Quality
    is that of :func:`skclean.quality.label_quality` by "rival_odds" in the average. It is assumed that the average
    reaches back to the steps before wrong labels are learned: the more steps, the nearer to 1 the momentum should be.

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
    momentum : float, default=0.97
        In [0, 1): what the average keeps at each step. The paper has 0.7 to 0.9 for one update an epoch. With 50
        small trees 0.97 ranked errors better (mean average precision 0.68, with 0.9 0.66, with 0.7 0.65).
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
    As in the paper: an exponential average of the predictions of each row, ``t = momentum * t + (1 - momentum) *
    p``, holds what the model believed before it could learn wrong labels by heart.

    Otherwise: the paper uses the average to regularise the training of a network and detects nothing; here it
    scores the labels and training is left as it is. The paper updates the average of a row once an epoch, over 120
    to 250 epochs, from 0; here it is updated after every step, of which the default model has 50, and divided by
    the sum of its weights.

    References
    ----------
    Liu, Niles-Weed, Razavian, Fernandez-Granda, "Early-Learning Regularization Prevents Memorization of Noisy Labels",
    NeurIPS 2020.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import EarlyLearning
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = EarlyLearning(random_state=0).fit(X, y_noisy)
    >>> bool(flipped[detector.label_quality_.argsort()[:10]].mean() > 0.5)  # most of the ten lowest are wrong
    True
    """

    alias = "early_learning"

    _parameter_constraints: dict = {
        **DynamicsDetector._parameter_constraints,
        "momentum": [Interval(Real, 0, 1, closed="left")],
    }

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        n_epochs: int = 50,
        momentum: float = 0.97,
        rule: BaseRule | str | None = None,
        random_state: RandomState = None,
    ) -> None:
        super().__init__(estimator, n_epochs=n_epochs, rule=rule, random_state=random_state)
        self.momentum = momentum

    def _follow(self, stages, codes):
        """Odds of the given class against its rival in the average of predictions."""
        average = 0.0
        for scores in stages:
            average = self.momentum * average + (1 - self.momentum) * softmax(scores, axis=1)
        average /= average.sum(axis=1, keepdims=True)
        return label_quality(codes, average, "rival_odds")
