"""
Which treatment is best?
========================

Weighted copies, dropping, relabelling and reweighting are values of one parameter of a grid search. Cleaning happens
inside ``fit``, so the held-out folds keep their labels as given.
"""

# %%
# Breast cancer data, one label in five wrong in the training set; the test set is clean.
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skclean import NoiseRobustClassifier
from skclean.noise import inject_noise

X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)
y_noisy, flipped = inject_noise(y_train, rate=0.2, random_state=0)

# %%
# A pipeline whose last step is robust, and a search over what becomes of the wrong labels.
pipe = make_pipeline(StandardScaler(), NoiseRobustClassifier(LogisticRegression(max_iter=1000), random_state=0))
grid = {"noiserobustclassifier__treatment": ["posterior", "drop", "relabel", "reweight", "soft_labels"]}
search = GridSearchCV(pipe, grid, cv=3).fit(X_train, y_noisy)
print("best:", search.best_params_["noiserobustclassifier__treatment"])

# %%
# Beside a plain fit on the same labels, and one on the labels without errors.
plain = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
print(f"plain   {plain.fit(X_train, y_noisy).score(X_test, y_test):.3f}")
print(f"robust  {search.score(X_test, y_test):.3f}")
print(f"clean   {plain.fit(X_train, y_train).score(X_test, y_test):.3f}")
