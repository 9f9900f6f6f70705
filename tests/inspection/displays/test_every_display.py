"""What all displays have in common: from_estimator and from_predictions agree, plot draws on given axes, bad input."""

import sys

import numpy as np
import pandas as pd
import pytest
from material import planted_problem, small_detector
from matplotlib import pyplot
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.naive_bayes import GaussianNB

import skclean.inspection
from skclean import LabelCleaner
from skclean.detectors import KDN, ReCoV, RelationGraph
from skclean.inspection import (
    AgreementDisplay,
    ClassOverlapDisplay,
    CleaningGainDisplay,
    ConfidentJointDisplay,
    DetectionCurveDisplay,
    LabelQualityDisplay,
    NoiseByGroupDisplay,
    NoiseHistogramDisplay,
    RelationDisplay,
    TransitionMatrixDisplay,
)

X, Y, NOISY, FLIPPED = planted_problem(150, 3, 12)
HOSTILE = np.array(["<script>alert(1)</script>", r"$\frac{1}{$ and $x^2", "line\nbreak\x00\x1b[31m" + "long" * 500])
LABELS = HOSTILE[NOISY].astype(object)
LABELS[::30] = None
NAMES = [f"$row_{i}" for i in range(150)]
FRAME = pd.DataFrame(X, index=NAMES)
GROUPS = np.array([r"$\frac{", None, "<b>\n"], dtype=object)[np.arange(150) % 3]
KNOWN = np.array([label is not None for label in LABELS])
DETECTOR = small_detector().fit(FRAME, LABELS)
RECOV = ReCoV(GaussianNB(), n_repeats=40, random_state=0).fit(FRAME, LABELS)
KNN = RelationGraph().fit(FRAME, LABELS)
SEEDED = dict(n_bootstrap=10, random_state=0)
OF_PROBA = dict(classes=DETECTOR.classes_, **SEEDED)
PROBA = DETECTOR.audit_.proba
WRONG = DETECTOR.audit_table()["chance_wrong"].to_numpy()
QUALITY, MASK = DETECTOR.label_quality_, DETECTOR.noise_mask_

# For each display: from a fitted detector, and from plain arrays of the same data.
PAIRS = {
    AgreementDisplay: (
        lambda **kw: AgreementDisplay.from_estimator([DETECTOR, KNN, RECOV], **kw),
        lambda **kw: AgreementDisplay.from_predictions(
            {type(d).__name__: d.label_quality_[KNOWN] for d in (DETECTOR, KNN, RECOV)},
            {type(d).__name__: d.noise_mask_[KNOWN] for d in (DETECTOR, KNN, RECOV)},
            **kw,
        ),
    ),
    ClassOverlapDisplay: (
        lambda **kw: ClassOverlapDisplay.from_estimator(DETECTOR, **kw),
        lambda **kw: ClassOverlapDisplay.from_predictions(LABELS, PROBA, classes=DETECTOR.classes_, **kw),
    ),
    ConfidentJointDisplay: (
        lambda **kw: ConfidentJointDisplay.from_estimator(DETECTOR, **SEEDED, **kw),
        lambda **kw: ConfidentJointDisplay.from_predictions(LABELS, PROBA, **OF_PROBA, **kw),
    ),
    DetectionCurveDisplay: (
        lambda **kw: DetectionCurveDisplay.from_estimator(DETECTOR, FLIPPED, **kw),
        lambda **kw: DetectionCurveDisplay.from_predictions(
            FLIPPED[KNOWN], QUALITY[KNOWN], noise_mask=MASK[KNOWN], **kw
        ),
    ),
    LabelQualityDisplay: (
        lambda **kw: LabelQualityDisplay.from_estimator(DETECTOR, **kw),
        lambda **kw: LabelQualityDisplay.from_predictions(LABELS, QUALITY, noise_mask=MASK, **kw),
    ),
    NoiseByGroupDisplay: (
        lambda **kw: NoiseByGroupDisplay.from_estimator(DETECTOR, GROUPS, **kw),
        lambda **kw: NoiseByGroupDisplay.from_predictions(GROUPS[KNOWN], WRONG[KNOWN], **kw),
    ),
    NoiseHistogramDisplay: (
        lambda **kw: NoiseHistogramDisplay.from_estimator(RECOV, **kw),
        lambda **kw: NoiseHistogramDisplay.from_predictions(
            RECOV.noise_histogram_[KNOWN], n_repeats=40, n_splits=5, noise_mask=RECOV.noise_mask_[KNOWN], **kw
        ),
    ),
    RelationDisplay: (
        lambda **kw: RelationDisplay.from_estimator(DETECTOR, FRAME, 7, **kw),
        lambda **kw: RelationDisplay.from_predictions(
            FRAME,
            LABELS,
            7,
            suggested=DETECTOR.suggested_labels_[7] if DETECTOR.suggested_labels_[7] != LABELS[7] else None,
            **kw,
        ),
    ),
    TransitionMatrixDisplay: (
        lambda **kw: TransitionMatrixDisplay.from_estimator(DETECTOR, **SEEDED, **kw),
        lambda **kw: TransitionMatrixDisplay.from_predictions(LABELS, PROBA, **OF_PROBA, **kw),
    ),
}
every_display = pytest.mark.parametrize("display", PAIRS, ids=lambda display: display.__name__)
# From a detector alone, for detectors that cannot serve.
OF_DETECTOR = {
    AgreementDisplay: lambda detector: AgreementDisplay.from_estimator({"one": detector, "other": DETECTOR}),
    ClassOverlapDisplay: ClassOverlapDisplay.from_estimator,
    ConfidentJointDisplay: ConfidentJointDisplay.from_estimator,
    DetectionCurveDisplay: DetectionCurveDisplay.from_estimator,
    LabelQualityDisplay: LabelQualityDisplay.from_estimator,
    NoiseByGroupDisplay: lambda detector: NoiseByGroupDisplay.from_estimator(detector, GROUPS),
    NoiseHistogramDisplay: NoiseHistogramDisplay.from_estimator,
    RelationDisplay: lambda detector: RelationDisplay.from_estimator(detector, FRAME),
    TransitionMatrixDisplay: TransitionMatrixDisplay.from_estimator,
}


