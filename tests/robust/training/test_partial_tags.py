"""Tags that are not known of every row: formulas, methods, containers, what is refused."""

import itertools
import pickle

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB

from skclean.robust import PartialMultiLabelClassifier
from skclean.robust.training._kept_tags import kept_chances, pool_of_logs, tag_chances

RNG = np.random.default_rng(0)
X = RNG.standard_normal((300, 4))
Y = (X[:, :3] + 0.5 * RNG.standard_normal((300, 3)) > 0.2).astype(int)
HALF = np.where(RNG.random(Y.shape) < 0.5, np.nan, Y)
ONE = np.full(Y.shape, np.nan)
for _row in np.flatnonzero(Y.any(axis=1)):
    ONE[_row, RNG.choice(np.flatnonzero(Y[_row]))] = 1


def small(estimator=None, **params):
    return PartialMultiLabelClassifier(GaussianNB() if estimator is None else estimator, random_state=0, **params)


def precision(model, rows=X, tags=Y):
    return average_precision_score(tags, model.predict_proba(rows), average="macro")


def test_chances_of_other_tags_are_those_of_all_sets():
    proba, kept = np.array([[0.3, 0.6, 0.8]]), np.array([[False, True, False]])
    weights = {}
    for there in itertools.product((0, 1), repeat=3):
        if there[1]:
            chance = np.prod(np.where(there, proba[0], 1 - proba[0]))
            weights[there] = chance / sum(there)  # the kept tag is drawn from all
    total = sum(weights.values())
    expected = [sum(weight for there, weight in weights.items() if there[tag]) / total for tag in range(3)]
    np.testing.assert_allclose(tag_chances(proba, kept)[0], expected)


def test_the_number_of_tags_is_found_from_which_was_kept():
    rng = np.random.default_rng(1)
    proba = 1 / (1 + np.exp(-2 * rng.standard_normal((4000, 6)) + 0.5))
    true = rng.random(proba.shape) < proba
    rows = np.flatnonzero(true.any(axis=1))
    kept = np.zeros((len(rows), 6))
    for place, row in enumerate(rows):
        kept[place, rng.choice(np.flatnonzero(true[row]))] = 1
    shares = proba[rows] / (1 + proba[rows].sum(axis=1, keepdims=True) - proba[rows])
    slope, intercepts = kept_chances(np.log(shares / shares.sum(axis=1, keepdims=True)), kept)
    assert slope > 0 and intercepts.shape == (6,)
    found = 1 / (1 + np.exp(-slope * np.log(shares / shares.sum(axis=1, keepdims=True)) - intercepts))
    assert abs(found.sum(axis=1).mean() - true[rows].sum(axis=1).mean()) < 1


def test_a_member_that_says_nothing_has_no_share():
    kept = np.eye(3)[RNG.integers(0, 3, 200)]
    good = 0.7 * kept + 0.1
    exponents = pool_of_logs(np.stack([good, np.full((200, 3), 1 / 3)]), kept)
    assert exponents[0] > 1 and (exponents >= 0).all()
    assert pool_of_logs(good[None], kept).tolist() == [1.0]


def test_known_cells_alone_are_learned_from():
    found = small().fit(X, HALF)
    assert found.method_ == "known" and found.classes_.tolist() == [0, 1, 2]
    assert precision(found) > precision(small(method="negative").fit(X, HALF)) - 0.01
    proba = found.predict_proba(X)
    assert proba.shape == (300, 3) and abs(proba.mean() - Y.mean()) < 0.06  # taken as 0, unknown cells would halve it
    rows = ~np.isnan(HALF[:, 0])
    by_hand = GaussianNB().fit(X[rows], HALF[rows, 0]).predict_proba(X)[:, 1]
    np.testing.assert_allclose(proba[:, 0], by_hand.clip(0.005, 0.995))


def test_one_kept_tag_says_that_there_are_others():
    rng = np.random.default_rng(2)
    points = rng.standard_normal((400, 6))
    true = 2 * points @ rng.standard_normal((6, 8)) + rng.logistic(size=(400, 8)) > 1
    given = np.full(true.shape, np.nan)
    for row in np.flatnonzero(true.any(axis=1)):
        given[row, rng.choice(np.flatnonzero(true[row]))] = 1
    found = small(LogisticRegression()).fit(points, given)
    assert found.method_ == "kept"
    as_negative = small(LogisticRegression(), method="negative").fit(points, given)
    assert precision(found, points, true) > precision(as_negative, points, true) - 0.01
    means = [model.predict_proba(points).mean() for model in (found, as_negative)]
    assert abs(means[0] - true.mean()) < 0.5 * abs(means[1] - true.mean())


def test_the_default_model_reads_any_table():
    frame = pd.DataFrame(X, columns=list("abcd"))
    frame["d"] = np.where(X[:, 3] > 0, "high", "low")
    found = PartialMultiLabelClassifier(random_state=0, n_jobs=1).fit(frame[:100], HALF[:100])
    assert precision(found, frame[100:], Y[100:]) > 0.8 and found.feature_names_in_.tolist() == list("abcd")


def test_predictions_have_the_type_of_Y():
    sets = [set(np.flatnonzero(row)) for row in Y]
    assert {type(row) for row in small().fit(X, sets).predict(X[:5])} == {set}
    frame = pd.DataFrame(Y, columns=["a", "b", "c"])
    predicted = small().fit(X, frame).predict(X)
    assert predicted.columns.tolist() == ["a", "b", "c"] and small().fit(X, frame).classes_.tolist() == ["a", "b", "c"]
    assert sparse.issparse(small().fit(X, sparse.csr_matrix(Y)).predict(X))
    plain = small().fit(X, Y)
    np.testing.assert_array_equal(plain.predict(X), (plain.predict_proba(X) >= 0.5).astype(int))
    assert plain.score(X, Y) > 0.4


def test_weights_seeds_and_search():
    weight = np.where(np.arange(300) < 150, 1.0, 0.0)
    weighted = small().fit(X, HALF, sample_weight=weight).predict_proba(X)
    np.testing.assert_allclose(weighted, small().fit(X[:150], HALF[:150]).predict_proba(X))
    model = small(LogisticRegression()).fit(X, ONE)
    np.testing.assert_array_equal(clone(model).fit(X, ONE).predict_proba(X), model.predict_proba(X))
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict_proba(X), model.predict_proba(X))
    search = GridSearchCV(small(LogisticRegression()), {"method": ["known", "negative"]}, cv=2).fit(X, Y)
    assert search.best_score_ > 0.3


def test_a_tag_with_one_known_value_and_a_row_without_any():
    given = HALF.copy()
    given[:, 2] = np.where(np.isnan(given[:, 2]), np.nan, 1)
    given[7] = np.nan
    proba = small().fit(X, given).predict_proba(X)
    assert (proba[:, 2] > 0.9).all() and np.isfinite(proba).all()


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="one column for each tag"):
        small().fit(X, Y[:, 0])
    with pytest.raises(ValueError, match="method"):
        small(method="pu").fit(X, Y)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        small().fit(X, Y[:10])
