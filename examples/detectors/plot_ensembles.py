"""
Many models, many opinions
==========================

One model errs where its sample and its kind make it err. Detectors of this family fit many: on bootstrap samples, on
parts, on halves, or of different kinds. A label that hardly any of them would have given is likely to be wrong.
"""

# %%
# A table of wines, one label in five replaced. Here it is known which, so the detectors can be compared by average
# precision: 1 where all wrong labels come before all right ones.
import numpy as np
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skclean.detectors import CrossSplit, DataOOB, InstanceHardness, Memorization, PartitionFilter, SmallLoss
from skclean.noise import inject_noise

X, y_true = load_wine(return_X_y=True)
y, flipped = inject_noise(y_true, rate=0.2, random_state=0)

detectors = [
    DataOOB(random_state=0),  # members of a bagging judge the rows that they did not draw
    Memorization(random_state=0),  # how much it helps to have seen the row
    SmallLoss(random_state=0),  # the loss, averaged over subsamples and steps
    PartitionFilter(random_state=0),  # models of other parts of the rows vote
    InstanceHardness(random_state=0),  # models of different kinds
    CrossSplit(random_state=0),  # two halves soften each other's labels
]
for detector in detectors:
    detector.fit(X, y)
    precision = average_precision_score(flipped, -detector.label_quality_)
    flagged = detector.noise_mask_
    print(
        f"{type(detector).__name__:<17} average precision {precision:.2f}; flags {flagged.sum():>2},"
        f" of which {flipped[flagged].sum():>2} are wrong"
    )

# %%
# A partition filter needs no more than ``predict``. A majority of votes flags what is doubtful, consensus what no voter
# would have said; with few repeats there are few voters to agree.
for vote in ("majority", "consensus"):
    flagged = PartitionFilter(n_repeats=1, vote=vote, random_state=0).fit(X, y).noise_mask_
    precision, recall = flipped[flagged].mean(), flagged[flipped].mean()
    print(f"{vote:<9} flags {flagged.sum():>2}: precision {precision:.2f}, recall {recall:.2f}")

# %%
# Instance hardness takes any list of named models; weights go to those that take them, and a grid search reaches
# their parameters by name.
committee = [
    ("bayes", GaussianNB()),
    ("line", make_pipeline(StandardScaler(), LogisticRegression())),
]
hardness = InstanceHardness(committee, random_state=0).set_params(line__logisticregression__C=0.1).fit(X, y).hardness_
hardest = np.argsort(-hardness)[:10]
print(f"of the 10 hardest rows {flipped[hardest].sum()} are wrong")
