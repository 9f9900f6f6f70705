"""
A list of labels to review
==========================

A table of customers says who left. Some of the labels are wrong; here it is known which, so the list can be checked.
"""

# %%
# The table has numbers, text and gaps. Nothing needs to be prepared.
from skclean.datasets import make_noisy_table
from skclean.detectors import ConfidentLearning

table = make_noisy_table(1000, noise_rate=0.1, n_missing_labels=10, random_state=0)
print(table.data.head())

# %%
# The default judge is a forest; trees that did not draw a row judge its label.
detector = ConfidentLearning(random_state=0).fit(table.data, table.target)
review = detector.audit_table().sort_values("quality")
print(review.head(10))

# %%
# A reviewer with time for 50 rows starts at the top. How many of them are really wrong?
first = review.index[:50]
print(f"{table.flipped[first].sum()} of the first 50 labels are wrong")

# %%
# After the review these rows are known to be right. They are not flagged again, and help to judge the others.
y_checked = table.target.copy()
y_checked[first] = table.true_target[first]
verified = table.target.index.isin(first)
detector.fit(table.data, y_checked, verified=verified)
print(f"{detector.noise_mask_.sum()} more labels to look at, none of them verified")
print(detector.transition_matrix_.round(2))
