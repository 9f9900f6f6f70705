"""
An expensive model for a few rows
=================================

A cheap model fails in one region, where an expensive one is right. Low confidence of the cheap one does
not know that region well. A cascade learns what to hand on.
"""

# %%
# Where the first column is positive, an interaction decides, which logistic regression cannot learn and a forest can.
import matplotlib.pyplot as plt
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from skclean.robust import CascadeClassifier


def rows(n, seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 3))
    linear = X[:, 1] + rng.normal(scale=1.5, size=n) > 0
    return X, np.where(X[:, 0] > 0, X[:, 1] * X[:, 2] > 0, linear).astype(int)


(X, y), (X_test, y_test) = rows(1000, 0), rows(4000, 1)
forest = RandomForestClassifier(30, min_samples_leaf=5, random_state=0)

# %%
# Accuracy on new rows by the share of rows that are handed on.
budgets = [0.0, 0.2, 0.4]
figure, axes = plt.subplots(figsize=(5, 3.5))
for deferral, style in (("confidence", "o--"), ("learned", "o-")):
    scores = []
    for budget in budgets:
        model = CascadeClassifier(
            LogisticRegression(), forest, budget=budget, deferral=deferral, transition_matrix=None, cv=3, random_state=0
        )
        scores.append(model.fit(X, y).score(X_test, y_test))
    axes.plot(budgets, scores, style, label=deferral)
axes.set(xlabel="budget", ylabel="accuracy")
axes.legend()
