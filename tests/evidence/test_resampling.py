"""Sums over fits on drawn rows equal the plain loop that keeps every model."""

from functools import partial

import numpy as np
import pytest
from joblib import parallel_config
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from skclean.evidence import (
    MIN_PROBA,
    Draw,
    fit_predict_proba,
    fit_predict_steps,
    fit_predict_votes,
    sum_over_draws,
    sum_over_partitions,
    sum_over_subsets,
)
from skclean.evidence.cross_fitting._resampling import ClassRows
from skclean.targets import encode_labels

TREE = DecisionTreeClassifier(min_samples_leaf=2)


def plain_sums(draws, X, labels):
    """Totals and counts, in and out of the training set, row by row."""
    codes, classes = labels
    totals, counts = np.zeros((2, len(codes), len(classes))), np.zeros((2, len(codes)), dtype=int)
    for train, judged, seed in draws:
        model = DecisionTreeClassifier(min_samples_leaf=2, random_state=np.random.RandomState(seed).randint(2**31 - 1))
        proba = model.fit(X[train], codes[train]).predict_proba(X)
        for row in judged:
            if codes[row] == -1 or codes[row] in model.classes_:
                out = int(row not in train)
                totals[out][row, model.classes_] += proba[row]
                counts[out][row] += 1
    return totals, counts


def assert_same_sums(sums, totals, counts):
    for part, total, count in zip(sums, totals, counts, strict=True):
        np.testing.assert_allclose(part.total, total, atol=1e-12)
        np.testing.assert_array_equal(part.count, count)


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_it_equals_the_plain_loop(n_jobs, planted):
    y = planted.noisy.astype(float)
    y[::11] = np.nan
    labels = encode_labels(y)
    rng = np.random.default_rng(0)
    labelled = np.flatnonzero(labels.codes >= 0)
    everyone = np.arange(len(y))
    draws = [Draw(rng.choice(labelled, 40), everyone, seed) for seed in range(3)]
    draws.append(Draw(labelled[labels.codes[labelled] != 1], everyone[::2], 7))  # a class is missing
    draws.append(Draw(labelled[labels.codes[labelled] == 2], everyone, 8))  # one class only
    with parallel_config("threading"):
        sums = sum_over_subsets(TREE, planted.X, labels, iter(draws), fit_predict_proba, n_draws=5, n_jobs=n_jobs)
    assert_same_sums(sums, *plain_sums(draws, planted.X, labels))


def test_votes_are_predictions(planted):
    labels = encode_labels(np.array(["x", "y", "z"])[planted.noisy])
    draws = [Draw(np.arange(0, 150, 2), np.arange(150), seed) for seed in range(2)]
    sums = sum_over_subsets(LinearSVC(), planted.X, labels, draws, fit_predict_votes, n_draws=2)
    predicted = LinearSVC(random_state=0).fit(planted.X[::2], planted.noisy[::2]).predict(planted.X)
    np.testing.assert_array_equal((sums.inside.total + sums.outside.total) / 2, np.eye(3)[predicted])


@pytest.mark.parametrize("seed", range(3))
def test_draws_have_their_share_of_every_class(seed):
    codes = np.repeat(np.array([2, -1, 0, 1, 3]), [30, 5, 11, 2, 1]).astype(np.int32)
    rows, rng = ClassRows(codes), np.random.RandomState(seed)
    bootstrap = rows.bootstrap(rng)
    np.testing.assert_array_equal(np.bincount(codes[bootstrap]), [11, 2, 30, 1])
    subsample = rows.subsample(0.7, rng)
    np.testing.assert_array_equal(np.bincount(codes[subsample]), [8, 1, 21, 1])
    assert len(set(subsample)) == len(subsample) and (np.diff(subsample) > 0).all()
    assert np.bincount(codes[rows.subsample(0.01, rng)]).tolist() == [1, 1, 1, 1]


def test_draws_are_uniform():
    codes = np.repeat(np.int32([0, 1]), [6, 14])
    rows, rng = ClassRows(codes), np.random.RandomState(0)
    drawn = np.array([np.bincount(rows.subsample(0.5, rng), minlength=20) for _ in range(4000)])
    np.testing.assert_allclose(drawn.mean(axis=0), 0.5, atol=0.04)
    drawn = np.array([np.bincount(rows.bootstrap(rng), minlength=20) for _ in range(4000)])
    np.testing.assert_allclose(drawn.mean(axis=0), 1, atol=0.08)
    np.testing.assert_allclose((drawn == 0).mean(axis=0)[:6], (5 / 6) ** 6, atol=0.04)


@pytest.mark.parametrize("share", [None, 0.6])
@pytest.mark.parametrize("n_draws", [1, 2])
def test_every_row_is_judged_in_and_out_however_few_the_draws(share, n_draws, planted):
    labels = encode_labels(planted.noisy)
    sums = sum_over_draws(
        GaussianNB(), planted.X, labels, fit_predict_proba, n_draws=n_draws, share=share, inside=True, random_state=0
    )
    assert (sums.inside.count > 0).all() and (sums.outside.count > 0).all()
    assert (sums.inside.count + sums.outside.count >= n_draws).all()


