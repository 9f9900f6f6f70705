"""Labels spread among neighbours, none of them to itself."""

from numbers import Integral, Real
from typing import Literal

from skclean._kernels import label_quality, neighbour_votes
from skclean.base import BaseRule, ClassProba
from skclean.detectors._template import DetectorTemplate, Findings
from skclean.evidence import distance_weights, voting_neighbours, walk_shares
from skclean.rules import RivalRatio
from skclean.utils._compat import Interval, StrOptions

__all__ = ["NeighborConsistency"]


class NeighborConsistency(DetectorTemplate):
    """Find wrong labels by labels that are spread over a graph of neighbours, the judged one left out.

    Near neighbours weigh more than far ones, and a neighbour votes not for its own label alone but also, in part, for
    those of its own neighbours: so a wrong label says less. The votes on a row never depend on the row's own label,
    neither directly nor by way of its neighbours. It assumes that labels are right more often than not among
    the rows around each row (SimiFeat's clusterability).

    Parameters
    ----------
    n_neighbors : int, default=20
        Neighbours of each row; all others where there are fewer.
    propagation : float, default=0.5
        Part of each vote, in [0, 1], that a neighbour hands on to its own neighbours. Over tables of 500 rows and four
        kinds of noise 0.5 ranked label errors better than 0 (mean average precision 0.76 and 0.75).
    edges : {"distance", "labels"}, default="distance"
        What edges of the graph weigh. "distance" is described above. "labels" scores a row by where random walks from
        it end (personalised PageRank with a chance of 0.15 to end at each row): edges between equal labels weigh ten
        times as much as others, except for the first step. The row's own label then takes part where a walk comes back
        to the row, and `propagation` is not used. On eight tables "labels" ranked errors a little better with 30 %
        noise and worse with 10 % (``examples/benchmarks/papers.py``).
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
    As in the paper: the label of a row is compared with a vote of its nearest neighbours (SimiFeat, Docta);
    neighbours vote with labels that were propagated (ERASE).

    Otherwise: SimiFeat votes over repeated random draws and its ranking form cuts by an estimated transition
    matrix; here all neighbours vote once and the rule cuts. NCR regularises the predictions of a network towards
    those of its neighbours; this is the vote that it is compared with. ERASE trains a representation with
    propagated labels; only the propagation is here. MOIT and Re-Annotators are near relatives.

    One step of propagation in SimiFeat and Docta is a vote of neighbours, weighted here by a Gaussian kernel of the
    distance that fits itself to the density around each row; consistency with neighbours' soft labels is the idea of
    Iscen et al., and the structural pre-correction of ERASE mixes given labels with propagated ones as `propagation`
    does. The row's own vote is taken out of its neighbours' soft labels exactly, not by a second fit. Quality weighs
    the votes for the given label against those for the strongest other; ``audit_.proba`` holds all of them. Votes are
    multiplied by `sample_weight`; rows of weight 0 and unlabelled rows do not vote.

    In tables of more than 20,000 rows and 15 columns neighbours are searched approximately: about 98 % of the true ones
    are found where columns depend on each other (``examples/benchmarks/nearest.py``).

    References
    ----------
    After Zhu, Dong, Liu, "Detecting Corrupted Labels Without Training a Model to Predict", ICML 2022 (SimiFeat).

    Zhu, Wang, Cheng, Liu, "Unmasking and Improving Data Credibility: A Study with Datasets for Training Harmless
    Language Models", ICLR 2024 (Docta).

    Iscen, Valmadre, Arnab, Schmid, "Learning with Neighbor Consistency for Noisy Labels", CVPR 2022 (NCR).

    Chen et al., "ERASE: Error-Resilient Representation Learning on Graphs for Label Noise Tolerance", CIKM 2024.

    Ortego, Arazo, Albert, O'Connor, McGuinness, "Multi-Objective Interpolation Training for Robustness to Label
    Noise", CVPR 2021 (MOIT).

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import NeighborConsistency
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = NeighborConsistency().fit(X, y_noisy)
    >>> bool(flipped[detector.noise_mask_].mean() > 0.5)  # most flags are right
    True
    """

    alias = "neighbor_consistency"

    _parameter_constraints: dict = {
        **DetectorTemplate._parameter_constraints,
        "n_neighbors": [Interval(Integral, 1, None, closed="left")],
        "propagation": [Interval(Real, 0, 1, closed="both")],
        "edges": [StrOptions({"distance", "labels"})],
        "n_jobs": [Integral, None],
    }

    gives = (ClassProba,)

    def __init__(
        self,
        n_neighbors: int = 20,
        *,
        propagation: float = 0.5,
        edges: Literal["distance", "labels"] = "distance",
        rule: BaseRule | str | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.n_neighbors = n_neighbors
        self.propagation = propagation
        self.edges = edges
        self.rule = rule
        self.n_jobs = n_jobs

    def _default_rule(self):
        return RivalRatio()

    def _find(self, given, progress):
        """Shares of the votes of neighbours, and of the neighbours of these."""
        codes, classes = given.labels
        near = voting_neighbours(given.X, codes, self.n_neighbors, weight=given.weight, n_jobs=self.n_jobs)
        weights = distance_weights(near, given.weight)
        if self.edges == "labels":
            proba = walk_shares(near.indices, weights, codes, len(classes))
        else:
            options = {"propagation": self.propagation, "n_jobs": self.n_jobs}
            proba = neighbour_votes(near.indices, weights, codes, len(classes), **options)
        return Findings(label_quality(codes, proba, "rival_odds", n_jobs=self.n_jobs), proba)
