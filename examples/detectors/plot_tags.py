"""
Wrong tags, and tags that are not known
=======================================

Rows with any number of tags: which tag of which row is wrong, which rules hold between tags, and what to do where it is
not known of every tag whether a row has it.
"""

# %%
# Animals of two kinds, and two tags that have nothing to do with them. In 30 of 400 rows one tag is wrong.
import numpy as np
from sklearn.metrics import average_precision_score
from sklearn.naive_bayes import GaussianNB

from skclean.detectors import MultiLabelConfidentLearning
from skclean.inspection import label_rules
from skclean.robust import NoiseRobustMultiLabelClassifier, PartialMultiLabelClassifier

rng = np.random.default_rng(0)
names = np.array(["animal", "dog", "cat", "outdoors", "night"])
X = rng.standard_normal((400, 5))
animal = X[:, 0] > 0
dog = animal & (X[:, 1] > 0)
right = np.stack([animal, dog, animal & ~dog, X[:, 2] > 0.3, X[:, 3] > 1], axis=1)
wrong = np.zeros(right.shape, dtype=bool)
wrong[rng.choice(400, 30, replace=False), rng.integers(0, 5, 30)] = True
given = right ^ wrong
Y = [set(names[row].tolist()) for row in given]

# %%
# The detector takes sets as they are, and asks each row and its other tags whether a tag is right.
detector = MultiLabelConfidentLearning(GaussianNB(), cv=3, random_state=0).fit(X, Y)
order = [detector.classes_.tolist().index(name) for name in names]
quality, mask = detector.cell_quality_[:, order], detector.cell_mask_[:, order]
print(f"average precision of cells: {average_precision_score(wrong.ravel(), -quality.ravel()):.2f}")
print(f"{mask.sum()} cells flagged, {wrong[mask].mean():.0%} of them wrong")
for row in np.flatnonzero(detector.noise_mask_)[:3]:
    print(sorted(Y[row]), "->", sorted(detector.suggested_labels_[row]))

# %%
# Rules between tags need no X. With wrong tags about, an implication that holds in nine of ten rows is one.
rules = label_rules(Y, confidence=0.9)
for rule in rules.rules:
    print(f"{rule.tag} {rule.kind} {rule.other}: {rule.share:.0%} of {rule.n_rows} rows")
print(f"{(rules.coherence < 1).sum()} rows break a rule; {wrong.any(axis=1)[rules.coherence < 1].mean():.0%} are wrong")

# %%
# To train on such tags, the flagged cells are left out, and the others of the row stay.
model = NoiseRobustMultiLabelClassifier(GaussianNB(), detector=detector, random_state=0).fit(X, Y)
print("without flagged cells:", [sorted(tags) for tags in model.predict(X[:2])])

# %%
# Where half of the cells are unknown, each tag is learned from the rows where it is known.
half = np.where(rng.random(given.shape) < 0.5, np.nan, given)
known, negative = (
    PartialMultiLabelClassifier(GaussianNB(), method=method, random_state=0).fit(X, half)
    for method in ("known", "negative")
)
print(f"tags a row: {right.sum(axis=1).mean():.2f}, by known cells {known.predict_proba(X).sum(axis=1).mean():.2f}, ")
print(f"with unknown ones as absent {negative.predict_proba(X).sum(axis=1).mean():.2f}")
