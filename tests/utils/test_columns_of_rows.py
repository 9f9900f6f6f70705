"""What stands beside X: in the order of its rows, in one column, with gaps, and with groups where they are needed."""

import numpy as np
import pandas as pd
import pytest
import sklearn
from material import planted_problem, random_proba, small_detector
from peers import InPolars, made
from scipy import sparse
from sklearn.linear_model import Ridge
from sklearn.model_selection import (
    GroupKFold,
    GroupShuffleSplit,
    KFold,
    LeaveOneGroupOut,
    LeavePGroupsOut,
    StratifiedGroupKFold,
    StratifiedKFold,
)
from sklearn.naive_bayes import GaussianNB

from skclean import LabelCleaner, NoiseRobustClassifier, find_label_issues
from skclean.detectors import KDN, ConfidentLearning, InstanceHardness, ReCoV
from skclean.utils._checks import check_same_order

X, Y, NOISY, FLIPPED = planted_problem(120, 3, 10)
INDEX = np.random.default_rng(0).permutation(1000)[:120]
FRAME, SERIES = pd.DataFrame(X, index=INDEX), pd.Series(NOISY, index=INDEX)
SHUFFLED = np.random.default_rng(1).permutation(120)

ESTIMATORS = {
    "ConfidentLearning": lambda: ConfidentLearning(GaussianNB(), random_state=0),
    "ReCoV": lambda: ReCoV(n_repeats=50, random_state=0),
    "LabelCleaner": lambda: LabelCleaner(detector=small_detector()),
    "NoiseRobustClassifier": lambda: NoiseRobustClassifier(GaussianNB(), detector=small_detector()),
}
every_estimator = pytest.mark.parametrize("make", ESTIMATORS.values(), ids=ESTIMATORS)


def shuffled(column):
    return pd.Series(column, index=INDEX).iloc[SHUFFLED]


