"""
When classes become rarer
=========================

A model was trained where half of the rows are positive. Where it is used, one in ten is. ``adapt`` sees new rows
without labels, and finds out.
"""

# %%
# Two overlapping classes, and three places with other frequencies.
import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LogisticRegression

from skclean.adapt import LabelShiftClassifier

rng = np.random.default_rng(0)


def rows(frequency, n=1500):
    y = (rng.random(n) < frequency).astype(int)
    return rng.normal(size=(n, 2)) + 1.5 * y[:, None], y


model = LabelShiftClassifier(LogisticRegression(), random_state=0).fit(*rows(0.5))

# %%
# Accuracy before and after adapting, and the frequency that was found.
frequencies = [0.05, 0.1, 0.3, 0.5, 0.8]
before, after, found, error = [], [], [], []
for frequency in frequencies:
    X_new, y_new = rows(frequency)
    before.append((model.estimator_.predict(X_new) == y_new).mean())
    after.append(model.adapt(X_new).score(X_new, y_new))
    found.append(model.new_prior_[1])
    error.append(2 * model.weight_error_[1] * model.prior_[1])
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5))
left.plot(frequencies, before, "o--", label="as trained")
left.plot(frequencies, after, "o-", label="adapted")
left.set(xlabel="true frequency", ylabel="accuracy")
left.legend()
right.errorbar(frequencies, found, error, fmt="o")
right.plot([0, 1], [0, 1], ":", color="gray")
right.set(xlabel="true frequency", ylabel="frequency found")
figure.tight_layout()
