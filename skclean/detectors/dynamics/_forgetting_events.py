"""Forgetting events: how often a model that had a row right gets it wrong again."""

import numpy as np

from skclean.detectors.dynamics._dynamics_detector import DynamicsDetector, margins_of

__all__ = ["ForgettingEvents"]


class ForgettingEvents(DynamicsDetector):
    """Find labels that a model forgets again and again, or never learns.

    A row is forgotten where the model predicts its given class after one step, and another after the next. Rows that
    are never right count as forgotten most often. Since a label can also be learned late and then kept, the events
    are counted together with the share of steps at which the row was wrong, which decides between rows of as many
    events: quality is 1 / (1 + events + share), and 0 for rows that are never right. It is assumed that others
    contradict a wrong label, so that the model wavers; boosted trees, which waver little, tell most by that share.

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
    As in the paper: a forgetting event is a step after which a row is wrong that was right before; rows that are
    never learned count as forgotten most often.

    Otherwise: all rows are looked at after every step, while the paper looks at the rows of a mini-batch when it is
    their turn. The share of steps at which a row was wrong decides between rows of as many events.

    References
    ----------
    Toneva, Sordoni, Tachet des Combes, Trischler, Bengio, Gordon, "An Empirical Study of Example Forgetting during
    Deep Neural Network Learning", ICLR 2019.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import ForgettingEvents
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = ForgettingEvents(random_state=0).fit(X, y_noisy)
    >>> bool(flipped[detector.label_quality_.argsort()[:10]].mean() > 0.5)  # most of the ten lowest are wrong
    True
    """

    alias = "forgetting_events"

    def _follow(self, stages, codes):
        """Counts of being forgotten and of being right."""
        events, times_right = np.zeros(len(codes)), np.zeros(len(codes))
        was_right, n_steps = np.zeros(len(codes), dtype=bool), 0
        for scores in stages:
            is_right = margins_of(scores, codes) > 0
            events += was_right & ~is_right
            times_right += is_right
            was_right = is_right
            n_steps += 1
        share_wrong = 1 - times_right / n_steps
        return np.where(times_right > 0, 1 / (1 + events + share_wrong), 0.0)
