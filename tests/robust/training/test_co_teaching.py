"""Two models that choose rows for each other: halves, views, shares and compression."""

import pickle

import numpy as np
import pytest
from material import planted_problem
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from skclean.noise import inject_noise
from skclean.robust import CoTeachingClassifier
from skclean.robust.training._co_teaching_parts import kept_rows

pytestmark = pytest.mark.usefixtures("few_trees")


def heavy(seed=0, rate=0.3):
    X, y, *_ = planted_problem(400, 3, seed=seed)
    return X, y, inject_noise(y, rate=rate, random_state=seed)[0]


def learner(model=None, **params):
    return CoTeachingClassifier(GaussianNB() if model is None else model, **{"random_state": 0, **params})


@pytest.mark.parametrize("params", [{}, {"gamma": None}, {"noise_rate": 0.3}, {"n_rounds": 1}])
def test_it_beats_a_tree_on_noisy_labels(params):
    X, y, noisy = heavy()
    X_test, y_test, _ = heavy(seed=9)
    tree = DecisionTreeClassifier(min_samples_leaf=5, random_state=0)
    plain = tree.fit(X, noisy).score(X_test, y_test)
    model = learner(tree, **params).fit(X, noisy)
    assert model.score(X_test, y_test) > plain
    assert (noisy != y)[model.kept_].mean() < (noisy != y).mean()
    assert len(model.members_) == 2


def test_as_many_rows_are_left_out_of_each_class_as_are_wrong():
    rng = np.random.default_rng(0)
    codes = rng.integers(3, size=200).astype(np.int32)
    codes[:10] = -1
    proba = rng.dirichlet([1, 1, 1], size=200)
    half_of = np.arange(200) % 2
    kept = kept_rows(codes, proba, half_of, np.array([0.0, 0.5, 1.0]))
    assert not kept[:10].any()
    for code, share in enumerate([0.0, 0.5, 1.0]):
        for half in (0, 1):
            rows = (codes == code) & (half_of == half)
            assert kept[rows].sum() == max(1, round((1 - share) * rows.sum()))
            if (rows & ~kept).any():
                assert proba[rows & kept, code].min() >= proba[rows & ~kept, code].max()


def test_the_noise_of_each_class_is_estimated():
    X, _, noisy = heavy()
    assert 0.15 < learner().fit(X, noisy).noise_rates_.mean() < 0.45
    np.testing.assert_array_equal(learner(noise_rate=0.2).fit(X, noisy).noise_rates_, [0.2, 0.2, 0.2])


@pytest.mark.parametrize("as_table", [False, True])
def test_views_are_columns(as_table):
    X, y, noisy = heavy()
    views = ([0, 2], [1, 2])
    if as_table:
        X = pytest.importorskip("pandas").DataFrame(X, columns=["a", "b", "c"])
        views = (["a", "c"], ["b", "c"])
    model = learner(views=views, n_rounds=2, n_components=None).fit(X, noisy)
    assert model.score(X, y) > 0.6
    assert [len(member.columns) for member in model.members_] == [2, 2]
    assert [member.model.n_features_in_ for member in model.members_] == [2, 2]
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict(X), model.predict(X))
    with pytest.raises(ValueError, match="views must be two lists"):
        learner(views=([0],)).fit(X, noisy)


def test_compression_in_front():
    X, y, noisy = heavy()
    wide = np.column_stack([X, np.random.default_rng(0).normal(size=(400, 30))])
    fixed = learner(LogisticRegression(), n_components=3, n_rounds=2).fit(wide, noisy)
    assert fixed.n_components_ == 3
    assert fixed.members_[0].steps[1][1].n_components == 3
    nested = learner(LogisticRegression(), n_components="nested", n_rounds=2).fit(wide, noisy)
    assert nested.n_components_ in {1, 2, 4, 8, 16, 32}
    assert nested.score(wide, y) > 0.8
    learner(n_components="nested", views=(range(5), range(5, 33)), n_rounds=1).fit(wide, noisy)


def test_verified_rows_are_kept_and_unlabelled_ones_are_not():
    X, y, noisy = heavy()
    given = np.where(np.arange(400) < 50, y, noisy).astype(float)
    given[50:60] = np.nan
    for params in ({}, {"views": ([0, 1], [1, 2])}):
        model = learner(**params).fit(X, given, verified=np.arange(400) < 50)
        assert model.kept_[:50].all()
        assert not model.kept_[50:60].any()


def test_names_defaults_and_models_without_weights():
    X, y, noisy = heavy()
    model = CoTeachingClassifier(n_rounds=1, n_jobs=1, random_state=0).fit(X, np.array(["x", "y", "z"])[noisy])
    assert set(model.predict(X)) == {"x", "y", "z"}
    assert learner(KNeighborsClassifier(9)).fit(X, noisy).score(X, y) > 0.8
