"""FastReCoV: the memory of the paper, the draw of folds, and rows left out of training sets."""

import numpy as np
import pytest
from material import Log, RecordingBayes
from paper_recipes import concordance, fast_recov_memory
from sklearn.datasets import make_regression
from sklearn.linear_model import LinearRegression, Ridge, RidgeClassifier
from sklearn.metrics import average_precision_score
from sklearn.model_selection import cross_val_predict
from sklearn.naive_bayes import GaussianNB

from skclean.detectors import FastReCoV
from skclean.detectors.recov._fast_recov_rounds import FoldMemory
from skclean.repeats import RowScores, TemperedFolds
from skclean.repeats._row_scores import row_concordance
from skclean.rules import Otsu
from skclean.targets import read_target

# A small case of two columns, with the labels of rows 2 and 9 exchanged.
SMALL_X = np.array([[0, 1], [1, 0], [2, 1], [1, 2], [0, 0], [2, 2], [6, 5], [7, 6], [5, 6], [6, 7], [7, 7], [5, 5]])
SMALL_Y = np.array([0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 1, 1])
# Probability of the given label by Gaussian naive Bayes without the row: the metric of the paper in every round.
SMALL_MEMORY = [
    0.997148, 0.995575, 0.0, 0.974701, 0.998841, 0.914124, 0.951706, 0.983216, 0.93124, 0.0, 0.986552, 0.894095
]  # fmt: skip


def recorded(planted, **params):
    """A fitted detector, and the training sets of its folds, one after the other."""
    log = Log()
    X = np.column_stack([np.arange(len(planted.y)), planted.X])
    detector = FastReCoV(RecordingBayes(log), rule="otsu", random_state=0, **params).fit(X, planted.noisy)
    return detector, log


@pytest.mark.parametrize(("stratify", "memory"), [(True, None), (False, None), (True, 0.0), (True, 0.4), (False, 0.95)])
def test_quality_is_the_memory_of_the_paper(stratify, memory, planted):
    chosen = {} if memory is None else {"memory": memory}
    detector, log = recorded(planted, n_rounds=4, cv=5, stratify=stratify, **chosen)
    rounds, a = [log[first : first + 5] for first in range(0, 20, 5)], 0.7 if memory is None else memory
    expected = fast_recov_memory(GaussianNB(), planted.X, planted.noisy, rounds, a)
    np.testing.assert_allclose(detector.label_quality_, expected / (1 - a**4), atol=1e-12)


@pytest.mark.parametrize("metric", ["row", "fold"])
def test_the_memory_weighs_the_past_against_the_last_round(metric, planted):
    def quality(n_rounds, memory):  # so hot that the memory has no influence on the folds
        detector = FastReCoV(GaussianNB(), metric=metric, n_rounds=n_rounds, memory=memory, tau=1e12, random_state=0)
        return detector.fit(planted.X, planted.noisy).label_quality_

    first, second, third = (quality(n_rounds, 0.0) for n_rounds in (1, 2, 3))  # what each round alone says
    start = (1 - 0.25) * first if metric == "row" else first  # the memory of the paper begins with 0
    total = 1 - 0.25**3 if metric == "row" else 1
    expected = (0.25 * (0.25 * start + 0.75 * second) + 0.75 * third) / total
    np.testing.assert_allclose(quality(3, 0.25), expected, atol=1e-12)


def test_the_memory_of_a_small_case():
    detector = FastReCoV(GaussianNB(), n_rounds=3, cv=12, random_state=0).fit(SMALL_X, SMALL_Y)
    np.testing.assert_allclose(detector.label_quality_, SMALL_MEMORY, atol=1e-6)


def test_the_best_fold_is_drawn_by_the_softmax_of_the_memory():
    folds = TemperedFolds(np.zeros(4, dtype=int), 4, 0, 0.5, best_first=True)
    folds.quality = np.array([0.1, 0.5, 0.9, 0.2])
    first = (folds.draw(0, 4000) == 0).mean(axis=0)
    expected = np.exp(folds.quality / 0.5)
    np.testing.assert_allclose(first, expected / expected.sum(), atol=0.03)


def test_found_rows_leave_training_sets_and_stay_in_their_folds(planted):
    lowest = np.flatnonzero(planted.flipped)
    detector, log = recorded(planted, n_rounds=3, drop=1.0, threshold=0.5)
    assert all(np.isin(lowest, train).any() for train in log[:5])
    assert not any(np.isin(lowest, train).any() for train in log[5:15])
    assert (detector.noise_histogram_ + detector.best_fold_histogram_).sum() == 2 * 3 * 30
    _, log = recorded(planted, n_rounds=2, drop=0.5)
    assert all(0 < np.isin(lowest, train).sum() < len(lowest) for train in log[5:10])


