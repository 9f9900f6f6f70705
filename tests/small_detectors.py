"""One small, quick instance of every detector of classes, by alias: what holds for all is tested on each of them."""

from material import small_detector
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from skclean.detectors import ApproximateLOO, CookDistance, FastReCoV, ReCoV, SelfInfluence

SMALL_DETECTORS = {
    "approximate_loo": ApproximateLOO(LogisticRegression()),
    "confident_learning": small_detector(),
    "cook_distance": CookDistance(LogisticRegression(C=0.1)),
    "fast_recov": FastReCoV(KNeighborsClassifier(5), n_rounds=6, n_repeats=600, rule="otsu", random_state=0),
    "recov": ReCoV(KNeighborsClassifier(5), n_repeats=2000, random_state=0),
    "self_influence": SelfInfluence(LogisticRegression(C=0.1)),
}
