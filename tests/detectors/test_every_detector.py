"""What holds for every detector of classes, by its alias."""

import numpy as np
import pandas as pd
import pytest
import sklearn
from scipy import sparse
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from small_detectors import SMALL_DETECTORS

from skclean import NoiseRobustClassifier
from skclean.detectors import DETECTORS

every_detector = pytest.mark.parametrize("detector", SMALL_DETECTORS.values(), ids=SMALL_DETECTORS)


def test_every_alias_is_tested():
    of_classes = {name: found for name, found in DETECTORS.items() if "class" in found().accepts}
    assert {name: type(detector) for name, detector in SMALL_DETECTORS.items()} == of_classes


@every_detector
def test_quality_is_in_the_unit_interval_and_low_where_labels_are_wrong(detector, planted):
    judge = clone(detector).fit(planted.X, planted.noisy)
    quality = judge.label_quality_
    assert quality.dtype == np.float64 and (quality >= 0).all() and (quality <= 1).all()
    assert judge.noise_mask_.dtype == bool and judge.noise_mask_[planted.flipped].mean() >= 0.9
    assert quality[planted.flipped].mean() < quality[~planted.flipped].mean()


@every_detector
def test_unlabelled_rows_are_never_flagged_and_change_nothing_else_much(detector, planted):
    y = planted.noisy.astype(float)
    y[::10] = np.nan
    judge = clone(detector).fit(planted.X, y)
    assert not judge.noise_mask_[::10].any() and (judge.label_quality_[::10] == 1).all()
    judged = np.setdiff1d(np.flatnonzero(planted.flipped), np.arange(0, len(y), 10))
    assert judge.noise_mask_[judged].mean() >= 0.8


@every_detector
def test_verified_rows_are_never_flagged(detector, planted):
    judge = clone(detector).fit(planted.X, planted.noisy, verified=planted.flipped)
    assert not judge.noise_mask_[planted.flipped].any()


@every_detector
def test_frames_keep_their_index_and_their_names(detector, planted):
    frame = pd.DataFrame(planted.X, columns=list("abc"), index=np.arange(150) + 1000)
    judge = clone(detector).fit(frame, planted.noisy)
    assert judge.audit_table().index.tolist() == frame.index.tolist()
    assert judge.feature_names_in_.tolist() == list("abc")


@every_detector
def test_sparse_rows_are_judged_as_dense_ones_where_they_are_taken(detector, planted):
    if not sklearn.utils.get_tags(detector).input_tags.sparse:
        pytest.skip("takes no sparse X")
    judge = clone(detector).fit(sparse.csr_matrix(planted.X), planted.noisy)
    assert judge.noise_mask_[planted.flipped].mean() >= 0.8


@every_detector
def test_a_class_of_one_member_is_not_judged(detector, planted):
    y = planted.noisy.copy()
    y[7] = 3
    judge = clone(detector).fit(planted.X, y)
    assert not judge.noise_mask_[7]


@every_detector
@pytest.mark.parametrize("routing", [False, True])
def test_it_serves_inside_a_robust_classifier(detector, routing, planted):
    with sklearn.config_context(enable_metadata_routing=routing):
        clf = NoiseRobustClassifier(LogisticRegression(), detector=detector).fit(planted.X, planted.noisy)
    assert clf.score(planted.X, planted.y) > 0.95
