"""The second opinion on small classes: against plain loops, and on data of which all is known."""

import numpy as np
import pytest
from scipy.stats import norm

from skclean import find_label_issues
from skclean._kernels import find_contenders
from skclean.noise.model._channel_sample import draw_sample
from skclean.rules import RivalRatio
from skclean.rules._best_cut import cut_of_largest_f1
from skclean.rules._minority_class import judge_minority_classes
from skclean.rules._noise import channel_of


def judged(mask, audit):
    """The rule's second opinion on any mask."""
    near = find_contenders(audit.open_codes, audit.summary, 1e9, every=True)
    places = np.flatnonzero(mask[near.listed])
    weight = None if audit.sample_weight is None else audit.sample_weight[near.listed[places]]
    return judge_minority_classes(mask, audit, near, near.count(places, weight))


@pytest.fixture
def without_second_opinion(monkeypatch):
    def flag(y, proba):
        with monkeypatch.context() as patch:
            patch.setattr("skclean.rules._rival.judge_minority_classes", lambda mask, *_: mask)
            return find_label_issues(y, proba, rule=RivalRatio())

    return flag


def rare_class(share, distance, flip_rate=0.0, n_samples=4000, seed=0):
    """A large and a rare normal class, labels of which some are flipped, and P(given class | row)."""
    rng = np.random.default_rng(seed)
    true = (rng.random(n_samples) < share).astype(int)
    x = rng.normal(size=n_samples) + distance * true
    rare = share * norm.pdf(x, distance)
    rare = rare / (rare + (1 - share) * norm.pdf(x))
    given = np.where(rng.random(n_samples) < flip_rate, 1 - true, true)
    proba = flip_rate + (1 - 2 * flip_rate) * rare
    return given, true, np.column_stack([1 - proba, proba])


def reference(mask, audit):
    """Class by class and row by row."""
    y, proba = audit.codes, audit.proba
    weight = np.ones(len(y), dtype=int) if audit.sample_weight is None else audit.sample_weight.astype(int)
    others = proba.copy()
    others[np.arange(len(y)), y] = -1
    rival = others.argmax(axis=1)
    channel = channel_of(audit)
    chances = channel.wrong(channel.truth(proba))
    sizes = np.bincount(y, weight, minlength=audit.n_classes)
    expected = mask.copy()
    for k in range(audit.n_classes):
        lost, won = np.flatnonzero(mask & (y == k)), weight[mask & (rival == k)].sum()
        if weight[lost].sum() <= 2 * won or sizes[k] >= sizes[sizes > 0].mean():
            continue
        of_class = np.flatnonzero(y == k)
        expected[of_class] = False
        by_share = sorted(lost, key=lambda i: proba[i, k] / (proba[i, k] + proba[i, rival[i]]))
        for place, i in enumerate(by_share):
            expected[i] = weight[by_share[:place]].sum() < 2 * won
        cut = cut_of_largest_f1(np.repeat(chances[of_class, k], weight[of_class]))
        for i in of_class:
            if chances[i, k] >= cut and channel.truth(proba[[i]])[0].argmax() != k:
                expected[i] = True
    return expected


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_equals_the_reference(seed, weighted, make_noisy, make_audit):
    rng = np.random.default_rng(seed)
    given, proba = make_noisy(seed=seed, n_classes=4, strength=3)
    kept = rng.random(len(given)) < np.array([1, 0.9, 0.5, 0.2])[given]  # classes of different sizes
    weight = rng.integers(4, size=kept.sum()).astype(float) if weighted else None
    audit = make_audit(given[kept], proba[kept], sample_weight=weight)
    mask = rng.random(kept.sum()) < np.array([0.02, 0.02, 0.05, 0.8])[audit.codes]
    found = judged(mask, audit)
    np.testing.assert_array_equal(found, reference(mask, audit))
    assert (found != mask).any()


