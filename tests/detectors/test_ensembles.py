"""Detectors that fit many models: each equals its definition, computed plainly, and says what it cannot serve."""

import warnings
from collections import Counter

import numpy as np
import pytest
import sklearn
from joblib import parallel_config
from material import Log, RecordingBayes, small_forest
from scipy.special import softmax
from sklearn.base import clone
from sklearn.ensemble import BaggingClassifier, GradientBoostingClassifier
from sklearn.linear_model import SGDClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier
from small_detectors import SMALL_DETECTORS

from skclean.detectors import (
    ConfidentLearning,
    CrossSplit,
    DataOOB,
    InstanceHardness,
    Memorization,
    PartitionFilter,
    SmallLoss,
)
from skclean.evidence import MIN_PROBA
from skclean.exceptions import FewMembersWarning, NoSkillWarning
from skclean.quality import label_quality
from skclean.rules import Vote

NAMES = ("cross_split", "data_oob", "instance_hardness", "memorization", "partition_filter", "small_loss")
FAMILY = [SMALL_DETECTORS[name] for name in NAMES]
every_one = pytest.mark.parametrize("detector", FAMILY, ids=NAMES)


@every_one
def test_jobs_do_not_change_a_bit(detector, planted):
    one = clone(detector).fit(planted.X, planted.noisy)
    with parallel_config("threading"):
        two = clone(detector).set_params(n_jobs=2).fit(planted.X, planted.noisy)
    np.testing.assert_array_equal(one.label_quality_, two.label_quality_)
    np.testing.assert_array_equal(one.audit_.proba, two.audit_.proba)


@every_one
def test_another_seed_gives_another_result(detector, planted):
    one, two = (clone(detector).set_params(random_state=seed).fit(planted.X, planted.noisy) for seed in (1, 2))
    assert (one.label_quality_ != two.label_quality_).any()


@pytest.mark.usefixtures("few_trees")
@pytest.mark.parametrize("kind", [CrossSplit, DataOOB, InstanceHardness, Memorization, PartitionFilter, SmallLoss])
@pytest.mark.parametrize("routing", [False, True])
def test_the_default_takes_tables_with_text_gaps_and_weights(kind, routing, planted):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(planted.X.copy(), columns=list("abc"))
    frame["text"] = np.array(["p", "q", None], dtype=object)[np.arange(150) % 3]
    frame.loc[::7, "a"] = np.nan
    small = {"n_repeats": 2} if kind in (CrossSplit, PartitionFilter) else {}
    small = {"n_draws": 5} if kind in (Memorization, SmallLoss) else small
    with sklearn.config_context(enable_metadata_routing=routing):
        judge = kind(random_state=0, **small).fit(frame, planted.noisy, sample_weight=np.ones(150))
    assert judge.label_quality_[planted.flipped].mean() < judge.label_quality_[~planted.flipped].mean() - 0.2


class TestDataOOB:
    def test_a_bagging_is_its_own_members(self, planted):
        judge = DataOOB(small_forest(), random_state=0).fit(planted.X, planted.noisy)
        other = ConfidentLearning(small_forest(), cv="oob", quality="self_confidence", random_state=0)
        np.testing.assert_allclose(judge.label_quality_, other.fit(planted.X, planted.noisy).label_quality_)

    def test_predict_is_enough(self, planted):
        judge = DataOOB(LinearSVC(), n_draws=12, random_state=0).fit(planted.X, planted.noisy)
        assert judge.noise_mask_[planted.flipped].mean() > 0.9
        bagged = BaggingClassifier(LinearSVC(), n_estimators=3)  # its members have no probabilities, so it is drawn for
        judge = DataOOB(bagged, n_draws=5, random_state=0).fit(planted.X, planted.noisy)
        assert judge.noise_mask_[planted.flipped].mean() > 0.9

    def test_quality_is_the_share_of_out_of_bag_votes(self, planted):
        log = Log()

        class Nearest(KNeighborsClassifier):
            def fit(self, X, y):
                log.append(X[:, 0].astype(int))
                return super().fit(X[:, 1:], y)

            def predict_proba(self, X):
                return super().predict_proba(X[:, 1:])

        X = np.column_stack([np.arange(150), planted.X])
        judge = DataOOB(Nearest(1), n_draws=15, random_state=0).fit(X, planted.noisy)
        right, times = np.zeros(150), np.zeros(150)
        for rows in log[:15]:
            out = np.setdiff1d(np.arange(150), rows)
            model = KNeighborsClassifier(1).fit(planted.X[rows], planted.noisy[rows])
            right[out] += model.predict(planted.X[out]) == planted.noisy[out]
            times[out] += 1
        np.testing.assert_allclose(judge.label_quality_[times > 0], (right / np.maximum(times, 1))[times > 0])
        assert (times > 0).mean() > 0.9


