"""CrossSplit: halves judged by each other, labels softened between rounds."""

import numpy as np
import pytest
import sklearn
from material import Log, Recorder, RecordingBayes
from sklearn.frozen import FrozenEstimator
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier

from skclean.detectors import (
    CrossSplit,
)
from skclean.evidence.cross_fitting._cross_split import soften


class TestCrossSplit:
    def test_soft_labels_follow_the_papers_equations(self):
        rng = np.random.default_rng(0)
        proba = rng.dirichlet(np.ones(3), 40)
        codes, half_of = rng.integers(0, 3, 40), rng.integers(0, 2, 40)
        divergence = np.empty(40)
        for row in range(40):
            label = np.eye(3)[codes[row]]
            middle = (label + proba[row]) / 2
            kl = [np.sum(part[part > 0] * np.log(part[part > 0] / middle[part > 0])) for part in (label, proba[row])]
            divergence[row] = sum(kl) / 2
        for row in range(40):
            alike = divergence[(codes == codes[row]) & (half_of == half_of[row])]
            scaled = (divergence[row] - alike.min()) / (alike.max() - alike.min())
            part = 0.6 * (scaled - 0.5) + 0.5
            expected = part * proba[row] + (1 - part) * np.eye(3)[codes[row]]
            np.testing.assert_allclose(soften(codes, proba, half_of, 0.6)[row], expected, atol=1e-9)

    def test_rows_that_are_all_alike_are_half_trusted(self):
        shares = soften(np.array([0, 0]), np.array([[0.2, 0.8]] * 2), np.zeros(2, dtype=int), 1.0)
        np.testing.assert_allclose(shares, [[0.6, 0.4]] * 2)

    def test_one_round_is_two_folds(self, planted):
        judge = CrossSplit(KNeighborsClassifier(7), n_rounds=1, n_repeats=1, random_state=5)
        log = Log()
        judge.set_params(estimator=RecordingBayes(log)).fit(np.column_stack([np.arange(150), planted.X]), planted.noisy)
        assert sorted(np.concatenate(log)) == list(range(150))
        for own, other in (log, log[::-1]):
            proba = GaussianNB().fit(planted.X[own], planted.noisy[own]).predict_proba(planted.X[other])
            np.testing.assert_allclose(judge.audit_.proba[other], proba, atol=1e-9)

    @pytest.mark.filterwarnings("ignore::skclean.exceptions.NoSkillWarning")
    def test_the_second_round_trains_on_shares_as_weights(self, planted):
        log, verified = Log(), np.arange(150) % 2 == 0
        X = np.column_stack([np.arange(150), planted.X])
        weight = np.arange(150) + 1.0
        judge = CrossSplit(Recorder(log), n_repeats=1, random_state=0)
        judge.fit(X, planted.noisy, sample_weight=weight, verified=verified)
        first, second = log[:2], log[2:]
        for call in first:
            np.testing.assert_array_equal(call["sample_weight"], weight[call["X"][:, 0].astype(int)])
        for call in second:
            rows = call["X"][:, 0].astype(int)
            share = call["sample_weight"] / weight[rows]
            total = np.bincount(rows, share, minlength=150)[np.unique(rows)]
            assert (total <= 1 + 1e-9).all() and (total > 0.85).all()
            assert (share[verified[rows]] == 1).all() and len(set(rows)) == 75 < len(rows)

    @pytest.mark.parametrize("routing", [False, True])
    def test_groups_stay_in_one_half(self, routing, planted):
        log, groups = Log(), np.arange(150) // 5
        with sklearn.config_context(enable_metadata_routing=routing):
            CrossSplit(Recorder(log), n_repeats=1, random_state=0).fit(
                np.column_stack([groups, planted.X]), planted.noisy, groups=groups
            )
        assert not set(log[0]["X"][:, 0]) & set(log[1]["X"][:, 0])

    def test_a_model_without_weights_is_told_before_any_fit(self, planted):
        with pytest.raises(ValueError, match="KNeighborsClassifier takes no sample_weight"):
            CrossSplit(KNeighborsClassifier()).fit(planted.X, planted.noisy)
        CrossSplit(KNeighborsClassifier(), n_rounds=1).fit(planted.X, planted.noisy)

    def test_a_fitted_judge_must_know_the_labels_of_y(self, planted):
        judge = FrozenEstimator(GaussianNB().fit(planted.X, np.array([0, 5, 1])[planted.noisy]))
        with pytest.raises(ValueError, match="predicts the class 5, which y does not have"):
            CrossSplit(judge, random_state=0).fit(planted.X, planted.noisy)
