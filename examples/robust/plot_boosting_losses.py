"""
What a wrong label may pull in boosting
=======================================

Boosting fits its trees to the gradient of the loss. Under the log loss the most contradicted label pulls hardest, and
those are often the wrong ones. The objectives of ``skclean.losses`` bound that pull.
"""

# %%
# The gradient by the raw score of a row whose given label is the second of two classes.
import matplotlib.pyplot as plt
import numpy as np

from skclean.losses import ForwardCorrected, GeneralizedCrossEntropy, SoftBootstrap, SymmetricCrossEntropy

raw = np.linspace(-6, 6, 200)
label = np.ones(200)
objectives = {
    "log loss": ForwardCorrected(np.eye(2)),
    "forward, 20 % flipped": ForwardCorrected([[0.8, 0.2], [0.2, 0.8]]),
    "generalised cross-entropy": GeneralizedCrossEntropy(),
    "symmetric cross-entropy": SymmetricCrossEntropy(beta=0.25),
    "soft bootstrap": SoftBootstrap(),
}
figure, axes = plt.subplots(figsize=(6, 4))
for name, objective in objectives.items():
    gradient, hessian = objective(label, raw)
    axes.plot(raw, -gradient, label=name)
    assert (hessian > 0).all()
axes.set(xlabel="raw score of the given label", ylabel="pull of the label", title="left: labels that are contradicted")
axes.legend()

# %%
# Any of them goes into a library as it is, such as ``XGBClassifier(objective=GeneralizedCrossEntropy())``.
