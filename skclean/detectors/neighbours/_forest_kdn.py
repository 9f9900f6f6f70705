"""k-disagreeing neighbours where a forest says which rows are neighbours."""

from numbers import Integral

from sklearn.base import MetaEstimatorMixin

from skclean._kernels import label_quality
from skclean.base import BaseRule, ClassProba
from skclean.detectors._template import DetectorTemplate, Findings
from skclean.evidence import leaf_forest, leaf_vote_proba
from skclean.rules import RivalRatio
from skclean.utils._compat import HasMethods
from skclean.utils._typing import Estimator, RandomState

__all__ = ["ForestKDN"]


class ForestKDN(MetaEstimatorMixin, DetectorTemplate):
    """Find wrong labels by the rows that share leaves with a row, in a forest's trees that did not draw the row.

    Rows are near where many trees put them into one leaf: a distance that the forest has learned, to which features
    that say nothing of the classes contribute nothing. The other rows of a leaf vote, whether the tree drew them or
    not, which are more votes than a forest's own out-of-bag prediction counts. A tree that drew the judged row has no
    say, for it has grown its leaves to fit the label.

    Parameters
    ----------
    estimator : bagging ensemble of trees with ``bootstrap=True``, or None, default=None
        For example RandomForestClassifier, or a Pipeline that ends in one. None means a forest of extremely
        randomised trees that takes numbers, text, categories, dates, NaN and sparse matrices.
    rule : str, rule or None, default=None
        Which labels are flagged; a name from :data:`skclean.rules.RULES` or an instance. None means
        :class:`skclean.rules.RivalRatio`.
    n_jobs : int or None, default=None
        Trees grown and asked side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Seeds the forest where it has no seed of its own.

    Attributes
    ----------
    label_quality_ : ndarray of shape (n_samples,), float64
        In [0, 1], low is suspicious; 1 for unlabelled rows.
    noise_mask_ : ndarray of shape (n_samples,), bool
        True where the label is judged wrong.
    suggested_labels_ : ndarray of shape (n_samples,)
        The class of most votes, and of flagged rows the one of most votes among the others, in the caller's type.
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
    As in the paper: the share of disagreeing labels among the neighbours of a row (Smith et al.), with proximity by
    shared leaves (Breiman).

    Otherwise: all rows of a leaf vote, out of bag, not the k nearest; quality weighs the given label against its
    strongest rival.

    scikit-clean, which has named it, takes the k rows that share most leaves out of a matrix of all pairs, with trees
    that have seen the label. Here all rows of a leaf vote, as much as they are near, each tree with equal weight, and
    no such matrix is made. Over tables of 500 rows and four kinds of noise this ranked label errors better (mean
    average precision 0.80) than votes of the 5, 10 or 20 nearest by shared leaves, and than out-of-bag predictions of
    the same forest (0.79). Quality weighs the votes for the given label against those for the strongest other;
    ``audit_.proba`` holds all of them. Votes are multiplied by `sample_weight`, which the forest is given too.

    References
    ----------
    Smith, Martinez, Giraud-Carrier, "An Instance Level Analysis of Data Complexity", Machine Learning 2014.

    Breiman, "Random Forests", Machine Learning 2001, for proximity by shared leaves.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.ensemble import RandomForestClassifier
    >>> from skclean.detectors import ForestKDN
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = ForestKDN(RandomForestClassifier(50), random_state=0).fit(X, y_noisy)
    >>> bool(flipped[detector.noise_mask_].mean() > 0.5)  # most flags are right
    True
    """

    alias = "forest_kdn"

    _parameter_constraints: dict = {
        **DetectorTemplate._parameter_constraints,
        "estimator": [HasMethods(["fit", "predict_proba"]), None],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    gives = (ClassProba,)

    _default_model = staticmethod(leaf_forest)

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        rule: BaseRule | str | None = None,
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.rule = rule
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _default_rule(self):
        return RivalRatio()

    def _find(self, given, progress):
        """Shares of the votes in the leaves."""
        proba = leaf_vote_proba(
            given.estimator,
            given.X,
            given.labels,
            weight=given.weight,
            fit_params=given.fit_params,
            n_jobs=self.n_jobs,
            random_state=self.random_state,
            progress=progress,
        )
        quality = label_quality(given.labels.codes, proba, "rival_odds", n_jobs=self.n_jobs)
        return Findings(quality, proba)
