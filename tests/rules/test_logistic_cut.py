"""The automatic cut of SelfClean."""

import numpy as np
import pytest
from scipy.special import expit, logit

from skclean.rules import LogisticCut
from skclean.rules._logistic_cut import logistic_cut


@pytest.mark.parametrize("contamination", [0.05, 0.1, 0.2])
@pytest.mark.parametrize("level", [0.05, 0.5])
def test_of_a_logistic_law_it_is_the_quantile(contamination, level):
    places = (np.arange(100_000) + 0.5) / 100_000
    scores = expit(1.5 + 0.7 * logit(places))
    cut = logistic_cut(scores, contamination, level)
    assert (scores < cut).mean() == pytest.approx(contamination * level, rel=0.02)


def test_rows_apart_are_below_and_others_are_not():
    rng = np.random.default_rng(0)
    scores = np.append(expit(2 + 0.5 * rng.logistic(size=1000)), np.full(60, 0.001))
    below = scores < logistic_cut(scores)
    assert below[1000:].all() and below[:1000].mean() < 0.01


@pytest.mark.parametrize("scores", [np.empty(0), np.full(20, 0.5)])
def test_without_spread_nothing_is_below(scores):
    assert logistic_cut(scores) == 0.0


def test_the_rule_never_cuts_above_its_bound(make_audit, make_noisy):
    audit = make_audit(*make_noisy())
    assert not LogisticCut(max_cut=0.0).decide(audit).any()
    wide, narrow = (LogisticCut(contamination=0.4, level=level).decide(audit).sum() for level in (1.0, 0.05))
    assert wide > narrow
