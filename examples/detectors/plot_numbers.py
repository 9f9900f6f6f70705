"""
Wrong numbers
=============

Some prices in a table are ten times too large or too small, and some were swapped between rows. A forest that had not
seen a row predicts its number, and how far off it may be.
"""

# %%
# Numbers that scatter more where they are large, and errors in 6 % of the rows.
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_friedman1

from skclean.detectors import RegressionResiduals
from skclean.noise import inject_target_noise

X, right = make_friedman1(400, random_state=0)
right = np.round(right * np.exp(0.1 * np.random.RandomState(0).normal(size=400)), 2)
y, wrong = inject_target_noise(right, kind="factor", rate=0.04, random_state=0)
y, swapped = inject_target_noise(y, kind="swap", rate=0.02, random_state=1)
wrong |= swapped

# %%
# The list to review. A slip is named where undoing it explains the number.
detector = RegressionResiduals(random_state=0).fit(X, y)
table = detector.audit_table().sort_values("quality")
print(table.head(8)[["given", "suggested", "quality", "slip"]])
print(f"{wrong[detector.noise_mask_].mean():.0%} of {detector.noise_mask_.sum()} flags are wrong numbers")

# %%
# Given numbers by what is predicted for them; the flagged ones in colour.
residuals = detector.audit_.evidence[0]
plt.errorbar(residuals.predicted, y, 2 * residuals.scale, fmt="none", ecolor="0.85")
plt.scatter(residuals.predicted, y, s=12, c=np.where(detector.noise_mask_, "C3", "C0"))
plt.yscale("symlog")
plt.xlabel("predicted without the row")
plt.ylabel("given")
plt.show()
