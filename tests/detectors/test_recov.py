"""ReCoV and FastReCoV: what they find, and what they promise."""

import warnings

import numpy as np
import pytest
from scipy.stats import binom
from sklearn.base import BaseEstimator, clone
from sklearn.datasets import make_regression
from sklearn.linear_model import Ridge
from sklearn.metrics import average_precision_score
from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from skclean import LabelCleaner, NoiseRobustClassifier
from skclean.detectors import FastReCoV, ReCoV
from skclean.exceptions import InterruptedFitWarning
from skclean.repeats import AGGREGATIONS
from skclean.rules import ExactCount, TwoSigma

every_aggregation = pytest.mark.parametrize("aggregation", AGGREGATIONS)
both = pytest.mark.parametrize("make", [ReCoV, FastReCoV])


def small(make=ReCoV, **params):
    default = {"n_repeats": 40} if make is ReCoV else {"n_rounds": 4, "n_repeats": 10}
    return make(GaussianNB(), random_state=0, **{**default, **params})


def precision_of_ranking(detector, flipped):
    return average_precision_score(flipped, -detector.label_quality_)


@every_aggregation
def test_planted_errors_are_found(aggregation, planted):
    detector = ReCoV(GaussianNB(), n_repeats=600, aggregation=aggregation, random_state=0)
    detector.fit(planted.X, planted.noisy)
    assert precision_of_ranking(detector, planted.flipped) > 0.8
    assert planted.flipped[detector.noise_mask_].mean() > 0.5
    found = detector.noise_mask_ & planted.flipped
    assert found.sum() > 6
    np.testing.assert_array_equal(detector.suggested_labels_[found], planted.y[found])
    assert (detector.suggested_labels_ != planted.noisy)[detector.noise_mask_].all()


@every_aggregation
def test_rows_meet_equally_often_where_scores_are_regressed(aggregation):
    """Six directions of a plane of 25 points: each two lie on one line; single draws leave some apart."""
    tested = []

    def watch(estimator, X, y):
        tested.append(np.isin(np.arange(25), X[:, 0]))
        return len(tested) % 3

    X, y = np.arange(25.0)[:, None], np.arange(25.0) % 7
    model = ReCoV(Ridge(), n_repeats=6, aggregation=aggregation, scoring=watch, engine="plain", random_state=0)
    model.fit(X, y)
    inside = np.array(tested, dtype=int)
    meetings = (inside.T @ inside)[~np.eye(25, dtype=bool)]
    assert inside.sum(axis=0).tolist() == [6] * 25
    assert (meetings == 1).all() == (aggregation == "regression")


def test_regression_needs_fewer_repeats_than_counting(planted):
    found = {}
    for aggregation in AGGREGATIONS:
        detector = small(n_repeats=25, aggregation=aggregation).fit(planted.X, planted.noisy)
        found[aggregation] = precision_of_ranking(detector, planted.flipped)
    assert found["regression"] > found["worst_fold"] + 0.05
    assert found["standardized_loss"] > found["worst_fold"]


@every_aggregation
def test_closed_form_and_plain_loop_agree(aggregation, planted):
    auto, plain = (
        small(aggregation=aggregation, engine=engine).fit(planted.X, planted.noisy) for engine in ("auto", "plain")
    )
    assert plain.engine_ == "plain"
    np.testing.assert_array_equal(auto.noise_histogram_, plain.noise_histogram_)
    np.testing.assert_allclose(auto.label_quality_, plain.label_quality_, atol=1e-6)


@both
def test_the_histogram_counts_one_fold_a_repeat(make, planted):
    detector = small(make).fit(planted.X, planted.noisy)
    n_rows, n_repeats = len(planted.y), detector.n_repeats_
    assert n_repeats == 40
    assert detector.noise_histogram_.sum() == detector.best_fold_histogram_.sum() == n_repeats * n_rows / 5
    expected = binom.sf(detector.noise_histogram_ - 1, n_repeats, 0.2)
    np.testing.assert_allclose(detector.p_values_, expected)


@both
def test_n_jobs_and_refitting_change_nothing(make, planted):
    detector = small(make)
    first = clone(detector).fit(planted.X, planted.noisy)
    again = clone(detector).set_params(n_jobs=2).fit(planted.X, planted.noisy).fit(planted.X, planted.noisy)
    np.testing.assert_array_equal(first.noise_histogram_, again.noise_histogram_)
    np.testing.assert_array_equal(first.label_quality_, again.label_quality_)