class TestMemorization:
    def test_it_equals_the_definition(self, planted):
        judge = Memorization(GaussianNB(), n_draws=7, subsample=0.6, random_state=4).fit(planted.X, planted.noisy)
        inside, outside = np.zeros((2, 150)), np.zeros((2, 150))
        log = Log()
        Memorization(RecordingBayes(log), n_draws=7, subsample=0.6, random_state=4).fit(
            np.column_stack([np.arange(150), planted.X]), planted.noisy
        )
        for rows in log[:7]:
            proba = GaussianNB().fit(planted.X[rows], planted.noisy[rows]).predict_proba(planted.X)
            seen = np.isin(np.arange(150), rows)
            for part, here in ((inside, seen), (outside, ~seen)):
                part[0][here] += proba[np.arange(150), planted.noisy][here]
                part[1][here] += 1
        both = (inside[1] > 0) & (outside[1] > 0)
        assert both.mean() > 0.9
        expected = inside[0][both] / inside[1][both] - outside[0][both] / outside[1][both]
        np.testing.assert_allclose(judge.memorization_[both], expected, atol=1e-12)
        np.testing.assert_allclose(judge.label_quality_[both], 1 - np.clip(expected, 0, 1), atol=1e-12)

    def test_what_is_known_by_heart_only_is_1(self):
        rng = np.random.default_rng(0)
        X, y = np.arange(60.0)[:, None], np.repeat([0, 1], 30)
        y[[7, 44]] = 1, 0
        memory = Memorization(KNeighborsClassifier(1), n_draws=30, random_state=0).fit(X, y).memorization_
        assert (memory[[7, 44]] == 1).all() and np.median(memory) == 0
        noise = rng.integers(0, 2, 60)
        mean = Memorization(DecisionTreeClassifier(), n_draws=30, random_state=0).fit(X, noise).memorization_.mean()
        assert 0.3 < mean < 0.7  # right by heart inside, by chance outside

    def test_rows_of_which_nothing_can_be_said_are_nan(self, planted):
        y = planted.noisy.astype(float)
        y[3], y[::10] = 9, np.nan
        judge = Memorization(GaussianNB(), n_draws=3, random_state=0).fit(planted.X, y)
        assert np.flatnonzero(np.isnan(judge.memorization_)).tolist() == sorted([3, *range(0, 150, 10)])
        assert judge.label_quality_[3] == 1


class TestSmallLoss:
    def test_it_equals_the_definition(self, planted):
        log = Log()
        X = np.column_stack([np.arange(150), planted.X])
        judge = SmallLoss(RecordingBayes(log), n_draws=14, random_state=2).fit(X, planted.noisy)
        assert len(log) == 14 and all(abs(len(rows) - 75) <= 2 for rows in log)
        logs, outside = np.empty((14, 150, 3)), np.empty((14, 150, 1), dtype=bool)
        for k, rows in enumerate(log):
            proba = GaussianNB().fit(planted.X[rows], planted.noisy[rows]).predict_proba(planted.X)
            logs[k], outside[k, :, 0] = np.log(np.maximum(proba, MIN_PROBA)), ~np.isin(np.arange(150), rows)
        mean = logs.mean(axis=0)
        np.testing.assert_allclose(judge.loss_, -mean[np.arange(150), planted.noisy], atol=1e-12)
        quality = label_quality(planted.noisy, softmax(mean, axis=1), method="rival_odds")
        np.testing.assert_allclose(judge.label_quality_, quality, atol=1e-12)
        of_others = softmax(logs.mean(axis=0, where=outside), axis=1)  # the rows' own models have no part in these
        np.testing.assert_allclose(judge.audit_.proba, of_others, atol=1e-12)

    @pytest.mark.parametrize(
        "model", [SGDClassifier(loss="log_loss"), GradientBoostingClassifier(n_estimators=10)], ids=["passes", "stages"]
    )
    def test_it_reads_every_step(self, model, planted):
        judge = SmallLoss(model, n_draws=3, random_state=0).fit(planted.X, planted.noisy)
        assert judge.loss_[planted.flipped].min() > np.median(judge.loss_)

    def test_unlabelled_rows_have_no_loss(self, planted):
        y = np.where(np.arange(150) % 9, planted.noisy, np.nan)
        loss = SmallLoss(GaussianNB(), n_draws=2, random_state=0).fit(planted.X, y).loss_
        assert np.flatnonzero(np.isnan(loss)).tolist() == list(range(0, 150, 9))


