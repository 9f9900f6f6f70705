"""ConfidentJointDisplay and TransitionMatrixDisplay: the numbers of skclean.noise, with intervals in the cells."""

import numpy as np
import pytest
from material import planted_problem, random_proba, small_detector

from skclean.inspection import ConfidentJointDisplay, TransitionMatrixDisplay
from skclean.noise import confident_joint, estimate_transition_matrix, transition_intervals

RNG = np.random.default_rng(0)
Y = RNG.integers(0, 3, 120)
PROBA = random_proba(RNG, 120, 3, Y)
NAMES = np.array(["ash", "birch", "cedar"])
WEIGHT = RNG.uniform(0.5, 3, 120)
VERIFIED = RNG.random(120) < 0.2


@pytest.mark.parametrize("weight", [None, WEIGHT])
@pytest.mark.parametrize("verified", [None, VERIFIED])
def test_the_joint_is_that_of_skclean_noise(weight, verified):
    display = ConfidentJointDisplay.from_predictions(
        NAMES[Y], PROBA, sample_weight=weight, verified=verified, n_bootstrap=5, random_state=0
    )
    expected = confident_joint(NAMES[Y], PROBA, sample_weight=weight, verified=verified)
    np.testing.assert_allclose(display.confident_joint, expected)
    assert display.classes.tolist() == NAMES.tolist()


def test_intervals_of_the_joint_are_percentiles_of_joints_of_drawn_rows():
    display = ConfidentJointDisplay.from_predictions(
        Y, PROBA, sample_weight=WEIGHT, confidence=0.8, n_bootstrap=20, random_state=3
    )
    rng, joints = np.random.RandomState(3), []
    for _ in range(20):
        rows = rng.randint(120, size=120)
        joints.append(confident_joint(Y[rows], PROBA[rows], sample_weight=WEIGHT[rows], classes=[0, 1, 2]))
    low, high = np.quantile(joints, [0.1, 0.9], axis=0)
    np.testing.assert_allclose(display.low, low)
    np.testing.assert_allclose(display.high, high)
    assert display.confidence == 0.8 and "80 % intervals" in display.ax_.get_title()


def test_the_joint_does_not_depend_on_the_number_of_threads():
    first, second = (
        ConfidentJointDisplay.from_predictions(Y, PROBA, n_bootstrap=10, random_state=0, n_jobs=n_jobs)
        for n_jobs in (1, 2)
    )
    np.testing.assert_array_equal(first.low, second.low)


@pytest.mark.parametrize("method", ["confident_joint", "em", "dual_t"])
def test_the_transition_matrix_is_that_of_skclean_noise(method):
    options = dict(method=method, sample_weight=WEIGHT, n_bootstrap=10, random_state=0, confidence=0.9, n_jobs=1)
    display = TransitionMatrixDisplay.from_predictions(NAMES[Y], PROBA, **options)
    for name, expected in zip(
        ("transition_matrix", "low", "high"), transition_intervals(NAMES[Y], PROBA, **options), strict=True
    ):
        np.testing.assert_array_equal(getattr(display, name), expected)
    assert "90 %" in display.ax_.get_title()


def test_neighbours_need_no_probabilities():
    X, _, noisy, _ = planted_problem(150, 3, 12)
    display = TransitionMatrixDisplay.from_predictions(noisy, X=X, method="hoc", n_bootstrap=2, random_state=0)
    np.testing.assert_array_equal(display.transition_matrix, estimate_transition_matrix(noisy, X=X, method="hoc"))
    detector = small_detector().fit(X, noisy)
    again = TransitionMatrixDisplay.from_estimator(detector, X, method="hoc", n_bootstrap=2, random_state=0)
    np.testing.assert_array_equal(again.transition_matrix, display.transition_matrix)
    assert again.classes.tolist() == display.classes.tolist() == [0, 1, 2]


