"""Rules between tags: planted ones are found, broken ones are named, and the repair changes as few cells as can be."""

import itertools

import numpy as np
import pytest

from skclean.inspection import LabelRules, label_rules

NAMES = np.array(["animal", "dog", "cat", "same", "free"])


def planted(n_samples=3000, seed=0):
    rng = np.random.default_rng(seed)
    animal = rng.random(n_samples) < 0.5
    dog = animal & (rng.random(n_samples) < 0.5)
    cat = animal & ~dog & (rng.random(n_samples) < 0.8)
    return np.stack([animal, dog, cat, animal, rng.random(n_samples) < 0.3], axis=1).astype(int)


Y = planted()


def found_kinds(rules):
    return {(rule.kind, rule.tag, rule.other) for rule in rules.rules}


def test_planted_rules_are_found_and_no_other():
    found = label_rules([set(NAMES[row == 1].tolist()) for row in Y])
    assert isinstance(found, LabelRules)
    implied = {("implied", kind, tag) for kind in ("dog", "cat") for tag in ("animal", "same")}
    assert found_kinds(found) == implied | {("exclusive", "cat", "dog"), ("identical", "animal", "same")}
    assert (found.coherence == 1).all() and not found.broken.any()
    assert all(rule.share == 1 and rule.n_rows >= 20 for rule in found.rules)


def test_independent_tags_have_no_rules():
    rng = np.random.default_rng(1)
    assert label_rules((rng.random((2000, 6)) < [0.02, 0.1, 0.3, 0.5, 0.9, 0.999]).astype(int)).rules == []


def test_few_rows_say_nothing_unless_asked():
    few = np.zeros((400, 2))
    few[:15] = 1
    assert label_rules(few).rules == []
    assert [rule.kind for rule in label_rules(few, min_rows=10, confidence=0.7).rules] == ["identical"]


def broken_rows():
    given = Y.copy()
    dogs = np.flatnonzero(Y[:, 1])
    given[dogs[0], 0] = 0  # a dog that is no animal, but has the tag that is the same
    given[dogs[1], 2] = 1  # a dog and a cat
    return given, dogs


def test_broken_rows_are_named_and_repaired():
    given, dogs = broken_rows()
    found = label_rules(given)
    assert np.flatnonzero(found.broken.any(axis=1)).tolist() == sorted(dogs[:2].tolist())
    assert found.coherence[dogs[0]] < 1 and found.coherence[dogs[1]] < 1
    repaired = found.repair()
    assert repaired[dogs[0]].tolist() == Y[dogs[0]].tolist()
    assert (repaired[dogs[1]] != given[dogs[1]]).sum() == 1 and repaired[dogs[1], 1:3].sum() == 1
    again = label_rules(repaired)
    assert not again.broken.any()


def test_probabilities_choose_between_equal_repairs():
    given, dogs = broken_rows()
    for tag in (1, 2):
        proba = np.full(Y.shape, 0.5)
        proba[dogs[1], tag] = 0.9
        assert label_rules(given).repair(proba)[dogs[1], 1:3].tolist() == [int(tag == 1), int(tag == 2)]


def test_the_repair_is_the_least_of_all():
    found = label_rules(Y)

    def obeys(cells):
        pairs = found.pairs.tolist()
        return all(not (cells[a] == 1 and cells[b] == (1 if kind else 0)) for kind, a, b in pairs)

    every = np.array(list(itertools.product((0, 1), repeat=5)))
    sound = every[[obeys(cells) for cells in every]]
    mixed = np.vstack([np.repeat(Y, 20, axis=0), every])
    repaired = label_rules(mixed, confidence=0.9).repair()[-len(every) :]
    for given, best in zip(every, repaired, strict=True):
        assert obeys(best) and (best != given).sum() == (sound != given).sum(axis=1).min()


def test_unknown_cells_bind_nothing():
    given = Y.astype(float)
    given[np.flatnonzero(Y[:, 1])[:5], 0] = np.nan
    found = label_rules(given)
    assert ("implied", 1, 0) in found_kinds(found) and not found.broken.any()
    np.testing.assert_array_equal(found.repair(), given)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="confidence"):
        label_rules(Y, confidence=1.0)
    with pytest.raises(ValueError, match="min_rows"):
        label_rules(Y, min_rows=0)
    with pytest.raises(ValueError, match="pass one for each cell"):
        label_rules(Y).repair(np.ones((2, 2)))