class TestPartitionFilter:
    def test_it_equals_the_definition(self, planted):
        log = Log()
        X = np.column_stack([np.arange(150), planted.X])
        judge = PartitionFilter(RecordingBayes(log), n_partitions=3, n_repeats=2, random_state=0).fit(X, planted.noisy)
        for repeat in (log[:3], log[3:]):
            assert sorted(np.concatenate(repeat)) == list(range(150))
        votes = np.zeros(150)
        for rows in log:
            proba = GaussianNB().fit(planted.X[rows], planted.noisy[rows]).predict_proba(planted.X)
            votes += (proba.argmax(axis=1) == planted.noisy) & ~np.isin(np.arange(150), rows)
        np.testing.assert_allclose(judge.label_quality_, votes / 4)
        np.testing.assert_array_equal(judge.noise_mask_, votes / 4 < 0.5)

    def test_consensus_flags_what_all_reject(self, planted):
        detector = clone(SMALL_DETECTORS["partition_filter"])
        majority = clone(detector).fit(planted.X, planted.noisy)
        consensus = clone(detector).set_params(vote="consensus").fit(planted.X, planted.noisy)
        np.testing.assert_array_equal(consensus.noise_mask_, majority.label_quality_ == 0)
        assert consensus.noise_mask_.sum() < majority.noise_mask_.sum()
        assert (consensus.noise_mask_ == Vote("consensus").decide(majority.audit_)).all()

    @pytest.mark.filterwarnings("ignore::skclean.exceptions.UnseenClassWarning")
    def test_a_part_without_a_class_does_not_vote_on_it(self, planted):
        y, groups = planted.noisy.copy(), np.arange(150) // 3
        rare = np.arange(3)
        y[rare], groups[rare] = 7, 0  # a class within one group: only one part knows it, and never judges it
        detector = clone(SMALL_DETECTORS["partition_filter"])
        judge = detector.fit(planted.X, y, groups=groups)
        assert (judge.label_quality_[rare] == 1).all() and not judge.noise_mask_[rare].any()

    def test_the_warning_of_rare_classes_is_given_once(self, planted):
        y = planted.noisy.copy()
        y[:2] = 7
        warned = {FewMembersWarning: 1, NoSkillWarning: 1}  # two members are too few to be known
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            PartitionFilter(GaussianNB(), n_repeats=4, random_state=0).fit(planted.X, y)
        assert Counter(part.category for part in caught) == warned

    def test_predict_is_enough(self, planted):
        judge = PartitionFilter(LinearSVC(), n_repeats=2, random_state=0).fit(planted.X, planted.noisy)
        assert judge.noise_mask_[planted.flipped].mean() > 0.9


@pytest.mark.parametrize("name", ["data_oob", "memorization", "small_loss"])
def test_groups_are_refused_where_rows_are_drawn_one_by_one(name, planted):
    with pytest.raises(ValueError, match="cannot keep groups together"):
        clone(SMALL_DETECTORS[name]).fit(planted.X, planted.noisy, groups=np.arange(150) // 10)


@pytest.mark.parametrize(
    ("detector", "message"),
    [
        (CrossSplit(LinearSVC()), "predict_proba"),
        (CrossSplit(gamma=2), "gamma"),
        (DataOOB(n_draws=0), "n_draws"),
        (DataOOB(StandardScaler()), "estimator"),
        (Memorization(subsample=1.0), "subsample"),
        (PartitionFilter(n_partitions=1), "n_partitions"),
        (PartitionFilter(vote="all"), "consensus"),
        (SmallLoss(LinearSVC()), "predict_proba"),
        (SmallLoss(n_epochs=0), "n_epochs"),
        (InstanceHardness(quality="hardness"), "self_confidence"),
    ],
    ids=repr,
)
def test_bad_parameters_are_named(detector, message, planted):
    with pytest.raises(ValueError, match=message):
        detector.fit(planted.X, planted.noisy)
