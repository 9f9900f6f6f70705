"""Every method of estimating the transition matrix: what it recovers, against plain references, and what it refuses."""

import itertools

import numpy as np
import pytest
from known_noise import FROM_PROBA, METHODS, TRUTH, inputs_of
from material import random_proba
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import softmax

from skclean.exceptions import UnidentifiableNoiseWarning
from skclean.noise import estimate_transition_matrix, inject_noise
from skclean.noise.transition._hoc import nearest_two


def empirical(y, noisy):
    return np.array([[np.mean(noisy[y == i] == j) for j in range(3)] for i in range(3)])


def test_hoc_recovers_the_matrix_of_clusters(clusters):
    X, y, noisy = clusters
    np.testing.assert_allclose(estimate_transition_matrix(noisy, X=X, method="hoc"), empirical(y, noisy), atol=0.05)


def test_hoc_without_prior_maximises_the_likelihood_of_triples(clusters, monkeypatch):
    X, noisy = clusters[0][:1500], clusters[2][:1500]
    monkeypatch.setattr("skclean.noise.transition._shrinkage._PRIOR_ROWS", 0.0)
    found = estimate_transition_matrix(noisy, X=X, method="hoc")
    np.testing.assert_allclose(found, direct_hoc(X, noisy), atol=2e-3)


def direct_hoc(X, noisy):
    """Minus the log-likelihood of the ordered triples, by a general optimiser over softmax parameters."""
    scaled = (X - X.mean(axis=0)) / X.std(axis=0)
    counts = np.zeros((3, 3, 3))
    for row, point in enumerate(scaled):
        near = ((scaled - point) ** 2).sum(axis=1)
        near[row] = np.inf
        first, second = np.argsort(near)[:2]
        counts[noisy[row], noisy[first], noisy[second]] += 1

    def loss(parameters):
        matrix, prior = softmax(parameters[:9].reshape(3, 3), axis=1), softmax(parameters[9:])
        expected = sum(prior[k] * np.einsum("a,b,c->abc", matrix[k], matrix[k], matrix[k]) for k in range(3))
        return -(counts * np.log(expected)).sum() / counts.sum()

    start = np.r_[np.log(0.8 * np.eye(3) + 0.2 / 3).ravel(), np.zeros(3)]
    return softmax(minimize(loss, start, options={"gtol": 1e-7}).x[:9].reshape(3, 3), axis=1)


