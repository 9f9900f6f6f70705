"""One small, quick instance of every detector of classes, by alias: what holds for all is tested on each of them."""

from material import small_detector, small_forest
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from skclean.detectors import (
    KDN,
    ApproximateLOO,
    AreaUnderMargin,
    BiDimensional,
    ClassGaussian,
    ClassPrototypes,
    ConfidentLearning,
    Consensus,
    CookDistance,
    CrossSplit,
    DataOOB,
    DistanceRatio,
    EarlyLearning,
    FastReCoV,
    ForestKDN,
    ForgettingEvents,
    InstanceHardness,
    KNNShapley,
    LateStopping,
    Memorization,
    NeighborConsistency,
    PartitionFilter,
    PublishedReCoV,
    ReCoV,
    RelationGraph,
    SelfCleanAudit,
    SelfInfluence,
    SmallLoss,
    SplitModel,
    SyntheticMislabels,
)

# Learns in steps, and in small ones, so that its first ones are not wild.
GRADUAL = SGDClassifier(loss="log_loss", learning_rate="constant", eta0=0.01)
TREE = DecisionTreeClassifier(min_samples_leaf=3)

SMALL_DETECTORS = {
    "approximate_loo": ApproximateLOO(LogisticRegression()),
    "area_under_margin": AreaUnderMargin(GRADUAL, n_epochs=10, random_state=0),
    "bi_dimensional": BiDimensional(KNeighborsClassifier(5), random_state=0),
    "class_gaussian": ClassGaussian(random_state=0),
    "class_prototypes": ClassPrototypes(small_forest(), cv="oob", random_state=0),
    "confident_learning": small_detector(),
    "consensus": Consensus(
        [("forest", small_detector()), ("bayes", ConfidentLearning(GaussianNB(), cv=3))], random_state=0
    ),
    "cook_distance": CookDistance(LogisticRegression(C=0.1)),
    "cross_split": CrossSplit(GaussianNB(), random_state=0),
    "data_oob": DataOOB(GaussianNB(), n_draws=20, random_state=0),
    "distance_ratio": DistanceRatio(),
    "early_learning": EarlyLearning(GRADUAL, n_epochs=10, random_state=0),
    "fast_recov": FastReCoV(KNeighborsClassifier(5), random_state=0),
    "forest_kdn": ForestKDN(small_forest(100), random_state=0),
    "forgetting_events": ForgettingEvents(GRADUAL, n_epochs=10, random_state=0),
    "instance_hardness": InstanceHardness([("bayes", GaussianNB()), ("tree", TREE)], cv=3, random_state=0),
    "kdn": KDN(),
    "knn_shapley": KNNShapley(),
    "late_stopping": LateStopping(GRADUAL, n_epochs=10, random_state=0),
    "memorization": Memorization(DecisionTreeClassifier(), n_draws=20, random_state=0),
    "neighbor_consistency": NeighborConsistency(),
    "partition_filter": PartitionFilter(TREE, n_partitions=3, n_repeats=6, random_state=0),
    "recov": ReCoV(KNeighborsClassifier(5), n_repeats=2000, random_state=0),
    "published_recov": PublishedReCoV(KNeighborsClassifier(5), n_repeats=3000, rule="otsu", random_state=0),
    "relation_graph": RelationGraph(),
    "self_clean_audit": SelfCleanAudit(),
    "self_influence": SelfInfluence(LogisticRegression(C=0.1)),
    "small_loss": SmallLoss(GaussianNB(), n_epochs=1, random_state=0),
    "split_model": SplitModel(small_forest(), cv="oob", random_state=0),
    "synthetic_mislabels": SyntheticMislabels(small_forest(), cv="oob", random_state=0),
}
