"""A few verified rows and many others: weights, soft labels, and the derivatives behind them."""

import pickle

import numpy as np
import pytest
from material import planted_problem
from scipy.optimize import check_grad
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

from skclean.noise import inject_noise
from skclean.noise.model._channel_fit import fit_channel
from skclean.robust import CleanSeedClassifier
from skclean.robust.training._influence_weights import Seeds, move_rows, verified_gradient
from skclean.robust.training._linear_head import fit_linear_head
from skclean.robust.training._soft_fit import one_hot

pytestmark = pytest.mark.usefixtures("few_trees")
METHODS = ["posterior", "density_ratio", "influence"]


def seeds_problem(n_samples=600, share=0.1, rate=0.4, seed=0):
    X, y, *_ = planted_problem(n_samples, 3, seed=seed, spread=2.0)
    noisy, _ = inject_noise(y, kind="pair_flip", rate=rate, random_state=seed)
    verified = np.random.default_rng(seed).random(n_samples) < share
    return X, y, np.where(verified, y, noisy), verified


def learner(model=None, **params):
    return CleanSeedClassifier(LogisticRegression() if model is None else model, **{"random_state": 0, **params})


@pytest.mark.parametrize("method", METHODS)
def test_it_beats_the_plain_fit_and_the_verified_rows_alone(method):
    X, _, given, verified = seeds_problem(share=0.15)
    X_test, y_test, *_ = seeds_problem(seed=7)
    plain = GaussianNB().fit(X, given).score(X_test, y_test)
    model = learner(GaussianNB(), method=method).fit(X, given, verified=verified)
    assert model.score(X_test, y_test) > plain - 0.002
    np.testing.assert_array_equal(model.seeds_, verified)
    wrong = given != seeds_problem(share=0.15)[1]
    own = model.targets_[np.arange(len(given)), given]
    assert own[wrong].mean() < 0.8 * own[~wrong].mean()


def test_verified_rows_keep_their_labels_and_unlabelled_ones_count_for_nothing():
    X, _, given, verified = seeds_problem(200)
    given = given.astype(float)
    given[np.flatnonzero(~verified)[:20]] = np.nan
    for method in METHODS:
        model = learner(method=method, max_rounds=2).fit(X, given, verified=verified)
        np.testing.assert_array_equal(model.targets_[verified], one_hot(given[verified], 3))
        assert (model.targets_[np.isnan(given)] == 0).all()


def test_the_posterior_estimates_the_noise_of_the_other_rows():
    X, _, given, verified = seeds_problem(1200, rate=0.3)
    matrix = learner().fit(X, given, verified=verified).transition_matrix_
    np.testing.assert_allclose(np.diag(matrix), 0.7, atol=0.1)
    np.testing.assert_allclose(matrix.sum(axis=1), 1)


def test_known_rows_tell_a_channel_nothing_of_flips():
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=400)
    proba = np.where(y[:, None] == [0, 1], 0.9, 0.1)
    known = np.arange(400) < 200
    codes = np.where(known | (rng.random(400) < 0.7), y, 1 - y).astype(np.int32)
    flips = fit_channel(codes, proba, known=known).channel.flip_rates.mean()
    assert flips > fit_channel(codes, proba).channel.flip_rates.mean() + 0.05


def test_influence_is_the_derivative_of_the_verified_loss():
    rng = np.random.default_rng(0)
    points = np.column_stack([rng.normal(size=(30, 2)), np.ones(30)])
    codes = rng.integers(3, size=30)
    targets = one_hot(codes, 3) * rng.uniform(0.5, 2, (30, 1))
    seeds = Seeds(rng.normal(size=(8, 3)), rng.integers(3, size=8), rng.integers(2, size=8))

    def loss(weight):
        return verified_gradient(fit_linear_head(points, targets * weight[:, None]), seeds)[1]

    head = fit_linear_head(points, targets)
    # the weights of groups count as fixed, so one group is differentiated
    seeds = seeds._replace(groups=np.zeros(8, dtype=int))
    pull = head.pull(points, verified_gradient(head, seeds)[0])
    weight = targets.sum(axis=1, keepdims=True)
    slope = -(pull * (weight * head.proba(points) - targets)).sum(axis=1)
    assert check_grad(loss, lambda _: slope, np.ones(30), epsilon=1e-4) < 1e-3 * np.linalg.norm(slope)


def test_moving_rows_lowers_the_loss_of_verified_rows():
    X, y, given, verified = seeds_problem(300, share=0.2)
    points = np.column_stack([X, np.ones(300)])
    seeds = Seeds(points[verified], y[verified], np.zeros(verified.sum(), dtype=int))
    proba = np.full(((~verified).sum(), 3), 1 / 3)
    moved = move_rows(points[~verified], given[~verified], proba, seeds, soften=False, max_rounds=5)
    assert moved.losses[-1] < moved.losses[0]
    assert moved.weight.mean() == pytest.approx(1)
    assert (moved.share == 1).all()
    wrong = (given != y)[~verified]
    assert moved.weight[wrong].mean() < moved.weight[~wrong].mean()
    softened = move_rows(points[~verified], given[~verified], proba, seeds, soften=True, max_rounds=5)
    assert softened.share.min() < 1


