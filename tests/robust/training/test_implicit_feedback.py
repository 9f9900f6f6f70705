"""Votes: rates of users and items, what is liked without a vote, groups, weights, refusals."""

import pickle

import numpy as np
import pandas as pd
import pytest
import sklearn
from material import Log, Recorder
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import KNeighborsClassifier

from skclean.robust import ImplicitFeedbackClassifier
from skclean.robust.training._implicit_feedback import Votes, fit_rates


def votes_of(n_users=30, n_items=40, seed=0):
    """Users 0 … 14 vote for most of what they like, the others for a tenth; even items get more votes."""
    rng = np.random.default_rng(seed)
    user, item = (part.ravel() for part in np.meshgrid(np.arange(n_users), np.arange(n_items), indexing="ij"))
    X = rng.normal(size=(len(user), 2))
    X[:, 1] += (user < n_users / 2) * 1.0  # a column that tells diligent users apart
    liked = rng.random(len(user)) < 1 / (1 + np.exp(-3 * X[:, 0]))
    chance = np.where(user < n_users / 2, 0.8, 0.1) * np.where(item % 2 == 0, 1.0, 0.6)
    return X, user, item, liked, chance, (liked & (rng.random(len(user)) < chance)).astype(int)


X, USER, ITEM, LIKED, CHANCE, VOTES = votes_of()


def model_of(**params):
    settings = {"estimator": LogisticRegression(), "cv": 3, "max_rounds": 5, "random_state": 0, **params}
    return ImplicitFeedbackClassifier(**settings)


def test_rates_of_users_and_items_are_found():
    model = model_of().fit(X, VOTES, user=USER, item=ITEM)
    assert np.corrcoef(model.propensity_, CHANCE)[0, 1] > 0.8
    assert min(model.user_rate_[user] for user in range(15)) > max(model.user_rate_[user] for user in range(15, 30))
    even, odd = (np.mean([model.item_rate_[item] for item in range(first, 40, 2)]) for first in (0, 1))
    assert even > odd
    assert (model.posterior_[VOTES == 1] == 1).all() and ((model.posterior_ >= 0) & (model.posterior_ <= 1)).all()


def test_it_ranks_what_is_liked_better_than_votes_taken_for_likes():
    X_new, _, _, liked, _, _ = votes_of(seed=1)
    model = model_of().fit(X, VOTES, user=USER, item=ITEM)
    plain = LogisticRegression().fit(X, VOTES)
    learned, naive = (roc_auc_score(liked, each.predict_proba(X_new)[:, 1]) for each in (model, plain))
    assert learned > naive + 0.01
    missed, rejected = (model.posterior_[(VOTES == 0) & (like == LIKED)].mean() for like in (True, False))
    assert missed > rejected + 0.2


def test_rates_are_ratios_of_votes_to_likes():
    votes = Votes(np.array([True, False, True, True]), np.ones(4), np.array([0, 0, 1, 1]), np.zeros(4, dtype=int))
    user_rate, item_rate = fit_rates(np.array([1.0, 1.0, 1.0, 0.6]), votes, 0.0)
    assert user_rate[0] == pytest.approx(0.5, abs=0.02) and user_rate[1] > 0.9
    assert item_rate[0] == pytest.approx(1, abs=0.1)
    drawn = fit_rates(np.array([1.0, 1.0, 1.0, 0.6]), votes, 100.0)[0]
    assert np.ptp(drawn) < np.ptp(user_rate) / 5


def test_without_users_and_items_all_rows_are_alike():
    model = model_of(tol=0.5, prior_rows=1.0).fit(X, VOTES)
    assert model.n_iter_ == 1 and model.converged_ and np.ptp(model.propensity_) == 0
    assert model.user_rate_ == {} and model.item_rate_ == {}
    assert not model_of(max_rounds=1, tol=0.0).fit(X, VOTES).converged_


def test_names_missing_values_and_weights():
    names = np.array([f"user {number}" for number in range(30)], dtype=object)
    named = names[USER]
    named[:40] = None
    y = VOTES.astype(float)
    y[::7] = np.nan
    weight = np.where(np.arange(len(y)) % 5 == 1, 0.0, 1.0)
    model = model_of().fit(pd.DataFrame(X, columns=["a", "b"]), y, user=named, sample_weight=weight)
    assert set(model.user_rate_) == set(names[1:]) and model.classes_.tolist() == [0, 1]
    assert model.feature_names_in_.tolist() == ["a", "b"]
    left_out = y.copy()
    left_out[1::5] = np.where(np.isnan(left_out[1::5]), np.nan, 1 - VOTES[1::5])
    other = model_of().fit(pd.DataFrame(X, columns=["a", "b"]), left_out, user=named, sample_weight=weight)
    assert other.user_rate_["user 3"] == pytest.approx(model.user_rate_["user 3"], abs=0.1)


def test_models_without_weights_and_copies():
    model = model_of(estimator=KNeighborsClassifier(15), n_jobs=1).fit(X, VOTES, user=USER)
    assert roc_auc_score(LIKED, model.predict_proba(X)[:, 1]) > 0.8
    for other in (pickle.loads(pickle.dumps(model)), clone(model).fit(X, VOTES, user=USER)):
        np.testing.assert_array_equal(other.predict(X), model.predict(X))


def test_bad_input_is_refused_with_a_remedy():
    with pytest.raises(ValueError, match="Fit one model for each kind of vote"):
        model_of().fit(X, np.arange(len(X)) % 3)
    with pytest.raises(ValueError, match="inconsistent"):
        model_of().fit(X, VOTES, user=USER[:5])


def test_metadata_follows_the_rows_by_request():
    log, tag = Log(), np.arange(len(X))
    with sklearn.config_context(enable_metadata_routing=True):
        model = model_of(estimator=Recorder(log).set_fit_request(tag=True, sample_weight=True), max_rounds=1)
        model.fit(np.column_stack([X, tag]), VOTES, user=USER, tag=tag)
    assert len(log) == 4
    for call in log:
        np.testing.assert_array_equal(call["tag"], call["X"][:, 2])
