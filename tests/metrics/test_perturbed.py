"""Confidence on copies with exchanged cells."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from skclean.metrics import perturbed_confidence

X, y = load_iris(return_X_y=True)
MODEL = LogisticRegression(max_iter=1000).fit(X, y)


class Recorder:
    """Keeps the tables that it is asked about."""

    def __init__(self):
        self.tables = []

    def predict_proba(self, X):
        self.tables.append(X)
        return np.full((len(X), 2), 0.5)


def test_cells_come_from_the_same_column_of_the_reference():
    rows, reference = np.zeros((40, 5)), np.arange(1.0, 6.0) * np.ones((10, 1))
    model, before = Recorder(), rows.copy()
    confidence = perturbed_confidence(model, rows, reference=reference, n_copies=3, share=0.3, random_state=0)
    np.testing.assert_array_equal(rows, before)
    assert len(model.tables) == 4
    for copy in model.tables[1:]:
        changed = copy != 0
        np.testing.assert_array_equal(copy[changed], np.broadcast_to(np.arange(1.0, 6.0), copy.shape)[changed])
        assert changed.any(axis=1).all() and 0.3 < changed.mean() < 0.6
    np.testing.assert_array_equal(confidence, 0.5)


def test_it_is_the_mean_of_the_row_and_its_copies():
    plain = MODEL.predict_proba(X).max(axis=1)
    found = perturbed_confidence(MODEL, X, random_state=0)
    assert found.shape == (150,) and (found <= 1).all() and found.mean() < plain.mean()
    np.testing.assert_array_equal(found, perturbed_confidence(MODEL, X, random_state=0))
    same = perturbed_confidence(MODEL, X[:1], reference=X[:1], n_copies=2)
    np.testing.assert_allclose(same, plain[:1])


def test_outliers_are_less_sure_than_their_largest_probability_says():
    rng = np.random.default_rng(0)
    train = np.vstack([rng.normal(size=(200, 6)), rng.normal(size=(200, 6)) + 2.5])
    model = LogisticRegression().fit(train, np.repeat([0, 1], 200))
    usual, strange = train[::4], rng.normal(size=(100, 6)) * [9, 9, 9, 0.1, 0.1, 0.1]
    both, outlier = np.vstack([usual, strange]), np.repeat([0, 1], 100)
    found = roc_auc_score(outlier, -perturbed_confidence(model, both, reference=train, share=0.5, random_state=0))
    assert found > roc_auc_score(outlier, -model.predict_proba(both).max(axis=1)) + 0.02


def test_data_frames_keep_their_types():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X, columns=list("abcd"))
    frame["kind"] = pandas.Categorical(np.array(["x", "y", "z"])[y])
    model = Recorder()
    perturbed_confidence(model, frame, n_copies=2, random_state=0)
    for copy in model.tables:
        assert copy.dtypes.equals(frame.dtypes) and list(copy.columns) == list(frame.columns)
    forest = RandomForestClassifier(5, random_state=0).fit(frame[list("abcd")], y)
    assert perturbed_confidence(forest, frame[list("abcd")], random_state=0).shape == (150,)


@pytest.mark.parametrize(
    ("rows", "settings", "message"),
    [
        (X, {"n_copies": 0}, "n_copies must be"),
        (X, {"share": 0}, "share must be"),
        (X, {"reference": X[:, :2]}, "reference has 2 columns"),
        (sparse.csr_matrix(X), {}, "sparse"),
        (X[:0], {}, "X must have rows"),
    ],
)
def test_what_cannot_work_is_refused(rows, settings, message):
    with pytest.raises(ValueError, match=message):
        perturbed_confidence(MODEL, rows, **settings)
