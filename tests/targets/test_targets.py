"""y is read in one place, once for each call of a user, and every kind of target follows one protocol."""

import inspect

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression

from skclean import LabelCleaner, NoiseRobustClassifier
from skclean.detectors import ConfidentLearning, ReCoV
from skclean.targets import ClassTarget, NumericTarget, Target, _read, encode_labels, read_target

SURVIVAL = np.array([(True, 3.0), (False, 5.0), (True, 1.0)], dtype=[("event", bool), ("time", float)])
TARGETS = {
    "class": read_target(["b", None, "a", "b"]),
    "numeric": read_target([1.5, None, 2.0, 0.5], LinearRegression()),
    "records": read_target(SURVIVAL, LinearRegression()),
}
PROTOCOL = [name for name in vars(Target) if not name.startswith("_")] + list(inspect.get_annotations(Target))


@pytest.mark.parametrize("kind", TARGETS)
def test_targets_follow_the_protocol(kind):
    target = TARGETS[kind]
    assert target.kind == kind
    assert all(hasattr(target, name) for name in PROTOCOL)
    assert target.known.shape == target.strata().shape == (target.n_rows,) == target.as_y().shape
    np.testing.assert_array_equal(target.strata() == -1, ~target.known)
    assert target.strata().max() == target.n_strata - 1
    np.testing.assert_array_equal(target.for_fit()[target.known], target.as_y()[target.known])


def test_classifiers_get_classes_and_others_what_was_given():
    assert isinstance(read_target([0, 1, 1]), ClassTarget)
    assert isinstance(read_target([0, 1, 1], LogisticRegression()), ClassTarget)
    assert isinstance(read_target([0, 1, 1], LinearRegression()), NumericTarget)


def test_replaced_codes_leave_the_target_alone():
    target = encode_labels(["b", "a", "b"])
    assert target.replaced([0], 0).as_y().tolist() == ["a", "a", "b"]
    assert target.as_y().tolist() == ["b", "a", "b"]


@pytest.fixture
def count_reads(monkeypatch):
    """Counts how often y is encoded."""
    counts = []

    def counted(y, **options):
        counts.append(len(y))
        return encode_labels(y, **options)

    monkeypatch.setattr(_read, "encode_labels", counted)
    monkeypatch.setattr("skclean.robust._classifier.encode_labels", counted)
    monkeypatch.setattr("skclean.robust._label_cleaner.encode_labels", counted)
    return counts


@pytest.mark.parametrize(
    "fit",
    [
        lambda X, y: ConfidentLearning(LogisticRegression(), cv=3, random_state=0).fit(X, y),
        lambda X, y: ReCoV(LogisticRegression(), n_repeats=5, random_state=0).fit(X, y),
        lambda X, y: NoiseRobustClassifier(LogisticRegression(), random_state=0).fit(X, y),
        lambda X, y: LabelCleaner(random_state=0).fit(X, y),
        lambda X, y: LabelCleaner(random_state=0).fit_resample(X, y),
    ],
    ids=["ConfidentLearning", "ReCoV", "NoiseRobustClassifier", "LabelCleaner.fit", "LabelCleaner.fit_resample"],
)
def test_y_is_read_once(fit, count_reads, planted):
    fit(planted.X, planted.noisy)
    assert count_reads == [len(planted.noisy)]


def test_the_gate_reads_y_once_and_once_for_each_fold(count_reads, planted):
    NoiseRobustClassifier(LogisticRegression(), gate=True, random_state=0).fit(planted.X, planted.noisy)
    assert len(count_reads) == 4  # three folds fit a whole classifier each
