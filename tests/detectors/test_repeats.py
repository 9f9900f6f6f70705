"""When repeats end: stable rankings, scores that do not exist, Ctrl-C at an awkward moment, and workers that die."""

import signal
from concurrent.futures import BrokenExecutor

import numpy as np
import pytest
from deadly_model import Deadly
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier

from skclean.detectors import FastReCoV, ReCoV
from skclean.exceptions import InterruptedFitWarning, LostWorkerWarning
from skclean.repeats import AGGREGATIONS
from skclean.rules import ExactCount


def test_unlabelled_rows_do_not_make_a_ranking_stable(planted):
    """They are never in the worst fold: beside them all other rows look alike."""
    y = planted.noisy.astype(object)
    y[::2] = None
    detector = ReCoV(KNeighborsClassifier(3), aggregation="worst_fold", random_state=0).fit(planted.X, y)
    without = ReCoV(KNeighborsClassifier(3), aggregation="worst_fold", random_state=0)
    without.fit(planted.X[1::2], planted.noisy[1::2])
    assert abs(np.log2(detector.n_repeats_ / without.n_repeats_)) <= 1


@pytest.mark.parametrize("engine", ["auto", "plain"])
@pytest.mark.parametrize("estimator", [GaussianNB(), LogisticRegression()], ids=str)
@pytest.mark.parametrize(
    ("scoring", "labels", "reason"),
    [("f1", "text", "pos_label=1 is not a valid label"), ("f1", "three", "Target is multiclass but average='binary'")],
)
def test_a_scorer_that_never_works_says_why_and_soon(estimator, engine, scoring, labels, reason, planted):
    y = np.where(planted.noisy == 0, "yes", "no") if labels == "text" else planted.noisy
    with pytest.raises(ValueError, match=rf"of [56]\d repeats had a fold without a score .*{reason}"):
        ReCoV(estimator, scoring=scoring, engine=engine, n_repeats=100_000, random_state=0).fit(planted.X, y)


