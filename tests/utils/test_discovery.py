"""Public classes are found by their alias, and names of an earlier version are understood with a warning."""

import sys
from importlib import import_module

import pytest
from stubs import PACKAGES, path_of, stub_of

from skclean import find_label_issues, rules
from skclean.detectors import DETECTORS
from skclean.rules import RULES
from skclean.treatments import TREATMENTS
from skclean.utils._discovery import find_classes
from skclean.utils._params import resolve_alias

EVERY = {**DETECTORS, **RULES, **TREATMENTS}


@pytest.mark.parametrize("alias", EVERY)
def test_the_alias_is_the_name_of_the_class(alias):
    assert EVERY[alias].alias == alias
    assert alias.replace("_", "") == EVERY[alias].__name__.lower()


@pytest.mark.parametrize("package", PACKAGES)
def test_stub_files_list_what_is_found(package):
    text = path_of(package).read_text(encoding="utf-8")
    assert text == stub_of(package), "run python tests/stubs.py"


NEW_RULE = """
from skclean.base import BaseRule


class QualityBelow(BaseRule):
    alias = "{alias}"

    def _flag(self, audit):
        return audit.quality < 0.2


class _Hidden(BaseRule):
    pass
"""


@pytest.fixture
def make_package(tmp_path, monkeypatch):
    """Makes a package of the given modules, and returns its name."""

    def make(name, **modules):
        folder = tmp_path / name
        folder.mkdir()
        for module, text in {"__init__": "", **modules}.items():
            (folder / f"{module}.py").write_text(text, encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(sys.modules, name, raising=False)
        import_module(name)
        return name

    return make


def test_a_new_class_is_one_file(make_package):
    name = make_package("one_rule", _quality_below=NEW_RULE.format(alias="quality_below"))
    found = find_classes(name)
    assert list(found) == ["quality_below"] and found["quality_below"].__name__ == "QualityBelow"


def test_two_classes_cannot_share_an_alias(make_package):
    modules = {"_first": NEW_RULE.format(alias="same"), "_second": NEW_RULE.format(alias="same")}
    with pytest.raises(ValueError, match="have the alias 'same'"):
        find_classes(make_package("two_rules", **modules))


@pytest.mark.parametrize("table", [DETECTORS, RULES, TREATMENTS], ids=["detectors", "rules", "treatments"])
def test_old_aliases_stand_for_the_new_ones(table):
    assert table.old
    for old, new in table.old.items():
        assert old not in table
        with pytest.warns(FutureWarning, match=f"{old!r} is now called {new!r}"):
            assert type(resolve_alias(old, table, name="part")) is table[new]


def test_an_old_alias_is_a_valid_parameter():
    proba = [[0.9, 0.1], [0.2, 0.8], [0.3, 0.7]]
    with pytest.warns(FutureWarning, match="'both' is now called 'prune_both'"):
        found = find_label_issues([0, 0, 1], proba, rule="both")
    assert (found == find_label_issues([0, 0, 1], proba, rule="prune_both")).all()


@pytest.mark.parametrize("old", ["InjectionRule", "MixtureRule", "OtsuRule", "PosteriorRule", "VoteRule"])
def test_old_class_names_are_understood(old):
    with pytest.warns(FutureWarning, match=f"skclean.rules.{old} is now called"):
        found = getattr(rules, old)
    assert found in RULES.values()


def test_a_name_that_never_was_is_an_error():
    with pytest.raises(AttributeError, match="NoSuchRule"):
        _ = rules.NoSuchRule
    with pytest.raises(KeyError):
        RULES["no_such_rule"]
