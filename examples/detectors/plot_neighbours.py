"""
Judging labels by their neighbours
==================================

Rows that lie together mostly belong together. Six detectors ask the rows around a row what its label should be; they
differ in who is asked, and in what an answer counts.
"""

# %%
# Handwritten digits, one label in five exchanged for another.
import numpy as np
from sklearn.datasets import load_digits
from sklearn.metrics import average_precision_score

from skclean.detectors import KDN, DistanceRatio, ForestKDN, KNNShapley, NeighborConsistency, RelationGraph
from skclean.noise import inject_noise

X, y_true = load_digits(return_X_y=True)
y, flipped = inject_noise(y_true, rate=0.2, random_state=0)

# %%
# KDN counts votes, NeighborConsistency weighs them and asks neighbours of neighbours too, RelationGraph no longer
# listens to rows that are contradicted themselves, DistanceRatio compares distances, KNNShapley asks what a row's own
# vote does to others, and ForestKDN lets a forest say which rows are near.
detectors = [
    KDN(),
    NeighborConsistency(),
    RelationGraph(),
    DistanceRatio(),
    KNNShapley(),
    ForestKDN(random_state=0),
]
fitted = {type(detector).__name__: detector.fit(X, y) for detector in detectors}
for name, detector in fitted.items():
    ranked = average_precision_score(flipped, -detector.label_quality_)
    flags = detector.noise_mask_
    precision, recall = flipped[flags].mean(), flags[flipped].mean()
    print(f"{name:<20} average precision {ranked:.3f}; flagged: precision {precision:.2f}, recall {recall:.2f}")

# %%
# Each of them names the class that the evidence prefers.
graph = fitted["RelationGraph"]
found = graph.noise_mask_ & flipped
print(f"right suggestions: {(graph.suggested_labels_ == y_true)[found].mean():.2f}")

# %%
# A row can be odd without being mislabelled. The graph tells both apart: a digit that was shuffled has no row like it.
X_odd = X.copy()
odd = np.arange(5)
X_odd[odd] = np.random.default_rng(0).permuted(X[odd], axis=1)
graph = RelationGraph().fit(X_odd, y)
print("most unlike all others:", np.sort(np.argsort(-graph.outlier_score_)[:5]))

# %%
# Shapley values say what each row is worth, not only whether its label is wrong: their sum is the share of right votes.
shapley = fitted["KNNShapley"]
print(f"sum of all values {shapley.shapley_values_.sum():.3f}")
print(
    f"mean value of right labels {shapley.shapley_values_[~flipped].mean():.1e}, of wrong ones "
    f"{shapley.shapley_values_[flipped].mean():.1e}"
)
