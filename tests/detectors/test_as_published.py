"""Settings that reproduce a published score: compared with plain scripts of the papers, and with frozen values."""

import numpy as np
import pytest
from material import class_audit, planted_problem
from paper_recipes import recov_flags, recov_histogram, recov_third_rule, tabasco_chance
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier

from skclean.base import FoldCounts
from skclean.detectors import BiDimensional, PublishedReCoV, ReCoV
from skclean.detectors.geometry._bi_dimensional import SMALLEST, weighted_divergence
from skclean.evidence import select_in_two_dimensions, two_groups
from skclean.repeats import make_folds
from skclean.rules import BackgroundComponent, TwoSigma

# Three classes of 30, 18 and 10 rows, the last one mostly predicted to be the first; some labels are of another class.
CODES = np.repeat([0, 1, 2], [30, 18, 10])
TRUE = np.where(np.arange(58) % 6 == 5, (CODES + 1) % 3, CODES)
WAVE = np.sin(np.arange(58) ** 2)  # numbers that look random and are the same everywhere
LOGITS = np.array([[3.0, 0, 0], [0, 3, 0], [1.5, 0, 1.4]])[TRUE] + np.outer(WAVE, [1.6, 0.5, -1.0])
PROBA = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True)
COLUMNS = np.array([[0.0, 0], [4, 1], [1, 5]])[TRUE] + 1.8 * np.column_stack([WAVE, np.cos(np.arange(58) ** 2)])
SOME_ROWS = [0, 10, 11, 12, 13, 22, 23, 27, 51]
THEIR_CHANCE = [0.99999, 1.0, 2e-05, 1.0, 1.0, 1.0, 0.0, 0.99999, 1.0]
BY_DIVERGENCE = [False, True, True]


def test_tabasco_by_the_equations_of_its_paper():
    found = select_in_two_dimensions(PROBA, COLUMNS, CODES, 0)
    np.testing.assert_allclose(found.chance[SOME_ROWS], THEIR_CHANCE, atol=1e-3)
    assert found.by_divergence.tolist() == BY_DIVERGENCE
    chance, by_divergence = tabasco_chance(PROBA, COLUMNS, CODES)
    np.testing.assert_allclose(found.chance, chance, atol=1e-6)
    np.testing.assert_array_equal(found.by_divergence, by_divergence)


@pytest.mark.parametrize("seed", range(3))
def test_tabasco_on_a_table(seed):
    X, _, noisy, _ = planted_problem(160, 4, 20, seed, spread=2.0)
    judge = BiDimensional(GaussianNB(), recipe="paper", random_state=0).fit(X, noisy)
    found = select_in_two_dimensions(judge.audit_.proba, X, noisy, 0)
    chance, by_divergence = tabasco_chance(judge.audit_.proba, X, noisy)
    np.testing.assert_array_equal(found.by_divergence, by_divergence)
    np.testing.assert_allclose(found.chance, chance, atol=0.05)  # both stop early, from other starts
    assert judge.dimensions_.shape == (4,) and not hasattr(judge, "separations_")


def test_a_label_is_compared_with_its_class_alone(planted):
    judge = BiDimensional(KNeighborsClassifier(5), random_state=0).fit(planted.X, planted.noisy)
    divergence = -np.log(weighted_divergence(judge.audit_.proba, planted.noisy) + SMALLEST)
    for code in np.flatnonzero(judge.dimensions_ == 0):
        of_class = planted.noisy == code
        expected = two_groups(divergence[of_class]).upper(divergence[of_class])
        np.testing.assert_allclose(judge.label_quality_[of_class], expected)
    assert (judge.dimensions_ == 0).any()


def test_selection_where_a_class_has_one_row_or_equal_rows():
    proba = np.column_stack([PROBA, np.zeros(58)])
    proba[48:57] = proba[48]
    codes = np.where(np.arange(58) == 57, 3, CODES)
    found = select_in_two_dimensions(proba, np.where(CODES[:, None] == 2, 1.0, COLUMNS), codes, 0)
    assert np.isfinite(found.chance).all() and (found.chance[48:] == 0.5).all()


def test_recov_counts_worst_folds_of_plain_folds_as_published(planted):
    detector = PublishedReCoV(GaussianNB(), n_repeats=40, engine="plain", random_state=0)
    detector.fit(planted.X, planted.noisy)
    seed = int(np.random.RandomState(0).randint(np.iinfo(np.int32).max))
    drawn = make_folds(5, np.zeros(150, dtype=np.int32), seed=seed).draw(0, 40)
    repeats = [[np.flatnonzero(fold == f) for f in range(5)] for fold in drawn]
    counts = recov_histogram(GaussianNB(), planted.X, planted.noisy, repeats)
    ties = np.abs(detector.noise_histogram_ - counts)  # the script takes the first of equal folds
    assert ties.sum() < 0.5 * counts.sum()
    np.testing.assert_array_equal(detector.noise_mask_, recov_flags(detector.noise_histogram_, 40, 5))
    np.testing.assert_allclose(detector.label_quality_, 1 - detector.noise_histogram_ / 40)


def test_the_preset_is_recov_with_the_parameters_of_the_paper(planted):
    own = ReCoV(GaussianNB(), aggregation="worst_fold", stratify=False, rule=TwoSigma(), n_repeats=200, random_state=0)
    preset = PublishedReCoV(GaussianNB(), n_repeats=200, random_state=0).fit(planted.X, planted.noisy)
    np.testing.assert_array_equal(own.fit(planted.X, planted.noisy).noise_histogram_, preset.noise_histogram_)
    np.testing.assert_array_equal(own.noise_mask_, preset.noise_mask_)
    stratified = PublishedReCoV(GaussianNB(), n_repeats=200, stratify=True, random_state=0)
    assert (stratified.fit(planted.X, planted.noisy).noise_histogram_ != preset.noise_histogram_).any()


def audit_of(counts):
    counts = np.asarray(counts)
    codes = np.zeros(len(counts), dtype=np.int32)
    fold_counts = FoldCounts(counts, np.zeros_like(counts), 1000, 5)
    return class_audit(codes, np.array(["a"]), None, 1 - counts / 1000, codes, fold_counts=fold_counts)


@pytest.mark.parametrize("alpha", [0.05, 0.2])
def test_the_third_rule_by_components_and_p_values(alpha):
    rng = np.random.default_rng(0)
    counts = np.concatenate([rng.normal(180, 12, 400), rng.normal(260, 25, 60), rng.normal(400, 10, 20)]).astype(int)
    flagged = BackgroundComponent(alpha=alpha).decide(audit_of(counts))
    np.testing.assert_array_equal(flagged, recov_third_rule(counts, alpha))
    assert flagged[460:].all() and flagged[:400].mean() < alpha and flagged.sum() == {0.05: 83, 0.2: 95}[alpha]


def test_the_third_rule_flags_nothing_where_all_counts_are_equal():
    assert not BackgroundComponent().decide(audit_of(np.full(30, 200))).any()
    with pytest.raises(ValueError, match="alpha"):
        BackgroundComponent(alpha=0).decide(audit_of(np.full(30, 200)))