@pytest.fixture
def heeds_ctrl_c():
    """Processes that a shell runs in the background ignore Ctrl-C from the start."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeds_ctrl_c")
@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_ctrl_c_while_counting_leaves_counts_of_the_same_repeats(aggregation, planted, monkeypatch):
    kind = AGGREGATIONS[aggregation]
    add = kind.add

    def interrupted(self, first, folds, scores):
        if first:
            signal.raise_signal(signal.SIGINT)
        add(self, first, folds, scores)

    monkeypatch.setattr(kind, "add", interrupted)
    detector = ReCoV(GaussianNB(), n_repeats=1000, aggregation=aggregation, random_state=0)
    with pytest.warns(InterruptedFitWarning, match="after .* repeats, which are kept"):
        detector.fit(planted.X, planted.noisy)
    monkeypatch.undo()
    same = clone(detector).set_params(n_repeats=detector.n_repeats_).fit(planted.X, planted.noisy)
    np.testing.assert_array_equal(detector.noise_histogram_, same.noise_histogram_)
    np.testing.assert_array_equal(detector.label_quality_, same.label_quality_)


def test_ctrl_c_while_the_ranking_is_worked_out_keeps_the_repeats(planted, monkeypatch):
    kind = AGGREGATIONS["regression"]
    row_score, calls = kind.row_score, []

    def interrupted(self):
        calls.append(1)
        if len(calls) == 1:
            raise KeyboardInterrupt
        return row_score(self)

    monkeypatch.setattr(kind, "row_score", interrupted)
    detector = ReCoV(GaussianNB(), random_state=0)
    with pytest.warns(InterruptedFitWarning, match="after 50 repeats"):
        detector.fit(planted.X, planted.noisy)
    assert (detector.termination_condition_, detector.n_repeats_, len(calls)) == ("interrupted", 50, 2)


class Opinionless(ClassifierMixin, BaseEstimator):
    """Scores every fold as it is told, and cannot predict."""

    def __init__(self, score=None):
        self.score = score

    def fit(self, X, y):
        return self


def same_for_all(X, y):
    return 0.7


def infinite_now_and_then(X, y):
    return -np.inf if X[0, 0] > 7 else X[0, 0]


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
@pytest.mark.parametrize("cv", [5, 7])
def test_folds_that_score_alike_tell_nothing(aggregation, cv, planted):
    detector = ReCoV(Opinionless(same_for_all), cv=cv, aggregation=aggregation, rule="otsu", random_state=0)
    detector.set_params(n_repeats=64).fit(planted.X, planted.noisy)
    if aggregation != "worst_fold":  # which draws among equals
        assert not detector.noise_mask_.any()
        assert np.ptp(detector.label_quality_) == 0


@pytest.mark.parametrize(
    "detector", [*(ReCoV(aggregation=name) for name in AGGREGATIONS), FastReCoV(metric="fold")], ids=str
)
def test_repeats_with_an_infinite_score_are_left_out(detector, planted):
    detector = clone(detector).set_params(estimator=Opinionless(infinite_now_and_then), n_repeats=30, random_state=0)
    detector.fit(planted.X, planted.noisy)
    assert detector.n_left_out_ > 0
    assert np.isfinite(detector.label_quality_).all()


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_the_unit_of_a_score_does_not_matter(aggregation, planted):
    y = planted.X @ [1, 2, 3] + (planted.X[:, 0] > 0)
    found = [
        ReCoV(Ridge(), scoring="neg_mean_squared_error", n_repeats=60, aggregation=aggregation, random_state=0)
        .fit(planted.X, unit * y)
        .label_quality_
        for unit in (1.0, 2.0**-30)
    ]
    np.testing.assert_allclose(*found, atol=1e-9)


class Interrupted(GaussianNB):
    """Ctrl-C comes when the rows that were not flagged are learnt."""

    def fit(self, X, y, sample_weight=None):
        if len(X) != 120:
            raise KeyboardInterrupt
        return super().fit(X, y, sample_weight)


def test_ctrl_c_while_labels_are_suggested_keeps_the_rest(planted):
    detector = ReCoV(Interrupted(), n_repeats=20, rule="otsu", random_state=0)
    with pytest.warns(InterruptedFitWarning, match="none is suggested"):
        detector.fit(planted.X, planted.noisy)
    assert detector.noise_mask_.any()
    np.testing.assert_array_equal(detector.suggested_labels_, planted.noisy)
    assert len(detector.audit_table()) == 150


def deaths(folder, n):
    for number in range(n):
        (folder / f"death{number}").touch()


# Both detectors repeat in one way; starting workers takes seconds, so each of the two stands for the other once.
def test_new_workers_go_on_where_one_dies(planted, tmp_path):
    detector = FastReCoV(n_rounds=40, random_state=0, engine="plain")
    whole = clone(detector).set_params(estimator=GaussianNB()).fit(planted.X, planted.noisy)
    deaths(tmp_path, 1)
    detector.set_params(estimator=Deadly(tmp_path, spare=60), n_jobs=2).fit(planted.X, planted.noisy)
    assert not list(tmp_path.glob("death*"))
    assert detector.termination_condition_ == "n_repeats"
    np.testing.assert_array_equal(detector.label_quality_, whole.label_quality_)


def test_what_was_counted_is_kept_where_workers_die_again_and_again(planted, tmp_path):
    deaths(tmp_path, 1000)
    model = Deadly(tmp_path, spare=120)
    detector = ReCoV(model, n_repeats=40, random_state=0, engine="plain", rule=ExactCount(0), n_jobs=2)
    with pytest.warns(LostWorkerWarning, match="worker processes died again and again"):
        detector.fit(planted.X, planted.noisy)
    assert detector.termination_condition_ == "worker_lost"
    assert 0 < detector.n_repeats_ < 40
    assert detector.noise_histogram_.sum() == detector.n_repeats_ * len(planted.y) / 5


def test_nothing_counted_is_an_error(planted, tmp_path):
    deaths(tmp_path, 1000)
    with pytest.raises(BrokenExecutor):
        ReCoV(Deadly(tmp_path), n_repeats=40, n_jobs=2).fit(planted.X, planted.noisy)
