"""
Wrong grades on a reversed scale
================================

Some raters took 1 for the best grade, and others for the worst. ``OrdinalConfidentLearning`` knows the order of grades,
so it can say which kinds of slips there are, and suggest a grade near the right one.
"""

import numpy as np
from sklearn.datasets import make_friedman1
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.metrics import average_precision_score

from skclean.detectors import ConfidentLearning, OrdinalConfidentLearning

X, y = make_friedman1(500, noise=1.0, random_state=0)
order = np.array(["poor", "fair", "good", "fine", "best"])
right = np.searchsorted(np.quantile(y, [0.1, 0.3, 0.7, 0.9]), y)
given = right.copy()
given[::10] = 4 - right[::10]
wrong = given != right

# %%
# Both detectors get the same forest. Only one knows the order.
forest = ExtraTreesClassifier(100, bootstrap=True, min_samples_leaf=3, random_state=0)
nominal = ConfidentLearning(forest, cv="oob", random_state=0).fit(X, order[given])
ordinal = OrdinalConfidentLearning(forest, order=order, cv="oob", random_state=0).fit(X, order[given])
for name, detector in (("without the order", nominal), ("with the order", ordinal)):
    print(f"{name:18} average precision {average_precision_score(wrong, -detector.label_quality_):.3f}")

# %%
# The kinds of slips are estimated from the labels.
for kind, share in sorted(ordinal.slip_kinds_.items(), key=lambda pair: -pair[1]):
    print(f"{kind:10} {share:.2f}")

# %%
# The list to review.
table = ordinal.audit_table().sort_values("quality")
print(table.loc[table["flagged"], ["given", "suggested", "chance_wrong"]].head(8).to_string())
