"""Models of all folds from sums give the scores of clone, fit and score on the same folds."""

import warnings
from functools import partial

import numpy as np
import pytest
from material import assert_same_as_plain, scores_of
from scipy import sparse
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.linear_model import LinearRegression, Ridge, RidgeClassifier
from sklearn.naive_bayes import BernoulliNB, GaussianNB, MultinomialNB
from sklearn.neighbors import NearestCentroid
from sklearn.preprocessing import OneHotEncoder

# Balanced accuracy warns where a small fold lacks a class, and nearest centroids of columns that do not vary.
pytestmark = [
    pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true"),
    pytest.mark.filterwarnings("ignore:self.within_class_std_dev_"),
]
assert_same = partial(assert_same_as_plain, n_repeats=3)
CLASSIFIERS = [
    RidgeClassifier(),
    RidgeClassifier(alpha=0.1, fit_intercept=False, class_weight="balanced"),
    RidgeClassifier(alpha=3.0, class_weight="balanced", solver="svd"),
    GaussianNB(),
    GaussianNB(var_smoothing=0.1),
    MultinomialNB(),
    MultinomialNB(alpha=0.3, fit_prior=False),
    BernoulliNB(),
    BernoulliNB(binarize=1.5, alpha=0.5),
    LinearDiscriminantAnalysis(),
    LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.2),
    LinearDiscriminantAnalysis(solver="eigen", shrinkage=0.1),
    QuadraticDiscriminantAnalysis(reg_param=0.1),
    NearestCentroid(),
]
REGRESSORS = [Ridge(), Ridge(alpha=0.5, fit_intercept=False), LinearRegression(), LinearRegression(fit_intercept=False)]
WEIGHTED = [RidgeClassifier(), RidgeClassifier(class_weight="balanced"), GaussianNB(), MultinomialNB(), BernoulliNB()]
SPARSE = [
    RidgeClassifier(solver="sparse_cg", tol=1e-13),
    RidgeClassifier(fit_intercept=False, solver="lsqr", tol=1e-13),
    MultinomialNB(),
    BernoulliNB(),
    NearestCentroid(),
]
NAMES = np.array(["ash", "birch", "cedar", "date"])


def name_of(estimator):
    return str(estimator).replace("\n", "")


def overlapping(n_classes=2, n_samples=180, seed=0, shares=None):
    """Counts and measurements, none negative, whose classes overlap; one column never changes."""
    rng = np.random.default_rng(seed)
    codes = rng.choice(n_classes, n_samples, p=shares)
    codes[:n_classes] = np.arange(n_classes)
    centers = rng.uniform(3, 5, (n_classes, 5))
    measured = np.abs(centers[codes] + rng.normal(size=(n_samples, 5)))
    counted = rng.poisson(1 + codes[:, None] % 3, (n_samples, 3))
    return np.column_stack([measured, counted, np.full(n_samples, 7.0)]), codes


def one_hot(n_samples=200, seed=0, target=False):
    """Columns that add up to one for each of five features, some of their values rare."""
    rng = np.random.default_rng(seed)
    values = rng.choice(4, (n_samples, 5), p=[0.6, 0.25, 0.13, 0.02])
    score = values[:, 0] - values[:, 1] + rng.normal(size=n_samples)
    return OneHotEncoder(sparse_output=False).fit_transform(values), score if target else (score > 0).astype(int)


@pytest.mark.parametrize("estimator", CLASSIFIERS, ids=name_of)
@pytest.mark.parametrize("n_classes", [2, 4])
def test_classifiers(estimator, n_classes):
    X, codes = overlapping(n_classes)
    if type(estimator) is LinearDiscriminantAnalysis and estimator.solver == "svd":
        X = X * [1, 10, 1, 1, 1e-2, 1, 1, 1, 1]
    assert_same(estimator, X, NAMES[codes])
    assert_same(estimator, X, codes, scoring="balanced_accuracy")


@pytest.mark.parametrize("estimator", CLASSIFIERS, ids=name_of)
def test_areas_under_the_curve_and_probabilities(estimator):
    X, codes = overlapping(shares=[0.8, 0.2])
    if type(estimator) is NearestCentroid:
        assert scores_of(estimator, X, codes, engine="auto", scoring="roc_auc")[0] == "plain"
        return
    assert_same(estimator, X, NAMES[codes], scoring="roc_auc")
    if hasattr(estimator, "predict_proba"):
        assert_same(estimator, X, NAMES[codes], scoring="neg_log_loss")


