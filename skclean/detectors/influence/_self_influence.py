"""Self-influence: how much a row of a linear model speaks for itself."""

from skclean.detectors.influence._linear_detector import LinearDetector

__all__ = ["SelfInfluence"]


class SelfInfluence(LinearDetector):
    """Find rows whose own weight the model needs to explain them.

    The self-influence gᵀ H⁻¹ g of a row, with g the gradient of its loss and H the second derivatives of the penalised
    loss of all rows, is how fast its own loss falls as it gets more weight. A row whose label the others contradict
    has a long gradient, so that wrong labels have much of it. So have right labels of rows far from all others, and
    those near the boundary: it tells of influence, and ranks errors less purely than :class:`ApproximateLOO`. It is
    assumed that a linear model suits the data, and that errors are few enough not to move it themselves. Weights of
    rows and classes count in H; the gradient is that of a row of weight 1. Quality is s/(s + self-influence), with s
    three times the mean.

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
    As in the paper: the influence of a row on its own loss, by the gradient and the inverse second derivatives.

    Otherwise: the model is linear, so that the inverse is exact, and the sign is left out.

    References
    ----------
    Koh, Liang, "Understanding Black-box Predictions via Influence Functions", ICML 2017.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import SelfInfluence
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = SelfInfluence().fit(X, y_noisy)
    >>> bool(flipped[detector.label_quality_.argsort()[:10]].mean() > 0.5)  # most of the ten lowest are wrong
    True
    """

    alias = "self_influence"

    def _weigh(self, influence):
        return influence.self_influence
