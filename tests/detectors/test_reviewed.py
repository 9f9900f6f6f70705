"""What reviewed and verified labels do to a detector."""

import numpy as np
import pytest
from sklearn.datasets import load_iris, make_blobs
from sklearn.linear_model import LogisticRegression

from skclean import NoiseRobustClassifier
from skclean.detectors import DETECTORS, ConfidentLearning
from skclean.noise import NoiseModel, inject_noise

RATE = 0.15
LABELS = ("outcomes", "annotations")


def overlapping(n_samples=800, seed=0):
    """Three blobs that overlap a little, labels with noise, and the true labels."""
    X, y = make_blobs(n_samples, centers=[[0, 0], [3, 0], [0, 3]], cluster_std=1.2, random_state=seed)
    return X, inject_noise(y, rate=RATE, random_state=seed)[0], y


def reviewed_labels(y, rows):
    reviewed = np.full(len(y), None, dtype=object)
    reviewed[rows] = y[rows]
    return reviewed


@pytest.mark.parametrize("seed", range(3))
def test_verifying_the_top_of_the_list_costs_no_recall_among_the_rest(seed):
    X, noisy, y = overlapping(seed=seed)
    wrong = noisy != y
    first = ConfidentLearning(random_state=0).fit(X, noisy)
    for n_rows in (50, 120):
        top = np.argsort(first.label_quality_)[:n_rows]
        again = ConfidentLearning(random_state=0).fit(X, noisy, reviewed=reviewed_labels(y, top))
        assert_recall_among_the_rest(first, again, top, wrong)
    corrected = noisy.copy()  # the given labels are lost, but some of the verified rows are still doubtful
    corrected[top] = y[top]
    again = ConfidentLearning(random_state=0).fit(X, corrected, verified=np.isin(np.arange(len(y)), top))
    assert_recall_among_the_rest(first, again, top, wrong)


def assert_recall_among_the_rest(first, again, top, wrong):
    rest = np.setdiff1d(np.arange(len(wrong)), top)
    assert not again.noise_mask_[top].any()
    before, after = (mask[rest][wrong[rest]].mean() for mask in (first.noise_mask_, again.noise_mask_))
    assert after >= before - 0.1


def test_reviewed_rows_tell_what_labels_are():
    X, noisy, y = overlapping()
    detector = ConfidentLearning(random_state=0).fit(X, noisy)
    rows = detector.review_sample(100, random_state=0)
    outcome = ConfidentLearning(ambiguity="auto", random_state=0).fit(X, noisy, reviewed=reviewed_labels(y, rows))
    assert outcome.ambiguity_.ambiguity < 0.25
    assert outcome.noise_rate_.low < RATE < outcome.noise_rate_.high
    # an expert who can tell every true label from the record: given labels are wrong where classes overlap
    clean = y.copy()
    sure = ConfidentLearning(random_state=0).fit(X, clean).audit_.summary.predicted
    detector = ConfidentLearning(random_state=0).fit(X, clean)
    rows = detector.review_sample(100, random_state=0)
    annotation = ConfidentLearning(ambiguity="auto", random_state=0)
    annotation.fit(X, clean, reviewed=reviewed_labels(sure, rows))
    assert annotation.ambiguity_.low > outcome.ambiguity_.ambiguity
    assert annotation.noise_rate_.rate == pytest.approx((sure != clean).mean(), abs=0.05)


def test_without_a_review_auto_is_the_value_of_the_labels():
    X, noisy, _ = overlapping(200)
    for labels, value in (("outcomes", 0.0), ("annotations", 0.4)):
        detector = ConfidentLearning(labels=labels, ambiguity="auto", random_state=0).fit(X, noisy)
        assert detector.ambiguity_.ambiguity == value
    assert ConfidentLearning(ambiguity=0.7, random_state=0).fit(X, noisy).ambiguity_.ambiguity == 0.7


def test_a_review_of_wrong_length_or_with_an_unknown_label_is_refused():
    X, noisy, _ = overlapping(100)
    with pytest.raises(ValueError, match="reviewed has 99 values but there are 100 rows"):
        ConfidentLearning().fit(X, noisy, reviewed=[None] * 99)
    with pytest.raises(ValueError, match="reviewed has the label 7"):
        ConfidentLearning().fit(X, noisy, reviewed=[7] + [None] * 99)


def test_tiers_and_chances_are_in_the_table():
    X, noisy, _ = overlapping()
    outcome, annotation = (ConfidentLearning(labels=kind, random_state=0).fit(X, noisy) for kind in LABELS)
    table = outcome.audit_table()
    np.testing.assert_array_equal(table["tier"] == 1, outcome.noise_mask_)
    np.testing.assert_array_equal(annotation.audit_table()["tier"] > 0, annotation.noise_mask_ | outcome.noise_mask_)
    np.testing.assert_allclose(table["chance_wrong"], outcome.audit_[NoiseModel].wrong())
    assert (table["tier"] == 2).any()


