"""Metadata reaches those who ask for it, with the rows, in every meta-estimator: one table."""

import numpy as np
import pandas as pd
import pytest
import sklearn
from material import Log, Recorder, small_detector, small_forest
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.model_selection import GroupKFold, StratifiedKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skclean import LabelCleaner, NoiseRobustClassifier
from skclean.detectors import (
    ConfidentLearning,
    CrossSplit,
    FastReCoV,
    InstanceHardness,
    OrdinalConfidentLearning,
    PartitionFilter,
    ReCoV,
    SmallLoss,
)
from skclean.robust import (
    CleanSeedClassifier,
    CoTeachingClassifier,
    IterativeFilterClassifier,
    LabelPairClassifier,
    NoisyLabelEM,
    SelfDistillationClassifier,
)
from skclean.rules import ExactCount

# the number of the row among the features takes the skill from a model of distances
pytestmark = pytest.mark.filterwarnings("ignore::skclean.exceptions.NoSkillWarning")

ID = np.arange(150.0)


def recorder(log, **requests):
    model = Recorder(log)
    return model.set_fit_request(**requests) if requests else model


def detector(model, cv=3):
    return ConfidentLearning(model, cv=cv, random_state=0)


# How each meta-estimator is built around a recording model, and how many fits of it to expect.
TABLE = {
    "ConfidentLearning": (detector, 3),
    "CrossSplit": (lambda model: CrossSplit(model, n_rounds=1, n_repeats=1, random_state=0), 2),
    "OrdinalConfidentLearning": (lambda model: OrdinalConfidentLearning(model, cv=3, random_state=0), 3),
    "InstanceHardness": (lambda model: InstanceHardness([("one", model)], cv=3, random_state=0), 3),
    "PartitionFilter": (lambda model: PartitionFilter(model, n_partitions=3, n_repeats=1, random_state=0), 3),
    "SmallLoss": (lambda model: SmallLoss(model, n_draws=14, random_state=0), 14),
    "ReCoV": (lambda model: ReCoV(model, n_repeats=1, cv=3, rule=ExactCount(90), random_state=0), 4),
    "FastReCoV": (lambda model: FastReCoV(model, n_rounds=1, n_repeats=1, cv=3, rule=ExactCount(90)), 4),
    "LabelCleaner": (lambda model: LabelCleaner(detector=detector(model)), 3),
    "LabelCleaner of a model": (lambda model: LabelCleaner(model, treatment="drop", random_state=0), 5),
    "NoiseRobustClassifier": (
        lambda model: NoiseRobustClassifier(model, detector=small_detector(), treatment="drop"),
        1,
    ),
    "judge of NoiseRobustClassifier": (
        lambda model: NoiseRobustClassifier(GaussianNB(), detector=detector(model)),
        3,
    ),
}
every_meta_estimator = pytest.mark.parametrize(("make", "n_fits"), TABLE.values(), ids=TABLE)


def with_id(planted):
    """Rows that carry their position, so that what arrives with them can be checked."""
    return np.column_stack([ID, planted.X])


def others_decline(model):
    """Let the models beside the recorder say that they want no weights."""
    for part in model.get_params().values():
        if isinstance(part, (GaussianNB, ExtraTreesClassifier)):
            part.set_fit_request(sample_weight=False)
    return model


def assert_follows_rows(log, n_fits, **expected):
    assert len(log) == n_fits
    for call in log:
        rows = call["X"][:, 0].astype(int)
        assert len(rows) < 150  # a fold, or without the flagged rows
        for name, values in expected.items():
            np.testing.assert_array_equal(call[name], values[rows])


@every_meta_estimator
def test_metadata_follows_the_rows_by_request(make, n_fits, planted):
    log, weight, tag = Log(), ID + 1, ID * 2
    with sklearn.config_context(enable_metadata_routing=True):
        model = others_decline(make(recorder(log, sample_weight=True, tag=True)))
        model.fit(with_id(planted), planted.noisy, sample_weight=weight, tag=tag)
    assert_follows_rows(log, n_fits, sample_weight=weight, tag=tag)


@every_meta_estimator
def test_metadata_may_have_another_name(make, n_fits, planted):
    log, weight = Log(), ID + 1
    with sklearn.config_context(enable_metadata_routing=True):
        model = others_decline(make(recorder(log, sample_weight="trust")))
        model.fit(with_id(planted), planted.noisy, trust=weight)
    assert_follows_rows(log, n_fits, sample_weight=weight)


@every_meta_estimator
def test_metadata_that_is_not_wanted_does_not_arrive(make, n_fits, planted):
    log = Log()
    with sklearn.config_context(enable_metadata_routing=True):
        model = others_decline(make(recorder(log, sample_weight=False)))
        model.fit(with_id(planted), planted.noisy, sample_weight=ID + 1)
    assert len(log) == n_fits
    assert not any("sample_weight" in call for call in log)


