"""Effects of rows from the scores of folds: message passing against its plain form, and what it promises."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.metrics import average_precision_score
from sklearn.model_selection import StratifiedGroupKFold

from skclean.repeats import AGGREGATIONS, FoldTally, make_folds
from skclean.repeats.aggregation._message_passing import (
    FIRST_STEPS,
    MAX_GROWTH,
    MAX_PASSES,
    STEPS,
    TOLERANCE,
    RowMixture,
)
from skclean.repeats.designs._folds import DrawnFolds


class Additive:
    """Folds whose scores are the mean of the effects of their rows, plus noise; wrong rows have low effects."""

    def __init__(
        self, n_rows=300, n_wrong=60, n_repeats=60, cv=5, noise=0.01, seed=0, apart=1.0, groups=None, even=False
    ):
        rng = np.random.default_rng(seed)
        self.strata = rng.permutation(n_rows) % 3
        self.wrong = np.zeros(n_rows, dtype=bool)
        self.wrong[rng.choice(n_rows, n_wrong, replace=False)] = True
        self.effects = 0.1 * rng.normal(size=n_rows) - apart * self.wrong
        params = None if groups is None else {"groups": groups}
        self.folds = make_folds(cv, self.strata, seed=seed, split_params=params, even=even)
        self.drawn = self.folds.draw(0, n_repeats)
        sums = self.matrix().reshape(n_repeats, -1, n_rows) @ self.effects
        self.scores = sums * self.folds.n_splits / n_rows + noise * rng.normal(size=sums.shape)

    def matrix(self):
        inside = self.drawn[:, None, :] == np.arange(self.folds.n_splits)[:, None]
        return inside.reshape(-1, self.drawn.shape[1]).astype(float)

    def row_score(self, n_jobs=None):
        return row_score_of(self.strata, self.drawn, self.scores, n_jobs, self.folds.onsager)

    def ridge(self, monkeypatch):
        """What least squares alone comes to."""
        with monkeypatch.context() as patch:
            patch.setattr("skclean.repeats.aggregation._fold_regression.pass_messages", lambda *_: None)
            return self.row_score()

    def precision(self, row_score):
        return average_precision_score(self.wrong, -row_score)


def row_score_of(strata, drawn, scores, n_jobs=None, onsager=None):
    folds = SimpleNamespace(
        n_splits=scores.shape[1],
        n_samples=len(strata),
        strata=strata,
        draw=lambda first, stop: drawn[first:stop],
        onsager=DrawnFolds(strata, scores.shape[1], 0).onsager if onsager is None else onsager,
    )
    regression = AGGREGATIONS["regression"](FoldTally(folds, n_jobs))
    for start in range(0, len(drawn), 25):
        regression.add(start, drawn[start : start + 25], scores[start : start + 25])
    return regression.row_score()


def plain_mixture(seen, noise, share, mean, variance, n_steps):
    """EM of two normal distributions seen through noise, by their densities."""
    for _ in range(n_steps):
        density = [
            part * norm.pdf(seen, m, np.sqrt(v + noise))
            for part, m, v in zip((share, 1 - share), mean, variance, strict=True)
        ]
        chance = np.array(density) / np.sum(density, axis=0)
        total = chance.sum(axis=1)
        mean = chance @ seen / total
        spread = [np.average((seen - m) ** 2, weights=c) for m, c in zip(mean, chance, strict=True)]
        variance = np.maximum(np.array(spread) - noise, 1e-6 * seen.var())
        share = chance[0].mean()
    return share, mean, variance


def plain_expectation(seen, noise, share, mean, variance):
    weights = [
        part * norm.pdf(seen, m, np.sqrt(v + noise))
        for part, m, v in zip((share, 1 - share), mean, variance, strict=True)
    ]
    inside = [(v * seen + noise * m) / (v + noise) for m, v in zip(mean, variance, strict=True)]
    return np.sum(np.multiply(weights, inside), axis=0) / np.sum(weights, axis=0)


def plain_message_passing(problem, start):
    """The iteration with the full matrix, and the derivative of the expectation by differences."""
    n_repeats, n_splits = problem.scores.shape
    centring = np.kron(np.eye(n_repeats), np.eye(n_splits) - 1 / n_splits)
    B = centring @ problem.matrix()
    b = centring @ problem.scores.ravel()
    b = b / np.abs(b).max()
    in_stratum = problem.strata == np.unique(problem.strata)[:, None]
    size = in_stratum[problem.strata].sum(axis=1)
    averaging = in_stratum[problem.strata] / size[:, None]
    length = n_repeats * (1 - 1 / n_splits) * size / (size - 1)
    m = n_repeats * (n_splits - 1)
    x, z, least, widening = np.zeros(len(size)), b, np.inf, 1
    mixture = None
    for _ in range(MAX_PASSES):
        noise = widening * (z @ z) / (m * n_repeats * (1 - 1 / n_splits))
        r = x + B.T @ z / length
        r = r - averaging @ r + averaging @ start
        assert noise <= MAX_GROWTH * least
        if least - noise < TOLERANCE * noise:
            break
        least = noise
        if mixture is None:
            guess = 0.2, np.quantile(r, [0.1, 0.6]), np.full(2, 0.1 * r.var())
            mixture = plain_mixture(r, noise, *guess, FIRST_STEPS)
        else:
            mixture = plain_mixture(r, noise, *mixture, STEPS)
        x = plain_expectation(r, noise, *mixture)
        step = 1e-5 * r.std()
        ahead, behind = (plain_expectation(r + h, noise, *mixture) for h in (step, -step))
        slope = np.mean(ahead - behind) / (2 * step)
        back, widening = problem.folds.onsager(n_repeats, slope)
        z = b - B @ x + back * z
    return r


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"cv": 2, "n_repeats": 200},
        {"cv": 7, "n_rows": 101, "noise": 0.05},
        {"even": True, "n_repeats": 120},
        {"even": True, "n_repeats": 155, "noise": 0.3},
    ],
    ids=str,
)
def test_it_is_the_plain_iteration(params, monkeypatch):
    problem = Additive(**params)
    scale = np.abs(problem.scores - problem.scores.mean(axis=1, keepdims=True)).max()
    scale *= len(problem.strata) / problem.folds.n_splits
    expected = plain_message_passing(problem, problem.ridge(monkeypatch) / scale)
    np.testing.assert_allclose(problem.row_score() / scale, expected, atol=1e-6 * np.ptp(expected))


def test_two_groups_are_told_apart_from_fewer_folds_than_rows(monkeypatch):
    """200 equations, 300 unknowns: least squares must spread over all rows what message passing sees in some."""
    found = [
        (problem.precision(problem.row_score()), problem.precision(problem.ridge(monkeypatch)))
        for problem in (Additive(n_repeats=50, seed=seed) for seed in range(5))
    ]
    passed, ridge = np.mean(found, axis=0)
    assert passed > 0.99
    assert passed > ridge + 0.03


@pytest.mark.parametrize(
    "params",
    [
        {"apart": 0.0, "n_repeats": 200},
        {"n_repeats": 1000},
        {"n_repeats": 1000, "noise": 0.0},
        {"n_wrong": 2, "n_repeats": 200},
        {"n_rows": 20, "n_wrong": 3, "n_repeats": 200},
        {"n_rows": 20, "n_wrong": 3, "cv": 2, "n_repeats": 200},
        {"n_rows": 15, "n_wrong": 3, "cv": 5, "n_repeats": 200},
        {"even": True, "n_repeats": 100},
        {"even": True, "n_repeats": 155},
        {"even": True, "n_repeats": 700, "apart": 0.0},
    ],
    ids=str,
)
def test_effects_are_as_close_to_the_true_ones_as_those_of_least_squares(params, monkeypatch):
    problem = Additive(**params)
    passed, ridge = (
        np.corrcoef(problem.effects, row_score)[0, 1] for row_score in (problem.row_score(), problem.ridge(monkeypatch))
    )
    assert passed > ridge - 0.01


def test_folds_of_groups_leave_it_at_least_squares(monkeypatch):
    """Rows that always sit together are one column: passes that take them one by one would overshoot."""
    problem = Additive(cv=StratifiedGroupKFold(5, shuffle=True), groups=np.arange(100) // 5, n_rows=100, n_repeats=40)
    np.testing.assert_array_equal(problem.row_score(), problem.ridge(monkeypatch))


def test_the_order_of_rows_and_the_names_of_folds_do_not_matter():
    problem = Additive()
    expected = problem.row_score()
    rng = np.random.default_rng(1)
    order = rng.permutation(len(expected))
    permuted = row_score_of(problem.strata[order], np.ascontiguousarray(problem.drawn[:, order]), problem.scores)
    np.testing.assert_allclose(permuted, expected[order], atol=1e-9)
    backwards = row_score_of(problem.strata, (4 - problem.drawn).astype(np.uint8), problem.scores[:, ::-1])
    np.testing.assert_allclose(backwards, expected, atol=1e-9)


def test_threads_change_no_bit():
    problem = Additive(n_repeats=700)
    np.testing.assert_array_equal(problem.row_score(n_jobs=2), problem.row_score())


def test_repeats_without_a_score_and_rows_without_a_fold_are_as_if_they_were_not_there():
    problem = Additive()
    expected = problem.row_score()
    gone = np.full((10, 5), 0.5)
    gone[:, 2] = np.nan
    drawn, scores = np.concatenate([problem.drawn[:10], problem.drawn]), np.concatenate([gone, problem.scores])
    np.testing.assert_allclose(row_score_of(problem.strata, drawn, scores), expected, atol=1e-9)
    nowhere = np.full((len(problem.drawn), 7), 255, dtype=np.uint8)
    strata = np.concatenate([problem.strata, np.full(7, -1)])
    wider = row_score_of(strata, np.hstack([problem.drawn, nowhere]), problem.scores)
    np.testing.assert_allclose(wider[:-7] / np.ptp(wider), expected / np.ptp(expected), atol=1e-9)
    assert (wider[-7:] == 0).all()


def test_scores_that_say_nothing_give_no_ranking():
    problem = Additive()
    assert (row_score_of(problem.strata, problem.drawn, np.full((60, 5), 0.7)) == 0).all()


@pytest.mark.parametrize("noise", [1e-6, 0.01, 0.3])
def test_the_slope_is_the_derivative_of_the_expectation(noise):
    rng = np.random.default_rng(0)
    seen = rng.normal(size=200) + 3 * (rng.random(200) < 0.3)
    mixture = RowMixture.guess(seen).learn(seen, noise)
    step = 1e-6
    ahead, behind = (mixture.denoise(seen + h, noise)[0] for h in (step, -step))
    np.testing.assert_allclose(mixture.denoise(seen, noise)[1], np.mean(ahead - behind) / (2 * step), rtol=1e-4)


def test_the_mixture_is_found_through_the_noise():
    rng = np.random.default_rng(0)
    wrong = rng.random(20_000) < 0.3
    seen = np.where(wrong, -1.0, 0.2) + 0.1 * rng.normal(size=wrong.size) + 0.3 * rng.normal(size=wrong.size)
    mixture = RowMixture.guess(seen).learn(seen, 0.09)
    assert mixture.share == pytest.approx(0.3, abs=0.02)
    np.testing.assert_allclose(mixture.mean.ravel(), [-1.0, 0.2], atol=0.03)
    np.testing.assert_allclose(mixture.variance.ravel(), 0.01, atol=0.006)
