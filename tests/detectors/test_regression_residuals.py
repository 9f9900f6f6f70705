"""RegressionResiduals: planted errors of every kind, under every container, and what it promises."""

import pickle

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.datasets import make_friedman1
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.metrics import average_precision_score
from sklearn.model_selection import GroupKFold, KFold
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeRegressor

from skclean.base import Residuals
from skclean.detectors import RegressionResiduals
from skclean.detectors.residuals._slips import name_slips
from skclean.evidence import TableForestRegressor
from skclean.rules import ExactCount, FalseDiscoveryRate, Fraction, ResidualMixture

FOREST = TableForestRegressor(20)
MODELS = {
    "forest": FOREST,
    "closed form": Ridge(),
    "folds": KNeighborsRegressor(),
    "folds with weights": DecisionTreeRegressor(min_samples_leaf=5),
    "pipeline": make_pipeline(StandardScaler(), LinearRegression()),
}


@pytest.fixture(scope="module")
def wrong():
    """X, given numbers, which are wrong, and the right ones."""
    X, y = make_friedman1(200, noise=0.3, random_state=0)
    mask = np.arange(200) % 20 == 3
    return X, np.where(mask, y * 10, y), mask, y


@pytest.mark.parametrize("name", MODELS)
def test_planted_errors_are_found(name, wrong):
    X, y, mask, right = wrong
    detector = RegressionResiduals(MODELS[name], cv=None, random_state=0).fit(X, y)
    assert average_precision_score(mask, -detector.label_quality_) > 0.95
    assert detector.noise_mask_[mask].all()
    assert detector.noise_mask_[~mask].sum() <= 3
    assert np.abs(detector.suggested_labels_ - right)[mask].mean() < np.abs(y - right)[mask].mean() / 5
    np.testing.assert_array_equal(detector.suggested_labels_[~detector.noise_mask_], y[~detector.noise_mask_])
    assert not hasattr(detector, "classes_")
    table = detector.audit_table()
    assert (table["slip"][mask] == "factor 10").mean() > 0.5
    assert "is predicted, give or take" in table["reason"][3]
    assert pickle.loads(pickle.dumps(detector)).audit_[Residuals].scale.min() > 0


def test_the_default_takes_any_table(wrong):
    pandas = pytest.importorskip("pandas")
    X, y, mask, _ = wrong
    frame = pandas.DataFrame(X[:, :5]).rename(columns=str)
    frame["word"] = np.where(X[:, 0] > 0.5, "high", "low")
    frame["day"] = pandas.Timestamp("2020-01-01") + pandas.to_timedelta(X[:, 1] * 100, unit="D")
    frame.iloc[::7, 2] = np.nan
    given = pandas.Series(y, dtype="Float64")
    given[0] = pandas.NA
    detector = RegressionResiduals(random_state=0).fit(frame, given)
    assert list(detector.feature_names_in_) == list(frame)
    assert detector.noise_mask_[mask].all()
    assert not detector.noise_mask_[0] and detector.label_quality_[0] == 1 and detector.slips_[0] == ""
    assert np.isnan(detector.suggested_labels_[0])
    sparse = RegressionResiduals(random_state=0).fit(csr_array(X), y)
    assert sparse.noise_mask_[mask].mean() > 0.8


def test_units_and_the_same_seed_do_not_matter(wrong):
    X, y, mask, _ = wrong
    detector = RegressionResiduals(FOREST, random_state=0)
    first, again = detector.fit(X, y).label_quality_, clone(detector).fit(X, y).label_quality_
    np.testing.assert_array_equal(first, again)
    scaled = clone(detector).fit(X, 4096 * y + 1024)
    np.testing.assert_array_equal(scaled.noise_mask_, detector.noise_mask_)
    order = np.random.RandomState(0).permutation(200)
    other = clone(detector).fit(X[order], y[order])
    assert other.noise_mask_[mask[order]].all()


