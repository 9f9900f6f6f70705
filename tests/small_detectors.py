"""One small, quick instance of every detector of classes, by alias: what holds for all is tested on each of them."""

from material import small_detector, small_forest
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier

from skclean.detectors import (
    KDN,
    ConfidentLearning,
    Consensus,
    DistanceRatio,
    FastReCoV,
    ForestKDN,
    KNNShapley,
    NeighborConsistency,
    ReCoV,
    RelationGraph,
)

SMALL_DETECTORS = {
    "confident_learning": small_detector(),
    "consensus": Consensus(
        [("forest", small_detector()), ("bayes", ConfidentLearning(GaussianNB(), cv=3))], random_state=0
    ),
    "distance_ratio": DistanceRatio(),
    "fast_recov": FastReCoV(KNeighborsClassifier(5), n_rounds=6, n_repeats=600, rule="otsu", random_state=0),
    "forest_kdn": ForestKDN(small_forest(100), random_state=0),
    "kdn": KDN(),
    "knn_shapley": KNNShapley(),
    "neighbor_consistency": NeighborConsistency(),
    "recov": ReCoV(KNeighborsClassifier(5), n_repeats=2000, random_state=0),
    "relation_graph": RelationGraph(),
}
