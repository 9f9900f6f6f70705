"""AgreementDisplay: overlap of flags, and rank correlation of qualities."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from material import planted_problem, small_detector
from matplotlib import pyplot
from scipy.stats import spearmanr

from skclean.detectors import KDN
from skclean.inspection import AgreementDisplay

X, Y, NOISY, FLIPPED = planted_problem(150, 3, 12)
columns = st.lists(
    st.tuples(*[st.sampled_from([0.0, 0.2, 0.5, 1.0])] * 3, *[st.booleans()] * 3), min_size=3, max_size=20
)


@settings(max_examples=20)
@given(columns)
def test_numbers_are_those_of_sets_and_of_scipy(drawn):
    *qualities, a, b, c = np.array(drawn, dtype=float).T
    flags = [mask.astype(bool) for mask in (a, b, c)]
    names = ["x", "y", "z"]
    display = AgreementDisplay.from_predictions(
        dict(zip(names, qualities, strict=True)), dict(zip(names, flags, strict=True))
    )
    for i in range(3):
        for j in range(3):
            first, second = (set(np.flatnonzero(flags[k])) for k in (i, j))
            either = len(first | second)
            share = len(first & second) / either if either else np.nan
            np.testing.assert_allclose(display.overlap[i, j], share)
            constant = np.ptp(qualities[i]) == 0 or np.ptp(qualities[j]) == 0
            expected = np.nan if constant else spearmanr(qualities[i], qualities[j]).statistic
            np.testing.assert_allclose(display.rank_correlation[i, j], expected, atol=1e-12)
    assert display.n_flagged.tolist() == [mask.sum() for mask in flags]
    pyplot.close("all")


def test_cells_show_what_kind_says():
    qualities = {"x": [0.1, 0.5, 0.9], "y": [0.9, 0.5, 0.1]}
    flags = {"x": [True, False, False], "y": [True, True, False]}

    def texts(**options):
        found = AgreementDisplay.from_predictions(qualities, flags, **options).ax_.texts
        return {tuple(map(round, text.get_position()))[::-1]: text.get_text() for text in found}

    assert texts() == {(0, 0): "1 flags", (1, 1): "2 flags", (1, 0): "0.50", (0, 1): "-1.00"}
    assert texts(kind="overlap")[0, 1] == "0.50" and texts(kind="rank_correlation")[1, 0] == "-1.00"
    assert texts(include_values=False) == {}
    display = AgreementDisplay.from_predictions(qualities, flags, im_kw={"cmap": "gray"})
    assert display.ax_.images[0].get_cmap().name == "gray"


def test_a_list_is_named_by_its_classes():
    first, second = KDN().fit(X, NOISY), KDN(5).fit(X, NOISY)
    display = AgreementDisplay.from_estimator([first, second, small_detector().fit(X, NOISY)])
    assert display.names.tolist() == ["KDN", "KDN 2", "ConfidentLearning"]


def test_wrong_input_is_named():
    detector = KDN().fit(X, NOISY)
    other = KDN().fit(X, Y)
    with pytest.raises(ValueError, match=r"detectors\['b'\] was fitted to other labels"):
        AgreementDisplay.from_estimator({"a": detector, "b": other})
    with pytest.raises(ValueError, match="detectors is empty"):
        AgreementDisplay.from_estimator([])
    with pytest.raises(TypeError, match="detectors must be a dict or a list"):
        AgreementDisplay.from_estimator(detector)
    with pytest.raises(ValueError, match="qualities has 1 detectors"):
        AgreementDisplay.from_estimator([detector])
    for arguments, error, message in (
        (([[0.1]], {}), TypeError, "qualities must be a dict"),
        (({"a": [0.1], "b": [0.2]}, {"a": [True]}), ValueError, "noise_masks must have the names"),
        (({"a": [0.1], "b": [0.2, 0.3]}, {"a": [1], "b": [1]}), ValueError, r"qualities\['b'\] has 2 rows"),
        (({"a": [0.1], "b": [0.2]}, {"a": [1], "b": [1, 0]}), ValueError, r"noise_masks\['b'\] must have shape"),
    ):
        with pytest.raises(error, match=message):
            AgreementDisplay.from_predictions(*arguments)
    with pytest.raises(ValueError, match="kind must be one of"):
        AgreementDisplay.from_estimator([detector, other.fit(X, NOISY)], kind="kappa")