@pytest.mark.parametrize("display", [ConfidentJointDisplay, TransitionMatrixDisplay])
def test_weights_and_verified_rows_of_the_fit_count(display):
    X, _, noisy, flipped = planted_problem(150, 3, 12)
    weight = np.random.default_rng(0).uniform(0.5, 2, 150)
    detector = small_detector().fit(X, noisy, sample_weight=weight, verified=~flipped)
    options = dict(n_bootstrap=5, random_state=0)
    first = display.from_estimator(detector, **options)
    second = display.from_predictions(noisy, detector.audit_.proba, sample_weight=weight, verified=~flipped, **options)
    for name in ("low", "high"):
        np.testing.assert_allclose(getattr(first, name), getattr(second, name))


@pytest.mark.parametrize("display", [ConfidentJointDisplay, TransitionMatrixDisplay])
def test_cells_hold_the_number_and_its_interval(display):
    options = dict(n_bootstrap=5, random_state=0)
    found = display.from_predictions(NAMES[Y], PROBA, **options)
    values = found.confident_joint if display is ConfidentJointDisplay else found.transition_matrix
    written = ".0f" if display is ConfidentJointDisplay else ".3f"
    texts = {(round(t.get_position()[1]), round(t.get_position()[0])): t.get_text() for t in found.ax_.texts}
    assert len(texts) == 9
    for place, text in texts.items():
        low, high = found.low[place], found.high[place]
        assert text == f"{values[place]:{written}}\n{low:{written}} to {high:{written}}"
    assert (found.low <= found.high).all()
    assert [text.get_text() for text in found.ax_.get_yticklabels()] == NAMES.tolist()
    assert not display.from_predictions(NAMES[Y], PROBA, include_values=False, **options).ax_.texts
    image = display.from_predictions(NAMES[Y], PROBA, im_kw={"cmap": "gray"}, **options).ax_.images[0]
    assert image.get_cmap().name == "gray"


def test_colours_of_the_joint_are_shares_of_the_given_class():
    joint = np.array([[6.0, 2.0, 0.0], [0.0, 0.0, 0.0], [1.0, 1.0, 2.0]])
    display = ConfidentJointDisplay(confident_joint=joint, low=joint, high=joint, classes=NAMES).plot()
    shares = display.ax_.images[0].get_array()
    np.testing.assert_allclose(shares[[0, 2]], [[0.75, 0.25, 0], [0.25, 0.25, 0.5]])
    assert np.ma.getmaskarray(shares)[1].all()  # nothing was given


@pytest.mark.parametrize("n_classes", [2, 12, 40])
def test_a_new_figure_has_room_for_the_texts(n_classes):
    values = np.full((n_classes, n_classes), 0.123)
    display = TransitionMatrixDisplay(transition_matrix=values, low=values, high=values, classes=np.arange(n_classes))
    display.plot().figure_.canvas.draw()
    texts = display.ax_.texts if n_classes <= 12 else display.ax_.get_yticklabels()
    boxes = [text.get_window_extent() for text in texts]
    assert len(boxes) == (n_classes**2 if n_classes <= 12 else n_classes)
    assert not any(first.overlaps(second) for i, first in enumerate(boxes) for second in boxes[:i])


@pytest.mark.parametrize("display", [ConfidentJointDisplay, TransitionMatrixDisplay])
def test_wrong_input_is_named(display):
    for arguments, message in (
        (dict(y=None, y_proba=PROBA), "y is None"),
        (dict(y=Y, y_proba=PROBA, n_bootstrap=1), "n_bootstrap must be"),
        (dict(y=Y, y_proba=PROBA, confidence=1.0), r"confidence must be in \(0, 1\)"),
        (dict(y=Y[:5], y_proba=PROBA), "rows"),
        (dict(y=Y, y_proba=PROBA[:, :2]), "y_proba has 2 columns"),
    ):
        with pytest.raises(ValueError, match=message):
            display.from_predictions(**arguments)
