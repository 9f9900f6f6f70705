"""
Classes as shapes
=================

Some detectors look at where a row lies among the classes: in their robust distributions, or near their prototypes.
"""

# %%
# Three elongated classes, one of them rare. A third of the first was recorded as the second.
import matplotlib.pyplot as plt
import numpy as np

from skclean.detectors import BiDimensional, ClassGaussian, ClassPrototypes

rng = np.random.default_rng(0)
y_true = np.repeat(["oak", "pine", "yew"], [120, 120, 30])
place = np.searchsorted(["oak", "pine", "yew"], y_true)
centers, shape = np.array([[0, 0], [4, 4], [-4, 5]]), np.array([[1.6, 0.9], [0.0, 0.5]])
X = rng.normal(size=(270, 2)) @ shape + centers[place]
y = y_true.copy()
y[rng.choice(np.flatnonzero(y_true == "oak"), 40, replace=False)] = "pine"
flipped = y != y_true

# %%
# The plain mean and covariance of "pine" would follow its wrong members. Members that another class explains better
# are weighed down here, round by round. The default of few rounds suits light noise; against a third it pays to go on.
for n_rounds in (0, 2, 8):
    detector = ClassGaussian(n_rounds=n_rounds).fit(X, y)
    mask = detector.noise_mask_
    print(f"{n_rounds} rounds: precision {flipped[mask].mean():.2f}, recall {mask[flipped].mean():.2f}")

# %%
# The same evidence says which class each flagged row would have instead.
names, counts = np.unique(detector.suggested_labels_[detector.noise_mask_], return_counts=True)
print(dict(zip(names.tolist(), counts.tolist(), strict=True)))

# %%
# Two more detectors join a forest's predictions with distances: to the prototype of each class, or, class by class,
# whichever of both separates it better. The last one tells how well that is, in standard deviations.
for other in (ClassPrototypes(random_state=0), BiDimensional(random_state=0)):
    mask = other.fit(X, y).noise_mask_
    print(f"{type(other).__name__}: precision {flipped[mask].mean():.2f}, recall {mask[flipped].mean():.2f}")
for name, (divergence, distance) in zip(other.classes_, other.separations_, strict=True):
    print(f"{name}: separated by {divergence:.1f} in predictions, by {distance:.1f} in distances")

# %%
# Dark rows are suspicious; rings are the labels that were wrong.
fig, ax = plt.subplots()
for name, marker in zip(detector.classes_, "os^", strict=True):
    rows = y == name
    ax.scatter(*X[rows].T, c=detector.label_quality_[rows], cmap="magma", vmin=0, vmax=1, marker=marker, label=name)
ax.scatter(*X[flipped].T, s=120, facecolors="none", edgecolors="tab:green", label="wrong")
ax.legend()
ax.set_title("Quality by class shapes")
plt.show()