@pytest.mark.parametrize("estimator", CLASSIFIERS, ids=name_of)
def test_classes_that_some_folds_do_not_train_on(estimator):
    X, codes = overlapping(3, shares=[0.5, 0.5, 0])  # one row of the third class
    if type(estimator) is QuadraticDiscriminantAnalysis:
        with pytest.raises(ValueError, match="only 1 sample"):
            scores_of(estimator, X, codes, engine="auto")
        return
    assert_same(estimator, X, codes)
    assert_same(estimator, X, codes, scoring="balanced_accuracy")


@pytest.mark.parametrize("estimator", CLASSIFIERS, ids=name_of)
def test_folds_that_train_on_a_single_class(estimator):
    """Some estimators refuse, some predict that class, and some know no better than to raise an IndexError."""
    X, codes = overlapping(2, shares=[1, 0])
    for scoring in (None, "roc_auc"):
        results = [score_or_error(estimator, X, codes, engine, scoring) for engine in ("auto", "plain")]
        if isinstance(results[1], type):
            assert results[0] is results[1]
        else:
            np.testing.assert_allclose(*results, rtol=0, atol=1e-8)


def score_or_error(estimator, X, codes, engine, scoring):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return scores_of(estimator, X, codes, engine=engine, scoring=scoring)[1]
        except (ValueError, IndexError) as error:
            return type(error)


@pytest.mark.parametrize("estimator", CLASSIFIERS, ids=name_of)
def test_one_hot_columns(estimator):
    assert_same(estimator, *one_hot())


@pytest.mark.parametrize("estimator", CLASSIFIERS, ids=name_of)
def test_unlabelled_rows_take_no_part(estimator):
    X, codes = overlapping(3)
    y = NAMES[codes].astype(object)
    y[::7] = None
    assert_same(estimator, X, y)


@pytest.mark.parametrize("estimator", REGRESSORS, ids=name_of)
@pytest.mark.parametrize("scoring", [None, "neg_mean_squared_error", "neg_median_absolute_error"])
def test_regressors(estimator, scoring):
    X, codes = overlapping(3)
    y = 100 + X @ np.arange(9) + codes + np.random.default_rng(1).normal(size=len(X))
    weight = np.random.default_rng(2).uniform(0, 2, len(X))
    assert_same(estimator, X, y, scoring=scoring)
    assert_same(estimator, X, y, scoring=scoring, fit_params={"sample_weight": weight})


def cuts_singular_values():
    return "tol" in LinearRegression().get_params()


@pytest.mark.parametrize("estimator", REGRESSORS, ids=name_of)
def test_one_hot_columns_of_regressors(estimator):
    if type(estimator) is LinearRegression and not cuts_singular_values():
        assert scores_of(estimator, *one_hot(target=True), engine="auto")[0] == "plain"
    else:
        assert_same(estimator, *one_hot(target=True))


@pytest.mark.parametrize("estimator", WEIGHTED, ids=name_of)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_sample_weights(estimator, n_classes):
    X, codes = overlapping(n_classes)
    weight = np.random.default_rng(3).uniform(0, 2, len(X))
    assert_same(estimator, X, codes, fit_params={"sample_weight": weight})
    assert_same(estimator, X, codes, fit_params={"sample_weight": np.where(X[:, 0] > 4, 0.0, 1.0)})


@pytest.mark.parametrize("estimator", SPARSE, ids=name_of)
def test_sparse_rows(estimator):
    X, y = one_hot()
    assert_same(estimator, sparse.csr_matrix(X), y)
    assert_same(estimator, sparse.csr_matrix(X), y, fit_params={})
    X, codes = overlapping(3)
    assert_same(estimator, sparse.csr_matrix(X), codes, atol=1e-8)


def test_sparse_rows_of_regressors():
    X, y = one_hot(target=True)
    assert_same(Ridge(solver="sparse_cg", tol=1e-13), sparse.csr_matrix(X), y)
    full_rank = sparse.csr_matrix(np.delete(X, [0, 4, 8, 12, 16], axis=1))
    exact = {"tol": 1e-14} if cuts_singular_values() else {}
    assert_same(LinearRegression(**exact), full_rank, y, atol=1e-8 if exact else 1e-4)


