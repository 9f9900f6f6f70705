"""Where flips go, against the Dirichlet-multinomial written out."""

from math import factorial, lgamma, log

import numpy as np
import pytest

from skclean.noise.model._flip_targets import STRENGTHS, evidence_of_targets, mean_targets

ALLOWED = ~np.eye(4, dtype=bool)
FLIPS = np.array([[0.0, 9, 0, 1], [2, 0, 2, 2], [0, 0, 0, 0], [5, 0, 0, 0]])


def evidence_written_out(counts, strength):
    cell, total = strength / len(counts), sum(counts)
    rising = sum(lgamma(count + cell) - lgamma(cell) for count in counts)
    return rising + lgamma(strength) - lgamma(strength + total)


def test_targets_are_a_mean_over_strengths_weighted_by_their_evidence():
    found = mean_targets(FLIPS, ALLOWED)
    for counts, targets, others in zip(FLIPS, found, ALLOWED, strict=True):
        mine = counts[others]
        weights = np.exp([evidence_written_out(mine, strength) for strength in STRENGTHS])
        means = [(mine + s / 3) / (mine.sum() + s) for s in STRENGTHS]
        np.testing.assert_allclose(targets[others], np.average(means, axis=0, weights=weights))
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert not found[~ALLOWED].any()


def test_the_evidence_of_a_strength_is_the_chance_of_the_flips():
    # with a strength of 3 over 3 classes all shares are equally likely, and so are all counts of the same sum
    n_ways = factorial(10 + 2) / (factorial(10) * factorial(2))
    orders = factorial(10) / (factorial(9) * factorial(1))
    assert evidence_written_out([9, 0, 1], 3.0) == pytest.approx(-log(n_ways) - log(orders))


def test_evidence_is_that_of_the_prior_over_the_likelihood_of_the_targets():
    targets = mean_targets(FLIPS, ALLOWED)
    rows = [(counts[others], shares[others]) for counts, shares, others in zip(FLIPS, targets, ALLOWED, strict=True)]
    chances = np.exp([[evidence_written_out(mine, strength) for strength in STRENGTHS] for mine, _ in rows])
    of_flips = (chances.mean(axis=1).prod() + chances.prod(axis=0).mean()) / 2
    expected = np.log(of_flips) - sum(mine @ np.log(shares) for mine, shares in rows)
    assert evidence_of_targets(FLIPS, targets, ALLOWED) == pytest.approx(expected)
    assert expected < 0


def test_evidence_counts_against_a_choice_among_more_classes():
    few, many = np.zeros((2, 3, 3)), np.zeros((2, 9, 9))
    for flips, targets in (few, many):
        flips[0, 1], targets[0, 1] = 20, 1
    of_few, of_many = (evidence_of_targets(*part, ~np.eye(len(part[0]), dtype=bool)) for part in (few, many))
    assert of_many < of_few < 0


def test_a_class_that_may_not_be_flipped_has_no_targets_and_no_evidence():
    allowed = ALLOWED.copy()
    allowed[3] = False
    flips = np.where(allowed, FLIPS, 0.0)
    targets = mean_targets(flips, allowed)
    assert not targets[3].any()
    evidence = evidence_of_targets(flips, targets, allowed)
    assert evidence == pytest.approx(evidence_of_targets(flips[:3], targets[:3], allowed[:3]))
    assert evidence_of_targets(0 * flips, targets, allowed) == pytest.approx(0)
