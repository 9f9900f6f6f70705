"""One list of all public classes: it has what the packages export, and each class documents itself."""

import pytest

import skclean
from skclean import adapt
from skclean.base import BaseDetector, BaseRule, BaseTreatment
from skclean.discovery import all_estimators
from skclean.noise import NoiseKind

BASES = {"detector": BaseDetector, "rule": BaseRule, "treatment": BaseTreatment, "noise": NoiseKind}
PACKAGES = {
    "detector": [skclean.detectors],
    "rule": [skclean.rules],
    "treatment": [skclean.treatments],
    "meta-estimator": [adapt, skclean.robust],
}


@pytest.mark.parametrize("kind", BASES)
def test_classes_of_a_kind_share_its_base(kind):
    found = all_estimators(kind)
    assert len(found) > 3
    assert all(issubclass(cls, BASES[kind]) and cls.__name__ == name for name, cls in found)


@pytest.mark.parametrize("kind", PACKAGES)
def test_every_class_is_exported_by_its_package(kind):
    exported = {name for package in PACKAGES[kind] for name in package.__all__}
    assert {name for name, _ in all_estimators(kind)} <= exported


def test_all_kinds_together_are_the_whole_list():
    kinds = [*BASES, "meta-estimator"]
    one_by_one = [pair for kind in kinds for pair in all_estimators(kind)]
    assert all_estimators() == sorted(one_by_one, key=lambda pair: pair[0])
    assert len({name for name, _ in all_estimators()}) == len(all_estimators()) > 60


@pytest.mark.parametrize("kind", PACKAGES)
def test_each_class_of_a_package_has_an_example(kind):
    assert not [name for name, cls in all_estimators(kind) if ">>>" not in (cls.__doc__ or "")]


def test_an_unknown_kind_is_refused_with_those_that_exist():
    with pytest.raises(ValueError, match="type_filter must be one of 'detector', 'rule'"):
        all_estimators("classifier")
