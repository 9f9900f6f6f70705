"""Area under the margin: how far a model is on the side of a label while it learns."""

import numpy as np

from skclean.detectors.dynamics._dynamics_detector import DynamicsDetector, margins_of

__all__ = ["AreaUnderMargin"]


class AreaUnderMargin(DynamicsDetector):
    """Find labels that a model contradicts for most of its training.

    The margin of a row at one step is the score (logit) of its given class less the highest other one; its mean over
    the steps is the area under the margin. Rows like the row pull it up where the label is right and down where it is
    wrong, until the model learns the row by heart. It is assumed that this happens late, so that the number of steps
    matters, and that wrong labels are not those of a whole region. Quality is
    ``(1 + a / (|a| + s)) / 2`` for a margin a, with s the mean absolute margin of all rows: above 1/2 where the model
    was on the label's side.

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
    As in the paper: the mean over training of the margin, the logit of the given class less the largest other
    logit.

    Otherwise: there are no threshold samples, an extra class of rows known to be wrong by which the paper finds its
    cut; here the cut is left to the rule. Steps are those of boosting or epochs of ``partial_fit``, not epochs of a
    network.

    References
    ----------
    Pleiss, Zhang, Elenberg, Weinberger, "Identifying Mislabeled Data using the Area Under the Margin Ranking",
    NeurIPS 2020.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import AreaUnderMargin
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = AreaUnderMargin(random_state=0).fit(X, y_noisy)
    >>> bool(flipped[detector.label_quality_.argsort()[:10]].mean() > 0.5)  # most of the ten lowest are wrong
    True
    """

    alias = "area_under_margin"

    def _follow(self, stages, codes):
        """The mean margin, brought into [0, 1]."""
        total, n_steps = np.zeros(len(codes)), 0
        for scores in stages:
            total += margins_of(scores, codes)
            n_steps += 1
        area = total / n_steps
        scale = np.abs(area).mean()
        return (1 + area / (np.abs(area) + scale)) / 2 if scale > 0 else np.full(len(codes), 0.5)
