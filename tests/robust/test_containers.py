"""X and y in any container give what plain arrays give, and come back as they came."""

import numpy as np
import pandas as pd
import pytest
from material import planted_problem, small_detector
from scipy import sparse
from sklearn.compose import make_column_transformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from skclean import LabelCleaner, NoiseRobustClassifier
from skclean.detectors import ConfidentLearning
from skclean.preprocessing import TableEncoder
from skclean.treatments import Relabel

PROBLEM = planted_problem(120, 3, 10)
NAMES = np.array(["ash", "birch", "cedar"])
Y = NAMES[PROBLEM.noisy]

SAME_NUMBERS = {
    "F-order": np.asfortranarray,
    "lists": np.ndarray.tolist,
    "DataFrame": pd.DataFrame,
    "polars": lambda X: pytest.importorskip("polars").from_numpy(X),
    "nullable": lambda X: pd.DataFrame(X).convert_dtypes(),
    "read-only": lambda X: np.lib.stride_tricks.as_strided(X, writeable=False),
    **{
        kind: getattr(sparse, kind)
        for kind in ("csr_matrix", "csc_matrix", "coo_matrix", "csr_array", "csc_array", "coo_array")
    },
}
LABELS = {
    "list": list,
    "tuple": tuple,
    "object": lambda y: np.array(y, dtype=object),
    "Series": lambda y: pd.Series(y, index=np.arange(len(y)) * 3 + 7),
    "string": lambda y: pd.Series(y, dtype="string"),
    "category": lambda y: pd.Series(y, dtype="category"),
    "Categorical": pd.Categorical,
    "polars": lambda y: pytest.importorskip("polars").Series("label", np.asarray(y).tolist()),
}


def robust(**params):
    return NoiseRobustClassifier(GaussianNB(), detector=small_detector(), **params)


@pytest.mark.parametrize("convert", SAME_NUMBERS.values(), ids=SAME_NUMBERS)
def test_the_container_of_x_does_not_matter(convert):
    X = np.round(PROBLEM.X, 1)
    plain = robust(treatment="relabel").fit(X, Y)
    clf = NoiseRobustClassifier(LogisticRegression(), detector=small_detector()).fit(convert(X), Y)
    np.testing.assert_array_equal(clf.noise_mask_, plain.noise_mask_)
    np.testing.assert_allclose(clf.label_quality_, plain.label_quality_)
    assert clf.n_features_in_ == 3
    assert (clf.predict(convert(X)) == NAMES[PROBLEM.y]).mean() > 0.95


@pytest.mark.parametrize("convert", LABELS.values(), ids=LABELS)
def test_the_container_of_y_does_not_matter(convert):
    plain, clf = robust().fit(PROBLEM.X, Y), robust().fit(PROBLEM.X, convert(Y))
    np.testing.assert_array_equal(clf.noise_mask_, plain.noise_mask_)
    assert clf.classes_.tolist() == NAMES.tolist()
    assert set(clf.predict(PROBLEM.X)) <= set(NAMES)
    np.testing.assert_array_equal(clf.suggested_labels_, plain.suggested_labels_)


@pytest.mark.parametrize("convert", SAME_NUMBERS.values(), ids=SAME_NUMBERS)
def test_clean_rows_come_back_in_their_container(convert):
    given = convert(np.round(PROBLEM.X, 1))
    cleaner = LabelCleaner(detector=small_detector())
    X_clean, y_clean = cleaner.fit_resample(given, Y)
    assert type(X_clean) is type(given)
    values = X_clean.toarray() if sparse.issparse(X_clean) else np.asarray(X_clean, dtype=float)
    np.testing.assert_allclose(values, np.round(PROBLEM.X, 1)[cleaner.sample_indices_])
    np.testing.assert_array_equal(y_clean, Y[cleaner.sample_indices_])
    assert 95 < len(y_clean) < 115


