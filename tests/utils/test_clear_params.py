"""What is wrong with a parameter is told together with what to pass."""

import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB

from skclean import LabelCleaner, NoiseRobustClassifier, find_label_issues
from skclean.base import Verdict
from skclean.detectors import KDN, ConfidentLearning, Consensus, InstanceHardness, ReCoV
from skclean.noise import estimate_transition_matrix, inject_noise
from skclean.quality import label_quality
from skclean.rules import Fraction
from skclean.treatments import Relabel

X, Y = np.arange(40.0)[:, None], np.arange(40) % 2
PROBA = np.full((40, 2), 0.5)


@pytest.mark.parametrize(
    ("estimator", "params", "message"),
    [
        (NoiseRobustClassifier(), {"detector__cv": 3}, r"detector=None is no .*detector=ConfidentLearning\(cv=3\)"),
        (LabelCleaner(), {"detector__cv": 3}, r"detector__cv=3 cannot be set.*detector=ConfidentLearning\(cv=3\)"),
        (NoiseRobustClassifier(detector="recov"), {"detector__cv": 3}, r"such as detector=ReCoV\(cv=3\)"),
        (NoiseRobustClassifier(detector=KDN()), {"detector": "recov", "detector__cv": 3}, r"detector=ReCoV\(cv=3\)"),
        (NoiseRobustClassifier(detector="kdn"), {"detector__cv": 3}, "stands for KDN.., which has no parameter 'cv'"),
        (NoiseRobustClassifier(detector=KDN), {"detector__k": 3}, "no instance; it stands for KDN"),
        (NoiseRobustClassifier(), {"detector__estimator__C": 3}, r"ConfidentLearning\(estimator=\.\.\.\)"),
        (NoiseRobustClassifier(), {"treatment__confidence": 0.5}, r"treatment=None.*=Relabel\(confidence=0\.5\)"),
        (NoiseRobustClassifier(treatment="relabel"), {"treatment__confidence": 0.5}, r"Relabel\(confidence=0\.5\)"),
        (NoiseRobustClassifier(treatment="no such"), {"treatment__x": 1}, "pass one that has the parameter 'x'"),
        (NoiseRobustClassifier(), {"estimator__C": 1}, "estimator=None is no instance; pass one that"),
        (NoiseRobustClassifier(), {"rule__fraction": 0.1}, r"rule=Fraction\(fraction=0\.1\)"),
        (
            ConfidentLearning(rule="argmax_disagreement"),
            {"rule__fraction": 0.1},
            "ArgmaxDisagreement.., which has no param",
        ),
        (ConfidentLearning(), {"estimator__C": 1}, "estimator=None is no instance"),
        (ReCoV(), {"rule__fraction": 0.1}, r"Fraction\(fraction=0\.1\)"),
        (InstanceHardness(), {"rule__fraction": 0.1}, r"Fraction\(fraction=0\.1\)"),
        (Consensus(["kdn"]), {"kdn__n_neighbors": 3}, r"kdn__n_neighbors=3 cannot be set.*\(name, detector\)"),
        (Consensus([("near", "kdn")]), {"near__n_neighbors": 3}, "near='kdn' is no instance"),
        (Consensus(), {"near__n_neighbors": 3}, "Invalid parameter 'near'"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_a_part_that_is_none_or_a_short_name_has_no_parameters(estimator, params, message):
    with pytest.raises(ValueError, match=message):
        estimator.set_params(**params)


def test_parts_that_are_there_are_set():
    clf = NoiseRobustClassifier(detector="kdn").set_params(detector=ConfidentLearning(), detector__cv=3)
    assert clf.detector.cv == 3
    assert clf.set_params(detector__rule=Fraction(), detector__rule__fraction=0.2).detector.rule.fraction == 0.2
    assert Consensus(["kdn"]).set_params(weights="equal").weights == "equal"
    assert Consensus().set_params(detectors=["kdn"], rate=0.2).detectors == ["kdn"]
    assert Consensus([("near", KDN())]).set_params(near__n_neighbors=3).detectors[0][1].n_neighbors == 3


def test_a_search_says_it_too():
    grid = {"treatment": [Relabel(0.9), "relabel"], "treatment__confidence": [0.5]}
    search = GridSearchCV(NoiseRobustClassifier(GaussianNB(), detector=KDN()), grid, cv=2)
    with pytest.raises(ValueError, match=r"treatment=Relabel\(confidence=0\.5\)"):
        search.fit(X, Y)


@pytest.mark.parametrize(
    ("estimator", "message"),
    [
        (NoiseRobustClassifier(detector="confident_lerning"), "Did you mean 'confident_learning'"),
        (NoiseRobustClassifier(detector="ConfidentLearning"), "Did you mean 'confident_learning'"),
        (LabelCleaner(detector="KDN"), "Did you mean 'kdn'"),
        (LabelCleaner(treatment="relable"), "Did you mean 'relabel'"),
        (NoiseRobustClassifier(rule="argmax_disagrement"), "Did you mean 'argmax_disagreement'"),
        (NoiseRobustClassifier(labels="annotation"), "Did you mean 'annotations'"),
        (NoiseRobustClassifier(scoring="accuracies"), "Did you mean 'accuracy'"),
        (ConfidentLearning(rule="PruneByClass"), "Did you mean 'prune_by_class'"),
        (ConfidentLearning(quality="self-confidence"), "Did you mean 'self_confidence'"),
        (ReCoV(aggregation="worst_folds"), "Did you mean 'worst_fold'"),
        (Consensus(["kdnn"]), "Did you mean 'kdn'"),
        (NoiseRobustClassifier(detector=KDN), r"pass an instance, detector=KDN\(\)"),
    ],
    ids=str,
)
def test_a_name_that_is_not_known_is_guessed(estimator, message):
    with pytest.raises(ValueError, match=message):
        estimator.fit(X, Y)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: find_label_issues(Y, PROBA, rule="argmax_disagrement"), "'argmax_disagreement'"),
        (lambda: label_quality(Y, PROBA, method="margin_normalized"), "'normalized_margin'"),
        (lambda: estimate_transition_matrix(Y, PROBA, method="dual t"), "'dual_t'"),
        (lambda: inject_noise(Y, kind="uniformly"), "'uniform'"),
    ],
    ids=["rule", "quality", "method", "kind"],
)
def test_functions_guess_as_well(call, message):
    with pytest.raises(ValueError, match=f"is not known.*Did you mean {message}"):
        call()


def test_a_treatment_guesses_as_well():
    with pytest.raises(ValueError, match="'otherwise' parameter.*Did you mean 'drop'"):
        Relabel(otherwise="drp").select(Verdict(None, None))


def test_where_nothing_is_similar_nothing_is_guessed():
    with pytest.raises(ValueError, match=r"instead\.$"):
        LabelCleaner(detector="zzzzzz").fit(X, Y)
