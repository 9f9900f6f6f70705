"""Cook's distance: how far a linear model moves when a row is left out."""

from skclean.detectors.influence._linear_detector import LinearDetector

__all__ = ["CookDistance"]


class CookDistance(LinearDetector):
    """Find rows that pull the coefficients of a linear model towards themselves.

    Cook's distance is the squared move of the coefficients when a row is left out, in the metric of the second
    derivatives of the penalised loss, divided by their number. It is exact for RidgeClassifier, and one Newton step for
    LogisticRegression. It grows with the residual and even faster with the leverage, so that right labels of far
    rows are suspected too. It is assumed that a linear model suits the data, and that rows pull one by one: several
    that share an error hide one another. The error variance, by which Cook divides for least squares, is left out,
    since it is the same for all rows. Quality is s/(s + distance), with s three times the mean.

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
        :class:`skclean.rules.Otsu`.
    random_state : int, RandomState instance or None, default=None
        Seeds the model where it has no seed of its own.

    Attributes
    ----------
    label_quality_ : ndarray of shape (n_samples,), float64
        In [0, 1], low is suspicious; 1 for unlabelled rows.
    noise_mask_ : ndarray of shape (n_samples,), bool
        True where the label is judged wrong.
    suggested_labels_ : ndarray of shape (n_samples,)
        The given label; of flagged rows the most probable other one, by the model one step from not having seen them.
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
    As in the paper: the squared move of the coefficients without a row, in the metric of the second derivatives.

    Otherwise: the error variance is left out, since it is the same for all rows; for logistic regression it is one
    Newton step (Pregibon).

    References
    ----------
    Cook, "Detection of Influential Observation in Linear Regression", Technometrics 1977.
    Pregibon, "Logistic Regression Diagnostics", Annals of Statistics 1981.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import CookDistance
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = CookDistance().fit(X, y_noisy)
    >>> bool(flipped[detector.label_quality_.argsort()[:10]].mean() > 0.5)  # most of the ten lowest are wrong
    True
    """

    alias = "cook_distance"

    def _weigh(self, influence):
        return influence.cook_distance
