"""
What a model learns last
========================

Boosted trees learn step by step: first what many rows share, and a single wrong label only later, if at all. Four
detectors watch the same training and ask different questions of it.
"""

# %%
# Three groups of rows that overlap a little; every tenth label is moved to another class.
import numpy as np
from sklearn.datasets import make_blobs
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import average_precision_score

from skclean.detectors import AreaUnderMargin, EarlyLearning, ForgettingEvents, LateStopping
from skclean.noise import inject_noise

X, y = make_blobs(400, centers=3, n_features=4, cluster_std=3.5, random_state=0)
y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)

# %%
# What the detectors see: how many rows the model predicts as labelled, after each step. Right labels are learned at
# once, wrong ones when the trees begin to learn rows by heart.
model = HistGradientBoostingClassifier(max_iter=150, max_depth=3, early_stopping=False, random_state=0)
print("step  right labels  wrong labels")
for step, predicted in enumerate(model.fit(X, y_noisy).staged_predict(X), start=1):
    if step in (1, 5, 15, 50, 100, 150):
        as_labelled = predicted == y_noisy
        print(f"{step:4d} {as_labelled[~flipped].mean():13.0%} {as_labelled[flipped].mean():13.0%}")

# %%
# So the number of steps matters. The default stops at 50.
for detector in (AreaUnderMargin, EarlyLearning, LateStopping, ForgettingEvents):
    for name, estimator in {"50 steps": None, "150 steps": model}.items():
        judge = detector(estimator, random_state=0).fit(X, y_noisy)
        precision = average_precision_score(flipped, -judge.label_quality_)
        print(f"{detector.__name__:17s} {name:9s} average precision {precision:.2f}")

# %%
# The class that the model preferred on the way is suggested in place of a flagged label.
judge = AreaUnderMargin(random_state=0).fit(X, y_noisy)
found = judge.noise_mask_ & flipped
restored = np.mean(judge.suggested_labels_[found] == y[found])
print(f"{found.sum()} of {flipped.sum()} wrong labels are flagged, and {restored:.0%} of these get their true label")
