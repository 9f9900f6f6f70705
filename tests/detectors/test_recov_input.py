"""ReCoV: input of every kind, and what is said of input that cannot be used."""

import numpy as np
import pytest
from scipy import sparse
from sklearn import config_context
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge
from sklearn.metrics import accuracy_score
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier

from skclean import LabelCleaner, NoiseRobustClassifier
from skclean.detectors import ReCoV
from skclean.rules import ExactCount


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


def test_a_precomputed_metric_of_the_wrong_shape(planted):
    distances = np.abs(planted.X[:, None] - planted.X[None]).sum(axis=2)[:, :100]
    y = planted.y.astype(object)
    y[::9] = None
    detector = ReCoV(KNeighborsClassifier(5, metric="precomputed"), n_repeats=5)
    with pytest.raises(ValueError, match="square"):
        detector.fit(distances, y)


@pytest.mark.parametrize("as_sparse", [False, True])
def test_the_default_judge_ignores_what_transformers_are_told_to_give(as_sparse, planted):
    X = sparse.csr_matrix(planted.X) if as_sparse else planted.X
    with config_context(transform_output="pandas"):
        found = ReCoV(n_repeats=20, random_state=0).fit(X, planted.noisy)
    expected = ReCoV(n_repeats=20, random_state=0).fit(X, planted.noisy)
    np.testing.assert_array_equal(found.noise_histogram_, expected.noise_histogram_)


def test_the_default_judge_takes_columns_without_a_number(planted):
    X = np.c_[planted.X, np.full(150, np.nan)]
    found = ReCoV(n_repeats=20, random_state=0).fit(X, planted.noisy)
    expected = ReCoV(n_repeats=20, random_state=0).fit(planted.X, planted.noisy)
    np.testing.assert_array_equal(found.noise_histogram_, expected.noise_histogram_)


class Untouched(GaussianNB):
    """Must not be fitted."""

    def fit(self, X, y, sample_weight=None):
        raise AssertionError("time was spent")


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        ({"rule": "rival_ratio"}, ValueError, "RivalRatio needs class probabilities"),
        ({"rule": "off_diagonal"}, ValueError, "OffDiagonal needs class probabilities"),
        ({"scoring": accuracy_score}, ValueError, "metric function rather than a scorer"),
        ({"estimator": TfidfVectorizer()}, TypeError, "'score' method"),
    ],
    ids=["a rule", "another rule", "a metric", "an estimator"],
)
def test_what_cannot_work_is_refused_before_the_first_fit(params, error, message, planted):
    with pytest.raises(error, match=message):
        ReCoV(**{"estimator": Untouched(), "n_repeats": 5, **params}).fit(planted.X, planted.noisy)


def test_groups_are_not_lost_where_metadata_is_routed(planted):
    with config_context(enable_metadata_routing=True), pytest.raises(ValueError, match="cannot keep groups together"):
        ReCoV(GaussianNB(), n_repeats=5).fit(planted.X, planted.noisy, groups=np.arange(150))


def test_events_and_times_in_two_columns(planted):
    with pytest.raises(ValueError, match="as one structured array"):
        ReCoV(Ridge(), n_repeats=5).fit(planted.X, [(True, 1.0)] * 150)


def test_a_detector_of_numbers_cannot_clean_classes(planted):
    detector = ReCoV(Ridge(), n_repeats=5)
    with pytest.raises(ValueError, match="SoftLabels needs class probabilities, and ReCoV has none"):
        LabelCleaner(detector=detector, treatment="soft_labels").fit(planted.X, planted.noisy)
    with pytest.raises(ValueError, match="trains classifiers, and ReCoV takes targets of the kind numeric"):
        NoiseRobustClassifier(detector=detector).fit(planted.X, planted.noisy)


def test_a_detector_of_numbers_cleans_numbers():
    X = np.arange(40.0)[:, None]
    y = 3 * np.arange(40)
    cleaner = LabelCleaner(detector=ReCoV(Ridge(), n_repeats=200, rule=ExactCount(1), random_state=0))
    X_clean, y_clean = cleaner.fit_resample(X, y)
    assert cleaner.sample_indices_.tolist() == np.flatnonzero(~cleaner.noise_mask_).tolist()
    assert len(y_clean) == 39
    np.testing.assert_array_equal(y_clean, y[cleaner.sample_indices_])
    np.testing.assert_array_equal(X_clean, X[cleaner.sample_indices_])
