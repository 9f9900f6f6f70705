"""A cache of detector fits: found where everything is the same, and only there."""

import warnings
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
import sklearn
from material import planted_problem
from scipy import sparse
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB

from skclean import LabelCleaner, NoiseRobustClassifier
from skclean.detectors import KDN, ConfidentLearning
from skclean.exceptions import FewMembersWarning, InterruptedFitWarning

X, Y, NOISY, _ = planted_problem(120, 3, 10)


class Counted(ConfidentLearning):
    """Counts its fits for all clones."""

    n_fits = 0

    def fit(self, X, y, **params):
        Counted.n_fits += 1
        return super().fit(X, y, **params)


@pytest.fixture(autouse=True)
def from_zero():
    Counted.n_fits = 0


def counted(**params):
    return Counted(GaussianNB(), **{"cv": 3, "random_state": 0, **params})


def robust(memory, **params):
    defaults = {"estimator": LogisticRegression(), "detector": counted(), "memory": memory}
    return NoiseRobustClassifier(**{**defaults, **params})


def test_a_grid_over_treatments_and_models_fits_the_detector_once_for_each_training_set(tmp_path):
    grid = {"treatment": ["posterior", "drop", "relabel", "reweight"], "estimator__C": [0.1, 1]}
    kept = GridSearchCV(robust(tmp_path), grid, cv=3).fit(X, NOISY)
    assert Counted.n_fits == 4
    plain = GridSearchCV(robust(None), grid, cv=3).fit(X, NOISY)
    assert Counted.n_fits == 4 + 25
    np.testing.assert_array_equal(kept.cv_results_["mean_test_score"], plain.cv_results_["mean_test_score"])
    np.testing.assert_array_equal(kept.predict_proba(X), plain.predict_proba(X))


@pytest.mark.parametrize("make", [str, Path, lambda path: joblib.Memory(path, verbose=0, mmap_mode="r")])
def test_it_may_be_a_path_or_a_memory(make, tmp_path):
    for memory in (make(tmp_path), make(tmp_path)):
        for cleaner in (robust(memory), LabelCleaner(detector=counted(), memory=memory)):
            cleaner.fit(X, NOISY)
            np.testing.assert_array_equal(cleaner.noise_mask_, counted().fit(X, NOISY).noise_mask_)
            assert cleaner.audit_table()["flagged"].sum() == 10
    assert Counted.n_fits == 1 + 4  # four of them by this test


def test_what_is_no_memory_is_refused():
    with pytest.raises(ValueError, match="'memory' parameter"):
        robust(3).fit(X, NOISY)


