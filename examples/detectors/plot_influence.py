"""
Rows that pull a linear model
=============================

A linear model can be asked what each row did to it, without fitting it again: how much the row speaks for itself, how
far the model moves without it, and what the model would say of the row had it not seen it.
"""

# %%
# Two classes along a diagonal. Fifteen labels are wrong; and ten rows with right labels lie far out.
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from skclean.detectors import ApproximateLOO, CookDistance, SelfInfluence

rng = np.random.default_rng(0)
y = np.repeat([0, 1], 100)
X = rng.normal(size=(200, 2)) + 1.5 * (2 * y[:, None] - 1)
kind = np.full(200, "ordinary", dtype=object)
kind[rng.choice(200, 25, replace=False)] = ["far out"] * 10 + ["wrong label"] * 15
X[kind == "far out"] += rng.choice([-1, 1], size=(10, 1)) * [6, -6]
y_noisy = np.where(kind == "wrong label", 1 - y, y)

# %%
# All three come from one fit. Influence is large for wrong labels, and for rows far out as well, most of all for Cook's
# distance; leave-one-out asks only whether the model would believe the label.
quality = {}
for detector in (SelfInfluence, CookDistance, ApproximateLOO):
    judge = detector(LogisticRegression()).fit(X, y_noisy)
    quality[detector.__name__] = judge.label_quality_
    precision = average_precision_score(kind == "wrong label", -judge.label_quality_)
    print(f"{detector.__name__:15s} average precision {precision:.2f}")
print(pd.DataFrame(quality).groupby(kind).median().round(2))

# %%
# The probabilities of leave-one-out are those of a model that has not seen the row, nearly: for the price of one fit
# they are as good as 200 fits.
judge = ApproximateLOO(LogisticRegression()).fit(X, y_noisy)
for row in np.flatnonzero(kind == "wrong label")[:3]:
    rest = np.arange(200) != row
    without = LogisticRegression().fit(X[rest], y_noisy[rest]).predict_proba(X[[row]])[0]
    print(f"row {row}: in one step {judge.audit_.proba[row].round(4)}, fitted without it {without.round(4)}")