def data_of(display):
    return {name: value for name, value in vars(display).items() if not name.endswith("_")}


def test_every_public_display_is_tested():
    public = {name for name in skclean.inspection.__all__ if name.endswith("Display")}
    assert public == {display.__name__ for display in {*PAIRS, CleaningGainDisplay}}
    assert set(OF_DETECTOR) == set(PAIRS)


@every_display
def test_from_estimator_keeps_the_same_data_as_from_predictions(display):
    first, second = (data_of(make()) for make in PAIRS[display])
    assert set(first) == set(second)
    for name, value in first.items():
        np.testing.assert_array_equal(value, second[name], err_msg=name)


@every_display
def test_plot_draws_on_new_or_given_axes_and_returns_the_display(display):
    _, ax = pyplot.subplots()
    found = PAIRS[display][0](ax=ax)
    assert isinstance(found, display) and found.ax_ is ax and found.figure_ is ax.figure
    n_figures = len(pyplot.get_fignums())
    before = data_of(found)
    assert found.plot() is found
    assert found.ax_ is not ax and len(pyplot.get_fignums()) == n_figures + 1
    assert data_of(found) == before or all(before[name] is value for name, value in data_of(found).items())


@every_display
def test_a_display_is_made_of_what_it_keeps(display):
    found = PAIRS[display][1]()
    again = display(**data_of(found))
    assert not hasattr(again, "ax_")  # nothing is drawn before plot
    again.plot()


@every_display
def test_no_text_is_read_as_a_formula_or_holds_control_characters(display):
    found = PAIRS[display][0]()
    texts = [*found.ax_.get_xticklabels(), *found.ax_.get_yticklabels(), *found.ax_.texts, found.ax_.title]
    for text in texts:
        assert "$" not in text.get_text() or not text.get_parse_math()
        assert all(line.isprintable() and len(line) < 100 for line in text.get_text().split("\n"))


@every_display
def test_a_detector_that_is_not_fitted_or_none_is_refused(display):
    of_detector = OF_DETECTOR[display]
    for unfitted in (small_detector(), LabelCleaner()):
        with pytest.raises(NotFittedError, match=r"^detector.* is not fitted"):
            of_detector(unfitted)
    for wrong in (KDN, GaussianNB(), None, "kdn"):
        with pytest.raises(TypeError, match=r"^detector.* must be a fitted detector"):
            of_detector(wrong)


