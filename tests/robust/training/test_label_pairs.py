"""Pairs of given and predicted labels: which rows form them, what they count for, and what the sum predicts."""

import pickle

import numpy as np
import pandas as pd
import pytest
from material import Log, Recorder
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, scale
from sklearn.svm import LinearSVC

from skclean.evidence import default_estimator, default_proba
from skclean.noise import inject_noise
from skclean.noise.model._noise_fit import fit_noise_model
from skclean.robust import LabelPairClassifier
from skclean.targets import encode_labels

pytestmark = pytest.mark.usefixtures("few_trees")

X, y = make_classification(600, 8, n_informative=5, n_classes=3, n_clusters_per_class=1, class_sep=1.5, random_state=0)
noisy, _ = inject_noise(y, rate=0.4, random_state=0)
MODEL = LogisticRegression(max_iter=1000)


def pairs(model=MODEL, **params):
    return LabelPairClassifier(model, **{"random_state": 0, **params})


@pytest.mark.parametrize("min_rows", [1, 30, 60])
def test_it_is_what_the_equations_say(min_rows):
    model = pairs(min_rows=min_rows).fit(X, noisy)
    ones, rows = np.ones(600), np.arange(600)
    forest = default_estimator(X, n_classes=3)
    proba = default_proba(forest, X, encode_labels(noisy), weight=ones, random_state=0)
    noise = fit_noise_model(noisy.astype(np.int32), proba, proba[rows, noisy], weight=ones)
    joint = noise.channel.truth(proba) * noise.channel.transition[:, noisy].T
    posterior = joint / joint.sum(axis=1, keepdims=True)
    names, shares = [], []
    for given, predicted in zip(noisy, proba.argmax(axis=1), strict=True):
        many = np.sum((noisy == given) & (proba.argmax(axis=1) == predicted)) >= min_rows
        names.append((given, predicted) if many else (given, given))
    distinct = sorted(set(names))
    which = np.array([distinct.index(name) for name in names])
    for number, (given, predicted) in enumerate(distinct):
        mean = posterior[which == number].mean(axis=0)
        shares.append(mean if given != predicted else np.eye(3)[given])
    np.testing.assert_array_equal(model.pairs_, distinct)
    np.testing.assert_array_equal(model.pair_of_row_, which)
    np.testing.assert_allclose(model.shares_, shares)
    expected = clone(MODEL).fit(X, which).predict_proba(X) @ np.array(shares)
    np.testing.assert_allclose(model.predict_proba(X), expected)
    np.testing.assert_array_equal(model.predict(X), expected.argmax(axis=1))


def test_without_pairs_of_two_classes_it_is_the_plain_fit():
    model = pairs(min_rows=600).fit(X, noisy)
    np.testing.assert_array_equal(model.pairs_, [[0, 0], [1, 1], [2, 2]])
    np.testing.assert_allclose(model.predict_proba(X), clone(MODEL).fit(X, noisy).predict_proba(X))


def test_much_noise_costs_less_than_in_a_plain_fit():
    table, truth = load_breast_cancer(return_X_y=True)
    table = scale(table)
    gains = []
    for seed in range(3):
        given, _ = inject_noise(truth, rate=0.4, random_state=seed)
        model, plain = pairs().fit(table[:400], given[:400]), clone(MODEL).fit(table[:400], given[:400])
        gains.append(model.score(table[400:], truth[400:]) - plain.score(table[400:], truth[400:]))
    assert np.mean(gains) > 0.02


def test_verified_rows_are_pairs_of_their_label_and_trust_moves_the_shares():
    verified = np.arange(600) % 2 == 0
    model = pairs(min_rows=1).fit(X, noisy, verified=verified)
    own = model.pairs_[model.pair_of_row_]
    np.testing.assert_array_equal(own[verified], np.column_stack([noisy, noisy])[verified])
    assert (own[~verified, 0] != own[~verified, 1]).any()
    half, none = pairs().fit(X, noisy, verified=np.full(600, 0.5)), pairs().fit(X, noisy, verified=np.zeros(600))
    np.testing.assert_array_equal(half.pairs_, none.pairs_)
    kept = np.eye(3)[half.pairs_[:, 0]]
    np.testing.assert_allclose(half.shares_, (kept + none.shares_) / 2)


def test_with_many_classes_pairs_are_halved():
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(51), 8)
    table = np.eye(51)[labels] + rng.normal(0, 0.1, (len(labels), 51))
    given = np.where(np.arange(len(labels)) % 8 == 0, (labels + 1) % 51, labels)
    model = pairs(LogisticRegression(), min_rows=1).fit(table, given)
    differ = model.pairs_[:, 0] != model.pairs_[:, 1]
    assert differ.any()
    expected = (np.eye(51)[model.pairs_[:, 0]] + np.eye(51)[model.pairs_[:, 1]]) / 2
    np.testing.assert_allclose(model.shares_, expected)


def test_labels_of_any_type_missing_ones_weights_and_pickles():
    names = np.array(["a", "b", "c"], dtype=object)[noisy]
    names[::6] = None
    weight = np.where(np.arange(600) % 2, 0.0, 2.0)
    used = (weight > 0) & (np.arange(600) % 6 > 0)
    frame = pd.DataFrame(X, columns=[f"f{i}" for i in range(8)])
    model = pairs(make_pipeline(StandardScaler(), MODEL), min_rows=5)
    model.fit(frame, names, verified=np.arange(600) < 100)
    assert set(model.pairs_.ravel()) == {"a", "b", "c"} == set(model.predict(frame))
    np.testing.assert_array_equal(model.pair_of_row_ < 0, [name is None for name in names])
    assert model.feature_names_in_.tolist() == list(frame) and model.n_features_in_ == 8
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(frame), model.predict_proba(frame))
    log = Log()
    weighted = pairs(Recorder(log), min_rows=5).fit(X, names, sample_weight=weight)
    np.testing.assert_array_equal(weighted.pair_of_row_ >= 0, used)
    np.testing.assert_array_equal(log[-1]["X"], X[used])
    np.testing.assert_array_equal(log[-1]["sample_weight"], weight[used])


def test_a_class_without_weight_is_known_and_has_no_chance():
    model = pairs().fit(X, noisy, sample_weight=(noisy != 2).astype(float))
    assert model.classes_.tolist() == [0, 1, 2]
    assert (model.predict_proba(X)[:, 2] < 0.05).all()


def test_texts_are_predicted_by_folds_of_the_estimator_and_sparse_tables_by_the_default():
    from_texts = pytest.importorskip("sklearn.feature_extraction.text").TfidfVectorizer()
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 120)
    texts = [" ".join(rng.choice(["red", "blue", "green"] if k else ["red", "car", "bus"], 6)) for k in labels]
    given, _ = inject_noise(labels, rate=0.3, random_state=0)
    model = pairs(make_pipeline(from_texts, LogisticRegression()), cv=3, n_jobs=1, min_rows=5).fit(texts, given)
    assert len(model.pairs_) > 2 and model.score(texts, labels) > 0.8
    assert pairs(None).fit(sparse.csr_array(X), noisy).score(sparse.csr_array(X), y) > 0.6
    np.testing.assert_array_equal(pairs(None).fit(X, noisy).predict(X), pairs(None).fit(X, noisy).predict(X))


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"min_rows": 0}, "min_rows"), ({"cv": "none"}, "cv"), ({"estimator": LinearSVC()}, "predict_proba")],
)
def test_what_cannot_work_is_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        LabelPairClassifier(**({"estimator": MODEL} | settings)).fit(X, y)
