"""Scores of repeated cross-validation are weighted where the scorer requests it."""

import numpy as np
import pytest
import sklearn
from material import Log, planted_problem
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, log_loss, make_scorer, mean_squared_error
from sklearn.naive_bayes import GaussianNB

from skclean import LabelCleaner
from skclean.detectors import FastReCoV, ReCoV

X, Y, NOISY, _ = planted_problem(90, 3, 8, spread=2.5)
WEIGHT = np.random.default_rng(0).integers(1, 6, size=90).astype(float)
TARGET = X @ [1.0, 2.0, 3.0] + np.sin(np.arange(90) * 7)


def histogram(scorer, model, y, *, engine="auto", detector=ReCoV, weight=WEIGHT, **params):
    fitted = detector(model, scoring=scorer, engine=engine, random_state=0, **params)
    fitted.fit(X, y, sample_weight=weight)
    return fitted.noise_histogram_, fitted.engine_


@pytest.fixture(autouse=True)
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


SCORERS = {
    "accuracy": (lambda: make_scorer(accuracy_score), GaussianNB, NOISY),
    "log loss": (
        lambda: make_scorer(log_loss, greater_is_better=False, response_method="predict_proba", labels=[0, 1, 2]),
        lambda: LogisticRegression(C=0.1),
        NOISY,
    ),
    "squared error": (lambda: make_scorer(mean_squared_error, greater_is_better=False), Ridge, TARGET),
}


@pytest.mark.parametrize(("scorer", "model", "y"), SCORERS.values(), ids=SCORERS)
def test_closed_forms_weight_scores_as_the_plain_loop_does(scorer, model, y):
    model = model().set_fit_request(sample_weight=True)
    weighted = scorer().set_score_request(sample_weight=True)
    fast, name = histogram(weighted, model, y, n_repeats=30)
    plain, _ = histogram(weighted, model, y, n_repeats=30, engine="plain")
    assert name != "plain"
    np.testing.assert_array_equal(fast, plain)
    unweighted, _ = histogram(scorer().set_score_request(sample_weight=False), model, y, n_repeats=30)
    assert (fast != unweighted).any()
    undecided, _ = histogram(scorer(), model, y, n_repeats=30)
    np.testing.assert_array_equal(undecided, unweighted)


@pytest.mark.parametrize("request_", [True, "trust"])
def test_the_weights_are_those_of_the_scored_rows(request_):
    log = Log()

    def scored(y_true, y_predicted, sample_weight=None):
        log.append((y_true, sample_weight))
        return accuracy_score(y_true, y_predicted, sample_weight=sample_weight)

    scorer = make_scorer(scored).set_score_request(sample_weight=request_)
    detector = ReCoV(GaussianNB().set_fit_request(sample_weight=False), scoring=scorer, n_repeats=2, random_state=0)
    detector.fit(X, NOISY, **{"sample_weight" if request_ is True else "trust": WEIGHT})
    total = sum(weight.sum() for _, weight in log[-5:])
    assert total == WEIGHT.sum()
    assert all(len(labels) == len(weight) for labels, weight in log)


def test_the_estimators_own_score_may_request_them_too():
    asks = LogisticRegression().set_fit_request(sample_weight=True)
    plain, _ = histogram(None, asks, NOISY, n_repeats=30)
    weighted, name = histogram(None, asks.set_score_request(sample_weight=True), NOISY, n_repeats=30)
    assert name == "plain"
    assert (plain != weighted).any()
    scorer = make_scorer(accuracy_score).set_score_request(sample_weight=True)
    np.testing.assert_array_equal(weighted, histogram(scorer, asks, NOISY, n_repeats=30, engine="plain")[0])


def test_other_detectors_and_cleaners_hand_them_on():
    model = GaussianNB().set_fit_request(sample_weight=True)
    scorer = make_scorer(accuracy_score).set_score_request(sample_weight=True)
    options = {"detector": FastReCoV, "n_rounds": 3, "n_repeats": 10}
    weighted, _ = histogram(scorer, model, NOISY, **options)
    plain, _ = histogram(scorer, model, NOISY, weight=None, **options)
    assert (weighted != plain).any()
    cleaner = LabelCleaner(detector=ReCoV(model, scoring=scorer, n_repeats=30, random_state=0))
    cleaner.fit(X, NOISY, sample_weight=WEIGHT)
    np.testing.assert_array_equal(cleaner.detector_.noise_histogram_, histogram(scorer, model, NOISY, n_repeats=30)[0])


def test_without_routing_scores_are_not_weighted():
    with sklearn.config_context(enable_metadata_routing=False):
        by_name, _ = histogram("accuracy", GaussianNB(), NOISY, n_repeats=30)
        by_hand, _ = histogram(make_scorer(accuracy_score), GaussianNB(), NOISY, n_repeats=30)
    np.testing.assert_array_equal(by_name, by_hand)
