"""Rows that an earlier table does not have, and an audit of these alone."""

import numpy as np
import pytest

from skclean.noise import NoiseModel
from skclean.review import judge_only, new_rows


def test_new_and_changed_rows():
    X, y = [[1, "a"], [2, "b"], [2, "b"], [3, "c"]], ["no", "yes", "yes", None]
    assert not new_rows(X, y, X[::-1], y[::-1]).any()
    assert new_rows(X, y, X[:2], y[:2]).tolist() == [False, False, True, True]
    assert new_rows(X, ["no", "no", "yes", None], X, y).tolist() == [False, True, False, False]
    assert new_rows([[1.0, "a"]], ["no"], X, y).tolist() == [False]
    with pytest.raises(ValueError, match="3 labels for 4 rows"):
        new_rows(X, y[:3], X, y)


def test_only_some_rows_are_judged(fitted, noisy):
    judged = np.arange(500) >= 400
    new = judge_only(fitted, judged)
    assert new.noise_mask_[judged].tolist() == fitted.noise_mask_[judged].tolist()
    assert not new.noise_mask_[~judged].any() and (new.audit_table()["tier"][~judged] == 0).all()
    summary = new.summary()
    assert summary["n_flagged"] == new.noise_mask_.sum() and summary["n_not_judged"] >= 400 - 5
    rate, weight = new.noise_rate_, new.audit_[NoiseModel].weight
    assert weight[~judged].sum() == 0 and weight.sum() == pytest.approx(1)
    assert rate.low <= noisy.flipped[judged].mean() <= rate.high
    assert fitted.audit_.verified is None


def test_bad_input(fitted):
    with pytest.raises(ValueError, match="True or False for each of the 500 rows"):
        judge_only(fitted, [1, 0])