def test_hoc_does_not_mind_units_and_leaves_indicators_alone(clusters):
    X, _, noisy = clusters
    X, noisy = X[:900], noisy[:900]
    plain = estimate_transition_matrix(noisy, X=X, method="hoc")
    units = np.array([1000, 0.001, 1, 7])
    np.testing.assert_allclose(estimate_transition_matrix(noisy, X=X * units + 3, method="hoc"), plain)
    rare = np.isin(np.arange(900), [0, 10]).astype(float)[:, None]  # standardised, it would pair rows far apart
    near = nearest_two(np.hstack([X, rare]), noisy)
    assert (near[0] // 10 == 0).all()
    assert (near[10] // 10 == 1).all()


@pytest.mark.parametrize("container", [sparse.csr_matrix, sparse.csc_matrix, sparse.csr_array, sparse.coo_array])
def test_hoc_reads_sparse_matrices(container, clusters):
    X, _, noisy = clusters
    X, noisy = np.hstack([X[:600] + 20, np.eye(600)[:, :3]]), noisy[:600]
    dense = estimate_transition_matrix(noisy, X=X, method="hoc")
    np.testing.assert_allclose(estimate_transition_matrix(noisy, X=container(X), method="hoc"), dense)


def test_anchors_of_an_exact_posterior_are_rows_of_the_matrix(noisy_posterior):
    _, _, noisy, proba = noisy_posterior
    found = estimate_transition_matrix(noisy, proba, method="anchor")
    for k in range(3):
        row = np.argsort(proba[:, k], kind="stable")[int(np.ceil(0.97 * len(proba))) - 1]
        np.testing.assert_array_equal(found[k], proba[row] / proba[row].sum())
    np.testing.assert_allclose(found, TRUTH, atol=0.02)


def test_dual_t_is_the_product_of_its_two_matrices(noisy_posterior):
    _, _, noisy, proba = noisy_posterior
    anchors = estimate_transition_matrix(noisy, proba, method="anchor")
    predicted = proba.argmax(axis=1)
    counted = np.array([[np.mean(noisy[predicted == i] == j) for j in range(3)] for i in range(3)])
    np.testing.assert_allclose(estimate_transition_matrix(noisy, proba, method="dual_t"), anchors @ counted)


@pytest.mark.parametrize("temperature", [0.25, 1.0])
def test_em_recovers_the_matrix_behind_overlapping_classes(noisy_posterior, temperature):
    clean, y, noisy, _ = noisy_posterior
    modest = clean**temperature / (clean**temperature).sum(axis=1, keepdims=True)
    found = estimate_transition_matrix(noisy, modest, method="em")
    np.testing.assert_allclose(found, empirical(y, noisy), atol=0.02)
    assert np.abs(estimate_transition_matrix(noisy, modest) - empirical(y, noisy)).mean() > np.abs(found - TRUTH).mean()


def test_an_exact_posterior_of_the_observed_class_hides_the_noise_from_em_but_not_from_anchors(noisy_posterior):
    _, y, noisy, proba = noisy_posterior
    errors = {
        method: np.abs(estimate_transition_matrix(noisy, proba, method=method) - empirical(y, noisy)).mean()
        for method in ("anchor", "em")
    }
    assert errors["anchor"] < 0.02 < errors["em"]


@pytest.mark.parametrize("method", FROM_PROBA)
def test_single_precision_is_read_alike(method, clusters):
    noisy, evidence = inputs_of(method, clusters)
    single = estimate_transition_matrix(noisy, evidence["y_proba"].astype(np.float32), method=method)
    np.testing.assert_allclose(single, estimate_transition_matrix(noisy, method=method, **evidence), atol=1e-4)


def test_em_without_priors_maximises_the_likelihood(noisy_posterior, monkeypatch):
    clean, _, noisy, _ = noisy_posterior
    modest = np.sqrt(clean[:3000]) / np.sqrt(clean[:3000]).sum(axis=1, keepdims=True)
    noisy = noisy[:3000]
    monkeypatch.setattr("skclean.noise.transition._shrinkage._PRIOR_ROWS", 0.0)
    monkeypatch.setattr("skclean.noise.transition._noisy_logit._TOLERANCE", 1e-8)
    monkeypatch.setattr("skclean.noise.transition._noisy_logit._MAX_STEPS", 3000)
    found = estimate_transition_matrix(noisy, modest, method="em")
    logs = np.log(np.maximum(modest, 1e-4))
    logs -= logs.mean(axis=1, keepdims=True)

    def loss(parameters):
        slope, bias, matrix = parameters[0], parameters[1:4], softmax(parameters[4:].reshape(3, 3), axis=1)
        observed = softmax(slope * logs + bias, axis=1) @ matrix
        return -np.log(observed[np.arange(3000), noisy]).sum() + 0.5 * (bias**2).sum()

    start = np.r_[2.0, np.zeros(3), np.log(0.8 * np.eye(3) + 0.2 / 3).ravel()]
    best = minimize(loss, start, method="L-BFGS-B", options={"maxiter": 2000, "ftol": 1e-13}).x
    np.testing.assert_allclose(found, softmax(best[4:].reshape(3, 3), axis=1), atol=5e-3)


def test_verified_rows_tell_em_what_they_are(noisy_posterior):
    clean, _, noisy, _ = noisy_posterior
    found = estimate_transition_matrix(noisy, clean, method="em", verified=np.ones(len(noisy), dtype=bool))
    np.testing.assert_allclose(found, np.eye(3), atol=1e-2)


def test_a_class_with_few_rows_leans_on_the_others():
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1, 2], [600, 600, 6])
    noisy, _ = inject_noise(y, rate=0.3, random_state=0)
    X = 10.0 * y[:, None] + 1e-3 * rng.normal(size=(len(y), 2))
    clean = 0.98 * np.eye(3)[y] + 0.02 / 3
    for found in (
        estimate_transition_matrix(noisy, clean, method="em"),
        estimate_transition_matrix(noisy, X=X, method="hoc"),
    ):
        assert 0.5 < found[2, 2] < 0.9