@every_meta_estimator
def test_metadata_nobody_decided_on_is_an_error(make, n_fits, planted):
    log = Log()
    with sklearn.config_context(enable_metadata_routing=True), pytest.raises(ValueError, match="not explicitly set"):
        make(recorder(log)).fit(with_id(planted), planted.noisy, sample_weight=ID + 1)
    assert not log


@every_meta_estimator
def test_without_routing_weights_follow_the_rows_too(make, n_fits, planted):
    log, weight = Log(), ID + 1
    make(recorder(log)).fit(with_id(planted), planted.noisy, sample_weight=weight)
    assert_follows_rows(log, n_fits, sample_weight=weight)


@pytest.mark.parametrize("make", [TABLE["ConfidentLearning"][0], TABLE["NoiseRobustClassifier"][0]])
def test_without_routing_other_parameters_go_to_the_model(make, planted):
    log = Log()
    make(recorder(log)).fit(with_id(planted), planted.noisy, tag=ID * 2, colour="red")
    for call in log:
        np.testing.assert_array_equal(call["tag"], call["X"][:, 0] * 2)
        assert call["colour"] == "red"


@every_meta_estimator
@pytest.mark.parametrize("routing", [False, True])
def test_verified_rows_are_never_flagged(make, n_fits, routing, planted):
    X, y = planted.X, planted.noisy
    verified = planted.flipped.copy()
    verified[np.flatnonzero(verified)[::2]] = False
    with sklearn.config_context(enable_metadata_routing=routing):
        plain, model = make(recorder(Log())).fit(X, y), make(recorder(Log())).fit(X, y, verified=verified)
    assert plain.noise_mask_[verified].any()
    assert model.noise_mask_.any()
    assert not model.noise_mask_[verified].any()


# Estimators that learn from noisy labels: their own weights multiply those of the caller.
LEARNERS = {
    "CleanSeedClassifier": lambda model: CleanSeedClassifier(model, method="density_ratio", cv=3, random_state=0),
    "SelfDistillationClassifier": lambda model: SelfDistillationClassifier(model, xi=0.5, cv=3, random_state=0),
    "CoTeachingClassifier": lambda model: CoTeachingClassifier(model, n_rounds=1, noise_rate=0.1, random_state=0),
    "IterativeFilterClassifier": lambda model: IterativeFilterClassifier(model, detector="kdn", max_rounds=1),
    "LabelPairClassifier": lambda model: LabelPairClassifier(model, min_rows=3, random_state=0),
    "NoisyLabelEM": lambda model: NoisyLabelEM(model, cv=3, max_rounds=1, random_state=0),
}
every_learner = pytest.mark.parametrize("make", LEARNERS.values(), ids=LEARNERS)


@every_learner
def test_learners_hand_on_what_was_requested_with_the_rows(make, planted):
    logs, tag = (Log(), Log()), ID * 2
    with sklearn.config_context(enable_metadata_routing=True):
        for log, weights in zip(logs, ({}, {"sample_weight": ID + 1}), strict=True):
            model = make(recorder(log, sample_weight=False, tag=True))
            model.fit(with_id(planted), planted.noisy, tag=tag, verified=planted.flipped, **weights)
    assert logs[0]
    for call, other in zip(*logs, strict=True):
        np.testing.assert_array_equal(call["tag"], tag[call["X"][:, 0].astype(int)])
        np.testing.assert_array_equal(call.get("sample_weight", 0), other.get("sample_weight", 0))


@every_learner
@pytest.mark.parametrize("routing", [False, True])
def test_learners_leave_out_rows_without_weight(make, routing, planted):
    log, weight = Log(), (ID >= 30).astype(float)
    with sklearn.config_context(enable_metadata_routing=routing):
        model = recorder(log, sample_weight=True) if routing else recorder(log)
        make(model).fit(with_id(planted), planted.noisy, sample_weight=weight)
    assert log
    for call in log:
        assert (call.get("sample_weight", np.ones(len(call["X"])))[call["X"][:, 0] < 30] == 0).all()


@every_learner
def test_learners_refuse_metadata_that_was_not_decided_on(make, planted):
    with sklearn.config_context(enable_metadata_routing=True), pytest.raises(ValueError, match="not explicitly set"):
        make(recorder(Log())).fit(with_id(planted), planted.noisy, sample_weight=ID + 1)


