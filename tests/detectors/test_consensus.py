"""Consensus: weights that fit the table, and what it says of its members."""

import numpy as np
import pytest
from material import small_detector
from scipy import sparse
from scipy.special import ndtr
from sklearn import config_context
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import ComplementNB, GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC
from sklearn.utils import get_tags

from skclean import NoiseRobustClassifier
from skclean.datasets import make_noisy_table
from skclean.detectors import ConfidentLearning, Consensus, ReCoV
from skclean.detectors.consensus._weights import flip_plausibly, learned_weights, normal_scores
from skclean.quality import label_quality


class Guesser(GaussianNB):
    """Probabilities that have nothing to do with the rows."""

    def predict_proba(self, X):
        share = np.random.default_rng(0).uniform(size=(len(X), len(self.classes_)))
        return share / share.sum(axis=1, keepdims=True)


def repeats(**params):
    return ReCoV(KNeighborsClassifier(5), n_repeats=300, **params)


def test_normal_scores_are_the_quantiles_of_ranks():
    scores = normal_scores(np.array([0.3, 0.1, 0.9, 0.3]))
    assert scores[0] == scores[3] and scores[1] < scores[0] < scores[2]
    assert scores.sum() == pytest.approx(0, abs=1e-12)


def test_learned_weights_favour_the_member_that_tells():
    rng = np.random.default_rng(0)
    flipped = rng.uniform(size=2000) < 0.1
    good = rng.normal(size=2000) - 3 * flipped
    useless = rng.normal(size=2000)
    weights = learned_weights(np.column_stack([good, useless]), flipped)
    assert weights.sum() == pytest.approx(1) and (weights >= 0).all()
    assert weights[0] > 0.85


def test_members_that_say_the_opposite_get_no_weight_and_equal_ones_share():
    rng = np.random.default_rng(0)
    flipped = rng.uniform(size=1000) < 0.2
    good = rng.normal(size=1000) - 2 * flipped
    weights = learned_weights(np.column_stack([good, good, -good]), flipped)
    assert weights[2] == pytest.approx(0, abs=1e-6)
    assert weights[0] == pytest.approx(weights[1], rel=1e-3)


def test_flips_touch_candidates_only_and_follow_the_evidence():
    rng = np.random.RandomState(0)
    codes = np.repeat(np.arange(3, dtype=np.int32), 1000)
    proba = np.tile([0.1, 0.2, 0.7], (3000, 1))
    candidates = np.arange(0, 3000, 2)
    changed, flipped = flip_plausibly(codes, proba, candidates, 0.4, rng)
    assert len(flipped) == 600 and np.isin(flipped, candidates).all()
    np.testing.assert_array_equal(np.sort(flipped), np.flatnonzero(changed != codes))
    of_first = changed[flipped[codes[flipped] == 0]]
    assert (of_first == 2).mean() == pytest.approx(0.72 / (0.72 + 0.22), abs=0.07)


def test_without_evidence_all_other_classes_are_alike():
    codes = np.zeros(4000, dtype=np.int32)
    codes[-2:] = [1, 2]
    changed, flipped = flip_plausibly(codes, None, np.arange(3998), 0.5, np.random.RandomState(0))
    assert np.bincount(changed[flipped], minlength=3)[1:] == pytest.approx([1000, 1000], abs=120)


@pytest.mark.filterwarnings("ignore::skclean.exceptions.NoSkillWarning")
def test_a_member_that_guesses_counts_less(planted):
    members = [("good", small_detector()), ("bad", ConfidentLearning(Guesser(), cv=3))]
    judge = Consensus(members, random_state=0).fit(planted.X, planted.noisy)
    equal = Consensus(members, weights="equal", random_state=0).fit(planted.X, planted.noisy)
    assert judge.weights_[0] > 0.7 and equal.weights_.tolist() == [0.5, 0.5]
    precision = [average_precision_score(planted.flipped, -part.label_quality_) for part in (judge, equal)]
    assert precision[0] > precision[1]


def test_members_without_probabilities_are_fitted_again(planted):
    judge = Consensus([repeats(), repeats(aggregation="worst_fold")], n_injections=1, random_state=0)
    judge.fit(planted.X, planted.noisy)
    assert judge.audit_.proba is None and judge.noise_mask_[planted.flipped].mean() > 0.9
    assert judge.member_names_ == ["recov-1", "recov-2"]


def test_where_every_label_is_verified_members_weigh_alike(planted):
    judge = Consensus([small_detector(), repeats()], random_state=0)
    judge.fit(planted.X, planted.noisy, verified=np.ones(len(planted.noisy), dtype=bool))
    assert judge.weights_.tolist() == [0.5, 0.5]
    assert not judge.noise_mask_.any()


@pytest.mark.parametrize("weights", ["learned", "equal", [3, 1]])
def test_mixed_members_and_their_agreement(weights, planted):
    members = [small_detector(), repeats()]
    judge = Consensus(members, weights=weights, n_injections=1, random_state=0).fit(planted.X, planted.noisy)
    flags = np.column_stack([member.noise_mask_ for member in judge.detectors_])
    np.testing.assert_allclose(judge.agreement_, (flags == judge.noise_mask_[:, None]) @ judge.weights_)
    np.testing.assert_array_equal(judge.audit_table()["agreement"], judge.agreement_)
    assert judge.member_scores_.shape == (150, 2)
    if weights == [3, 1]:
        assert judge.weights_.tolist() == [0.75, 0.25]


def test_one_member_is_that_member(planted):
    alone, judge = small_detector().set_params(quality="rival_odds"), Consensus([small_detector()])
    np.testing.assert_array_equal(
        alone.fit(planted.X, planted.noisy).label_quality_, judge.fit(planted.X, planted.noisy).label_quality_
    )