ROWS = {"verified": np.arange(120) % 7 == 0, "sample_weight": np.arange(120) + 1.0, "groups": np.arange(120) // 2}


@pytest.mark.parametrize(
    ("setting", "values"),
    [
        *((name, {name: value}) for name, value in ROWS.items()),
        ("reviewed", {"reviewed": np.where(np.arange(120) < 30, Y, None)}),
        ("X", {"X": X + 1e-9}),
        ("y", {"y": Y}),
        ("names of columns", {"X": pd.DataFrame(X, columns=["a", "b", "c"])}),
        ("labels of another type", {"y": NOISY.astype(str)}),
    ],
)
def test_other_data_is_another_fit(setting, values, tmp_path):
    robust(tmp_path).fit(X, NOISY)
    found = robust(tmp_path).fit(**{"X": X, "y": NOISY, **values})
    assert Counted.n_fits == 2
    np.testing.assert_array_equal(
        found.label_quality_, robust(None).fit(**{"X": X, "y": NOISY, **values}).label_quality_
    )


@pytest.mark.parametrize(
    "detector",
    [
        counted(rule="argmax_disagreement"),
        counted(cv=4),
        counted(labels="annotations"),
        counted(random_state=1),
        Counted(GaussianNB(var_smoothing=1e-3), cv=3, random_state=0),
    ],
    ids=repr,
)
def test_another_detector_is_another_fit(detector, tmp_path):
    robust(tmp_path).fit(X, NOISY)
    robust(tmp_path, detector=detector).fit(X, NOISY)
    assert Counted.n_fits == 2


def test_metadata_and_the_requests_for_it_count(tmp_path):
    with sklearn.config_context(enable_metadata_routing=True):
        for wanted in (True, False, True):
            model = GaussianNB().set_fit_request(sample_weight=wanted)
            final = LogisticRegression().set_fit_request(sample_weight=True)
            clf = robust(tmp_path, estimator=final, detector=Counted(model, cv=3, random_state=0))
            clf.fit(X, NOISY, sample_weight=ROWS["sample_weight"])
    assert Counted.n_fits == 2


def test_the_treatment_and_the_model_do_not_count(tmp_path):
    robust(tmp_path).fit(X, NOISY)
    robust(tmp_path, treatment="drop").set_params(estimator=GaussianNB()).fit(X, NOISY)
    LabelCleaner(detector=counted(), memory=tmp_path).fit(X, NOISY)
    assert Counted.n_fits == 1


def test_warnings_are_issued_again(tmp_path):
    rare = np.array([3, 3, 3, *NOISY[3:]])
    messages = []
    for _ in range(2):
        with pytest.warns(FewMembersWarning) as caught:
            robust(tmp_path, detector=counted(cv=5)).fit(X, rare)
        messages.append([(str(warning.message), warning.filename) for warning in caught])
    assert Counted.n_fits == 1
    assert messages[0] == messages[1]
    with warnings.catch_warnings():  # filters of the user hold for them
        warnings.filterwarnings("ignore", category=FewMembersWarning, module="skclean")
        robust(tmp_path, detector=counted(cv=5)).fit(X, rare)


class Interrupted(Counted):
    """Says that it was interrupted."""

    def fit(self, X, y, **params):
        warnings.warn("interrupted", InterruptedFitWarning, stacklevel=2)
        return super().fit(X, y, **params)


def test_an_interrupted_fit_is_not_kept(tmp_path):
    for _ in range(2):
        with pytest.warns(InterruptedFitWarning):
            robust(tmp_path, detector=Interrupted(GaussianNB(), cv=3)).fit(X, NOISY)
    assert Counted.n_fits == 2


def test_without_a_seed_the_same_draw_is_used_again(tmp_path):
    detector = counted(random_state=None)
    first, second = (robust(tmp_path, detector=detector).fit(X, NOISY).label_quality_ for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert Counted.n_fits == 1


def test_a_random_state_is_as_far_after_a_fit_that_was_found_as_after_one_that_was_made(tmp_path):
    drawn, found = [], []
    for memory in (None, tmp_path, tmp_path):
        state = np.random.RandomState(3)
        for _ in range(2):
            clf = robust(memory, detector=counted(random_state=None), random_state=state).fit(X, NOISY)
            drawn.append(clf.detector_.random_state)
        found.append((drawn[-2:], state.randint(1000)))
    assert found[0] == found[1] == found[2]
    assert drawn[0] != drawn[1]
    assert Counted.n_fits == 2 + 2


@pytest.mark.parametrize("seed", [5, np.random.RandomState(5)], ids=["int", "RandomState"])
def test_a_detector_without_a_seed_gets_one(seed):
    given = clone(robust(None, random_state=seed))
    first, second = (
        clone(given).set_params(detector=detector).fit(X, NOISY).detector_.random_state
        for detector in (counted(random_state=None), "confident_learning")
    )
    assert first == second is not None
    assert robust(None, random_state=seed).fit(X, NOISY).detector_.random_state == 0
    assert robust(None, detector=KDN(), random_state=0).fit(X, NOISY).noise_mask_.any()  # it draws nothing


TABLES = {
    "frame": lambda: pd.DataFrame(
        {"x": X[:, 0], "y": X[:, 1], "z": pd.array(np.arange(120) % 3, dtype="Int64"), "c": pd.Categorical(Y % 2)}
    ),
    "text": lambda: pd.DataFrame(
        {"t": pd.Series(Y).astype(str), "o": pd.Series(Y.astype(str), dtype=object), "x": X[:, 1]}
    ),
    "polars": lambda: pytest.importorskip("polars").from_numpy(X),
    "csr": lambda: sparse.csr_array(X),
    "csc": lambda: sparse.csc_matrix(X),
    "coo": lambda: sparse.coo_array(X),
    "list": X.tolist,
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
@pytest.mark.filterwarnings("ignore::skclean.exceptions.LeakingColumnWarning")
@pytest.mark.usefixtures("few_trees")
def test_any_table_is_found_again(table, tmp_path):
    given = table()
    detector = Counted(random_state=0)
    for X_again in (given, given, table()):  # looked at, and new
        LabelCleaner(detector=detector, memory=tmp_path).fit(X_again, NOISY)
    assert Counted.n_fits == 1


def test_categories_count(tmp_path):
    for categories in ([0, 1], [1, 0]):
        frame = pd.DataFrame({"c": pd.Categorical(Y % 2, categories=categories), "x": X[:, 0]})
        LabelCleaner(detector=Counted(random_state=0, leaks="keep"), memory=tmp_path).fit(frame, NOISY)
    assert Counted.n_fits == 2


def test_the_folder_does_not_hold_x(tmp_path):
    secret = np.column_stack([X, np.full(120, 0.123456789)])
    robust(tmp_path).fit(secret, NOISY)
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not any(np.float64(0.123456789).tobytes() in content or b"0.1234" in content for content in files)


def test_what_cannot_be_pickled_is_told(tmp_path):
    class Local(GaussianNB):
        pass

    with pytest.raises(ValueError, match=r"memory= needs a detector.*memory=None"):
        robust(tmp_path, detector=ConfidentLearning(Local(), cv=3)).fit(X, NOISY)


def test_the_gate_finds_its_fits_too(tmp_path):
    for _ in range(2):
        robust(tmp_path, gate=True, random_state=0).fit(X, NOISY)
    assert Counted.n_fits == 1 + 3


def test_callbacks_hear_of_a_fit_that_is_made(tmp_path):
    callback = pytest.importorskip("sklearn.callback", reason="callbacks arrived in scikit-learn 1.9")
    pytest.importorskip("rich")
    for _ in range(2):
        robust(tmp_path).set_callbacks(callback.ProgressBar()).fit(X, NOISY)
    assert Counted.n_fits == 1