@every_display
def test_a_fitted_cleaner_stands_for_its_detector(display):
    inner = RECOV if display is NoiseHistogramDisplay else DETECTOR
    cleaner = LabelCleaner()
    cleaner.detector_ = inner
    expected = data_of(OF_DETECTOR[display](inner))
    for name, value in data_of(OF_DETECTOR[display](cleaner)).items():
        if not isinstance(value, np.ndarray) or value.dtype != float or name not in ("low", "high"):  # drawn by chance
            np.testing.assert_array_equal(value, expected[name], err_msg=name)


@pytest.mark.parametrize("display", [ClassOverlapDisplay, ConfidentJointDisplay, TransitionMatrixDisplay])
def test_a_detector_without_probabilities_is_refused(display):
    with pytest.raises(ValueError, match="needs class probabilities, and RelationGraph has none"):
        display.from_estimator(KNN)


def test_detectors_without_the_evidence_are_refused():
    with pytest.raises(ValueError, match="NoiseHistogramDisplay needs the noise histogram"):
        NoiseHistogramDisplay.from_estimator(DETECTOR)
    with pytest.raises(ValueError, match="is_wrong is None, and RelationGraph has no noise model"):
        DetectionCurveDisplay.from_estimator(KNN)


def test_numbers_in_place_of_classes():
    detector = ReCoV(Ridge(), n_repeats=50, random_state=0).fit(X, np.where(np.arange(150) % 10, X[:, 0], np.nan))
    display = LabelQualityDisplay.from_estimator(detector)
    assert display.classes.tolist() == ["all rows"] and len(display.codes) == 135
    assert NoiseHistogramDisplay.from_estimator(detector).observed.sum() == 135
    assert NoiseByGroupDisplay.from_estimator(detector, GROUPS).n_rows.sum() == 135
    DetectionCurveDisplay.from_estimator(detector, FLIPPED)
    with pytest.raises(ValueError, match="fitted to numbers"):
        RelationDisplay.from_estimator(detector, X)
    with pytest.raises(ValueError, match="needs class probabilities"):
        ConfidentJointDisplay.from_estimator(detector)


@pytest.mark.parametrize("n_classes", [1, 50])
def test_fifty_classes_and_one(n_classes):
    rng = np.random.default_rng(0)
    y = np.arange(400) % n_classes
    quality, mask = rng.random(400), rng.random(400) < 0.1
    proba = rng.dirichlet(np.ones(n_classes), size=400) if n_classes > 1 else np.ones((400, 1))
    names = [f"class {i}" for i in range(n_classes)]
    display = LabelQualityDisplay.from_predictions(y, quality, noise_mask=mask)
    assert len(display.classes) == n_classes
    RelationDisplay.from_predictions(rng.normal(size=(400, 3)), y, 0)
    NoiseByGroupDisplay.from_predictions(y, noise_mask=mask)
    if n_classes > 1:
        joint = ConfidentJointDisplay.from_predictions(y, proba, **SEEDED)
        assert not joint.ax_.texts  # 2500 texts are too small to read
        TransitionMatrixDisplay(
            transition_matrix=np.eye(50), low=np.eye(50), high=np.eye(50), classes=np.array(names)
        ).plot()
        ClassOverlapDisplay.from_predictions(y, proba)
    else:
        with pytest.raises(ValueError, match="at least 2"):
            ClassOverlapDisplay.from_predictions(y, proba)


def test_five_hundred_classes_have_readable_axes():
    rng = np.random.default_rng(0)
    classes = np.arange(500)
    display = LabelQualityDisplay.from_predictions(np.repeat(classes, 2), rng.random(1000))
    assert len(display.ax_.get_yticklabels()) == 50
    ConfidentJointDisplay(confident_joint=np.eye(500), low=np.eye(500), high=np.eye(500), classes=classes).plot()


@every_display
def test_without_matplotlib_the_error_says_how_to_install_it(display, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    for make, method in zip(PAIRS[display], ("from_estimator", "from_predictions"), strict=True):
        with pytest.raises(ImportError, match=rf'{display.__name__}\.{method} needs matplotlib.*"skclean\[report\]"'):
            make()


def test_plot_needs_matplotlib_too(monkeypatch):
    display = PAIRS[NoiseByGroupDisplay][0]()
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r"NoiseByGroupDisplay\.plot needs matplotlib"):
        display.plot()
