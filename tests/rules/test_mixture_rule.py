"""The mixture of two groups against its definition."""

import numpy as np
import pytest
from material import class_audit
from scipy.special import expit
from scipy.stats import norm

from skclean.rules import Mixture
from skclean.rules._gaussian_mixture import lower_group_chance


def audit_of(quality, codes=None):
    codes = np.zeros(len(quality), dtype=np.int32) if codes is None else np.asarray(codes, dtype=np.int32)
    return class_audit(codes, np.arange(codes.max() + 1), None, quality, codes)


def two_groups(seed=0, share=0.3, n_rows=4000):
    rng = np.random.default_rng(seed)
    low = rng.random(n_rows) < share
    return low, np.where(low, rng.normal(-2, 0.9, n_rows), rng.normal(2, 1.0, n_rows))


def test_the_chance_is_that_of_the_groups_drawn_from():
    low, values = two_groups()
    ours = lower_group_chance(values)
    densities = 0.3 * norm.pdf(values, -2, 0.9), 0.7 * norm.pdf(values, 2, 1.0)
    between = (values > -1.9) & (values < 1.9)
    np.testing.assert_allclose(ours[between], (densities[0] / sum(densities))[between], atol=0.08)
    assert (ours[values < -2.1] == 1).all() and (ours[values > 2.1] == 0).all()
    assert low[ours > 0.9].mean() > 0.95


@pytest.mark.parametrize("threshold", [0.2, 0.5, 0.9])
def test_the_rule_is_the_chance_of_the_log_odds_above_the_threshold(threshold):
    _, values = two_groups()
    values = np.clip(values, -4, 4)
    expected = lower_group_chance(values) > threshold
    np.testing.assert_array_equal(Mixture(threshold).decide(audit_of(expit(values))), expected)


def test_each_class_has_groups_of_its_own():
    low, values = two_groups(n_rows=1000)
    harder = np.where(np.arange(1000) < 500, 0.0, -3.0)  # the whole second class is less sure
    codes = (harder < 0).astype(int)
    audit = audit_of(expit(np.clip(values + harder, -4.5, 4.5)), codes)
    own = (Mixture(per_class=True).decide(audit) == low).mean()
    assert own > 0.9 > (Mixture().decide(audit) == low).mean()


def test_a_class_of_one_group_and_a_small_class_are_left_alone():
    low, values = two_groups(n_rows=500)
    clean = np.random.default_rng(1).normal(1.5, 0.5, 500)
    few = np.array([-3.0, 3.0, 3.1])
    codes = np.repeat([0, 1, 2], [500, 500, 3])
    mask = Mixture(per_class=True).decide(audit_of(expit(np.concatenate([values, clean, few])), codes))
    assert (mask[:500] == low).mean() > 0.85
    assert not mask[500:].any()


def test_the_same_rows_give_the_same_flags():
    _, values = two_groups()
    audit = audit_of(expit(values))
    np.testing.assert_array_equal(Mixture().decide(audit), Mixture().decide(audit))


@pytest.mark.parametrize(
    ("params", "message"), [({"threshold": 1.0}, "threshold"), ({"per_class": "yes"}, "per_class")]
)
def test_parameters_that_make_no_sense_are_refused(params, message):
    with pytest.raises(ValueError, match=message):
        Mixture(**params).decide(audit_of(np.linspace(0, 1, 30)))