@pytest.mark.parametrize("method", METHODS)
def test_rows_sum_to_one_whatever_the_labels_are_called(method, clusters):
    noisy, evidence = inputs_of(method, clusters)
    plain = estimate_transition_matrix(noisy, method=method, **evidence)
    np.testing.assert_allclose(plain.sum(axis=1), 1)
    assert (plain >= 0).all()
    named = estimate_transition_matrix(np.array(["a", "b", "c"])[noisy], method=method, **evidence)
    np.testing.assert_array_equal(named, plain)


@pytest.mark.parametrize("method", METHODS)
def test_permuting_rows_or_classes_permutes_the_matrix(method, clusters):
    noisy, evidence = inputs_of(method, clusters)
    plain = estimate_transition_matrix(noisy, method=method, **evidence)
    order = np.random.default_rng(0).permutation(len(noisy))
    shuffled = {name: part[order] for name, part in evidence.items()}
    np.testing.assert_allclose(estimate_transition_matrix(noisy[order], method=method, **shuffled), plain, atol=1e-6)
    swap = np.array([2, 0, 1])  # class k is now called swap[k]
    if method != "hoc":
        evidence = {"y_proba": evidence["y_proba"][:, np.argsort(swap)]}
    renamed = estimate_transition_matrix(swap[noisy], method=method, **evidence)
    np.testing.assert_allclose(renamed[np.ix_(swap, swap)], plain, atol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_missing_labels_and_rows_without_weight_are_left_out(method, clusters):
    noisy, evidence = inputs_of(method, clusters)
    out = np.arange(len(noisy)) % 5 == 0
    kept = {name: part[~out] for name, part in evidence.items()}
    reference = estimate_transition_matrix(noisy[~out], method=method, **kept)
    holes = np.where(out, np.nan, noisy)
    np.testing.assert_allclose(estimate_transition_matrix(holes, method=method, **evidence), reference, atol=1e-9)
    if method != "hoc":  # a row without weight is still a neighbour
        weighted = estimate_transition_matrix(noisy, method=method, sample_weight=1.0 - out, **evidence)
        np.testing.assert_allclose(weighted, reference, atol=1e-9)


@pytest.mark.parametrize("method", FROM_PROBA)
def test_a_weight_counts_as_that_many_rows(method, clusters):
    noisy, evidence = inputs_of(method, clusters)
    weight = np.random.default_rng(0).integers(1, 4, len(noisy))
    weighted = estimate_transition_matrix(noisy, method=method, sample_weight=weight, **evidence)
    repeated = np.repeat(np.arange(len(noisy)), weight)
    reference = estimate_transition_matrix(noisy[repeated], evidence["y_proba"][repeated], method=method)
    np.testing.assert_allclose(weighted, reference, atol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_threads_change_nothing(method, clusters):
    noisy, evidence = inputs_of(method, clusters)
    one, two = (estimate_transition_matrix(noisy, method=method, n_jobs=jobs, **evidence) for jobs in (1, 2))
    np.testing.assert_array_equal(one, two)


def test_a_matrix_that_the_data_cannot_tell_is_warned_of():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 300)
    proba = random_proba(rng, 300, 3, y, 4.0)
    swapped = np.array([1, 0, 2])[y]
    with pytest.warns(UnidentifiableNoiseWarning, match=r"\[0, 1\] are estimated to be recorded as another class"):
        estimate_transition_matrix(swapped, proba)
    merged = np.column_stack([proba[:, 0] + 0.9 * proba[:, 2], proba[:, 1], 0.1 * proba[:, 2]])
    with pytest.warns(UnidentifiableNoiseWarning, match=r"\[2\] are predicted for no row"):
        estimate_transition_matrix(y, merged, method="anchor")
    with pytest.warns(UnidentifiableNoiseWarning, match="cannot be told apart"):
        estimate_transition_matrix(rng.integers(0, 3, 300), proba, method="dual_t")
    X = np.arange(300.0)[:, None]
    lonely = np.where(np.arange(300) % 10 == 0, 2, np.arange(300) // 50 % 2)
    with pytest.warns(UnidentifiableNoiseWarning, match=r"\[2\] have no row whose two neighbours agree"):
        estimate_transition_matrix(lonely, X=X, method="hoc")
    with pytest.warns(UnidentifiableNoiseWarning, match=r"\['c'\] are given to fewer than 3 rows"):
        estimate_transition_matrix(np.array(["a", "b"])[y % 2], proba, classes=["a", "b", "c"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"method": "em"}, "needs y_proba"),
        ({"method": "hoc"}, "needs X"),
        ({"method": ["em"]}, "the methods are"),
        ({"method": "hoc", "X": np.zeros((4, 2))}, "4 rows"),
        ({"method": "hoc", "X": [["a"]] * 6}, "encode"),
        ({"method": "hoc", "X": np.full((6, 2), np.nan)}, "impute"),
        ({"method": "hoc", "X": np.zeros((6, 2)), "verified": np.ones(6, dtype=bool)}, "does not use verified"),
        ({"method": "hoc", "X": np.zeros((6, 2)), "classes": [0, 2]}, "not among the classes"),
        ({"y_proba": np.full((6, 2), 0.5), "sample_weight": [0] * 6}, "zero"),
        ({"y_proba": np.full((6, 2), 0.5), "sample_weight": [-1] * 6}, "sample_weight is negative"),
    ],
)
def test_what_a_method_lacks_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        estimate_transition_matrix([0, 1, 0, 1, 0, 1], **arguments)


