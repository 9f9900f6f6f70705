"""
Detectors that are trained to detect
====================================

Nobody knows which labels are wrong, but anybody can make some wrong on purpose, and learn what they look like.
"""

# %%
# A table with known errors.
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import average_precision_score

from skclean.detectors import ConfidentLearning, SplitModel, SyntheticMislabels
from skclean.noise import inject_noise

X, y_true = load_breast_cancer(return_X_y=True)
y, flipped = inject_noise(y_true, kind="boundary", X=X, rate=0.15, random_state=0)

# %%
# ``SyntheticMislabels`` replaces labels as the estimated transition matrix says, describes given and replaced ones by
# three witnesses (a forest, the shapes of the classes, the neighbours), and learns to tell them apart.
# ``SplitModel`` learns the split from the forest's loss alone.
for detector in (ConfidentLearning(random_state=0), SplitModel(random_state=0), SyntheticMislabels(random_state=0)):
    quality = detector.fit(X, y).label_quality_
    print(f"{type(detector).__name__:<20} average precision {average_precision_score(flipped, -quality):.3f}")

# %%
# What was drawn from: how often each class is recorded as each other.
print(detector.transition_matrix_.round(2))

# %%
# Quality is a probability under even odds, so 0.5 is where a label looks as much replaced as given. Few right labels
# fall below it.
doubtful = quality < 0.5
print(f"{doubtful.sum()} labels look rather replaced than given; {flipped[doubtful].sum()} of them are wrong")
print(f"median quality: right {np.median(quality[~flipped]):.2f}, wrong {np.median(quality[flipped]):.2f}")
