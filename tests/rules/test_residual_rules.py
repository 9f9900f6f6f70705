"""Rules on residuals of numbers: next to nothing on right numbers, and a bounded share of right ones among flags."""

import numpy as np
import pytest

from skclean.base import Audit, Labels, Residuals
from skclean.rules import FalseDiscoveryRate, ResidualMixture
from skclean.rules._residual_mixture import expected_false, fit_residual_mixture
from skclean.targets import read_numbers

RIGHT = {
    "normal": lambda rng, n: rng.normal(size=n),
    "heavy tails": lambda rng, n: rng.standard_t(3, n),
    "one-sided": lambda rng, n: rng.exponential(size=n) - 1,
    "two spreads": lambda rng, n: rng.normal(size=n) * rng.choice([1, 3], n),
}
NATURAL = {
    "lognormal": lambda rng: rng.lognormal(0, 2, 500),
    "negative lognormal": lambda rng: -rng.lognormal(0, 1, 500),
    "many zeros": lambda rng: np.where(rng.uniform(size=500) < 0.8, 0, rng.lognormal(size=500)),
    "cauchy": lambda rng: rng.standard_cauchy(500),
    "pareto": lambda rng: rng.pareto(1.5, 500),
    "two values": lambda rng: rng.choice([0.0, 1.0], 500, p=[0.95, 0.05]),
}
RULES = [ResidualMixture(), ResidualMixture(threshold=0.8), FalseDiscoveryRate(0.2)]
every_rule = pytest.mark.parametrize("rule", RULES, ids=repr)


def audit_of(y, **labels):
    target = read_numbers(y)
    residuals = Residuals(np.zeros(len(y)), np.ones(len(y)))
    quality = 1 / (1 + np.nan_to_num(target.values) ** 2)
    return Audit(Labels(target, **labels), (residuals,), quality, target.values)


@every_rule
@pytest.mark.parametrize("kind", RIGHT)
def test_next_to_nothing_is_flagged_where_all_are_right(rule, kind):
    for seed in range(3):
        y = RIGHT[kind](np.random.RandomState(seed), 500)
        assert rule.decide(audit_of(y)).mean() <= 0.01


@every_rule
@pytest.mark.parametrize("kind", NATURAL)
def test_long_tails_and_frequent_numbers_are_no_errors(rule, kind):
    y = NATURAL[kind](np.random.RandomState(0))
    assert rule.decide(audit_of(y - np.median(y))).mean() <= 0.01


@every_rule
@pytest.mark.parametrize("kind", RIGHT)
def test_most_flags_are_wrong_numbers(rule, kind):
    found = []
    for seed in range(3):
        rng = np.random.RandomState(seed)
        y, wrong = RIGHT[kind](rng, 500), np.arange(500) < 40
        y[wrong] += rng.choice([-1, 1], 40) * rng.uniform(10, 200, 40)
        mask = rule.decide(audit_of(y))
        assert not mask.any() or (~wrong)[mask].mean() <= 0.2
        found.append(mask[wrong].mean())
    assert np.mean(found) > 0.5


@every_rule
def test_verified_and_missing_numbers_are_not_flagged(rule):
    y = np.append(np.random.RandomState(0).normal(size=200), [100.0, 200.0, np.nan, 300.0, 90.0, 80.0, -70.0])
    verified = np.arange(207) == 201
    assert np.flatnonzero(rule.decide(audit_of(y, verified=verified))).tolist() == [200, 203, 204, 205, 206]
    assert not rule.decide(audit_of(np.zeros(5))).any()
    assert not rule.decide(audit_of(y, verified=np.ones(207, dtype=bool))).any()


def test_units_do_not_matter_and_many_rows_are_summarised():
    rng = np.random.RandomState(0)
    sizes = np.append(np.abs(rng.normal(size=30_000)), rng.uniform(20, 200, 1500))
    mixture = fit_residual_mixture(sizes)
    assert mixture.share == pytest.approx(1500 / 31500, abs=0.01) and mixture.degrees >= 10
    other = fit_residual_mixture(1000 * sizes)
    assert other.spread == pytest.approx(1000 * mixture.spread) and other.share == pytest.approx(mixture.share)
    chance = mixture.wrong(np.linspace(0, 300, 50))
    assert (np.diff(chance) >= 0).all() and chance[0] < 0.05 and chance[-1] > 0.99
    assert (np.diff(expected_false(np.sort(sizes)[::-1])) >= 0).all()


def test_among_tails_that_explain_as_well_the_heaviest_is_taken():
    """60 normal residuals do not exclude heavy tails, so that the rule does not either; the likeliest fit has 50."""
    sizes = np.abs(np.random.default_rng(0).normal(size=60))
    assert fit_residual_mixture(sizes).degrees <= 5
