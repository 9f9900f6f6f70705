"""
Several detectors, weighed by your own table
============================================

No kind of evidence is best on every table. ``Consensus`` asks several, flips some labels that nobody doubts, and learns
from these which member tells wrong labels from right ones here.
"""

from sklearn.datasets import load_wine
from sklearn.metrics import average_precision_score
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

from skclean.detectors import ClassGaussian, ConfidentLearning, Consensus, NeighborConsistency
from skclean.noise import inject_noise

X, y_true = load_wine(return_X_y=True)
y, flipped = inject_noise(y_true, rate=0.15, random_state=0)

# %%
# Members are named, so that a grid search can reach their parameters. A single tree is a poor judge, and gets little
# weight; class shapes and neighbours do well on this table.
members = [
    ("tree", ConfidentLearning(DecisionTreeClassifier(min_samples_leaf=3), cv=5)),
    ("bayes", ConfidentLearning(GaussianNB(), cv=5)),
    ("shapes", ClassGaussian()),
    ("neighbours", NeighborConsistency()),
]
consensus = Consensus(members, random_state=0).fit(X, y)
for name, weight, member in zip(consensus.member_names_, consensus.weights_, consensus.detectors_, strict=True):
    found = average_precision_score(flipped, -member.label_quality_)
    print(f"{name:12} weight {weight:.2f}, average precision {found:.3f}")
print(
    f"{'consensus':12}              average precision {average_precision_score(flipped, -consensus.label_quality_):.3f}"
)

# %%
# The list to review says how far the members agree on each row. Where they do not, look twice.
table = consensus.audit_table().sort_values("quality")
print(table.loc[table["flagged"], ["given", "suggested", "quality", "agreement"]].head(10).to_string())
