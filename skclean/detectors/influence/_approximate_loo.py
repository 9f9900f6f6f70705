"""Leave-one-out without refitting: each row is judged by a linear model that has not seen it."""

from skclean import _kernels as kernels
from skclean.base import ClassProba
from skclean.detectors._template import Findings
from skclean.detectors.influence._linear_detector import LinearDetector
from skclean.rules import RivalRatio
from skclean.utils._proba import check_proba

__all__ = ["ApproximateLOO"]


class ApproximateLOO(LinearDetector):
    """Find wrong labels by what a linear model without the row says of the row.

    The model is fitted once. One Newton step from its solution leads to that without a row, and gives honest
    probabilities for the row at the price of a few products: exact leave-one-out for RidgeClassifier, and close to it
    for LogisticRegression, unless a row has very much leverage. It is assumed that a linear model suits the data; a
    table with interactions or text is better served by :class:`ConfidentLearning`. Quality is that of
    :func:`skclean.quality.label_quality` by "rival_odds".

    Parameters
    ----------
    estimator : LogisticRegression, RidgeClassifier, Pipeline that ends in one, or None, default=None
        The model whose rows are judged, and which has their influence in closed form: LogisticRegression with an L2
        penalty and any solver but liblinear, or RidgeClassifier. Steps before it are fitted on all labelled rows and
        count as given, so they must not read y. None means a LogisticRegression(C=0.3) of standardised numbers and
        one-hot categories, made of any table, with NaN at the mean. It may have at most 4000 coefficients (columns, or
        rows where these are fewer, times classes where there are more than two).
    rule : str, rule or None, default=None
        Which labels are flagged; a name from :data:`skclean.rules.RULES` or an instance. None means
        :class:`skclean.rules.RivalRatio`.
    random_state : int, RandomState instance or None, default=None
        Seeds the model where it has no seed of its own.

    Attributes
    ----------
    label_quality_ : ndarray of shape (n_samples,), float64
        In [0, 1], low is suspicious; 1 for unlabelled rows.
    noise_mask_ : ndarray of shape (n_samples,), bool
        True where the label is judged wrong.
    suggested_labels_ : ndarray of shape (n_samples,)
        The most probable label of each row without it, and of flagged rows the most probable other label.
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
    As in the paper: one Newton step from the solution of all rows to the one without a row, exact for least
    squares.

    Otherwise: what is read of it is the probability of the given label, as a score of the label; the papers
    estimate the error of a model, or look for outliers.

    References
    ----------
    Pregibon, "Logistic Regression Diagnostics", Annals of Statistics 1981.
    Rad, Maleki, "A scalable estimate of the out-of-sample prediction error via approximate leave-one-out
    cross-validation", Journal of the Royal Statistical Society B 2020.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import ApproximateLOO
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = ApproximateLOO().fit(X, y_noisy)
    >>> bool(flipped[detector.label_quality_.argsort()[:10]].mean() > 0.5)  # most of the ten lowest are wrong
    True
    """

    alias = "approximate_loo"
    gives = (ClassProba,)

    def _default_rule(self):
        return RivalRatio()

    def _find(self, given, progress):
        """Probabilities without the row, and the score of the given label among them."""
        codes = given.labels.codes
        proba, summary = check_proba(self._influence(given).loo_proba, codes, name="leave-one-out probabilities")
        return Findings(kernels.label_quality(codes, proba, "rival_odds", summary=summary), proba, summary)