def test_trusted_classes_are_never_flagged():
    X, noisy, _ = overlapping()
    detector = ConfidentLearning(trusted_classes=[1], random_state=0).fit(X, noisy)
    assert not detector.noise_mask_[noisy == 1].any()
    assert detector.noise_mask_.any()
    with pytest.raises(ValueError, match="trusted_classes has the label 9"):
        ConfidentLearning(trusted_classes=[9]).fit(X, noisy)


def test_a_review_may_be_missing_in_any_way():
    pandas = pytest.importorskip("pandas")
    X, noisy, y = overlapping(200)
    expected = ConfidentLearning(random_state=0).fit(X, noisy, reviewed=reviewed_labels(y, np.arange(40)))
    nullable = pandas.array(reviewed_labels(y, np.arange(40)), dtype="Int64")
    found = ConfidentLearning(random_state=0).fit(X, noisy, reviewed=nullable)
    assert found.noise_rate_ == expected.noise_rate_
    unreviewed = ConfidentLearning(random_state=0).fit(X, noisy, reviewed=pandas.array([None] * 200, dtype="Int64"))
    assert unreviewed.noise_rate_ == ConfidentLearning(random_state=0).fit(X, noisy).noise_rate_


def test_a_review_that_leaves_one_class_is_refused():
    X, noisy, _ = overlapping(100)
    with pytest.raises(ValueError, match="one class only, once reviewed labels have replaced the given ones, 1;"):
        ConfidentLearning().fit(X, noisy, reviewed=np.ones(100, dtype=int))


@pytest.mark.parametrize("labels", LABELS)
def test_labels_that_are_known_to_be_right_are_no_noise(labels):
    X, noisy, _ = overlapping(300)
    everything = ConfidentLearning(labels=labels, random_state=0).fit(X, noisy, verified=np.ones(300, dtype=bool))
    assert everything.noise_rate_.rate == 0
    trusted = ConfidentLearning(labels=labels, trusted_classes=[1], random_state=0).fit(X, noisy)
    assert (trusted.audit_table()["chance_wrong"][noisy == 1] == 0).all()
    assert trusted.noise_rate_.rate == pytest.approx(trusted.audit_table()["chance_wrong"].mean())


def test_no_trusted_class_is_as_good_as_none():
    X, noisy, _ = overlapping(200)
    plain, empty = (ConfidentLearning(trusted_classes=t, random_state=0).fit(X, noisy) for t in (None, []))
    np.testing.assert_array_equal(plain.noise_mask_, empty.noise_mask_)


@pytest.mark.parametrize("n_rows", [0, -3, 2.5])
def test_a_review_sample_has_a_whole_number_of_rows(n_rows):
    X, noisy, _ = overlapping(100)
    with pytest.raises(ValueError, match="n_rows must be a whole number of at least 1"):
        ConfidentLearning(random_state=0).fit(X, noisy).review_sample(n_rows)


@pytest.fixture
def half_trusted():
    X, y = load_iris(return_X_y=True)
    given, wrong = inject_noise(y, rate=0.2, random_state=0)
    return X, given, wrong


@pytest.mark.parametrize("alias", ["confident_learning", "kdn"])
def test_trust_in_a_label_counts_against_what_speaks_against_it(alias, half_trusted):
    X, given, _ = half_trusted
    seed = {"random_state": 0} if alias == "confident_learning" else {}

    def make():
        return DETECTORS[alias](**seed)

    plain = make().fit(X, given)
    trust = np.zeros(len(given))
    trust[::3] = 0.9
    trusted = make().fit(X, given, verified=trust)
    expected = 1 - (1 - trust) * (1 - plain.label_quality_)
    np.testing.assert_allclose(trusted.label_quality_, expected)
    none = make().fit(X, given, verified=np.zeros(len(given)))
    np.testing.assert_array_equal(none.label_quality_, plain.label_quality_)
    whole = make().fit(X, given, verified=np.where(trust > 0, 1.0, 0.0))
    mask = make().fit(X, given, verified=trust > 0)
    np.testing.assert_array_equal(whole.noise_mask_, mask.noise_mask_)


def test_trusted_labels_keep_most_of_their_weight_in_training(half_trusted):
    X, given, wrong = half_trusted
    trust = np.where(wrong, 0.8, 0.0)  # a person who trusts the wrong labels
    fits = [
        NoiseRobustClassifier(LogisticRegression(), random_state=0).fit(X, given, verified=said)
        for said in (None, trust)
    ]
    kept = []
    for fitted in fits:
        chosen = fitted.selection_
        rows, codes, weights = chosen.indices, chosen.codes, chosen.sample_weight
        own = np.bincount(rows, weights * (codes == given[rows]), len(given))
        kept.append(own[wrong].mean())
    assert kept[1] > 0.8 > kept[0] + 0.1


@pytest.mark.parametrize("trust", [[1.5] * 150, [-0.1] * 150, ["sure"] * 150, [10**400] * 150])
def test_trust_outside_0_and_1_is_refused(trust, half_trusted):
    X, given, _ = half_trusted
    with pytest.raises(ValueError, match="verified must hold booleans"):
        ConfidentLearning().fit(X, given, verified=np.array(trust, dtype=object))
