"""The threshold model and the slips: plain references, recovery of what made the labels, limits."""

import numpy as np
import pytest
from scipy.stats import norm

from skclean.noise.ordinal._posterior import ordinal_posterior
from skclean.noise.ordinal._slips import SLIP_KINDS, fit_slips, slip_matrices
from skclean.noise.ordinal._thresholds import fit_thresholds, rank_moments

CUTS = np.array([0.5, 1.5, 2.5, 3.5])


def labels(n_samples=2000, seed=0, scale=0.5):
    rng = np.random.default_rng(seed)
    place = rng.uniform(0, 4, n_samples)
    return place, (place + scale * rng.normal(size=n_samples) > CUTS[:, None]).sum(axis=0)


def truth_of(place, scale=0.5):
    return np.diff(norm.cdf((CUTS[None] - place[:, None]) / scale), axis=1, prepend=0, append=1)


def test_thresholds_are_recovered():
    place, codes = labels()
    model = fit_thresholds(place, np.ones(len(place)), codes, 5)
    np.testing.assert_allclose(model.cuts, CUTS, atol=0.15)
    proba = model.proba(place, np.ones(len(place)))
    np.testing.assert_allclose(proba.sum(axis=1), 1)
    assert np.abs(proba - truth_of(place)).mean() < 0.02


def test_repeated_rows_count_as_weights():
    place, codes = labels(300)
    times = np.random.default_rng(2).integers(1, 4, len(place))
    repeated = fit_thresholds(np.repeat(place, times), np.ones(times.sum()), np.repeat(codes, times), 5)
    weighted = fit_thresholds(place, np.ones(len(place)), codes, 5, times.astype(float))
    np.testing.assert_allclose(weighted.cuts, repeated.cuts, atol=0.01)


def test_moments_of_the_rank():
    mean, spread = rank_moments(np.array([[0.5, 0.0, 0.5], [0.0, 1.0, 0.0]]))
    np.testing.assert_allclose(mean, [1, 1])
    assert spread[0] == 1 and 0 < spread[1] < 0.2


@pytest.mark.parametrize("n_classes", [2, 3, 4, 7])
def test_slip_matrices_never_leave_a_label_as_it_is(n_classes):
    frequency = np.full(n_classes, 1 / n_classes)
    for matrix in slip_matrices(frequency):
        np.testing.assert_allclose(matrix.sum(axis=1), 1)
        assert (np.diag(matrix) == 0).all()
    mirrored = dict(zip(SLIP_KINDS, slip_matrices(frequency), strict=True))["reversed"]
    assert mirrored[0, n_classes - 1] == 1


@pytest.mark.parametrize(("kind", "atol"), [("reversed", 0.03), ("far", 0.03), ("any", 0.04)])
def test_the_rate_and_the_kind_of_slips_are_found(kind, atol):
    place, codes = labels(4000, scale=0.3)
    rng = np.random.default_rng(3)
    matrix = slip_matrices(np.full(5, 0.2))[SLIP_KINDS.index(kind)]
    slipped = rng.random(len(codes)) < 0.15
    recorded = np.where(slipped, (matrix[codes].cumsum(axis=1) < rng.random(len(codes))[:, None]).sum(axis=1), codes)
    slips = fit_slips(truth_of(place, 0.3), recorded, np.bincount(recorded) / len(recorded))
    assert abs(slips.rate - 0.15) < atol
    expected = 0.85 * np.eye(5) + 0.15 * matrix
    assert np.abs(slips.transition - expected).mean() < 0.03


def test_without_slips_the_rate_is_small_and_verified_rows_have_none():
    place, codes = labels()
    frequency = np.bincount(codes) / len(codes)
    assert fit_slips(truth_of(place), codes, frequency).rate < 0.01
    far = np.where(np.arange(len(codes)) % 10 == 0, 4 - codes, codes)
    verified = np.ones(len(codes), dtype=bool)
    assert fit_slips(truth_of(place), far, frequency, verified=verified).rate < 0.001


def test_the_posterior_is_bayes_rule():
    place, codes = labels(500)
    truth = truth_of(place)
    slips = fit_slips(truth, codes, np.bincount(codes) / len(codes))
    row = 7
    joint = np.array([truth[row, k] * slips.transition[k, codes[row]] for k in range(5)])
    np.testing.assert_allclose(slips.posterior(truth, codes)[row], joint / joint.sum(), rtol=1e-9)
    nothing = slips.posterior(truth, np.full(len(codes), -1))
    np.testing.assert_allclose(nothing, truth, rtol=1e-9)


def test_rows_without_weight_or_label_are_not_read():
    place, codes = labels(400)
    codes = codes.astype(np.int32)
    truth = truth_of(place)
    weight = np.ones(len(place))
    other = codes.copy()
    other[:50], weight[:50] = 4 - codes[:50], 0
    plain = ordinal_posterior(truth[50:], codes[50:])
    weighted = ordinal_posterior(truth, other, weight=weight)
    np.testing.assert_allclose(weighted.slips.rate, plain.slips.rate, rtol=1e-6)
    missing = np.where(weight == 0, -1, codes)
    unlabelled = ordinal_posterior(truth, missing)
    np.testing.assert_allclose(unlabelled.slips.rate, plain.slips.rate, rtol=1e-6)
    np.testing.assert_allclose(unlabelled.posterior[:50], unlabelled.truth[:50])
    assert (unlabelled.right(missing)[:50] == 1).all()
