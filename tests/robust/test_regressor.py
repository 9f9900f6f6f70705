"""NoiseRobustRegressor: wrong numbers hurt it less, right ones are left alone."""

import pickle

import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.datasets import make_friedman1
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, GroupKFold, KFold, cross_val_score
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skclean import NoiseRobustRegressor
from skclean.detectors import RegressionResiduals
from skclean.evidence import TableForestRegressor
from skclean.noise import inject_target_noise

DETECTOR = RegressionResiduals(TableForestRegressor(20), random_state=0)
BOOSTING = HistGradientBoostingRegressor(max_iter=30, random_state=0)


@pytest.fixture(scope="module")
def noisy():
    X, y = make_friedman1(400, noise=0.5, random_state=0)
    given = y.copy()
    given[:250], wrong = inject_target_noise(y[:250], kind="factor", rate=0.1, random_state=0)
    return X, given, y, np.append(wrong, np.zeros(150, dtype=bool))


def error(model, noisy, **params):
    X, given, y, _ = noisy
    return np.abs(model.fit(X[:250], given[:250], **params).predict(X[250:]) - y[250:]).mean()


@pytest.mark.parametrize("treatment", ["reweight", "drop", "replace"])
@pytest.mark.parametrize("model", [BOOSTING, LinearRegression(), KNeighborsRegressor()], ids=repr)
def test_wrong_numbers_hurt_less(model, treatment, noisy):
    robust = NoiseRobustRegressor(model, detector=DETECTOR, treatment=treatment, random_state=0)
    assert error(robust, noisy) < 0.95 * error(clone(model), noisy)
    wrong = noisy[3][:250]
    assert robust.row_weight_[wrong].mean() < 0.6 or treatment == "replace"
    assert robust.row_weight_[~wrong].mean() > 0.9
    assert robust.decision_
    assert robust.label_quality_.shape == robust.noise_mask_.shape == robust.suggested_labels_.shape == (250,)
    assert len(robust.audit_table()) == 250 and robust.audit_ is robust.detector_.audit_
    assert robust.decision_ in str(robust.summary())
    loaded = pickle.loads(pickle.dumps(robust))
    np.testing.assert_array_equal(loaded.predict(noisy[0]), robust.predict(noisy[0]))


def test_nothing_is_lost_where_nothing_is_wrong(noisy):
    X, _, y, _ = noisy
    clean = (X, y, y, None)
    for model in (BOOSTING, TableForestRegressor(30, random_state=0)):
        assert error(NoiseRobustRegressor(model, random_state=0), clean) < 1.06 * error(clone(model), clean)


def test_the_default_takes_any_table_and_scores_known_rows(noisy):
    pandas = pytest.importorskip("pandas")
    X, given, y, _ = noisy
    frame = pandas.DataFrame(X.copy()).rename(columns=str).assign(word=np.where(X[:, 0] > 0.5, "a", "b"))
    frame.iloc[::9, 1] = np.nan
    holes = pandas.Series(given.copy())
    holes[:20] = None
    robust = NoiseRobustRegressor(random_state=0).fit(frame, holes)
    assert (robust.row_weight_[:20] == 0).all()
    assert robust.score(frame, np.where(np.arange(400) < 30, np.nan, y)) > 0.6
    assert list(robust.feature_names_in_) == list(frame) and robust.n_features_in_ == frame.shape[1]