@pytest.mark.parametrize(
    "estimator",
    [
        RidgeClassifier(class_weight={0: 1.0, 1: 5.0}),
        RidgeClassifier(class_weight={0: 1.0, 1: 5.0}, alpha=1e-3),
        GaussianNB(priors=[0.3, 0.7]),
        MultinomialNB(class_prior=[0.3, 0.7], alpha=np.linspace(0.1, 1, 9)),
        BernoulliNB(class_prior=[0.3, 0.7]),
        LinearDiscriminantAnalysis(priors=[0.3, 0.7]),
        LinearDiscriminantAnalysis(priors=[0.3, 0.7], solver="lsqr", shrinkage=0.1),
        QuadraticDiscriminantAnalysis(priors=[0.3, 0.7], reg_param=0.5),
    ],
    ids=name_of,
)
def test_priors_and_class_weights(estimator):
    X, codes = overlapping()
    assert_same(estimator, X, codes)
    assert_same(estimator, X, codes, scoring="roc_auc")


@pytest.mark.parametrize("estimator", [*CLASSIFIERS, *REGRESSORS], ids=name_of)
def test_jobs_do_not_matter(estimator, monkeypatch):
    monkeypatch.setattr("skclean.repeats._repeated_cv.MAX_REPEATS_A_BLOCK", 2)
    X, codes = overlapping(3)
    alone, together = (scores_of(estimator, X, codes, engine="auto", n_jobs=n_jobs)[1] for n_jobs in (1, 2))
    np.testing.assert_array_equal(alone, together)


@pytest.mark.parametrize(
    "estimator",
    [
        Ridge(positive=True),
        Ridge(solver="sag", random_state=0),
        Ridge(solver="lsqr"),
        Ridge(alpha=0.0),  # a column never changes
        LinearRegression(positive=True),
        RidgeClassifier(class_weight={0: 2.0}),
        RidgeClassifier(solver="sparse_cg"),
        LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto"),
        LinearDiscriminantAnalysis(solver="lsqr"),  # a column never changes
        LinearDiscriminantAnalysis(n_components=1),
        NearestCentroid(metric="manhattan"),
        NearestCentroid(shrink_threshold=0.1),
        NearestCentroid(priors="empirical"),
        MultinomialNB(alpha=0.0),
        MultinomialNB(alpha=1e-12, force_alpha=False),
        BernoulliNB(binarize=None),  # and values above one
        GaussianNB(var_smoothing=0.0),
    ],
    ids=name_of,
)
def test_what_has_no_closed_form_is_left_to_the_plain_loop(estimator):
    X, codes = overlapping()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert scores_of(estimator, X, codes, engine="auto", n_repeats=1)[0] == "plain"


def test_wide_data_is_left_to_the_plain_loop():
    X = np.random.default_rng(0).normal(size=(30, 40))
    assert scores_of(Ridge(), X, X[:, 0], engine="auto", n_repeats=1)[0] == "plain"


@pytest.mark.parametrize("weight", [np.full(180, -1.0), np.full((180, 1), 1.0), ["heavy"] * 180])
def test_odd_weights_are_left_to_the_plain_loop(weight):
    X, codes = overlapping()
    labels = dict(engine="auto", n_repeats=0, fit_params={"sample_weight": weight})
    with pytest.raises(ValueError, match="need at least one array"):
        scores_of(GaussianNB(), X, codes, **labels)


def test_a_fold_that_lacks_a_direction_is_fitted():
    """Without one row two columns are the same: no penalty, so the sums do not say which solution is meant."""
    X, codes = overlapping()
    X = np.column_stack([X[:, :5], X[:, 0] + (np.arange(len(X)) == 3)])
    assert_same(RidgeClassifier(alpha=1e-6), X, codes)
    assert_same(LinearRegression(), X, X[:, 1] + codes)
    assert_same(LinearDiscriminantAnalysis(), X, codes)


def test_columns_far_from_zero_keep_their_digits():
    X, codes = overlapping(3)
    X = X * 10.0 ** np.arange(-4, 5) + 1e4
    for estimator in (RidgeClassifier(), GaussianNB(), LinearDiscriminantAnalysis(), NearestCentroid()):
        assert_same(estimator, X, codes)


@pytest.mark.parametrize("estimator", [GaussianNB(), MultinomialNB(), BernoulliNB(alpha=1e-3)], ids=name_of)
def test_areas_under_the_curve_of_models_that_are_too_sure(estimator):
    """Copies of columns make naive Bayes certain, and often wrong: ranks near 1 then hang on rounding."""
    X, codes = overlapping(n_samples=150, seed=4)
    X = np.hstack([np.round(X, 1)] * 40)
    assert_same(estimator, X, codes, scoring="roc_auc")
    assert_same(estimator, X, codes, scoring="average_precision")
