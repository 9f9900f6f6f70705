"""Fair abstention: bounds hold out of sample, infeasible bounds are named, and abstention is no class."""

import pickle

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.svm import LinearSVC

from skclean.robust import ABSTAIN, FairAbstainingClassifier, is_abstain
from skclean.robust.decisions._fair_options import _largest_kept, _options
from skclean.robust.decisions._fair_program import Kinds, solve


def unequal_problem(n=2000, seed=0):
    """Labels of the second group follow the columns less closely, so that fewer of its positives are found."""
    rng = np.random.default_rng(seed)
    groups = rng.integers(0, 2, n)
    X = rng.normal(size=(n, 3))
    noise = np.where(groups, 1.2, 0.4) * rng.normal(size=n)
    return X, (X[:, 0] + noise > 0.3).astype(int), groups


X, y, groups = unequal_problem()
X_test, y_test, groups_test = unequal_problem(6000, seed=1)


def fair(**settings):
    return FairAbstainingClassifier(LogisticRegression(), **({"random_state": 0} | settings))


def by_margin(**settings):
    """Fitted without the boosting, where the program is tested and not the order."""
    return fair(order="margin", **settings).fit(X, y, groups=groups)


def rate_of(rate, predicted, y):
    among = {"tpr": y == 1, "fpr": y == 0, "selection": np.ones(len(y), bool)}[rate]
    return (predicted[among] == 1).mean()


@pytest.mark.parametrize("rate", ["tpr", "fpr", "selection"])
@pytest.mark.parametrize("order", ["margin", "learned"])
def test_bounds_hold_out_of_sample_and_nearly_on_new_rows(rate, order):
    model = fair(rate=rate, order=order, max_gap=0.03).fit(X, y, groups=groups)
    assert np.ptp(model.rates_["after"]) <= 0.03 + 1e-9
    assert (model.abstention_ <= 0.2 + 1e-9).all()
    assert (model.accuracies_["after"] >= model.accuracies_["before"] - 1e-9).all()
    predicted, left = model.predict(X_test, groups=groups_test), model.undecided(X_test, groups=groups_test)
    np.testing.assert_array_equal(is_abstain(predicted) if left.any() else left, left)
    rates = [rate_of(rate, predicted[~left & (groups_test == g)], y_test[~left & (groups_test == g)]) for g in (0, 1)]
    assert np.ptp(rates) < 0.1
    assert left.mean() < 0.25


def test_it_beats_a_common_threshold():
    model = fair(max_gap=0.03).fit(X, y, groups=groups)
    left = model.undecided(X_test, groups=groups_test)
    plain = LogisticRegression().fit(X, y)
    proba, predicted = plain.predict_proba(X_test), plain.predict(X_test)
    common = proba.max(axis=1) < np.quantile(proba.max(axis=1), left.mean())
    gaps = [
        np.ptp(
            [rate_of("tpr", predicted[kept & (groups_test == g)], y_test[kept & (groups_test == g)]) for g in (0, 1)]
        )
        for kept in (~left, ~common)
    ]
    assert gaps[0] < gaps[1] - 0.03


def test_cost_and_bounds_decide_how_many_rows_are_left():
    shares = [by_margin(abstention_cost=c).abstention_.sum() for c in (0.0, 0.3, 1.0)]
    assert shares[0] > shares[1] >= shares[2]
    assert shares[0] == pytest.approx(0.4, abs=0.03)  # as many as the bound allows
    free = by_margin(max_gap=None, abstention_cost=1.0)
    assert (free.abstention_ == 0).all() and np.isinf(free.thresholds_).all()
    assert not free.undecided(X_test, groups=groups_test).any()
    wide = by_margin(max_gap=0.01, max_abstention=None, abstention_cost=0.5)
    assert np.ptp(wide.rates_["after"]) <= 0.01 + 1e-9


def test_bounds_that_no_abstention_meets_are_named():
    with pytest.raises(ValueError, match=r"without max_gap=0.0 one does"):
        by_margin(max_gap=0.0, max_abstention=0.0)
    with pytest.raises(ValueError, match=r"max_gap|max_abstention"):
        by_margin(max_gap=0.001, max_abstention=0.01)


