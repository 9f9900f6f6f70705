"""What parts give and need is compared before any time is spent."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression

from skclean import LabelCleaner, NoiseRobustClassifier
from skclean.base import (
    CellErrors,
    CellProba,
    ClassProba,
    ErrorChance,
    FoldCounts,
    Residuals,
    Trials,
    check_fits_together,
)
from skclean.detectors import DETECTORS, KDN, ConfidentLearning, DistanceRatio, ReCoV
from skclean.noise import NoiseModel
from skclean.rules import RULES, ErrorProbability, Injection, Otsu, PerClassBudget, RivalRatio, TwoSigma
from skclean.targets import KINDS, NumericTarget, encode_labels
from skclean.treatments import TREATMENTS, Drop, Relabel, SoftLabels

RECORDS = {CellErrors, CellProba, ClassProba, ErrorChance, FoldCounts, NoiseModel, Residuals, Trials}


@pytest.mark.parametrize("part", [*RULES.values(), *TREATMENTS.values()], ids=lambda part: part.__name__)
def test_parts_need_records_that_some_detector_gives(part):
    given = {record for detector in DETECTORS.values() for record in detector().gives}
    for need in part().needs:
        assert set(need if isinstance(need, tuple) else (need,)) & given


@pytest.mark.parametrize("name", DETECTORS)
def test_detectors_say_what_they_give_and_accept(name):
    detector = DETECTORS[name]()
    assert set(detector.gives) <= RECORDS and detector.gives
    assert set(detector.accepts) <= {"records", *KINDS} and detector.accepts


@pytest.mark.parametrize(
    ("detector", "rule", "message"),
    [
        (DistanceRatio(), RivalRatio(), "RivalRatio needs class probabilities, and DistanceRatio has none"),
        (ReCoV(), ErrorProbability(), "ErrorProbability needs class probabilities, and ReCoV has none"),
        (KDN(), TwoSigma(), "TwoSigma needs the noise histogram of repeated cross-validation, and KDN has none"),
        (
            ReCoV(),
            Injection(),
            "Injection needs class probabilities, or fits to labels with injected errors, and ReCoV",
        ),
    ],
    ids=str,
)
def test_a_rule_without_its_evidence_is_refused(detector, rule, message):
    with pytest.raises(ValueError, match=message):
        check_fits_together(detector, rule)


def test_a_rule_that_takes_either_evidence_is_content_with_one():
    check_fits_together(KDN(), Injection())
    check_fits_together(DistanceRatio(), Injection())


class Untouched(DistanceRatio):
    """A detector that may not be fitted."""

    def _find(self, given, progress):
        raise AssertionError("evidence was collected")


@pytest.mark.parametrize("make", [LabelCleaner, NoiseRobustClassifier])
def test_a_treatment_without_its_evidence_is_refused_before_the_fit(make, planted):
    cleaner = make(LogisticRegression(), detector=Untouched(), treatment=Relabel())
    with pytest.raises(ValueError, match="Relabel needs class probabilities, and Untouched has none"):
        cleaner.fit(planted.X, planted.noisy)


def test_drop_needs_probabilities_only_with_a_threshold():
    check_fits_together(DistanceRatio(), treatment=Drop())
    with pytest.raises(ValueError, match="Drop needs class probabilities"):
        check_fits_together(DistanceRatio(), treatment=Drop(threshold=0.5))


def test_a_target_of_another_kind_is_refused():
    numbers = NumericTarget(np.array([1.0, 2.5]), np.array([True, True]))
    with pytest.raises(ValueError, match="ConfidentLearning takes targets of the kind class, and y"):
        check_fits_together(ConfidentLearning(), target=numbers)
    check_fits_together(ReCoV(LinearRegression()), target=numbers)
    check_fits_together(ReCoV(LinearRegression()), treatment=Drop())
    for treatment in (Relabel(), SoftLabels()):
        with pytest.raises(ValueError, match="(Relabel|SoftLabels) needs"):
            check_fits_together(ReCoV(LinearRegression()), treatment=treatment)


def test_a_rule_looks_at_the_classes_before_the_fit(planted):
    rule = PerClassBudget({"no such class": 3})
    with pytest.raises(ValueError, match="no such class"):
        check_fits_together(KDN(), rule, target=encode_labels(["a", "b"]))
    with pytest.raises(ValueError, match="no such class"):
        Untouched(rule=rule).fit(planted.X, planted.noisy.astype(str))


def test_parameters_out_of_range_are_refused_before_the_fit(planted):
    with pytest.raises(ValueError, match="'max_cut' parameter of Otsu"):
        Untouched(rule=Otsu(max_cut=1.5)).fit(planted.X, planted.noisy)
    cleaner = LabelCleaner(detector=Untouched(), treatment=Drop(threshold=2.0))
    with pytest.raises(ValueError, match="'threshold' parameter of Drop"):
        cleaner.fit(planted.X, planted.noisy)
