"""Scores from few checked labels: intervals hold, and are narrower than those of the checked labels alone."""

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import get_scorer

import skclean.metrics as metrics
from skclean.metrics import active_test, draw_active_test
from skclean.metrics._expected import ROW_METRICS, scored_rows
from skclean.metrics._test_score import _estimate
from skclean.noise import inject_noise

N, N_CHECKED = 1_500, 100


class Problem:
    def __init__(self):
        X, y = make_classification(
            N + 400, 8, n_informative=6, n_redundant=0, n_classes=3, class_sep=1.5, flip_y=0, random_state=0
        )
        given, _ = inject_noise(y, rate=0.15, random_state=0)
        self.model = LogisticRegression(C=0.01).fit(X[:400], given[:400])
        self.X, self.y, self.given = X[400:], y[400:], given[400:]

    def checked(self, seed, n_checked=N_CHECKED):
        checked = np.full(N, np.nan)
        rows = np.random.RandomState(seed).permutation(N)[:n_checked]
        checked[rows] = self.y[rows]
        return checked


@pytest.fixture(scope="module")
def problem():
    return Problem()


def truth_of(metric, problem):
    if metric == "neg_brier_score":  # that of older versions takes two classes only
        return -((problem.model.predict_proba(problem.X) - np.eye(3)[problem.y]) ** 2).sum(axis=1).mean()
    return get_scorer(metric)(problem.model, problem.X, problem.y)


@pytest.mark.parametrize("metric", ROW_METRICS)
def test_intervals_of_test_score_hold_the_truth_and_are_narrow(metric, problem):
    """200 random samples: a coverage of 0.95 has a standard error of 0.015."""
    scored = scored_rows(problem.model, problem.X, problem.given, metric)
    truth, rng, held, ratio = truth_of(metric, problem), np.random.RandomState(0), [], []
    for _ in range(200):
        rows = rng.permutation(N)[:N_CHECKED]
        found = _estimate(scored, rows, scored.of_codes(rows, problem.y[rows]), 0.95)
        held.append(found.low <= truth <= found.high)
        ratio.append(found.width_ratio)
    assert 0.9 <= np.mean(held) <= 0.995 and np.mean(ratio) < 0.75


def test_test_score_is_the_estimate_of_its_parts(problem):
    found = metrics.test_score(problem.model, problem.X, problem.given, problem.checked(1))
    assert found.low < found.score < found.high and found.n_checked == N_CHECKED
    assert found.score == pytest.approx(truth_of("accuracy", problem), abs=0.06)
    assert 0.5 < found.correlation < 1 and found.width_ratio < 0.8
    again = metrics.test_score(problem.model, problem.X, problem.given, problem.checked(1), random_state=0)
    wider = metrics.test_score(problem.model, problem.X, problem.given, problem.checked(1), confidence=0.99)
    assert again == found and wider.high > found.high
    new = metrics.test_score(problem.model, problem.X, problem.given, problem.checked(1), new_rows=True)
    assert new.low < found.low < found.high < new.high and new.score == found.score
    few = metrics.test_score(problem.model, problem.X, problem.given, problem.checked(1, 8))
    assert few.low < truth_of("accuracy", problem) < few.high and few.high - few.low > found.high - found.low


def test_all_rows_checked_is_the_score(problem):
    found = metrics.test_score(problem.model, problem.X, problem.given, problem.y)
    assert found.score == pytest.approx(truth_of("accuracy", problem)) and found.low == pytest.approx(found.high)


def test_labels_of_any_type_and_missing_noisy_labels(problem):
    names = np.array(["a", "b", "c"], dtype=object)
    model = LogisticRegression(C=0.01).fit(problem.X[:400], names[problem.given[:400]])
    given, checked = names[problem.given], np.full(N, None, dtype=object)
    given[::7] = None
    rows = np.arange(400, 500)
    checked[rows] = names[problem.y[rows]]
    found = metrics.test_score(model, problem.X, given, checked, metric="neg_log_loss")
    assert found.low < found.score < found.high <= 0.5


def test_a_perfect_sample_has_no_interval_of_width_zero(problem):
    scored = scored_rows(problem.model, problem.X, problem.given, "accuracy")
    rows = np.arange(50)
    found = _estimate(scored, rows, np.ones(50), 0.95)
    assert found.high - found.low > 0.02


