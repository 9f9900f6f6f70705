"""Wrong tags: planted cells, containers, unknown cells, rules, models of the caller's own, and what is refused."""

import pickle

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline

from skclean.base import CellErrors, CellProba
from skclean.detectors import ConfidentLearning, MultiLabelConfidentLearning, MultiLabelNeighbors
from skclean.quality import multilabel_quality
from skclean.rules import ExactCount, LikelyWrong

NAMES = ["animal", "dog", "cat", "outdoors"]


def tagged(n_samples=240, n_wrong=24, seed=0):
    """Rows with tags that imply and exclude each other, and one cell turned round in some rows."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n_samples, 4))
    animal = X[:, 0] > 0
    dog = animal & (X[:, 1] > 0)
    true = np.stack([animal, dog, animal & ~dog, X[:, 2] > 0.3], axis=1).astype(np.int8)
    wrong = np.zeros(true.shape, dtype=bool)
    wrong[rng.choice(n_samples, n_wrong, replace=False), rng.integers(0, 4, n_wrong)] = True
    return X, np.where(wrong, 1 - true, true).astype(np.int8), wrong


X, Y, WRONG = tagged()


def small(**params):
    return MultiLabelConfidentLearning(**{"estimator": GaussianNB(), "cv": 3, "random_state": 0, **params})


FITTED = small().fit(X, Y)


@pytest.mark.parametrize("detector", [MultiLabelConfidentLearning(random_state=0), FITTED], ids=["default", "own"])
def test_wrong_cells_are_found_and_turned_round(detector):
    detector = detector if detector is FITTED else detector.fit(X, Y)
    assert average_precision_score(WRONG.ravel(), -detector.cell_quality_.ravel()) > 0.7
    assert average_precision_score(WRONG.any(axis=1), -detector.label_quality_) > 0.7
    assert WRONG[detector.cell_mask_].mean() > 0.7 and detector.cell_mask_[WRONG].mean() > 0.6
    np.testing.assert_array_equal(detector.noise_mask_, detector.cell_mask_.any(axis=1))
    np.testing.assert_array_equal(detector.suggested_labels_ != Y, detector.cell_mask_)
    assert detector.classes_.tolist() == [0, 1, 2, 3]
    assert 0 < detector.drop_rate_ < 0.2 and 0 < detector.add_rate_ < 0.2


def test_neighbours_find_wrong_cells_too():
    detector = MultiLabelNeighbors(10, random_state=0).fit(X, Y)
    assert average_precision_score(WRONG.ravel(), -detector.cell_quality_.ravel()) > 0.6
    assert WRONG[detector.cell_mask_].mean() > 0.7 and detector.suggested_labels_.shape == Y.shape
    frame = pd.DataFrame(X, columns=list("abcd"))
    np.testing.assert_array_equal(
        MultiLabelNeighbors(10, random_state=0, n_jobs=1).fit(frame, Y).cell_quality_, detector.cell_quality_
    )
    holed = np.where(np.random.default_rng(0).random(Y.shape) < 0.2, np.nan, Y)
    found = MultiLabelNeighbors(quality="softmin", rule="otsu").fit(X, holed, sample_weight=np.linspace(0.5, 2, len(X)))
    assert not found.cell_mask_[np.isnan(holed)].any() and found.noise_mask_.any()
    copies = MultiLabelNeighbors(3).fit(np.repeat(X[:40], 6, axis=0), np.repeat(Y[:40], 6, axis=0))
    assert np.isfinite(copies.cell_quality_).all()


def test_nothing_is_flagged_to_speak_of_where_nothing_is_wrong():
    true = np.where(WRONG, 1 - Y, Y)
    assert small().fit(X, true).noise_mask_.mean() <= 0.02


def test_other_tags_of_a_row_tell_what_the_row_alone_does_not():
    rng = np.random.default_rng(1)
    tag = rng.random(240) < 0.5  # not to be seen in X
    cells = np.stack([tag, tag, ~tag], axis=1).astype(int)
    cells[:12, 0] = 1 - cells[:12, 0]
    detector = small().fit(X, cells)
    assert (np.argsort(detector.cell_quality_[:, 0])[:12] < 12).mean() > 0.8


@pytest.mark.parametrize("kind", ["bool", "float", "sparse", "array", "frame", "nullable", "sets", "tuples", "lists"])
def test_every_container_gives_the_same_and_gets_its_own_kind_back(kind):
    sets = [{NAMES[tag] for tag in np.flatnonzero(row)} for row in Y]
    frame = pd.DataFrame(Y, columns=NAMES)
    given = {
        "bool": Y.astype(bool),
        "float": Y.astype(float),
        "sparse": sparse.csc_matrix(Y),
        "array": sparse.csr_array(Y),
        "frame": frame,
        "nullable": frame.astype("Int8"),
        "sets": sets,
        "tuples": [tuple(sorted(row)) for row in sets],
        "lists": [sorted(row) for row in sets],
    }[kind]
    found = small().fit(X, given)
    suggested = found.suggested_labels_
    if kind in ("sets", "tuples", "lists"):
        order = [NAMES.index(name) for name in found.classes_]
        assert found.classes_.tolist() == sorted(NAMES) and {type(row) for row in suggested} == {type(given[0])}
        back = np.array([[name in row for name in NAMES] for row in suggested])
    else:
        order = [0, 1, 2, 3]
        assert type(suggested) is type(given)
        back = suggested.toarray() if hasattr(suggested, "toarray") else np.asarray(suggested, dtype=float)
        if isinstance(given, pd.DataFrame):
            assert found.classes_.tolist() == NAMES and suggested.columns.tolist() == NAMES
    same = FITTED if order == [0, 1, 2, 3] else small().fit(X, Y[:, order])
    np.testing.assert_array_equal(found.cell_quality_, same.cell_quality_)
    np.testing.assert_array_equal(back[:, order], same.suggested_labels_)


def test_unknown_cells_are_never_flagged_and_stay_unknown():
    holes = np.random.default_rng(2).random(Y.shape) < 0.2
    holes[5] = True
    given = np.where(holes, np.nan, Y)
    found = small().fit(X, given)
    assert not found.cell_mask_[holes].any() and (found.cell_quality_[holes] == 1).all()
    assert np.isnan(found.suggested_labels_[holes]).all() and found.label_quality_[5] == 1
    usable = ~holes
    assert average_precision_score(WRONG[usable], -found.cell_quality_[usable]) > 0.6
    coded = small().fit(X, np.where(holes, -1, Y))
    np.testing.assert_array_equal(coded.cell_quality_, found.cell_quality_)


def test_a_row_without_tags_known_is_none_in_a_list_of_sets():
    given = [{NAMES[tag] for tag in np.flatnonzero(row)} for row in Y]
    given[3] = None
    found = small().fit(X, given)
    assert found.suggested_labels_[3] is None and not found.noise_mask_[3] and found.label_quality_[3] == 1


def test_verified_rows_and_trust():
    bad = WRONG.any(axis=1)
    found = small().fit(X, Y, verified=bad)
    assert not found.noise_mask_[bad].any() and not found.cell_mask_[bad].any()
    assert (found.cell_quality_[bad] == 1).all()
    trusting = small().fit(X, Y, verified=np.full(len(X), 0.5))
    np.testing.assert_allclose(trusting.cell_quality_, 1 - 0.5 * (1 - FITTED.cell_quality_))


def test_rules_for_rows_flag_the_worst_cell_of_a_flagged_row():
    found = small(rule=ExactCount(10)).fit(X, Y)
    assert found.noise_mask_.sum() == 10
    np.testing.assert_array_equal(found.cell_mask_.any(axis=1), found.noise_mask_)
    assert 0 < small(rule=LikelyWrong(threshold=0.7)).fit(X, Y).noise_mask_.sum() < 30
    with pytest.raises(ValueError, match="needs"):
        small(rule="error_probability").fit(X, Y)


def test_the_quality_of_rows_is_that_of_their_cells():
    found = small(quality="minimum").fit(X, Y)
    np.testing.assert_array_equal(found.label_quality_, found.cell_quality_.min(axis=1))
    proba = np.where(Y == 1, FITTED.cell_quality_, 1 - FITTED.cell_quality_)
    np.testing.assert_allclose(FITTED.label_quality_, multilabel_quality(Y, proba))


def test_tags_that_no_row_or_every_row_has_are_left_alone():
    given = np.column_stack([Y, np.zeros(len(Y)), np.ones(len(Y))])
    given[0, 4] = 1  # of one row alone
    found = small().fit(X, given)
    assert (found.cell_quality_[:, 4:] == 1).all() and not found.cell_mask_[:, 4:].any()
    np.testing.assert_allclose(found.cell_quality_[:, :4], FITTED.cell_quality_)
    with pytest.raises(ValueError, match="no tag that at least 2 rows have"):
        small().fit(X, given[:, 4:])


def test_models_of_texts_and_groups_and_weights():
    texts = [" ".join(f"w{place}" for place in np.flatnonzero(row > 0)) or "none" for row in X]
    model = make_pipeline(CountVectorizer(), LogisticRegression())
    found = small(estimator=model).fit(texts, Y)
    assert average_precision_score(WRONG.ravel(), -found.cell_quality_.ravel()) > 0.5
    groups = np.arange(len(X)) // 4
    weight = np.where(np.arange(len(X)) < 200, 1.0, 0.0)
    found = small().fit(X, Y, groups=groups, sample_weight=weight)
    assert average_precision_score(WRONG.ravel(), -found.cell_quality_.ravel()) > 0.5


def test_any_table_is_read_by_default():
    frame = pd.DataFrame(X.copy(), columns=list("abcd"), index=np.arange(len(X)) + 7)
    frame["c"] = np.where(X[:, 2] > 0.3, "high", "low")
    frame.loc[9, "a"] = np.nan
    found = MultiLabelConfidentLearning(random_state=0, n_jobs=1).fit(frame, pd.DataFrame(Y, columns=NAMES))
    assert found.feature_names_in_.tolist() == list("abcd")
    assert WRONG[found.cell_mask_].mean() > 0.6
    table = found.audit_table()
    assert table.index.tolist() == frame.index.tolist()
    row = int(np.flatnonzero(found.noise_mask_)[0])
    assert table["flagged"].iloc[row] and set(table["suggested"].iloc[row]) <= set(NAMES)


def test_the_same_seed_gives_the_same_and_fits_travel():
    again = clone(FITTED).fit(X, Y)
    np.testing.assert_array_equal(again.cell_quality_, FITTED.cell_quality_)
    back = pickle.loads(pickle.dumps(FITTED))
    np.testing.assert_array_equal(back.cell_mask_, FITTED.cell_mask_)
    assert CellProba in FITTED.audit_ and CellErrors in FITTED.audit_


def test_other_kinds_of_labels_are_refused_with_a_remedy():
    with pytest.raises(ValueError, match="one column for each tag"):
        small().fit(X, Y[:, 0])
    with pytest.raises(ValueError, match="audit one column at a time"):
        small().fit(X, Y * 2.5)
    with pytest.raises(ValueError, match="y to be passed"):
        small().fit(X, None)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        small().fit(X, Y[:50])
    with pytest.raises(ValueError, match="column"):
        ConfidentLearning(GaussianNB()).fit(X, Y)
