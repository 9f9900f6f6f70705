"""One small, quick instance of every detector of classes, by alias: what holds for all is tested on each of them."""

from material import small_detector
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from skclean.detectors import (
    CrossSplit,
    DataOOB,
    FastReCoV,
    InstanceHardness,
    Memorization,
    PartitionFilter,
    ReCoV,
    SmallLoss,
)

TREE = DecisionTreeClassifier(min_samples_leaf=3)

SMALL_DETECTORS = {
    "confident_learning": small_detector(),
    "cross_split": CrossSplit(GaussianNB(), random_state=0),
    "data_oob": DataOOB(GaussianNB(), n_draws=20, random_state=0),
    "fast_recov": FastReCoV(KNeighborsClassifier(5), n_rounds=6, n_repeats=600, rule="otsu", random_state=0),
    "instance_hardness": InstanceHardness([("bayes", GaussianNB()), ("tree", TREE)], cv=3, random_state=0),
    "memorization": Memorization(DecisionTreeClassifier(), n_draws=20, random_state=0),
    "partition_filter": PartitionFilter(TREE, n_partitions=3, n_repeats=6, random_state=0),
    "recov": ReCoV(KNeighborsClassifier(5), n_repeats=2000, random_state=0),
    "small_loss": SmallLoss(GaussianNB(), n_epochs=1, random_state=0),
}
