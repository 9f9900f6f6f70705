"""
A list of labels to review
==========================

A table of customers says who left. Some of the labels are wrong; here it is known which, so the list can be checked.
"""

# %%
# The table has numbers, text and gaps. Nothing needs to be prepared.
import numpy as np

from skclean.datasets import make_noisy_table
from skclean.detectors import ConfidentLearning

table = make_noisy_table(1000, noise_rate=0.1, n_missing_labels=10, random_state=0)
print(table.data.head())

# %%
# The default model is a forest; the probabilities of a row come from the trees that did not draw it.
detector = ConfidentLearning(random_state=0).fit(table.data, table.target)
review = detector.audit_table().sort_values("quality")
print(review.head(10))

# %%
# A reviewer with time for 50 rows starts at the top. How many of them are really wrong?
first = review.index[:50]
print(f"{table.flipped[first].sum()} of the first 50 labels are wrong")

# %%
# The right labels of the reviewed rows are passed as ``reviewed``, with a missing value for all others. They replace
# the given labels and are not flagged again. The noise rate is that of the labels as they were given.
reviewed = np.full(len(table.target), None, dtype=object)
reviewed[first] = table.true_target[first]
detector.fit(table.data, table.target, reviewed=reviewed)
print(f"{detector.noise_mask_.sum()} more labels to look at, none of them reviewed")
print(detector.noise_rate_)