@pytest.mark.parametrize("share", [0.01, 0.03])
def test_a_rare_class_that_hardly_shows_keeps_most_labels(share, without_second_opinion):
    given, _, proba = rare_class(share, distance=1.0)
    rare = given == 1
    assert without_second_opinion(given, proba)[rare].mean() > 0.8
    assert find_label_issues(given, proba)[rare].mean() < 0.35


@pytest.mark.parametrize("share", [0.01, 0.03, 0.1])
def test_noise_poured_into_a_rare_class_is_found(share, without_second_opinion):
    given, true, proba = rare_class(share, distance=4.0, flip_rate=0.05)
    wrong, rare = given != true, given == 1
    found, before = (
        (mask == wrong)[rare] for mask in (find_label_issues(given, proba), without_second_opinion(given, proba))
    )
    assert found[wrong[rare]].mean() > 0.95
    assert found.mean() > before.mean() - 0.02


def test_the_majority_is_never_judged_anew(make_noisy, make_audit):
    given, proba = make_noisy(n_classes=2)
    audit = make_audit(given, proba)
    mask = audit.codes == np.bincount(audit.codes).argmax()
    np.testing.assert_array_equal(judged(mask, audit), mask)


def test_more_classes_than_the_channel_knows_are_left_alone(monkeypatch, without_second_opinion):
    monkeypatch.setattr("skclean.rules._minority_class.MAX_CLASSES", 1)
    given, _, proba = rare_class(0.03, distance=1.0)
    np.testing.assert_array_equal(find_label_issues(given, proba), without_second_opinion(given, proba))


def test_verified_and_unlabelled_rows_stay_out():
    given, _, proba = rare_class(0.03, distance=2.0, flip_rate=0.05)
    y, verified = given.astype(object), np.zeros(len(given), dtype=bool)
    y[::5] = None
    verified[1::5] = True
    mask = find_label_issues(y, proba, verified=verified)
    assert not mask[::5].any()
    assert not mask[1::5].any()
    assert mask.any()


def test_rows_of_weight_zero_have_no_say():
    given, _, proba = rare_class(0.03, distance=2.0)
    kept = np.random.default_rng(1).random(len(given)) < 0.7
    weighted = find_label_issues(given, proba, sample_weight=kept.astype(float))
    np.testing.assert_array_equal(weighted[kept], find_label_issues(given[kept], proba[kept]))


def sample_of(audit):
    return draw_sample(audit.codes, audit.summary.given, audit.proba)


def test_the_channel_sees_every_row_of_a_rare_class(make_audit, monkeypatch):
    monkeypatch.setattr("skclean.noise.model._channel_sample.MAX_ROWS", 400)
    given, _, proba = rare_class(0.01, distance=2.0)
    rows, weight = sample_of(make_audit(given, proba))
    assert 300 < len(rows) <= 402  # a class is rounded up
    assert set(np.flatnonzero(given == 1)) <= set(rows)
    assert np.all(np.diff(rows) > 0)
    share = np.bincount(given[rows], weights=weight) / weight.sum()
    np.testing.assert_allclose(share, np.bincount(given) / len(given), rtol=1e-12)
    assert weight.mean() == pytest.approx(1)


def test_the_sample_does_not_depend_on_the_order_of_rows(make_audit, monkeypatch):
    monkeypatch.setattr("skclean.noise.model._channel_sample.MAX_ROWS", 400)
    given, _, proba = rare_class(0.1, distance=2.0)
    order = np.random.default_rng(1).permutation(len(given))
    rows, weight = sample_of(make_audit(given, proba))
    shuffled, its_weight = sample_of(make_audit(given[order], proba[order]))
    assert dict(zip(rows, weight, strict=True)) == dict(zip(order[shuffled], its_weight, strict=True))
    own = proba[np.arange(len(given)), given]
    assert np.average(own[rows], weights=weight) == pytest.approx(own.mean(), abs=0.001)
