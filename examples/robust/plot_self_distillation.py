"""
Train a model again on its own predictions
==========================================

A model that is trained on its own out-of-sample probabilities learns less from labels that nothing supports. How much
of them helps depends on the noise; the corrected log loss in folds chooses.
"""

# %%
# Many columns, few rows, and a third of the labels flipped.
import matplotlib.pyplot as plt
from sklearn.datasets import make_classification

from skclean.noise import inject_noise
from skclean.robust import RobustLogisticRegression, SelfDistillationClassifier

X, y = make_classification(1400, 60, n_informative=5, class_sep=1.5, random_state=2)
noisy, _ = inject_noise(y[:400], rate=0.35, random_state=2)
base = RobustLogisticRegression("log")

# %%
# The loss on true labels as it is estimated from noisy ones, and the share that it chooses.
model = SelfDistillationClassifier(base, random_state=0).fit(X[:400], noisy)
print("chosen share:", model.xi_, " accuracy:", model.score(X[400:], y[400:]))
print("plain fit:", base.fit(X[:400], noisy).score(X[400:], y[400:]))
shares = list(model.corrected_losses_)
figure, axes = plt.subplots(figsize=(5, 3.5))
axes.plot(shares, [model.corrected_losses_[share] for share in shares], "o-")
axes.set(xlabel="share of the teacher", ylabel="estimated log loss on true labels")