@pytest.mark.parametrize("routing", [False, True])
@pytest.mark.parametrize("cv", [3, GroupKFold(3)], ids=repr)
@pytest.mark.parametrize("wrap", [lambda d: d, lambda d: LabelCleaner(detector=d)], ids=["detector", "cleaner"])
def test_groups_are_kept_together(wrap, cv, routing, planted):
    log, groups = Log(), np.arange(150) // 10
    X = np.column_stack([groups, planted.X])
    with sklearn.config_context(enable_metadata_routing=routing):
        wrap(detector(Recorder(log), cv)).fit(X, planted.noisy, groups=groups)
    left_out = [set(groups) - set(call["X"][:, 0]) for call in log]
    assert sorted(group for part in left_out for group in part) == list(range(15))


@pytest.mark.parametrize("routing", [False, True])
def test_groups_reach_the_detector_of_a_robust_classifier(routing, planted):
    log, groups = Log(), np.arange(150) // 10
    with sklearn.config_context(enable_metadata_routing=routing):
        clf = NoiseRobustClassifier(GaussianNB(), detector=detector(Recorder(log), GroupKFold(3)))
        clf.fit(np.column_stack([groups, planted.X]), planted.noisy, groups=groups)
    assert len(log) == 3


def test_groups_turn_the_default_to_folds(planted, monkeypatch):
    monkeypatch.setattr("skclean.detectors._template.default_estimator", lambda *_, **__: small_forest())
    groups = np.arange(150) // 10
    judge = ConfidentLearning(random_state=0).fit(planted.X, planted.noisy, groups=groups)
    assert judge.noise_mask_.any()
    with pytest.raises(ValueError, match="cannot keep groups together"):
        ConfidentLearning(cv="oob").fit(planted.X, planted.noisy, groups=groups)


@pytest.mark.usefixtures("few_trees")
@pytest.mark.parametrize("routing", [False, True])
@pytest.mark.parametrize("table", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_defaults_need_no_requests(table, routing, weighted, planted):
    X = pd.DataFrame(planted.X[:60])
    if table:
        X["text"] = "x"
    X.columns = X.columns.astype(str)
    params = {"sample_weight": ID[:60] + 1} if weighted else {}
    with sklearn.config_context(enable_metadata_routing=routing):
        clf = NoiseRobustClassifier(random_state=0).fit(X, planted.noisy[:60], **params)
    assert clf.noise_mask_.shape == (60,)


@pytest.mark.parametrize("treatment", ["reweight", "soft_labels"])
def test_the_callers_weights_multiply_the_treatments(treatment, planted):
    weight = ID + 1
    logs = Log(), Log()
    for log, params in zip(logs, ({}, {"sample_weight": weight}), strict=True):
        judge = ConfidentLearning(Recorder(Log()), cv=list(StratifiedKFold(3).split(planted.X, planted.noisy)))
        clf = NoiseRobustClassifier(Recorder(log), detector=judge, treatment=treatment)
        clf.fit(with_id(planted), planted.noisy, **params)
        rows = clf.sample_indices_
        expected = clf.selection_.sample_weight * (weight[rows] if params else 1)
        np.testing.assert_allclose(log[0]["sample_weight"], expected)
        np.testing.assert_array_equal(log[0]["X"][:, 0], rows)


def test_weights_given_to_a_pipelines_step_multiply_too(planted):
    clf = NoiseRobustClassifier(
        make_pipeline(StandardScaler(), Recorder(log := Log())), detector=small_detector(), treatment="reweight"
    )
    clf.fit(with_id(planted), planted.noisy, recorder__sample_weight=ID + 1)
    expected = clf.selection_.sample_weight * (clf.sample_indices_ + 1)
    np.testing.assert_allclose(log[0]["sample_weight"], expected)


def test_weights_for_a_model_that_takes_none_are_an_error(planted):
    with pytest.raises(ValueError, match="KNeighborsClassifier takes no sample_weight"):
        ConfidentLearning(KNeighborsClassifier(), cv=3).fit(planted.X, planted.noisy, sample_weight=ID)


def test_weights_that_nobody_requested_are_to_be_requested(planted):
    pipe = make_pipeline(StandardScaler(), GaussianNB())
    with (
        sklearn.config_context(enable_metadata_routing=True),
        pytest.raises(ValueError, match=r"set_fit_request\(sample_w"),
    ):
        NoiseRobustClassifier(pipe, detector=small_detector(), treatment="reweight").fit(planted.X, planted.noisy)


def test_a_weight_of_zero_is_no_row_for_the_out_of_bag_forest(planted):
    weight = (np.arange(150) % 3 > 0).astype(float)
    forest = ExtraTreesClassifier(30, bootstrap=True, min_samples_leaf=3, random_state=0)
    judge = ConfidentLearning(forest, cv="oob").fit(planted.X, planted.noisy, sample_weight=weight)
    assert judge.confident_joint_.sum() == pytest.approx(100)
    np.testing.assert_allclose(judge.audit_.proba.sum(axis=1), 1)