def test_a_search_reaches_the_parameters_of_members(planted):
    detector = Consensus([("forest", small_detector()), ("bayes", ConfidentLearning(GaussianNB(), cv=3))])
    clf = NoiseRobustClassifier(LogisticRegression(), detector=detector)
    grid = GridSearchCV(clf, {"detector__bayes__estimator__var_smoothing": [1e-9, 1e-3]}, cv=2)
    assert grid.fit(planted.X, planted.noisy).best_score_ > 0.8


@pytest.mark.usefixtures("few_trees")
def test_the_default_takes_any_table(planted):
    rows = planted.X.astype(object)
    rows[:, 2] = np.where(planted.X[:, 2] > 0, "high", "low")
    rows[::9, 0] = None
    judge = Consensus(random_state=0).fit(rows, planted.noisy)
    assert judge.noise_mask_[planted.flipped].mean() > 0.8
    assert judge.member_names_ == ["extra_trees", "random_forest", "kernel", "class_shapes"]


@pytest.mark.usefixtures("few_trees")
@pytest.mark.parametrize("routing", [False, True])
def test_the_default_takes_sparse_rows(routing, planted):
    with config_context(enable_metadata_routing=routing):
        judge = Consensus(random_state=0)
        judge.fit(sparse.csr_array(planted.X), planted.noisy, sample_weight=np.ones(150))
    assert judge.noise_mask_[planted.flipped].mean() > 0.8
    assert get_tags(judge).input_tags.sparse


def test_groups_need_members_that_keep_them_together(planted):
    groups = np.arange(150) // 3
    with pytest.raises(ValueError, match=r"give detectors= .* ConfidentLearning\(cv=5\)"):
        Consensus().fit(planted.X, planted.noisy, groups=groups)
    members = [ConfidentLearning(GaussianNB(), cv=cv) for cv in (3, 5)]
    assert Consensus(members, random_state=0).fit(planted.X, planted.noisy, groups=groups).noise_mask_.any()


def test_where_no_label_may_be_flipped_members_count_alike(planted):
    judge = Consensus([small_detector(), ConfidentLearning(GaussianNB(), cv=3)], random_state=0)
    judge.fit(planted.X, planted.noisy, verified=np.ones(150, dtype=bool))
    assert judge.weights_.tolist() == [0.5, 0.5]
    assert not judge.noise_mask_.any()


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        ({"detectors": []}, ValueError, "at least one member"),
        ({"detectors": ["confident_learnin"]}, ValueError, "confident_learning"),
        ({"detectors": [GaussianNB()]}, TypeError, "must hold detectors"),
        ({"weights": [1]}, ValueError, "2 numbers of at least 0"),
        ({"weights": [0, 0]}, ValueError, "not all 0"),
        ({"weights": "best"}, ValueError, "weights"),
        ({"rate": 0.6}, ValueError, "rate"),
        ({"n_injections": 0}, ValueError, "n_injections"),
    ],
)
def test_bad_parameters(params, error, message, planted):
    with pytest.raises(error, match=message):
        Consensus(**{"detectors": [small_detector(), small_detector()], **params}).fit(planted.X, planted.noisy)


def test_mixed_members_are_added_up_by_their_weights(planted):
    members = [small_detector(), repeats(), repeats(aggregation="worst_fold")]
    judge = Consensus(members, weights=[0.5, 0.4, 0.1], random_state=0).fit(planted.X, planted.noisy)
    np.testing.assert_allclose(judge.label_quality_, ndtr(judge.member_scores_ @ [0.5, 0.4, 0.1]))


def test_members_with_probabilities_are_combined_by_their_mean(planted):
    members = [small_detector(), ConfidentLearning(GaussianNB(), cv=3), ConfidentLearning(GaussianNB(), cv=4)]
    judge = Consensus(members, weights=[0.5, 0.3, 0.2], random_state=0).fit(planted.X, planted.noisy)
    mean = sum(w * member.audit_.proba for w, member in zip([0.5, 0.3, 0.2], judge.detectors_, strict=True))
    np.testing.assert_allclose(judge.label_quality_, label_quality(planted.noisy, mean, method="rival_odds"))
    with_repeats = [*members[:2], repeats()]
    judge = Consensus(with_repeats, weights=[0.5, 0.3, 0.2], random_state=0).fit(planted.X, planted.noisy)
    both = sum(w * member.audit_.proba for w, member in zip([0.625, 0.375], judge.detectors_[:2], strict=True))
    together = normal_scores(label_quality(planted.noisy, both, method="rival_odds"))
    np.testing.assert_allclose(judge.label_quality_, ndtr(0.8 * together + 0.2 * judge.member_scores_[:, 2]))


def test_tags_are_those_of_the_default_and_of_all_members():
    tags = get_tags(Consensus()).input_tags
    assert tags.sparse and tags.categorical and tags.string and tags.allow_nan
    numbers, square = ConfidentLearning(GaussianNB()), ConfidentLearning(SVC(kernel="precomputed"))
    assert get_tags(Consensus(["kdn"])).input_tags.string
    assert not get_tags(Consensus(["kdn", numbers])).input_tags.string
    assert get_tags(Consensus(["kdn", square])).input_tags.pairwise
    positive = ConfidentLearning(ComplementNB())
    assert get_tags(Consensus(["kdn", positive])).input_tags.positive_only


@pytest.mark.usefixtures("few_trees")
def test_the_default_takes_the_tables_that_its_tags_promise():
    table = make_noisy_table(120, noise_rate=0.1, random_state=0)  # text, categories, gaps
    detector = Consensus(n_injections=1, random_state=0).fit(table.data, table.target)
    assert detector.noise_mask_.shape == (120,)
