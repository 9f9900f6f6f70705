"""Out-of-bag probabilities equal scikit-learn's where it has them, and exist where it has none."""

import numpy as np
import pytest
from material import small_forest
from scipy import sparse
from sklearn.ensemble import (
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, TargetEncoder
from sklearn.svm import LinearSVC

from skclean.evidence import cross_fit_proba, has_out_of_bag, linear_influence, out_of_bag_proba, staged_scores
from skclean.targets import encode_labels

OOB = {"bootstrap": True, "oob_score": True, "random_state": 0}
ENSEMBLES = {
    "random forest": RandomForestClassifier(60, **OOB),
    "extra trees": ExtraTreesClassifier(60, min_samples_leaf=3, **OOB),
    "half samples": RandomForestClassifier(60, max_samples=0.5, **OOB),
    "bagged trees": BaggingClassifier(n_estimators=60, **OOB),
    "bagged bayes": BaggingClassifier(GaussianNB(), n_estimators=60, max_features=2, **OOB),
}


@pytest.mark.filterwarnings("ignore:Some inputs do not have OOB")
@pytest.mark.parametrize("n_jobs", [None, 2])
@pytest.mark.parametrize("ensemble", ENSEMBLES.values(), ids=ENSEMBLES)
def test_it_equals_the_ensembles_own(ensemble, n_jobs, planted):
    names = np.array(["x", "y", "z"])[planted.noisy]
    found = out_of_bag_proba(ensemble, planted.X, encode_labels(names), n_jobs=n_jobs)
    own = ensemble.fit(planted.X, names).oob_decision_function_
    defined = np.isfinite(own).all(axis=1) & (own.sum(axis=1) > 0.999)
    assert defined.sum() > 140
    np.testing.assert_allclose(found[defined], own[defined], atol=1e-6)


def test_a_pipeline_is_judged_by_its_last_step(planted):
    pipe = make_pipeline(StandardScaler(), small_forest())
    labels = encode_labels(planted.noisy)
    found = out_of_bag_proba(pipe, planted.X, labels)
    scaled = StandardScaler().fit_transform(planted.X)
    np.testing.assert_allclose(found, out_of_bag_proba(small_forest(), scaled, labels), atol=1e-6)


@pytest.mark.parametrize("n_estimators", [1, 2])
def test_rows_that_every_member_drew_are_finite(n_estimators, planted):
    found = out_of_bag_proba(small_forest(n_estimators), planted.X, encode_labels(planted.noisy))
    np.testing.assert_allclose(found.sum(axis=1), 1)


def test_rows_are_judged_by_members_that_did_not_see_them():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(300, 2)), rng.integers(0, 2, 300)
    found = out_of_bag_proba(RandomForestClassifier(100, bootstrap=True, random_state=0), X, encode_labels(y))
    assert abs((found.argmax(axis=1) == y).mean() - 0.5) < 0.1  # pure noise cannot be learned by heart


def test_unlabelled_rows_are_judged_by_every_member_and_train_none(planted):
    holes = planted.noisy.astype(float)
    holes[::5] = np.nan
    labelled = ~np.isnan(holes)
    found = out_of_bag_proba(small_forest(), planted.X, encode_labels(holes))
    X, y = planted.X[labelled], planted.noisy[labelled]
    np.testing.assert_allclose(found[labelled], out_of_bag_proba(small_forest(), X, encode_labels(y)))
    everyone = small_forest().fit(X, y).predict_proba(planted.X[~labelled])
    np.testing.assert_allclose(found[~labelled], everyone, atol=1e-6)


@pytest.mark.parametrize("container", [sparse.csr_matrix, sparse.csr_array, sparse.csc_array, np.asfortranarray])
def test_any_layout_gives_the_same(container, planted):
    labels = encode_labels(planted.noisy)
    X = np.where(np.abs(planted.X) < 0.5, 0, planted.X)
    np.testing.assert_allclose(
        out_of_bag_proba(small_forest(), container(X), labels), out_of_bag_proba(small_forest(), X, labels), atol=0.05
    )


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (ExtraTreesClassifier(), "draws bootstrap samples .* ExtraTreesClassifier does not"),
        (LogisticRegression(), "LogisticRegression does not"),
        (make_pipeline(StandardScaler(), KNeighborsClassifier()), "Pipeline does not"),
        (make_pipeline(TargetEncoder(), small_forest()), "step 'targetencoder' on all rows, but it reads y"),
    ],
    ids=["no bootstrap", "no ensemble", "no ensemble at the end", "supervised step"],
)
def test_what_has_no_out_of_bag_is_told(model, message, planted):
    with pytest.raises(ValueError, match=message):
        out_of_bag_proba(model, planted.X, encode_labels(planted.noisy))


@pytest.mark.parametrize("more", [-1, 1])
def test_as_many_rows_as_labels_are_needed(more, planted):
    X = np.vstack([planted.X, planted.X])[: 150 + more]
    models = small_forest(), LogisticRegression(), LogisticRegression(), GradientBoostingClassifier()
    judges = out_of_bag_proba, cross_fit_proba, linear_influence, staged_scores
    for judge, model in zip(judges, models, strict=True):
        with pytest.raises(ValueError, match="inconsistent numbers of samples"):
            judge(model, X, encode_labels(planted.noisy))


def test_a_forest_that_draws_through_a_sampler_is_told(planted):
    ensemble = pytest.importorskip("imblearn.ensemble")
    forest = ensemble.BalancedRandomForestClassifier(bootstrap=True, sampling_strategy="all", replacement=True)
    with pytest.raises(ValueError, match="which rows each member drew; BalancedRandomForestClassifier does not"):
        out_of_bag_proba(forest, planted.X, encode_labels(planted.noisy))


def test_members_without_probabilities_are_told(planted):
    votes = BaggingClassifier(LinearSVC(), n_estimators=5)
    assert has_out_of_bag(votes)
    with pytest.raises((ValueError, AttributeError), match="predict_proba"):
        out_of_bag_proba(votes, planted.X, encode_labels(planted.noisy))


@pytest.mark.parametrize("n_samples", [2, 3, 6])
def test_members_that_drew_every_row_of_a_tiny_table_are_passed_over(n_samples):
    X, y = np.arange(n_samples, dtype=float)[:, None], np.arange(n_samples) % 2
    proba = out_of_bag_proba(small_forest(), X, encode_labels(y), random_state=0)
    np.testing.assert_allclose(proba.sum(axis=1), 1)


def test_too_few_members_to_leave_any_row_out_are_told():
    X, y = np.arange(2.0)[:, None], np.array([0, 1])
    forest = RandomForestClassifier(1, bootstrap=True)
    seeds = range(20)
    with pytest.raises(ValueError, match="more members"):
        for seed in seeds:
            out_of_bag_proba(forest, X, encode_labels(y), random_state=seed)
