"""What all engines of repeated cross-validation share: folds, scorers and the rows that take part."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from material import assert_same_as_plain, scores_of
from sklearn.datasets import make_classification
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, make_scorer, roc_auc_score
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from skclean.repeats import TemperedFolds, make_folds, repeated_cv
from skclean.targets import encode_labels


@pytest.mark.parametrize("make", [KFold, StratifiedKFold])
def test_threads_that_draw_from_one_splitter_do_not_meddle(make):
    strata = np.repeat([0, 1], 300)
    folds = make_folds(make(3, shuffle=True), strata, seed=0)
    alone = folds.draw(0, 60)
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda repeat: folds.draw(repeat, repeat + 1)[0], range(60)))
    np.testing.assert_array_equal(together, alone)


def test_a_splitter_of_more_folds_than_a_byte_can_tell_apart_is_refused():
    with pytest.raises(ValueError, match="makes 300 folds; at most 255"):
        make_folds(KFold(300, shuffle=True), np.zeros(600, dtype=int), seed=0)


@pytest.mark.parametrize(
    "estimator",
    [
        KNeighborsClassifier(5),
        KNeighborsClassifier(5, weights="distance"),
        KNeighborsRegressor(5),
        LogisticRegression(tol=1e-10),
        GaussianNB(),
        LinearDiscriminantAnalysis(),
        Ridge(),
    ],
    ids=str,
)
def test_rows_dropped_between_rounds_are_not_trained_on(estimator, planted):
    labels = encode_labels(planted.noisy)
    scores = {}
    for engine in ("auto", "plain"):
        folds = TemperedFolds(labels.codes.copy(), 5, 0, 0.5)
        runner = repeated_cv(estimator, planted.X, labels, folds, engine=engine, seed=0)
        first = [part for _, _, part in runner.blocks(0, 5)]
        folds.strata[::3] = -1
        scores[engine] = np.concatenate(first + [part for _, _, part in runner.blocks(5, 25)])
    assert runner.name == "plain"
    np.testing.assert_allclose(scores["auto"], scores["plain"], rtol=0, atol=1e-8)


@pytest.mark.parametrize("scoring", ["r2", "neg_mean_squared_error"])
def test_scorers_of_numbers_see_labels_not_codes(scoring, planted):
    y = np.array([0, 10, 11])[planted.noisy]
    assert_same_as_plain(KNeighborsClassifier(5), planted.X, y, scoring=scoring)


def test_accuracy_is_not_defined_for_numbers(planted):
    y = planted.X[:, 0] + 0.5
    for engine in ("auto", "plain"):
        _, scores = scores_of(Ridge(), planted.X, y, scoring="accuracy", engine=engine)
        assert np.isnan(scores).all()


@pytest.mark.parametrize("score", [roc_auc_score, accuracy_score], ids=lambda score: score.__name__)
def test_a_scorer_that_is_to_be_small_keeps_its_sign(score):
    X, y = make_classification(150, random_state=0)
    response = {"response_method": "decision_function"} if score is roc_auc_score else {}
    scoring = make_scorer(score, greater_is_better=False, **response)
    assert_same_as_plain(LinearDiscriminantAnalysis(), X, y, scoring=scoring)
    assert (scores_of(LinearDiscriminantAnalysis(), X, y, engine="auto", scoring=scoring)[1] < 0).all()