def test_the_gate_keeps_what_predicts_better(noisy):
    X, given, y, _ = noisy
    options = {"detector": RegressionResiduals(Ridge()), "gate": True, "random_state": 0}
    helped = NoiseRobustRegressor(Ridge(), **options).fit(X, given)
    assert helped.gate_.kept == "cleaned" and len(helped.gate_.plain_scores) == 3 and "helps" in helped.decision_
    blind = RegressionResiduals(KNeighborsRegressor(200), rule="fraction")
    plain = NoiseRobustRegressor(Ridge(), detector=blind, treatment="drop", gate=True, scoring="r2", random_state=0)
    plain.fit(X, y, groups=np.arange(400) // 10)
    assert plain.gate_.kept == "plain" and (plain.row_weight_ == 1).all()
    np.testing.assert_allclose(plain.predict(X), Ridge().fit(X, y).predict(X))


def test_verified_rows_and_weights_count(noisy, tmp_path):
    X, given, _, wrong = noisy
    verified = np.where(wrong, 1.0, 0.0)
    robust = NoiseRobustRegressor(Ridge(), detector=DETECTOR, memory=tmp_path).fit(X, given, verified=verified)
    assert (robust.row_weight_[wrong] == 1).all()
    again = NoiseRobustRegressor(LinearRegression(), detector=DETECTOR, memory=tmp_path).fit(
        X, given, verified=verified
    )
    np.testing.assert_array_equal(again.label_quality_, robust.label_quality_)
    half = NoiseRobustRegressor(Ridge(), detector=DETECTOR).fit(X, given, verified=verified / 2)
    assert ((half.row_weight_[wrong] >= 0.5) & (half.row_weight_[wrong] <= 1)).all()
    weight = np.where(wrong, 0.0, 1.0)
    weighted = NoiseRobustRegressor(Ridge(), detector=DETECTOR, treatment="replace", rule=None)
    assert weighted.fit(X, given, sample_weight=weight).score(X, given, sample_weight=weight) > 0.5
    grouped = NoiseRobustRegressor(Ridge(), detector=RegressionResiduals(Ridge(), cv=GroupKFold(3)))
    assert grouped.fit(X, given, groups=np.arange(400) // 8).noise_mask_[wrong].mean() > 0.3


def test_it_works_inside_others(noisy):
    X, given, *_ = noisy
    robust = NoiseRobustRegressor(Ridge(), rule="residual_mixture", n_jobs=1, random_state=np.random.RandomState(0))
    robust.set_params(detector=RegressionResiduals(Ridge()), rule=None)
    search = GridSearchCV(make_pipeline(StandardScaler(), robust), {"noiserobustregressor__treatment": ["drop"]}, cv=2)
    assert search.fit(X, given).best_estimator_[-1].coef_.shape == (10,)
    assert cross_val_score(robust, X, given, cv=KFold(2)).shape == (2,)


def test_bad_input(noisy):
    X, given, *_ = noisy
    with pytest.raises(ValueError, match="is a classifier; pass a regressor"):
        NoiseRobustRegressor(LogisticRegression()).fit(X, given)
    with pytest.raises(ValueError, match="ConfidentLearning finds no wrong numbers"):
        NoiseRobustRegressor(Ridge(), detector="confident_learning").fit(X, given)
    with pytest.raises(ValueError, match="rule= of NoiseRobustRegressor"):
        NoiseRobustRegressor(Ridge(), detector=DETECTOR, rule="otsu").fit(X, given)
    with pytest.raises(ValueError, match="takes no sample_weight"):
        NoiseRobustRegressor(KNeighborsRegressor()).fit(X, given, sample_weight=np.ones(400))
    with pytest.raises(ValueError, match="must hold numbers"):
        NoiseRobustRegressor().fit(X, ["a", "b"] * 200)


def test_metadata_is_routed_where_it_is_asked_for(noisy):
    X, given, *_, wrong = noisy
    weight = np.where(wrong, 0.0, 1.0)
    with sklearn.config_context(enable_metadata_routing=True):
        model = Ridge().set_fit_request(sample_weight=True)
        found_by = RegressionResiduals(Ridge().set_fit_request(sample_weight=False), cv=GroupKFold(3))
        robust = NoiseRobustRegressor(model, detector=found_by).fit(
            X, given, sample_weight=weight, groups=np.arange(400) // 8, verified=np.ones(400, dtype=bool)
        )
        default = NoiseRobustRegressor(random_state=0).fit(X, given, sample_weight=weight)
    np.testing.assert_allclose(robust.predict(X), Ridge().fit(X, given, weight).predict(X))
    assert default.score(X, noisy[2]) > 0.7