@pytest.mark.parametrize("found", [[1], [0, 2], [0, 1, 2]], ids=str)
def test_a_class_never_leaves_a_training_set_whole(found, planted):
    log, part = Log(), np.isin(planted.noisy, found)
    X = np.column_stack([np.arange(150), planted.X])
    folds = TemperedFolds(planted.noisy.astype(np.int32), 5, 0, 1.0)
    runner = RowScores(RecordingBayes(log), X, read_target(planted.noisy), folds, seed=0)
    runner.found, runner.drop = np.flatnonzero(part)[:-1], 1.0  # all rows of these classes but the last
    list(runner.blocks(0, 1))
    last = np.flatnonzero(part)[-1]
    for fold, train in enumerate(log):
        outside = np.flatnonzero(folds.draw(0, 1)[0] != fold)
        whole = [code for code in found if code != planted.noisy[last] or last not in outside]
        kept = ~part | np.isin(planted.noisy, whole) | (np.arange(150) == last)
        assert train.tolist() == outside[kept[outside]].tolist()


def test_all_rows_may_be_found_and_left_out(planted):
    detector = FastReCoV(GaussianNB(), drop=1.0, threshold=1.0, n_rounds=3, random_state=0)
    detector.fit(planted.X, planted.noisy)
    assert detector.label_quality_[planted.flipped].mean() < detector.label_quality_[~planted.flipped].mean()
    FastReCoV(Ridge(), drop=1.0, threshold=1.0, n_rounds=3, random_state=0).fit(
        planted.X, planted.X[:, 0] + planted.noisy
    )


def test_rows_that_hardly_count_are_found_by_otsus_cut(planted):
    detector = FastReCoV(GaussianNB(), random_state=0).fit(planted.X, planted.noisy)
    np.testing.assert_array_equal(detector.noise_mask_, Otsu().decide(detector.audit_))
    assert average_precision_score(planted.flipped, -detector.label_quality_) > 0.95
    assert (detector.termination_condition_, detector.n_repeats_) == ("n_repeats", 10)


def test_the_temperature_decides_how_far_rows_are_gathered(planted):
    cold, warm = (
        FastReCoV(GaussianNB(), tau=tau, n_rounds=12, random_state=0).fit(planted.X, planted.noisy).noise_histogram_
        for tau in (0.01, 100)
    )
    assert cold[planted.flipped].mean() > warm[planted.flipped].mean()


def test_the_temperature_is_that_of_the_authors_scripts_unless_it_is_chosen(planted):
    def quality(estimator, y, tau, **params):
        detector = FastReCoV(estimator, tau=tau, n_rounds=3, random_state=0, **params)
        return detector.fit(planted.X, y).label_quality_

    records = np.empty(150, dtype=[("event", bool), ("time", float)])
    records["event"], records["time"] = np.arange(150) % 4 > 0, np.exp(planted.X[:, 0] / 4 + planted.noisy)
    for estimator, y, tau, params in (
        (GaussianNB(), planted.noisy, 0.1, {}),
        (Risk(), records, 0.5, {}),
        (Ridge(), planted.X[:, 0] + planted.noisy, 1.0, {}),
        (GaussianNB(), planted.noisy, 4.0, {"metric": "fold"}),
    ):
        default = quality(estimator, y, None, **params)
        np.testing.assert_array_equal(default, quality(estimator, y, tau, **params))
        assert (default != quality(estimator, y, 3 * tau, **params)).any()


@pytest.mark.parametrize(("n_good", "stays"), [(4, True), (5, False), (6, False)])
def test_found_rows_stay_where_their_class_would_have_fewer_rows_than_folds(n_good, stays):
    strata = np.repeat([0, 1, -1], [20, 12, 3])
    folds = TemperedFolds(strata.copy(), 5, 0, 1.0)
    memory = FoldMemory(folds, 0.5, 0.5)
    memory.memory = np.where(np.arange(35) % 20 < 12 - n_good, 0.1, 0.9)  # of class 1 all but n_good rows are found
    memory.end()
    left = np.bincount(folds.strata[folds.strata >= 0], minlength=2)
    assert left.tolist() == [8 + n_good, 12 if stays else n_good]
    assert (folds.strata[32:] == -1).all()
    drawn = folds.draw(0, 4)
    for code in (0, 1):  # every fold has its share of each class
        assert all(set(fold[folds.strata == code]) == set(range(5)) for fold in drawn)


