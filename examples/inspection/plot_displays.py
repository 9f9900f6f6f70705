"""
Pictures of an audit
====================

A display holds what it draws as plain arrays, and draws it on any axes. Here the wrong labels of a table are known, so
that what the pictures say can be checked.
"""

# %%
# The table of customers has numbers, text and gaps; one label in ten is wrong.
import matplotlib.pyplot as plt
import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from skclean.datasets import make_noisy_table
from skclean.detectors import KDN, ConfidentLearning, ReCoV, RelationGraph
from skclean.inspection import (
    AgreementDisplay,
    ClassOverlapDisplay,
    CleaningGainDisplay,
    ConfidentJointDisplay,
    DetectionCurveDisplay,
    LabelQualityDisplay,
    NoiseByGroupDisplay,
    NoiseHistogramDisplay,
    RelationDisplay,
    TransitionMatrixDisplay,
)
from skclean.preprocessing import as_points

table = make_noisy_table(600, noise_rate=0.1, random_state=0)
detector = ConfidentLearning(random_state=0).fit(table.data, table.target)
detector.summary()

# %%
# How good are the labels of each class, and where is the cut? A row of low quality is suspicious.
LabelQualityDisplay.from_estimator(detector)

# %%
# Which labels seem to belong to another class? The first table counts labels, the second says how often a true class is
# recorded as each class.
figure, axes = plt.subplots(ncols=2, figsize=(11, 4), layout="constrained")
ConfidentJointDisplay.from_estimator(detector, random_state=0, ax=axes[0])
TransitionMatrixDisplay.from_estimator(detector, random_state=0, ax=axes[1])

# %%
# The pairs of classes that are confused most, in each direction.
ClassOverlapDisplay.from_estimator(detector, directed=True)

# %%
# Somebody reviews the rows in the order of their quality. How many of the errors are found, and how many rows are
# reviewed in vain? On the left by what is known here, on the right as the detector expects it without knowing.
figure, axes = plt.subplots(ncols=2, figsize=(11, 4), layout="constrained", sharey=True)
DetectionCurveDisplay.from_estimator(detector, table.flipped, ax=axes[0])
DetectionCurveDisplay.from_estimator(detector, ax=axes[1])

# %%
# The most suspicious row among the rows that are most like it.
RelationDisplay.from_estimator(detector, table.data)

# %%
# Are the labels of some groups worse than those of others? Here a group is a quarter of the first column of numbers.
column = table.data.select_dtypes("number").iloc[:, 0]
quarter = np.array([f"quarter {1 + int(4 * rank)}" for rank in column.rank(pct=True).fillna(0) * 0.999])
NoiseByGroupDisplay.from_estimator(detector, quarter)

# %%
# Other detectors, on the same rows: do they flag the same labels?
points = as_points(table.data)
others = {
    "ConfidentLearning": detector,
    "KDN": KDN().fit(table.data, table.target),
    "RelationGraph": RelationGraph().fit(table.data, table.target),
    "ReCoV": ReCoV(n_repeats=500, random_state=0).fit(table.data, table.target),
}
AgreementDisplay.from_estimator(others)

# %%
# ReCoV counts how often a row sat in the worst fold of a cross-validation. Without any influence of single rows the
# counts follow the binomial.
NoiseHistogramDisplay.from_estimator(others["ReCoV"])

# %%
# What does cleaning do for a model? Only training rows are cleaned, and held-out rows are scored as they were given.
# The band is the interval of the gain over no cleaning.
CleaningGainDisplay.from_estimator(
    KNeighborsClassifier(5),
    points,
    table.target,
    detector="kdn",
    shares=[0, 0.05, 0.1, 0.15, 0.2, 0.3],
    kind="gain",
    random_state=0,
)
