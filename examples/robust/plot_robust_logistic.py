"""
A loss that wrong labels harm less
==================================

Three labels in ten of one class are recorded as the other. Plain logistic regression learns the shifted boundary;
the forward-corrected loss estimates how labels are flipped, and learns the true one.
"""

# %%
# Two classes whose boundary is a line through the origin.
import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LogisticRegression

from skclean.noise import inject_noise
from skclean.robust import RobustLogisticRegression

rng = np.random.default_rng(0)
X = rng.normal(size=(1000, 2))
y = (X @ [1.0, 1.0] + rng.normal(scale=0.3, size=1000) > 0).astype(int)
noisy, _ = inject_noise(y, kind="matrix", transition_matrix=[[1.0, 0.0], [0.4, 0.6]], random_state=0)

# %%
# Both models, and the line where each is undecided.
models = {"plain": LogisticRegression(), "forward": RobustLogisticRegression(random_state=0)}
figure, axes = plt.subplots(figsize=(5, 4))
axes.scatter(*X.T, c=noisy, s=6, cmap="coolwarm", alpha=0.5)
ends = np.array([-3.0, 3.0])
for (name, model), style in zip(models.items(), ["--", "-"], strict=True):
    model.fit(X, noisy)
    (a, b), c = model.coef_[0], model.intercept_[0]
    axes.plot(ends, -(a * ends + c) / b, style, color="black", label=f"{name}: accuracy {model.score(X, y):.2f}")
axes.set(xlim=(-3, 3), ylim=(-3, 3), title="labels as given, and two boundaries")
axes.legend()
print(models["forward"].transition_matrix_.round(2))
