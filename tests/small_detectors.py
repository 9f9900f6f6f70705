"""One small, quick instance of every detector of classes, by alias: what holds for all is tested on each of them."""

from material import small_detector, small_forest
from sklearn.neighbors import KNeighborsClassifier

from skclean.detectors import (
    BiDimensional,
    ClassGaussian,
    ClassPrototypes,
    FastReCoV,
    ReCoV,
    SplitModel,
    SyntheticMislabels,
)

SMALL_DETECTORS = {
    "bi_dimensional": BiDimensional(KNeighborsClassifier(5), random_state=0),
    "class_gaussian": ClassGaussian(random_state=0),
    "class_prototypes": ClassPrototypes(small_forest(), cv="oob", random_state=0),
    "confident_learning": small_detector(),
    "fast_recov": FastReCoV(KNeighborsClassifier(5), n_rounds=6, n_repeats=600, rule="otsu", random_state=0),
    "recov": ReCoV(KNeighborsClassifier(5), n_repeats=2000, random_state=0),
    "split_model": SplitModel(small_forest(), cv="oob", random_state=0),
    "synthetic_mislabels": SyntheticMislabels(small_forest(), cv="oob", random_state=0),
}
