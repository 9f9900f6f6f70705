"""
Few directions cannot fit much noise
====================================

Structure that labels share with the rows is mostly in directions of large variance. Wrong labels are spread over all
of them. So a model of few directions learns less of the noise.
"""

# %%
# Digits with three labels in ten wrong.
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from skclean.noise import inject_noise
from skclean.robust import SpectralTruncationClassifier

X, y = load_digits(return_X_y=True)
noisy, _ = inject_noise(y[:500], rate=0.3, random_state=0)

# %%
# Accuracy on clean rows by the number of directions, and how much of the variance of labels lies along each.
sizes = [4, 8, 16, 32, 58]
fits = [SpectralTruncationClassifier(size, flatten=0.0, C=1.0).fit(X[:500], noisy) for size in sizes]
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5))
left.plot(sizes, [model.score(X[500:], y[500:]) for model in fits], "o-")
left.set(xlabel="directions", ylabel="accuracy on clean rows", xscale="log")
energy = fits[-1].label_energy_
right.bar(np.arange(len(energy)), energy)
right.set(xlabel="direction", ylabel="share of the variance of labels")
figure.tight_layout()
