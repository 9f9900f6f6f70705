"""
Who gave the label, known in training only
==========================================

One of three annotators is often wrong. Who gave a label is known for the training rows, and not for new rows. From it
follows how often labels are wrong, so that the labels of that annotator count less.
"""

# %%
# Breast cancer data, and labels of three annotators; those of Cleo are wrong in more than half of the rows.
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from skclean import NoiseRobustClassifier
from skclean.robust import PrivilegedInformationClassifier

X, y = load_breast_cancer(return_X_y=True)
X, X_test, y, y_test = train_test_split(StandardScaler().fit_transform(X), y, stratify=y, random_state=0)
rng = np.random.default_rng(0)
annotator = rng.choice(["Ann", "Bob", "Cleo"], len(y))
wrong = rng.random(len(y)) < np.select([annotator == "Ann", annotator == "Bob"], [0.02, 0.15], 0.6)
given = np.where(wrong, 1 - y, y)

# %%
# Without and with the annotator in training; none of the models sees it in prediction.
plain = LogisticRegression().fit(X, given)
robust = NoiseRobustClassifier(LogisticRegression(), random_state=0).fit(X, given)
told = PrivilegedInformationClassifier(LogisticRegression(), random_state=0).fit(X, given, privileged=annotator)
for name, model in {"plain": plain, "robust": robust, "with the annotator": told}.items():
    print(f"{name:20}{model.score(X_test, y_test):.3f}")

# %%
# What was learned about the annotators.
names = ["Ann", "Bob", "Cleo"]
plt.bar(names, [told.noise_rates_[annotator == name].mean() for name in names])
plt.plot(names, [wrong[annotator == name].mean() for name in names], "k_", markersize=30, label="true share")
plt.ylabel("share of wrong labels")
plt.legend()
plt.show()