def test_no_class_leaves_the_rounds_where_all_its_rows_are_found(planted):
    everything = FastReCoV(GaussianNB(), metric="fold", n_rounds=3, n_repeats=4, threshold=1.0, random_state=0)
    everything.fit(planted.X, planted.noisy)
    assert everything.noise_histogram_.sum() == 3 * 4 * 30


def test_wrong_numbers_have_large_errors():
    X, y = make_regression(200, 5, noise=5, random_state=0)
    wrong = np.arange(200) < 15
    y[wrong] = -y[wrong] + 200
    detector = FastReCoV(Ridge(), random_state=0).fit(X, y)
    assert average_precision_score(wrong, -detector.label_quality_) > 0.9
    assert detector.label_quality_.min() >= 0 and detector.label_quality_.max() <= 1
    one = FastReCoV(Ridge(), n_rounds=1, cv=200, random_state=0, scoring="neg_mean_squared_error").fit(X, y)
    error = np.abs(y - cross_val_predict(Ridge(), X, y, cv=200))
    np.testing.assert_allclose(one.label_quality_, np.exp(-error / (1.4826 * np.median(error))), atol=1e-8)


class Risk(LinearRegression):
    """Risk of an event: high where the logarithm of the time is low."""

    def fit(self, X, y):
        return super().fit(X, -np.log(y["time"]))

    def score(self, X, y):
        return concordance(y["event"], y["time"], self.predict(X)).mean()


def test_records_of_survival_analysis_are_scored_by_their_own_concordance():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(150, 2))
    y = np.empty(150, dtype=[("event", bool), ("time", float)])
    y["time"] = np.exp(X[:, 0] + 0.1 * rng.normal(size=150))
    y["event"] = rng.random(150) < 0.8
    wrong = np.arange(150) < 12
    y["time"][wrong] = 1 / y["time"][wrong]
    detector = FastReCoV(Risk(), n_rounds=3, random_state=0).fit(X, y)
    assert average_precision_score(wrong, -detector.label_quality_) > 0.5
    np.testing.assert_array_equal(detector.suggested_labels_, y)


def test_concordance_of_a_record():
    rng = np.random.default_rng(1)
    event, time, risk = rng.random(40) < 0.5, rng.integers(1, 9, 40).astype(float), rng.integers(0, 5, 40).astype(float)
    np.testing.assert_allclose(row_concordance(event, time, risk), concordance(event, time, risk))
    assert row_concordance(np.zeros(2, dtype=bool), np.array([1.0, 2.0]), np.zeros(2)).tolist() == [0.8, 0.8]


def test_scores_of_folds_are_still_to_be_had(planted):
    detector = FastReCoV(GaussianNB(), metric="fold", n_rounds=10, n_repeats=20, random_state=0)
    detector.fit(planted.X, planted.noisy)
    assert average_precision_score(planted.flipped, -detector.label_quality_) > 0.7
    assert (detector.engine_, detector.n_repeats_) == ("GaussianBayes", 200)
    detector.set_params(threshold=0.3, n_repeats=None).fit(planted.X, planted.noisy)
    assert detector.n_repeats_ == 100 and detector.noise_histogram_.sum() < 100 * 30


@pytest.mark.parametrize(
    ("detector", "message"),
    [
        (FastReCoV(RidgeClassifier()), "RidgeClassifier has no predict_proba.*metric='fold'"),
        (FastReCoV(GaussianNB(), metric="fold", drop=0.5), "drop=0.5 leaves rows out.*threshold="),
        (FastReCoV(GaussianNB(), metric="rows"), "metric"),
        (FastReCoV(GaussianNB(), threshold=2), "threshold"),
        (FastReCoV(GaussianNB(), stratify="no"), "stratify"),
    ],
    ids=str,
)
def test_what_cannot_be_done_is_refused_with_a_remedy(detector, message, planted):
    with pytest.raises(ValueError, match=message):
        detector.fit(planted.X, planted.noisy)


def test_records_of_an_unknown_form_are_refused():
    y = np.zeros(20, dtype=[("first", float), ("second", float)])
    with pytest.raises(ValueError, match="one field of truth values"):
        FastReCoV(Ridge()).fit(np.arange(20.0)[:, None], y)
    with pytest.raises(ValueError, match="have no score of their own"):
        FastReCoV(Ridge()).fit(np.arange(20.0)[:, None], np.array(list("ab") * 10))