@both
def test_text_labels_holes_and_verified_rows(make, planted):
    labels = np.array(["red", "green", "blue"], dtype=object)[planted.noisy]
    labels[::10] = None
    verified = planted.flipped.copy()
    detector = small(make, rule=ExactCount(20)).fit(planted.X, labels, verified=verified)
    unlabelled = np.arange(len(labels)) % 10 == 0
    assert detector.noise_mask_.sum() == 20
    assert not detector.noise_mask_[unlabelled | verified].any()
    assert (detector.label_quality_[unlabelled] == 1).all()
    assert (detector.noise_histogram_[unlabelled] == 0).all()
    assert set(detector.suggested_labels_[~unlabelled]) <= {"red", "green", "blue"}
    assert set(detector.suggested_labels_[unlabelled]) == {None}  # what was given


def test_wrong_numbers_are_found():
    X, y = make_regression(200, 5, noise=5, random_state=0)
    wrong = np.arange(200) < 15
    y[wrong] = -y[wrong] + 200
    detector = ReCoV(Ridge(), n_repeats=400, random_state=0).fit(X, y)
    assert precision_of_ranking(detector, wrong) > 0.8
    np.testing.assert_array_equal(detector.suggested_labels_, y)
    assert not hasattr(detector, "classes_")
    table = detector.audit_table()
    np.testing.assert_array_equal(table["given"], y)


class Hazard(BaseEstimator):
    """Risk from one column; scored by concordance, as models of survival are."""

    def fit(self, X, y):
        self.sign_ = np.sign(np.corrcoef(X[:, 0], y["time"])[0, 1])
        return self

    def score(self, X, y):
        event = y["event"][:, None] & (y["time"][:, None] < y["time"])
        if not event.any():
            return np.nan
        return (self.sign_ * X[:, 0][:, None] < self.sign_ * X[:, 0])[event].mean()


def survival_problem(events=0.9):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(150, 2))
    y = np.empty(150, dtype=[("event", bool), ("time", float)])
    y["time"] = np.exp(X[:, 0] + 0.1 * rng.normal(size=150))
    y["event"] = rng.random(150) < events
    wrong = np.arange(150) < 12
    y["time"][wrong] = 1 / y["time"][wrong]
    return X, y, wrong


def test_records_of_survival_analysis_are_judged_by_the_models_own_score():
    X, y, wrong = survival_problem()
    detector = ReCoV(Hazard(), n_repeats=300, random_state=0).fit(X, y)
    assert precision_of_ranking(detector, wrong) > 0.5
    np.testing.assert_array_equal(detector.suggested_labels_, y)
    table = detector.audit_table()
    assert list(table["given"]) == y.tolist()
    if hasattr(table, "sort_values"):
        assert table.sort_values("quality").index[0] == detector.label_quality_.argmin()


def test_repeats_without_a_score_are_left_out_and_too_many_are_an_error():
    X, y, _ = survival_problem(events=0.03)
    detector = ReCoV(Hazard(), n_repeats=60, cv=2, random_state=0).fit(X, y)
    assert detector.n_left_out_ > 0
    assert detector.n_repeats_ + detector.n_left_out_ == 60
    assert detector.noise_histogram_.sum() == detector.n_repeats_ * 75
    with pytest.raises(ValueError, match=r"of 50 repeats had a fold without a score.*use fewer folds"):
        ReCoV(Hazard(), n_repeats=60, cv=20, random_state=0).fit(X, y)


def test_auto_ends_when_the_ranking_is_stable_or_at_the_cap(planted):
    stable = small(n_repeats="auto").fit(planted.X, planted.noisy)
    assert stable.termination_condition_ == "stable"
    repeats, correlation = stable.stability_[-1]
    assert repeats == stable.n_repeats_ < 10_000
    assert correlation >= 0.95 > max([value for _, value in stable.stability_[:-1]], default=0)
    capped = small(n_repeats="auto", max_repeats=60, aggregation="worst_fold").fit(planted.X, planted.noisy)
    assert (capped.termination_condition_, capped.n_repeats_) == ("max_repeats", 60)


class Impatient(GaussianNB):
    """Interrupted, as by Ctrl-C, after some fits."""

    fits_left = 0

    def fit(self, X, y, sample_weight=None):
        type(self).fits_left -= 1
        if type(self).fits_left < 0:
            raise KeyboardInterrupt
        return super().fit(X, y, sample_weight)


