"""
Leave a few rows undecided
==========================

A model finds fewer positives of one group than of another. A few rows are left undecided, so that the rates are alike
and no group is predicted less accurately than before.
"""

# %%
# Labels of the second group follow the columns less closely.
import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LogisticRegression

from skclean.robust import FairAbstainingClassifier

rng = np.random.default_rng(0)
groups = rng.integers(0, 2, 1500)
X = rng.normal(size=(1500, 3))
y = (X[:, 0] + np.where(groups, 1.2, 0.4) * rng.normal(size=1500) > 0.3).astype(int)

# %%
# Rates out of sample before and after, for tighter and tighter bounds, and the share of undecided rows.
gaps = [0.2, 0.1, 0.03]
fits = [
    FairAbstainingClassifier(LogisticRegression(), max_gap=gap, order="margin", cv=3, random_state=0).fit(
        X, y, groups=groups
    )
    for gap in gaps
]
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5))
for group in (0, 1):
    rates = [fits[0].rates_["before"][group], *(model.rates_["after"][group] for model in fits)]
    left.plot(rates, "o-", label=f"group {group}")
    right.plot([0, *(model.abstention_[group] for model in fits)], "o-", label=f"group {group}")
for axes, label in ((left, "rate of true positives"), (right, "share of undecided rows")):
    axes.set(xticks=range(4), xticklabels=["before", *gaps], xlabel="largest gap", ylabel=label)
    axes.legend()
figure.tight_layout()
