"""Leading directions: chosen by corrected loss, and equal to plain regression with all of them."""

import pickle

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import scale

from skclean.noise import inject_noise
from skclean.robust import SpectralTruncationClassifier
from skclean.robust.training._leading_directions import with_mixes
from skclean.robust.training._spectral import _sizes


def wide_problem(n=200, seed=0):
    """Signal in the direction of largest variance; 40 columns of noise."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 2
    X = rng.normal(size=(n, 40))
    X[:, :20] += 1.5 * (2 * y - 1)[:, None] * rng.uniform(0.3, 1, 20)
    return X, y


def test_all_directions_as_they_are_equal_logistic_regression():
    X, y = wide_problem()
    model = SpectralTruncationClassifier(n_components=40, flatten=0.0, C=0.1).fit(X, y)
    plain = LogisticRegression(C=0.1, tol=1e-8, max_iter=1000).fit(scale(X), y)
    np.testing.assert_allclose(model.decision_function(X), plain.decision_function(scale(X)), atol=1e-2)
    assert model.n_components_ == 40 and model.flatten_ == 0.0
    assert not hasattr(model, "corrected_losses_")


def test_it_drops_directions_under_noise_and_wins():
    X, y = wide_problem()
    X_test, y_test = wide_problem(1000, seed=1)
    noisy, _ = inject_noise(y, rate=0.3, random_state=0)
    model = SpectralTruncationClassifier(random_state=0).fit(X, noisy)
    plain = LogisticRegression().fit(X, noisy)
    assert model.n_components_ <= 8
    assert model.score(X_test, y_test) > plain.score(X_test, y_test) + 0.03
    directions = {(d, g, 1.0) for d in (40, 32, 16, 8, 4, 2, 1) for g in (0.0, 0.5, 1.0)}
    chosen = {(model.n_components_, model.flatten_, c) for c in (1.0, 0.1, 0.01)}
    assert set(model.corrected_losses_) == directions | chosen and model.C_ in (1.0, 0.1, 0.01)
    np.testing.assert_allclose(model.transition_matrix_.sum(axis=1), 1)


def test_the_energy_of_labels_shows_noise():
    floors = []
    for rate in (0.01, 0.4):
        found = []
        for seed in range(5):
            X, y = wide_problem(400, seed)
            noisy = inject_noise(y, rate=rate, random_state=seed)[0]
            model = SpectralTruncationClassifier(n_components=1, flatten=0.0, C=1.0).fit(X, noisy)
            found.append(model.noise_floor_)
            assert model.label_energy_.shape == model.spread_.shape == (40,)
            assert model.label_energy_.argmax() == 0 and model.label_energy_.sum() <= 1 + 1e-9
        floors.append(np.mean(found))
    assert floors[0] + 0.1 < floors[1]
    drawn = SpectralTruncationClassifier(n_components=1, flatten=0.0, C=1.0)
    drawn.fit(X, np.random.default_rng(0).integers(0, 2, 400))
    assert drawn.noise_floor_ == pytest.approx(1, abs=0.6)


def test_flattening_makes_directions_alike():
    X, y = wide_problem()
    model = SpectralTruncationClassifier(n_components=10, flatten=1.0, C=1.0).fit(X, y)
    points = model._directions.transform(X)[:, :10]
    np.testing.assert_allclose(model._coordinates(points, model._setting).std(axis=0), 1, atol=1e-6)


def test_leaves_serve_what_is_not_linear():
    rng = np.random.default_rng(0)
    X = rng.uniform(-1, 1, size=(400, 2))
    y = (X[:, 0] * X[:, 1] > 0).astype(int)
    options = {"n_components": 64, "flatten": 0.0, "C": 1.0, "random_state": 0}
    leaves = SpectralTruncationClassifier(features="leaves", **options).fit(X[:300], y[:300])
    assert leaves.score(X[300:], y[300:]) > 0.85
    assert SpectralTruncationClassifier(**options).fit(X[:300], y[:300]).score(X[300:], y[300:]) < 0.7


def test_mixes_are_means_of_far_rows_of_one_class():
    X, y = wide_problem()
    points, codes, weight = with_mixes(X, X, y.astype(np.int32), np.ones(200), np.random.RandomState(0))
    assert 280 <= len(codes) <= 320 and weight.shape == codes.shape
    assert (np.sign(points[200:, :20].sum(axis=1)) == 2 * codes[200:] - 1).mean() > 0.9
    constant = np.zeros((200, 2))
    assert len(with_mixes(constant, X, y, np.ones(200), np.random.RandomState(0))[1]) == 200
    model = SpectralTruncationClassifier(n_components=4, flatten=0.0, mix="contradicting", random_state=0).fit(X, y)
    assert model.score(X, y) > 0.9


def test_labels_of_any_type_missing_ones_and_weights():
    X, y = load_digits(n_class=3, return_X_y=True)
    names = np.array(["a", "b", "c"], dtype=object)[y]
    names[::7] = None
    options = {"n_components": 8, "flatten": 0.5, "C": 1.0}
    model = SpectralTruncationClassifier(**options).fit(X, names, sample_weight=np.ones(len(y)))
    known = np.arange(len(y)) % 7 > 0
    assert model.classes_.tolist() == ["a", "b", "c"]
    assert (model.predict(X[~known]) == np.array(["a", "b", "c"])[y[~known]]).mean() > 0.95
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    weight = np.where(y == 0, 50.0, 1.0)
    heavy = SpectralTruncationClassifier(**options).fit(X, names, sample_weight=weight)
    assert heavy.predict_proba(X)[:, 0].mean() > model.predict_proba(X)[:, 0].mean()


def test_the_matrix_and_the_folds_may_be_given():
    X, y = wide_problem()
    matrix = [[0.8, 0.2], [0.2, 0.8]]
    model = SpectralTruncationClassifier(flatten=0.0, transition_matrix=matrix, cv=3, random_state=0).fit(X, y)
    np.testing.assert_array_equal(model.transition_matrix_, matrix)
    same = SpectralTruncationClassifier(flatten=0.0, transition_matrix=matrix, cv=3, random_state=0).fit(X, y)
    assert model.corrected_losses_ == same.corrected_losses_
    with pytest.raises(ValueError, match="transition_matrix must be of shape"):
        SpectralTruncationClassifier(transition_matrix=np.eye(3)).fit(X, y)
    with pytest.raises(ValueError, match="rows must sum to 1"):
        SpectralTruncationClassifier(transition_matrix=np.ones((2, 2))).fit(X, y)
    with pytest.raises(ValueError, match="one class only"):
        SpectralTruncationClassifier().fit(X, np.zeros(200))
    with pytest.raises(ValueError, match="y has 3 labels"):
        SpectralTruncationClassifier().fit(X, y[:3])


def test_sizes_are_powers_of_two_after_all_of_them():
    assert _sizes(1) == [1]
    assert _sizes(10) == [10, 1, 2, 4, 8]
    assert _sizes(8) == [8, 1, 2, 4]
