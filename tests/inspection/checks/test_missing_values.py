"""SKC011: missing values that depend on the label."""

import numpy as np
import pandas as pd

from skclean.inspection import missing_values


def gaps(share_no, share_yes, n=400, seed=0):
    rng = np.random.default_rng(seed)
    y = np.array(["no", "yes"])[np.arange(n) % 2]
    missing = rng.random(n) < np.where(y == "yes", share_yes, share_no)
    X = pd.DataFrame({"a": np.where(missing, np.nan, rng.normal(size=n)), "b": rng.normal(size=n)})
    return X, y


def test_gaps_of_one_class_are_found():
    result = missing_values(*gaps(0.05, 0.4))
    assert result.state == "tip"
    line = result.findings[0]
    assert (line["column"], line["most in"], line["fewest in"]) == ("a", "yes", "no")
    assert line["most low"] < line["most"] < line["most high"]
    assert result.numbers["n_dependent"] == 1 and result.numbers["n_columns"] == 1


def test_gaps_in_all_classes_alike_pass():
    false_alarms = sum(missing_values(*gaps(0.2, 0.2, seed=seed)).state != "passed" for seed in range(50))
    assert false_alarms <= 2


def test_a_weak_dependence_in_a_large_table_passes():
    assert missing_values(*gaps(0.10, 0.12, n=40_000)).state == "passed"


def test_without_gaps_nothing_is_tested():
    assert missing_values([[1.0]] * 30, [0, 1] * 15).verdict == "No cell is missing."
