"""One small, quick instance of every detector of classes, by alias: what holds for all is tested on each of them."""

from material import small_detector
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier

from skclean.detectors import ConfidentLearning, Consensus, FastReCoV, ReCoV

SMALL_DETECTORS = {
    "confident_learning": small_detector(),
    "consensus": Consensus(
        [("forest", small_detector()), ("bayes", ConfidentLearning(GaussianNB(), cv=3))], random_state=0
    ),
    "fast_recov": FastReCoV(KNeighborsClassifier(5), n_rounds=6, n_repeats=600, rule="otsu", random_state=0),
    "recov": ReCoV(KNeighborsClassifier(5), n_repeats=2000, random_state=0),
}
