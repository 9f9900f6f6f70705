"""
From probabilities alone
========================

Whoever has out-of-sample probabilities, from any model, needs no detector: one call flags the labels.
"""

# %%
# Handwritten digits, one label in ten turned into another digit, and cross-validated probabilities.
import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from skclean import find_label_issues
from skclean.noise import estimate_transition_matrix, inject_noise
from skclean.quality import label_quality

X, y_true = load_digits(return_X_y=True)
y, flipped = inject_noise(y_true, rate=0.1, random_state=0)
y_proba = cross_val_predict(LogisticRegression(C=0.001, max_iter=1000), X, y, method="predict_proba")

# %%
# Rules differ in how many labels they flag, and how sure they are.
for rule in ("argmax_disagreement", "off_diagonal", "prune_by_noise_rate", "prune_by_class", "prune_both"):
    issues = find_label_issues(y, y_proba, rule=rule)
    precision, recall = flipped[issues].mean(), issues[flipped].mean()
    print(f"{rule:<20} flags {issues.sum():>3}: precision {precision:.2f}, recall {recall:.2f}")

# %%
# Quality ranks all labels; the worst come first.
worst = np.argsort(label_quality(y, y_proba))[:5]
for row in worst:
    print(f"row {row}: given {y[row]}, truly {y_true[row]}")

# %%
# The transition matrix says which classes are confused: here every row keeps about nine tenths.
print(estimate_transition_matrix(y, y_proba).diagonal().round(2))
