"""k-disagreeing neighbours: how many of the rows around a row have another label."""

from numbers import Integral

from skclean._kernels import label_quality, neighbour_votes
from skclean.base import BaseRule, ClassProba
from skclean.detectors._template import DetectorTemplate, Findings
from skclean.evidence import voting_neighbours
from skclean.rules import RivalRatio
from skclean.utils._compat import Interval

__all__ = ["KDN"]


class KDN(DetectorTemplate):
    """Find wrong labels by the share of the nearest neighbours that disagree with them (k-disagreeing neighbours).

    Rows of any table become points (numbers standardised, a column for each category), and the labels of a row's
    nearest points vote, equally. It assumes that rows of one class lie together; a row near a border is as suspicious
    as a wrong label. Neighbours of equal distance are drawn at random, always the same.

    Parameters
    ----------
    n_neighbors : int, default=20
        Neighbours that vote; all others where there are fewer. Over tables of 500 rows and four kinds of noise 20 to 50
        ranked label errors better than fewer.
    rule : str, rule or None, default=None
        Which labels are flagged; a name from :data:`skclean.rules.RULES` or an instance. None means
        :class:`skclean.rules.RivalRatio`.
    n_jobs : int or None, default=None
        For scikit-learn's search, and threads that count votes. The result does not depend on it.

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
    As in the paper: kDN, the share of the k nearest neighbours that have another label.

    Otherwise: quality is 1 less kDN; neighbours of equal distance are drawn at random.

    Quality is the share of the votes that the given label gets, 1 less the paper's kDN; ``audit_.proba`` holds the
    shares of all classes, in which no row's own label has a part. Votes are multiplied by `sample_weight`; rows of
    weight 0 and unlabelled rows do not vote.

    In tables of more than 20,000 rows and 15 columns neighbours are searched approximately: about 98 % of the true ones
    are found where columns depend on each other (``examples/benchmarks/nearest.py``).

    References
    ----------
    Smith, Martinez, Giraud-Carrier, "An Instance Level Analysis of Data Complexity", Machine Learning 2014.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import KDN
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = KDN().fit(X, y_noisy)
    >>> bool(flipped[detector.noise_mask_].mean() > 0.5)  # most flags are right
    True
    """

    alias = "kdn"

    _parameter_constraints: dict = {
        **DetectorTemplate._parameter_constraints,
        "n_neighbors": [Interval(Integral, 1, None, closed="left")],
        "n_jobs": [Integral, None],
    }

    gives = (ClassProba,)

    def __init__(self, n_neighbors: int = 20, *, rule: BaseRule | str | None = None, n_jobs: int | None = None) -> None:
        self.n_neighbors = n_neighbors
        self.rule = rule
        self.n_jobs = n_jobs

    def _default_rule(self):
        return RivalRatio()

    def _find(self, given, progress):
        """Shares of the neighbours' votes."""
        codes, classes = given.labels
        lists, _ = voting_neighbours(given.X, codes, self.n_neighbors, weight=given.weight, n_jobs=self.n_jobs)
        weights = None if given.weight is None else given.weight[lists]
        proba = neighbour_votes(lists, weights, codes, len(classes), n_jobs=self.n_jobs)
        return Findings(label_quality(codes, proba, "self_confidence", n_jobs=self.n_jobs), proba)