def test_the_program_finds_what_trying_everything_finds():
    rng = np.random.default_rng(0)
    cell = np.repeat([0, 1, 2, 3], 4)
    kept = np.tile([12.0, 9.0, 6.0, 3.0], 4)
    right = np.floor(kept * rng.uniform(0.4, 0.9, 16))
    among = np.floor(kept * 0.6)
    chosen = np.floor(among * np.repeat([0.9, 0.2, 0.6, 0.1], 4))
    kinds = Kinds(cell, cell // 2, kept, right, chosen, among)
    plan = solve(kinds, accuracy=None, max_gap=0.2, max_abstention=0.6, cost=0.4)
    best = np.inf
    for options in np.ndindex(4, 4, 4, 4):
        taken = np.arange(4) * 4 + options
        sums = {name: np.bincount([0, 0, 1, 1], getattr(kinds, name)[taken]) for name in ("kept", "chosen", "among")}
        if np.ptp(sums["chosen"] / sums["among"]) <= 0.2 and (sums["kept"] >= 0.4 * 24).all():
            best = min(best, (kept[taken] - right[taken] - 0.4 * kept[taken]).sum())
    found = (kept[plan.taken] - right[plan.taken] - 0.4 * kept[plan.taken]).sum()
    assert plan.gap <= 0.2 + 1e-9
    assert found >= best - 1e-9 and found <= best + 1.5  # levels are on a grid


def test_rows_of_equal_score_stay_together():
    ordered = np.array([0.1, 0.2, 0.2, 0.2, 0.9])
    assert _options(ordered).tolist() == [5, 4, 1, 0]
    assert [_largest_kept(ordered, n) for n in (5, 4, 1, 0)] == [np.inf, 0.2, 0.1, -np.inf]


def test_groups_and_labels_of_any_type():
    names, kinds = np.array(["no", "yes"], dtype=object)[y], np.array(["f", "m"])[groups]
    names[::20] = None
    model = fair(positive="yes").fit(X, names, groups=kinds, sample_weight=np.ones(len(y)))
    assert model.groups_.tolist() == ["f", "m"] and model.classes_.tolist() == ["no", "yes"]
    predicted = model.predict(X_test, groups=np.array(["f", "m"])[groups_test])
    assert set(predicted[~is_abstain(predicted)]) == {"no", "yes"} and ABSTAIN in predicted.tolist()
    again = pickle.loads(pickle.dumps(model))
    assert (is_abstain(again.predict(X, groups=kinds)) == is_abstain(model.predict(X, groups=kinds))).all()
    assert 0.6 < model.score(X, names, groups=kinds) < 1
    assert model.score(X, names, np.ones(len(y)), groups=kinds) == pytest.approx(model.score(X, names, groups=kinds))
    with pytest.raises(ValueError, match="groups is missing"):
        model.predict(X)
    with pytest.raises(ValueError, match="not among the classes"):
        model.predict(X[:1], groups=["x"])
    with pytest.raises(ValueError, match="a group for each"):
        fair().fit(X, y, groups=[None, *kinds[1:]])


def test_the_group_may_be_a_column():
    with_group = np.column_stack([X, groups])
    model = fair(group_column=3).fit(with_group, y)
    assert model.undecided(with_group).any()
    np.testing.assert_array_equal(model.undecided(with_group), model.undecided(with_group, groups=groups))
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(with_group, columns=["a", "b", "c", "sex"])
    same = fair(group_column="sex").fit(frame, y)
    np.testing.assert_array_equal(same.undecided(frame), model.undecided(with_group))
    with pytest.raises(ValueError, match="is no column of X"):
        fair(group_column="age").fit(frame, y)


def test_without_groups_it_predicts_as_the_estimator_does(few_trees):
    model = FairAbstainingClassifier(cv=2, n_jobs=1, random_state=0).fit(X[:200], y[:200])
    np.testing.assert_array_equal(model.predict(X_test[:50]), model.estimator_.predict(X_test[:50]))
    np.testing.assert_allclose(model.predict_proba(X_test[:50]).sum(axis=1), 1)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"estimator": Ridge()}, "regressor"),
        ({"estimator": LinearSVC()}, "predict_proba"),
        ({"rate": "odds"}, "rate"),
        ({"positive": 7}, "positive has the label 7"),
        ({"max_gap": 2}, "max_gap"),
    ],
)
def test_what_cannot_work_is_refused(settings, message):
    model = FairAbstainingClassifier(**({"estimator": RandomForestClassifier(5)} | settings))
    with pytest.raises(ValueError, match=message):
        model.fit(X[:200], y[:200], groups=groups[:200])


def test_many_classes_need_a_positive_one():
    three = np.where(X[:, 1] > 1, 2, y)
    with pytest.raises(ValueError, match="pass positive="):
        fair().fit(X, three, groups=groups)
    assert fair(positive=2, max_gap=0.1).fit(X, three, groups=groups).thresholds_.shape == (2, 3)