def test_the_worst_group_counts_most():
    rng = np.random.default_rng(0)
    points = np.column_stack([rng.normal(size=(40, 2)), np.ones(40)])
    codes = (points[:, 0] > 0).astype(int)
    head = fit_linear_head(points, one_hot(codes, 2))
    groups = np.repeat([0, 1], 20)
    seeds = Seeds(points, np.where(groups == 1, 1 - codes, codes), groups)
    losses = head.losses(points, seeds.codes)
    assert verified_gradient(head, seeds)[1] > losses.mean()
    assert verified_gradient(head, seeds)[1] <= losses[groups == 1].mean()


def test_groups_are_read_in_verified_rows_only():
    X, _, given, verified = seeds_problem(200)
    groups = np.where(verified, np.where(X[:, 0] > 0, "a", "b"), None)
    model = learner(method="influence", max_rounds=2).fit(X, given, verified=verified, groups=groups)
    assert len(model.loss_history_) <= 3
    groups[np.flatnonzero(verified)[0]] = None
    with pytest.raises(ValueError, match="groups has no value in row"):
        learner(method="influence").fit(X, given, verified=verified, groups=groups)
    with pytest.raises(ValueError, match="groups is for method='influence'"):
        learner().fit(X, given, verified=verified, groups=groups)
    with pytest.raises(ValueError, match="one group per row"):
        learner(method="influence").fit(X, given, verified=verified, groups=[1])


@pytest.mark.parametrize("method", METHODS)
def test_without_verified_rows_others_stand_in(method):
    X, y, given, _ = seeds_problem(300, rate=0.2)
    model = learner(method=method, max_rounds=2, cv=3).fit(X, given)
    if method == "posterior":
        assert not model.seeds_.any()
    else:
        assert 20 <= model.seeds_.sum() <= 40
        assert (given == y)[model.seeds_].mean() > (given == y).mean()
    assert model.score(X, y) > 0.6


@pytest.mark.parametrize("method", ["density_ratio", "influence"])
def test_models_without_weights_get_drawn_rows(method):
    X, y, given, verified = seeds_problem(300)
    model = learner(KNeighborsClassifier(9), method=method, max_rounds=1).fit(X, given, verified=verified)
    assert model.score(X, y) > 0.6


def test_few_verified_rows_are_enough_to_run():
    X, _, given, _ = seeds_problem(200)
    verified = np.arange(200) < 1
    for method in METHODS:
        learner(method=method, max_rounds=1).fit(X, given, verified=verified)
    everything = learner(method="influence").fit(X, given, verified=np.ones(200, dtype=bool))
    np.testing.assert_array_equal(everything.targets_, one_hot(given, 3))


def test_texts_wide_points_and_a_transformer():
    X, _, given, verified = seeds_problem(120)
    wide = learner(method="influence", max_rounds=1, transformer=PolynomialFeatures(2))
    assert wide.fit(X, given, verified=verified).n_features_in_ == 3
    many = np.column_stack([X, np.random.default_rng(0).normal(size=(120, 250))])
    learner(method="influence", max_rounds=1, soften=True).fit(many, given, verified=verified)
    names = learner(GaussianNB(), n_jobs=1).fit(X, np.array(["x", "y", "z"])[given], verified=verified)
    assert set(names.predict(X)) <= {"x", "y", "z"}


def test_it_can_be_stored_and_searched():
    X, _, given, verified = seeds_problem(150)
    search = GridSearchCV(learner(), {"method": ["posterior", "density_ratio"]}, cv=2).fit(X, given, verified=verified)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(search)).predict(X), search.predict(X))


def test_a_model_without_probabilities_is_refused_where_it_must_have_them():
    X, _, given, verified = seeds_problem(150)
    with pytest.raises(ValueError, match="no predict_proba"):
        learner(RidgeClassifier(), method="density_ratio").fit(X, given, verified=verified)
    assert learner(RidgeClassifier()).fit(X, given, verified=verified).predict(X).shape == (150,)


def test_texts_need_a_transformer_where_rows_are_points():
    texts = ["good fine", "bad sad"] * 20
    given, verified = np.arange(40) % 2, np.arange(40) < 12
    model = make_pipeline(TfidfVectorizer(), LogisticRegression())
    with pytest.raises(ValueError, match="pass transformer="):
        learner(model, method="influence").fit(texts, given, verified=verified)
    influence = learner(model, method="influence", max_rounds=1, transformer=TfidfVectorizer())
    for able in (influence, learner(model), learner(model, method="density_ratio")):
        assert able.fit(texts, given, verified=verified).score(texts, given) == 1
