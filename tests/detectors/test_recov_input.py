"""ReCoV: input of every kind, and what is said of input that cannot be used."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from skclean.detectors import ReCoV


def some_missing(values, missing):
    return [missing if row % 10 == 0 else float(value) for row, value in enumerate(values)]


@pytest.mark.parametrize("missing", [None, np.nan])
def test_numbers_may_be_missing_and_cost_no_closed_form(missing, planted):
    y = some_missing(planted.X[:, 0] + planted.X[:, 1] ** 2, missing)
    auto, plain = (
        ReCoV(Ridge(), n_repeats=20, engine=engine, random_state=0).fit(planted.X, y) for engine in ("auto", "plain")
    )
    assert auto.engine_ != "plain"
    np.testing.assert_array_equal(auto.noise_histogram_, plain.noise_histogram_)
    np.testing.assert_allclose(auto.label_quality_, plain.label_quality_, atol=1e-6)
    assert (auto.label_quality_[::10] == 1).all()
    assert not auto.noise_mask_[::10].any()


def test_nothing_but_missing_numbers(planted):
    with pytest.raises(ValueError, match="no value at all"):
        ReCoV(Ridge(), n_repeats=5).fit(planted.X, [None] * 150)


def test_the_default_judge_heeds_how_many_rows_have_a_label(planted):
    y = planted.y.astype(object)
    y[np.arange(150) % 13 != 0] = None  # 12 are left
    detector = ReCoV(n_repeats=5, random_state=0).fit(planted.X, y)
    assert detector.noise_histogram_.sum() > 0
