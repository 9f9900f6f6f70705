"""RelationDisplay: a row and the rows most like it, related as RelationGraph relates them."""

import numpy as np
import pandas as pd
import pytest
from material import planted_problem, small_detector
from scipy.spatial.distance import cdist

from skclean.evidence import distance_weights
from skclean.inspection import RelationDisplay
from skclean.preprocessing import as_points, find_neighbours

X, Y, NOISY, FLIPPED = planted_problem(150, 3, 12, spread=3.0)
NAMES = np.array(["ash", "birch", "cedar"])


@pytest.mark.parametrize("row", [0, 7, 149])
def test_neighbours_and_similarity_are_those_of_the_graph(row):
    y = NAMES[NOISY].astype(object)
    y[::10], y[row] = None, NAMES[NOISY[row]]
    known = np.array([label is not None for label in y])
    display = RelationDisplay.from_predictions(X, y, row, n_neighbors=8)
    distances = cdist(as_points(X), as_points(X))[row]
    distances[~known] = np.inf
    distances[row] = np.inf
    assert display.neighbors.tolist() == np.argsort(distances)[:8].tolist()
    graph = find_neighbours(as_points(X), np.flatnonzero(known), 8)
    np.testing.assert_allclose(display.similarity, distance_weights(graph)[row], rtol=1e-9)
    assert display.agrees.tolist() == [y[other] == y[row] for other in display.neighbors]
    assert display.labels.tolist() == [y[other] for other in display.neighbors]


def test_equal_rows_are_fully_similar():
    display = RelationDisplay.from_predictions(np.zeros((6, 2)), [0, 1, 0, 1, 0, 1], 2, n_neighbors=50)
    assert sorted(display.neighbors) == [0, 1, 3, 4, 5]
    assert display.similarity.tolist() == [1.0] * 5 and display.agrees.sum() == 2


def test_the_lowest_quality_is_drawn_where_no_row_is_named():
    detector = small_detector().fit(X, NAMES[NOISY], verified=np.arange(150) < 3)
    display = RelationDisplay.from_estimator(detector, X)
    assert display.row == 3 + np.argmin(detector.label_quality_[3:])
    assert display.label == NAMES[NOISY][display.row]
    assert display.suggested == detector.suggested_labels_[display.row] != display.label


def test_any_table_will_do_and_names_of_rows_are_shown():
    frame = pd.DataFrame({"number": X[:, 0], "kind": NAMES[Y], "gap": np.where(X[:, 1] > 0, X[:, 1], np.nan)})
    frame.index = [f"id-{i}" for i in range(150)]
    display = RelationDisplay.from_predictions(frame, NOISY, 5, n_neighbors=3, suggested=2)
    assert display.row_name == "id-5" and display.names.tolist() == [f"id-{i}" for i in display.neighbors]
    assert display.ax_.get_title() == f"Row id-5: given {NOISY[5]}, suggested 2"
    texts = [text.get_text() for text in display.ax_.get_yticklabels()]
    assert texts == [f"row id-{i}: {NOISY[i]}" for i in display.neighbors]
    named = RelationDisplay.from_predictions(frame, NOISY, 5, names=np.arange(150) + 1000)
    assert named.row_name == 1005


def test_bars_show_the_similarities():
    display = RelationDisplay.from_predictions(X, NOISY, 0)
    bars = sorted(display.ax_.patches, key=lambda bar: -bar.get_y())
    np.testing.assert_allclose([bar.get_width() for bar in bars], display.similarity)
    assert [bar.get_hatch() is None for bar in bars] == display.agrees.tolist()


def test_wrong_input_is_named():
    detector = small_detector().fit(X, NOISY)
    with pytest.raises(ValueError, match="X has 10 rows but the detector has 150"):
        RelationDisplay.from_estimator(detector, X[:10])
    for row in (-1, 150, 1.5, True, "id"):
        with pytest.raises(ValueError, match="row must be a position from 0 to 149"):
            RelationDisplay.from_estimator(detector, X, row)
    with pytest.raises(ValueError, match="row 1 has no label"):
        RelationDisplay.from_predictions(X[:3], ["a", None, "b"], 1)
    with pytest.raises(ValueError, match="one labelled row only"):
        RelationDisplay.from_predictions(X[:3], ["a", None, None], 0)
    with pytest.raises(ValueError, match="n_neighbors must be"):
        RelationDisplay.from_predictions(X, NOISY, 0, n_neighbors=0)
    with pytest.raises(ValueError, match="y has 3 rows but X has 150"):
        RelationDisplay.from_predictions(X, NOISY[:3], 0)
    with pytest.raises(ValueError, match="names has 2 rows but X has 150"):
        RelationDisplay.from_predictions(X, NOISY, 0, names=["a", "b"])