def test_verified_rows_groups_and_weights(wrong):
    X, y, mask, _ = wrong
    verified = mask & (np.arange(200) < 100)
    detector = RegressionResiduals(FOREST, random_state=0).fit(X, y, verified=verified)
    np.testing.assert_array_equal(detector.noise_mask_[mask], ~verified[mask])
    groups = np.arange(200) // 10
    for cv in (None, 3, GroupKFold(3)):
        grouped = RegressionResiduals(Ridge(), cv=cv, random_state=0).fit(X, y, groups=groups)
        assert grouped.noise_mask_[mask].all()
    weight = np.where(mask, 0.0, 1.0)
    weighted = RegressionResiduals(FOREST, n_jobs=2, random_state=0).fit(X, y, sample_weight=weight)
    assert weighted.noise_mask_[mask].all()


class Watched(RegressorMixin, BaseEstimator):
    """Predicts a mean, and notes which numbers it was trained on."""

    seen: list = []

    def fit(self, X, y):
        self.seen.append(set(X[:, 0].astype(int)))
        self.mean_ = y.mean()
        return self

    def predict(self, X):
        self.seen[-1] = (self.seen[-1], set(X[:, 0].astype(int)))
        return np.full(len(X), self.mean_)


def test_no_row_is_predicted_by_a_model_that_saw_it():
    X, y = np.arange(40.0)[:, None], np.append(np.arange(39.0) % 3, np.nan)
    Watched.seen.clear()
    RegressionResiduals(Watched(), cv=KFold(4), n_rounds=2).fit(X, y)
    assert len(Watched.seen) == 8
    for trained, predicted in Watched.seen:
        assert not trained & predicted and 39 not in trained and 39 in predicted


@pytest.mark.parametrize("rule", [ExactCount(12), Fraction(0.06)], ids=repr)
def test_rules_of_quality_work_on_numbers(rule, wrong):
    X, y, mask, _ = wrong
    detector = RegressionResiduals(FOREST, rule=rule, random_state=0).fit(X, y)
    assert detector.noise_mask_.sum() == 12 and detector.noise_mask_[mask].all()


@pytest.mark.parametrize("rule", ["two_components", "otsu", FalseDiscoveryRate(0.2), ResidualMixture(0.9)], ids=repr)
def test_other_rules_find_them(rule, wrong):
    X, y, mask, _ = wrong
    detector = RegressionResiduals(FOREST, rule=rule, random_state=0).fit(X, y)
    assert detector.noise_mask_[mask].all()


def test_bad_input(wrong):
    X, y, *_ = wrong
    with pytest.raises(ValueError, match="is a classifier; pass a regressor"):
        RegressionResiduals(LogisticRegression()).fit(X, y)
    with pytest.raises(ValueError, match="ConfidentLearning"):
        RegressionResiduals().fit(X, ["a", "b"] * 100)
    with pytest.raises(ValueError, match="in one row only"):
        RegressionResiduals(Ridge()).fit(X[:2], [1.0, None])
    with pytest.raises(ValueError, match="needs class probabilities"):
        RegressionResiduals(rule="argmax_disagreement").fit(X, y)

    class Wide(Ridge):
        def predict(self, X):
            return np.zeros((len(X), 2))

    with pytest.raises(ValueError, match="predict of Wide returned"):
        RegressionResiduals(Wide()).fit(X, y)


def test_slips_are_named():
    rng = np.random.RandomState(0)
    right = np.round(rng.uniform(20, 90, 400), 2)
    y = right.copy()
    y[:5] = [right[0] * 1000, right[1] / 100, -right[2], right[3] * 10, 12.0]
    y[10:16] = right[11:17]
    kinds, suggested = name_slips(y, right + rng.normal(scale=0.3, size=400), np.full(400, 0.3))
    assert kinds[:5].tolist() == ["factor 1000", "factor 1/100", "sign", "factor 10", "rounding"]
    np.testing.assert_allclose(suggested[:4], right[:4])
    swapped = name_slips(np.array([53.27, 35.0]), np.array([35.2, 35.0]), np.full(2, 0.2))
    assert swapped.slips.tolist() == ["swapped digits", ""]
    assert swapped.suggested[0] == 35.27
    assert (kinds[10:16] == "shifted row").sum() >= 4
    assert (kinds[20:] == "").mean() > 0.95
    y = right.copy()
    y[50] = y[49]
    assert name_slips(y, right, np.full(400, 1e-3)).slips[50] == "copied neighbour"
    feet = name_slips(np.full(20, 3.0) / 0.3048, np.full(20, 3.0), np.full(20, 0.1))
    assert set(feet.slips) == {"unit: feet and metres"}