def test_the_only_member_of_a_class_is_judged_by_nobody(planted):
    y = planted.noisy.copy()
    y[5] = 3
    sums = sum_over_draws(GaussianNB(), planted.X, encode_labels(y), fit_predict_votes, n_draws=3, random_state=0)
    assert sums.outside.count[5] == 0 and (np.delete(sums.outside.count, 5) > 0).all()


def test_rows_are_judged_without_their_labels():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(200, 2)), rng.integers(0, 2, 200)
    sums = sum_over_draws(DecisionTreeClassifier(), X, encode_labels(y), fit_predict_votes, n_draws=30, random_state=0)
    assert abs(sums.outside.mean()[np.arange(200), y].mean() - 0.5) < 0.1  # noise cannot be learned by heart
    assert (sums.inside.count == 0).all()


def test_parts_judge_the_other_parts(planted):
    y = planted.noisy.astype(float)
    y[::10] = np.nan
    labels = encode_labels(y)
    sums = sum_over_partitions(
        GaussianNB(), planted.X, labels, fit_predict_proba, n_partitions=4, n_repeats=3, random_state=0
    )
    assert (sums.outside.count[labels.codes >= 0] == 9).all()
    assert (sums.outside.count[labels.codes < 0] == 12).all()
    assert (sums.inside.count == 0).all()


def test_groups_stay_in_one_part(planted):
    groups = np.arange(150) // 5
    X = np.column_stack([groups, planted.X])
    log = []

    def ask(model, X_train, y_train, X_judged, fit_params, judged):
        log.append(set(X_train[:, 0]) & set(X_judged[:, 0]))
        return fit_predict_votes(model, X_train, y_train, X_judged, fit_params, judged)

    sum_over_partitions(
        GaussianNB(),
        X,
        encode_labels(planted.noisy),
        ask,
        n_partitions=3,
        n_repeats=2,
        split_params={"groups": groups},
        random_state=0,
    )
    assert len(log) == 6 and not any(log)


def test_seeds_differ_between_draws_and_the_users_own_stays(planted):
    labels = encode_labels(planted.noisy)
    draws = [Draw(np.arange(150), np.arange(150), seed) for seed in range(8)]
    guess = DummyClassifier(strategy="stratified")
    spread = sum_over_subsets(guess, planted.X, labels, draws, fit_predict_votes, n_draws=8).inside.mean()
    assert (spread.max(axis=1) < 1).any()
    fixed = DummyClassifier(strategy="stratified", random_state=3)
    same = sum_over_subsets(fixed, planted.X, labels, draws, fit_predict_votes, n_draws=8).inside.mean()
    assert (same.max(axis=1) == 1).all()


def log_share(proba):
    return np.log(np.maximum(proba, MIN_PROBA) / MIN_PROBA)


def test_steps_are_passes_stages_or_the_end(planted):
    X, y = planted.X, planted.noisy
    boosting = GradientBoostingClassifier(n_estimators=5, random_state=0)
    values, classes = fit_predict_steps(boosting, X, y, X, {}, np.arange(len(X)), n_epochs=3)
    expected = np.mean([log_share(proba) for proba in boosting.staged_predict_proba(X)], axis=0)
    np.testing.assert_allclose(values, expected)
    assert classes.tolist() == [0, 1, 2]

    values, _ = fit_predict_steps(
        SGDClassifier(loss="log_loss", random_state=0), X, y, X, {}, np.arange(len(X)), n_epochs=3
    )
    model, passes = SGDClassifier(loss="log_loss", random_state=0), []
    for _ in range(3):
        passes.append(log_share(model.partial_fit(X, y, classes=[0, 1, 2]).predict_proba(X)))
    np.testing.assert_allclose(values, np.mean(passes, axis=0))

    model = LogisticRegression()
    values, _ = fit_predict_steps(model, X, y, X, {}, np.arange(len(X)), n_epochs=3)
    np.testing.assert_allclose(values, log_share(model.predict_proba(X)))


def test_a_share_of_one_class_is_certain_at_every_step():
    values, classes = fit_predict_steps(
        DummyClassifier(), np.zeros((3, 1)), np.array(["a"] * 3), np.zeros((2, 1)), {}, np.arange(2), n_epochs=4
    )
    np.testing.assert_allclose(values, -np.log(MIN_PROBA))
    assert classes.tolist() == ["a"]


def test_weights_follow_the_rows(planted):
    labels, weight = encode_labels(planted.noisy), np.arange(150.0)
    sums = [
        sum_over_draws(
            GaussianNB(),
            planted.X,
            labels,
            partial(fit_predict_steps, n_epochs=2),
            n_draws=3,
            random_state=0,
            fit_params=params,
        )
        for params in ({}, {"sample_weight": weight}, {"sample_weight": np.ones(150)})
    ]
    assert not np.allclose(sums[0].outside.total, sums[1].outside.total)
    np.testing.assert_allclose(sums[0].outside.total, sums[2].outside.total)
