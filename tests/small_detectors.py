"""One small, quick instance of every detector of classes, by alias: what holds for all is tested on each of them."""

from material import small_detector
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.neighbors import KNeighborsClassifier

from skclean.detectors import (
    ApproximateLOO,
    AreaUnderMargin,
    CookDistance,
    EarlyLearning,
    FastReCoV,
    ForgettingEvents,
    LateStopping,
    ReCoV,
    SelfInfluence,
)

# Learns in steps, and in small ones, so that its first ones are not wild.
GRADUAL = SGDClassifier(loss="log_loss", learning_rate="constant", eta0=0.01)

SMALL_DETECTORS = {
    "approximate_loo": ApproximateLOO(LogisticRegression()),
    "area_under_margin": AreaUnderMargin(GRADUAL, n_epochs=10, random_state=0),
    "confident_learning": small_detector(),
    "cook_distance": CookDistance(LogisticRegression(C=0.1)),
    "early_learning": EarlyLearning(GRADUAL, n_epochs=10, random_state=0),
    "fast_recov": FastReCoV(KNeighborsClassifier(5), n_rounds=6, n_repeats=600, rule="otsu", random_state=0),
    "forgetting_events": ForgettingEvents(GRADUAL, n_epochs=10, random_state=0),
    "late_stopping": LateStopping(GRADUAL, n_epochs=10, random_state=0),
    "recov": ReCoV(KNeighborsClassifier(5), n_repeats=2000, random_state=0),
    "self_influence": SelfInfluence(LogisticRegression(C=0.1)),
}
