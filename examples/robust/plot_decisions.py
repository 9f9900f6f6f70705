"""
Decide and measure under noise
==============================

Sets of classes that hold the true class, calibrated on noisy labels; and the accuracy from 80 checked labels.
"""

# %%
# Three classes, one label in five wrong. Half of the rows train, half test.
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression

from skclean.metrics import test_score
from skclean.noise import inject_noise
from skclean.robust import NoiseAwareConformalClassifier

X, y = make_classification(2000, 6, n_informative=5, n_redundant=0, n_classes=3, flip_y=0, random_state=4)
given, _ = inject_noise(y, rate=0.2, random_state=0)
train, test = slice(1000), slice(1000, None)

# %%
# The share of test rows whose set holds the true class, at several levels. Without the correction, sets are too large.
levels = np.linspace(0.5, 0.95, 10)
figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.5))
for name, matrix in (("plain", None), ("noise-aware", "estimate")):
    model = NoiseAwareConformalClassifier(LogisticRegression(), transition_matrix=matrix, random_state=0)
    model.fit(X[train], given[train])
    sets = [model.predict_set(X[test], confidence=level) for level in levels]
    left.plot(levels, [one[np.arange(1000), y[test]].mean() for one in sets], marker="o", label=name)
    right.plot(levels, [one.sum(axis=1).mean() for one in sets], marker="o", label=name)
left.plot(levels, levels, color="grey", linestyle="--")
left.set(xlabel="asked for", ylabel="share that holds the true class")
right.set(xlabel="asked for", ylabel="classes a set")
left.legend()
figure.tight_layout()

# %%
# The accuracy on true labels, from 80 checked labels and 1,000 noisy ones.
checked = np.full(1000, np.nan)
checked[:80] = y[test][:80]
found = test_score(model, X[test], given[test], checked)
print(f"accuracy on noisy labels  {model.score(X[test], given[test]):.3f}")
print(f"accuracy on true labels   {model.score(X[test], y[test]):.3f}")
print(f"estimated                 {found.score:.3f} ({found.low:.3f} to {found.high:.3f})")