@pytest.mark.parametrize("convert", LABELS.values(), ids=LABELS)
def test_corrected_labels_come_back_in_their_container(convert):
    given = convert(Y)
    cleaner = LabelCleaner(detector=small_detector(), treatment=Relabel(0.6))
    _, y_clean = cleaner.fit_resample(PROBLEM.X, given)
    assert type(y_clean) is type(given) or isinstance(given, tuple)
    assert getattr(y_clean, "dtype", None) == getattr(given, "dtype", None)
    changed = np.asarray(y_clean) != Y[cleaner.sample_indices_]
    assert changed.sum() > 5
    rows = cleaner.sample_indices_[changed]
    np.testing.assert_array_equal(np.asarray(y_clean)[changed], cleaner.suggested_labels_[rows])
    if hasattr(given, "iloc"):
        assert y_clean.index.tolist() == given.index[cleaner.sample_indices_].tolist()


def mixed_table(n_samples=120):
    rng = np.random.default_rng(0)
    X = PROBLEM.X[:n_samples]
    frame = pd.DataFrame({"a": X[:, 0], "b": X[:, 1]}, index=[f"row {i}" for i in range(n_samples)])
    frame.loc[frame.index[::17], "a"] = np.nan
    frame["text"] = np.where(X[:, 1] > 0, "up", None)
    frame["category"] = pd.Categorical(np.where(X[:, 0] > 0, "right", "left"))
    frame["day"] = pd.Timestamp("2001-01-01") + pd.to_timedelta(rng.integers(0, 99, n_samples), "D")
    frame["count"] = pd.array(rng.integers(0, 9, n_samples), dtype="Int64")
    frame["yes"] = rng.random(n_samples) > 0.5
    return frame


@pytest.mark.parametrize("polars", [False, True])
def test_the_defaults_take_a_mixed_table(polars):
    frame = mixed_table()
    X = pytest.importorskip("polars").from_pandas(frame) if polars else frame
    clf = NoiseRobustClassifier(random_state=0).fit(X, Y)
    assert clf.noise_mask_[PROBLEM.flipped].mean() >= 0.9
    assert (clf.predict(X) == NAMES[PROBLEM.y]).mean() > 0.95
    if not polars:  # whether polars names features is between it and scikit-learn's version
        assert clf.feature_names_in_.tolist() == list(frame.columns)
    assert clf.audit_table().index.tolist() == (list(range(120)) if polars else frame.index.tolist())


def test_a_frame_reaches_the_columns_of_a_pipeline_untouched():
    frame = mixed_table()
    encode = make_column_transformer((OneHotEncoder(), ["text", "category"]), remainder="drop")
    pipe = make_pipeline(encode, LogisticRegression())
    judge = ConfidentLearning(make_pipeline(TableEncoder(), small_detector().estimator), cv="oob")
    clf = NoiseRobustClassifier(pipe, detector=judge, treatment="reweight").fit(frame, Y)
    assert clf.predict(frame).shape == (120,)
    X_clean, y_clean = LabelCleaner(detector=judge).fit_resample(frame, pd.Series(Y, index=frame.index))
    pd.testing.assert_frame_equal(X_clean, frame.loc[y_clean.index])


def test_texts_are_judged_by_the_models_own_pipeline():
    rng = np.random.default_rng(0)
    words = [["oak", "elm", "fir"], ["cat", "dog", "cow"]]
    texts = [" ".join(rng.choice(words[i % 2], 6)) for i in range(60)]
    y = np.arange(60) % 2
    y[[4, 9]] = 1 - y[[4, 9]]
    clf = NoiseRobustClassifier(make_pipeline(TfidfVectorizer(), LogisticRegression()), random_state=0)
    clf.fit(texts, y)
    assert np.flatnonzero(clf.noise_mask_).tolist() == [4, 9]
    assert clf.predict(["an oak", "a cow"]).tolist() == [0, 1]
    assert not hasattr(clf, "feature_names_in_")
    cleaner = LabelCleaner(clf.estimator, treatment="drop", random_state=0)
    kept, labels = cleaner.fit_resample(texts, y.tolist())
    assert isinstance(kept, list)
    assert isinstance(labels, list)
    assert len(kept) == len(labels) == 58