@every_estimator
def test_an_index_in_another_order_is_refused(make):
    message = r"X and y have the same index in another order: row 0 is .*y\.loc\[X\.index\].*y\.to_numpy\(\)"
    with pytest.raises(ValueError, match=message):
        make().fit(FRAME, SERIES.iloc[SHUFFLED])
    given = {"sample_weight": np.ones(120), "verified": FLIPPED, "groups": np.arange(120) // 2}
    for name, values in given.items():
        with pytest.raises(ValueError, match=f"X and {name} have the same index"):
            make().fit(FRAME, SERIES, **{name: shuffled(values)})
        with pytest.raises(ValueError, match=f"y and {name} have the same index"):
            make().fit(X, SERIES, **{name: shuffled(values)})


def test_reviewed_labels_scores_and_probabilities_in_another_order_are_refused():
    clf = NoiseRobustClassifier(GaussianNB(), detector=small_detector())
    with pytest.raises(ValueError, match="X and reviewed have the same index"):
        clf.fit(FRAME, SERIES, reviewed=shuffled(np.where(FLIPPED, Y, None)))
    with pytest.raises(ValueError, match="X and y have the same index"):
        clf.fit(FRAME, SERIES).score(FRAME, SERIES.iloc[SHUFFLED])
    proba = pd.DataFrame(random_proba(np.random.default_rng(0), 120, 3), index=INDEX)
    with pytest.raises(ValueError, match="y_proba and y have the same index"):
        find_label_issues(SERIES.iloc[SHUFFLED], proba)
    with pytest.raises(ValueError, match="X and y have the same index"):
        ReCoV(Ridge(), n_repeats=50).fit(FRAME, shuffled(X[:, 0]))


@pytest.mark.parametrize(
    "y",
    [
        SERIES,
        SERIES.reset_index(drop=True),
        SERIES.set_axis(INDEX + 1),
        SERIES.iloc[SHUFFLED].loc[INDEX],
        SERIES.tolist(),
        InPolars(lambda pl: pl.Series(NOISY)),
    ],
    ids=["same", "positions", "other rows", "put in order", "list", "polars"],
)
def test_other_indices_mean_positions(y):
    np.testing.assert_array_equal(small_detector().fit(FRAME, made(y)).noise_mask_, FLIPPED)


def test_indices_of_any_kind_are_compared():
    for index in (pd.MultiIndex.from_arrays([INDEX, INDEX]), pd.date_range("2020", periods=120), pd.RangeIndex(120)):
        frame, series = pd.DataFrame(X, index=index), pd.Series(NOISY, index=index)
        check_same_order(X=frame, y=series, groups=None)
        with pytest.raises(ValueError, match="another order"):
            check_same_order(X=frame, y=series.iloc[SHUFFLED])


GAPS = np.where(FLIPPED, True, np.where(np.arange(120) % 2, None, False))


@pytest.mark.parametrize(
    "verified",
    [
        pd.array(GAPS, dtype="boolean"),
        pd.Series(GAPS, dtype="boolean"),
        pd.Series(GAPS),
        InPolars(lambda pl: pl.Series(GAPS.tolist())),
        GAPS,
        GAPS.tolist(),
        np.where(FLIPPED, 1.0, np.nan),
        np.ma.array(np.ones(120, dtype=bool), mask=~FLIPPED),
    ],
    ids=["nullable", "nullable Series", "Series", "polars", "objects", "list", "floats", "masked"],
)
@every_estimator
def test_what_is_not_known_to_be_right_is_not_verified(make, verified):
    known, gaps = (make().fit(X, NOISY, verified=flags) for flags in (FLIPPED, made(verified)))
    np.testing.assert_array_equal(gaps.noise_mask_, known.noise_mask_)
    assert not gaps.noise_mask_[FLIPPED].any()


def test_other_values_are_no_flags():
    for verified in (["yes"] * 120, np.full(120, 2), np.full(120, 1.5)):
        with pytest.raises(ValueError, match="verified must hold booleans"):
            small_detector().fit(X, NOISY, verified=verified)


TWO = np.column_stack([NOISY, Y])
SEVERAL = {
    "array": TWO,
    "frame": pd.DataFrame(TWO),
    "polars": InPolars(lambda pl: pl.from_numpy(TWO)),
    "lists": TWO.tolist(),
    "lists of any length": [[0], [1, 2]] * 60,
    "sets": [{0}, {1, 2}] * 60,
    "sparse": sparse.csr_array(TWO),
    "object Series": pd.Series([[0], [1, 2]] * 60),
}


@pytest.mark.parametrize("y", SEVERAL.values(), ids=SEVERAL)
@every_estimator
def test_several_labels_a_row_are_told_what_there_is(make, y):
    y = made(y)
    with pytest.raises(ValueError, match=r"y should be a 1d array.*MultiLabelConfidentLearning.*several annotators"):
        make().fit(X, y)
    with pytest.raises(ValueError, match="y should be a 1d array|Y_proba has the shape|each cell is 1"):  # as tags
        find_label_issues(y, np.full((120, 2), 0.5))


SPLITTERS = [GroupKFold(3), StratifiedGroupKFold(3), LeaveOneGroupOut(), LeavePGroupsOut(2), GroupShuffleSplit(3)]


@pytest.mark.parametrize("cv", SPLITTERS, ids=repr)
@pytest.mark.parametrize("routing", [False, True])
def test_a_splitter_of_groups_asks_for_them(cv, routing):
    detectors = [ConfidentLearning(GaussianNB(), cv=cv), InstanceHardness(cv=cv)]
    detectors += [LabelCleaner(detector=detectors[0]), NoiseRobustClassifier(GaussianNB(), detector=detectors[0])]
    with sklearn.config_context(enable_metadata_routing=routing):
        for detector in detectors:
            with pytest.raises(ValueError, match="fit got no groups; pass groups=, one value per row"):
                detector.fit(X, NOISY)


def test_repeats_ask_for_groups_too():
    cv = StratifiedGroupKFold(3, shuffle=True)
    with pytest.raises(ValueError, match="fit got no groups"):
        ReCoV(GaussianNB(), cv=cv, n_repeats=50).fit(X, NOISY)
    assert ReCoV(GaussianNB(), cv=cv, n_repeats=50).fit(X, NOISY, groups=np.arange(120) // 4).n_repeats_ == 50


@pytest.mark.parametrize("cv", [KFold(3, shuffle=True, random_state=0), StratifiedKFold(3), 3], ids=repr)
def test_other_splitters_do_not(cv):
    assert ConfidentLearning(GaussianNB(), cv=cv).fit(X, NOISY).noise_mask_.any()
    assert KDN().fit(X, NOISY).noise_mask_.any()