@both
def test_an_interrupt_keeps_what_was_counted(make, planted, monkeypatch):
    monkeypatch.setattr(Impatient, "fits_left", 5 * 23)
    detector = clone(small(make)).set_params(estimator=Impatient(), rule=ExactCount(0))  # no fit for suggestions
    with pytest.warns(InterruptedFitWarning, match="after 23 repeats"):
        detector.fit(planted.X, planted.noisy)
    assert (detector.termination_condition_, detector.n_repeats_) == ("interrupted", 23)
    assert detector.noise_histogram_.sum() == 23 * len(planted.y) / 5


def test_an_interrupt_before_the_first_repeat_is_an_interrupt(planted, monkeypatch):
    monkeypatch.setattr(Impatient, "fits_left", 2)
    with pytest.raises(KeyboardInterrupt):
        ReCoV(Impatient(), n_repeats=10).fit(planted.X, planted.noisy)


def test_ties_between_worst_folds_are_not_broken_by_position():
    """A model that is always right ties all folds: every row is in the worst one as often as chance has it."""
    X = np.repeat([0.0, 1.0], 100)[:, None]
    detector = ReCoV(DecisionTreeClassifier(), n_repeats=200, aggregation="worst_fold", random_state=0)
    detector.fit(X, X[:, 0].astype(int))
    assert 0.1 < np.mean(detector.p_values_ < 0.25) < 0.4
    assert abs(np.corrcoef(np.arange(200), detector.noise_histogram_)[0, 1]) < 0.2


@pytest.mark.parametrize(
    "cv", [KFold(4, shuffle=True), StratifiedKFold(3, shuffle=True), StratifiedGroupKFold(3, shuffle=True)], ids=repr
)
def test_splitters_that_shuffle(cv, planted):
    groups = np.arange(len(planted.y)) // 3 if isinstance(cv, StratifiedGroupKFold) else None
    detector = small(cv=cv, n_repeats=30).fit(planted.X, planted.noisy, groups=groups)
    assert precision_of_ranking(detector, planted.flipped) > (0.15 if groups is not None else 0.5)


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        ({"cv": KFold(3)}, ValueError, "makes the same folds every time"),
        ({"cv": GroupKFold(3)}, ValueError, "makes the same folds every time"),
        ({"cv": 200}, ValueError, "cv=200 folds need as many rows with a label, but there are 150"),
        ({"cv": 1}, ValueError, "cv"),
        ({"n_repeats": 0}, ValueError, "n_repeats"),
        ({"aggregation": "median"}, ValueError, "aggregation"),
        ({"engine": "fast"}, ValueError, "engine"),
        ({"scoring": "no_such_score"}, ValueError, "no_such_score"),
        ({"rule": "no_such_rule"}, ValueError, "rule"),
    ],
    ids=str,
)
def test_bad_parameters(params, error, message, planted):
    with pytest.raises(error, match=message):
        small(**params).fit(planted.X, planted.noisy, groups=np.arange(150) if "Group" in str(params) else None)


@both
def test_groups_need_a_splitter_that_keeps_them(make, planted):
    with pytest.raises(ValueError, match="cannot keep groups together; use ReCoV with a splitter"):
        small(make).fit(planted.X, planted.noisy, groups=np.arange(150))


def test_one_class_cannot_be_judged(planted):
    with pytest.raises(ValueError, match="one class only"):
        small().fit(planted.X, np.zeros(150))


def test_two_sigma_is_the_rule_of_counting(planted):
    counted = small(aggregation="worst_fold").fit(planted.X, planted.noisy)
    np.testing.assert_array_equal(counted.noise_mask_, TwoSigma().decide(counted.audit_))


def test_the_default_judge_takes_any_table(planted):
    pd = pytest.importorskip("pandas")
    table = pd.DataFrame(planted.X.copy(), columns=list("abc"))
    table["kind"] = np.where(planted.X[:, 0] > 0, "east", "west")
    table.loc[::7, "b"] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        detector = ReCoV(n_repeats=300, random_state=0).fit(table, planted.noisy)
    assert precision_of_ranking(detector, planted.flipped) > 0.6


@pytest.mark.parametrize("detector", ["recov", "fast_recov"])
def test_meta_estimators_take_it_by_name(detector, planted):
    model = NoiseRobustClassifier(GaussianNB(), detector=detector, random_state=0).fit(planted.X, planted.noisy)
    assert model.score(planted.X, planted.y) > 0.9
    cleaner = LabelCleaner(KNeighborsClassifier(5), detector=detector, random_state=0)
    X_clean, y_clean = cleaner.fit_resample(planted.X, planted.noisy)
    assert len(X_clean) == len(y_clean) == len(planted.y) - cleaner.noise_mask_.sum()