@pytest.mark.parametrize("metric", ROW_METRICS)
def test_active_intervals_hold_the_truth_with_half_the_labels(metric, problem):
    """120 draws: a coverage of 0.95 has a standard error of 0.02."""
    truth, held, errors, widths = truth_of(metric, problem), [], [], []
    draws = [
        draw_active_test(problem.model, problem.X, problem.given, 60, metric=metric, random_state=seed)
        for seed in range(3)
    ]
    for seed in range(120):
        draw = draws[0] if seed == 0 else _redraw(draws[0], problem, metric, seed)
        found = active_test(draw, problem.y[draw.rows])
        held.append(found.low <= truth <= found.high)
        errors.append(found.score - truth)
        widths.append(found.high - found.low)
    own = get_scorer("accuracy")(problem.model, problem.X, problem.y) if metric == "accuracy" else None
    assert np.mean(held) > 0.88
    assert abs(np.mean(errors)) < 4 * np.std(errors) / np.sqrt(len(errors))
    if own is not None:
        random = 2 * 1.96 * np.sqrt(own * (1 - own) / 120 * (1 - 120 / N))
        assert np.mean(widths) < random


def _redraw(draw, problem, metric, seed):
    """Another draw without another forest."""
    import skclean.metrics._active_test as module

    if not hasattr(problem, metric):
        setattr(problem, metric, scored_rows(problem.model, problem.X, problem.given, metric))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "scored_rows", lambda *_: getattr(problem, metric))
        return draw_active_test(None, None, None, len(draw.rows), metric=metric, random_state=seed)


def test_a_draw_has_no_row_twice_and_asks_for_doubtful_ones(problem):
    draw = draw_active_test(problem.model, problem.X, problem.given, N, random_state=0)
    assert sorted(draw.rows) == list(range(N)) and draw.chances[-1] == pytest.approx(1)
    wrong = problem.model.predict(problem.X) != problem.y
    assert wrong[draw.rows[:100]].mean() > 1.5 * wrong.mean()
    assert active_test(draw, problem.y[draw.rows]).score == pytest.approx(truth_of("accuracy", problem))
    fewer = active_test(draw, problem.y[draw.rows[:40]], confidence=0.8)
    assert fewer.low < fewer.score < fewer.high


def test_rows_that_are_no_table(problem):
    class OfPairs(LogisticRegression):
        def predict_proba(self, X):
            return super().predict_proba(X[:, :, 0])

        def predict(self, X):
            return self.classes_[self.predict_proba(X).argmax(axis=1)]

    X = np.stack([problem.X, problem.X], axis=2)
    model = OfPairs().fit(problem.X[:400], problem.given[:400])
    found = metrics.test_score(model, X, problem.given, problem.checked(2))
    assert found.low < get_scorer("accuracy")(model, X, problem.y) < found.high


def test_bad_input_is_refused(problem):
    model, X, given = problem.model, problem.X, problem.given
    with pytest.raises(ValueError, match="metric must be one of 'accuracy'"):
        metrics.test_score(model, X, given, problem.y, metric="f1")
    with pytest.raises(ValueError, match="check at least 5 rows"):
        metrics.test_score(model, X, given, problem.checked(0, 4))
    with pytest.raises(ValueError, match="checked has 10 rows and y has 1500"):
        metrics.test_score(model, X, given, problem.y[:10])
    with pytest.raises(ValueError, match="confidence must be in"):
        metrics.test_score(model, X, given, problem.y, confidence=1)
    with pytest.raises(ValueError, match="y has one class only"):
        metrics.test_score(model, X, np.zeros(N), problem.y)
    with pytest.raises(ValueError, match="n_rows"):
        draw_active_test(model, X, given, 0)
    draw = draw_active_test(model, X, given, 20, random_state=0)
    with pytest.raises(ValueError, match="pass 2 to 20"):
        active_test(draw, problem.y[:21])
    with pytest.raises(ValueError, match="checked has a missing label"):
        active_test(draw, [0, None, 1])
    with pytest.raises(ValueError, match="checked"):
        active_test(draw, [0, 7, 1])
    with pytest.raises(ValueError, match="confidence must be in"):
        active_test(draw, [0, 1, 1], confidence=0)