def test_hoc_needs_two_classes_and_three_rows():
    with pytest.raises(ValueError, match="one class only"):
        estimate_transition_matrix([0] * 5, X=np.zeros((5, 1)), method="hoc")
    with pytest.raises(ValueError, match="3 are needed"):
        estimate_transition_matrix([0, 1], X=np.zeros((2, 1)), method="hoc")


def test_em_beats_the_confident_joint_on_classes_that_overlap():
    """The order that the benchmark of real tables shows, in small."""
    errors = {"confident_joint": [], "em": []}
    for seed, spread in itertools.product(range(2), (1.0, 2.0)):
        rng = np.random.default_rng(seed)
        y = rng.integers(0, 2, 2000)
        x = (2 * y - 1) / spread + rng.normal(size=2000)  # the log-odds of the true class are 2 x / spread
        noisy, _ = inject_noise(y, rate=0.2, random_state=seed)
        second = 1 / (1 + np.exp(-x / spread))  # half of them, as of a model that is too modest
        modest = np.column_stack([1 - second, second])
        for method, found in errors.items():
            estimate = estimate_transition_matrix(noisy, modest, method=method)
            found.append(np.abs(estimate - [[0.8, 0.2], [0.2, 0.8]]).mean())
    assert np.mean(errors["em"]) < np.mean(errors["confident_joint"])


def test_weight_on_unlabelled_rows_alone_is_refused():
    with pytest.raises(ValueError, match="zero for every row with a label"):
        estimate_transition_matrix([0, 1, None], np.full((3, 2), 0.5), method="em", sample_weight=[0, 0, 1])
