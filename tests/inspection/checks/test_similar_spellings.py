"""SKC014: look-alike spellings."""

import pandas as pd
import pytest

from skclean.inspection import similar_spellings


@pytest.mark.parametrize("other", ["paris", "Paris ", "PARIS", "Pa\u0072is\u00a0", "\u0420aris"])
def test_spellings_of_one_category_are_grouped(other):
    X = pd.DataFrame({"town": ["Paris"] * 6 + [other] * 2 + ["Rome"] * 4})
    result = similar_spellings(X)
    assert result.state == "issue"
    assert result.rows.tolist() == [6, 7]
    assert result.findings[0]["suggested"] == "Paris" and result.findings[0]["kind"] == "same"


@pytest.mark.parametrize("slip", ["Amsterdan", "Amsterdm", "Amstredam", "Ammsterdam"])
def test_a_rare_word_one_letter_apart_is_a_tip(slip):
    X = pd.DataFrame({"town": ["Amsterdam"] * 60 + ["Rotterdam"] * 30 + [slip]})
    result = similar_spellings(X)
    assert (result.state, result.rows.tolist()) == ("tip", [90])


@pytest.mark.parametrize("texts", [("category1", "category2"), ("abc", "abx"), ("left side", "right side")])
def test_categories_that_differ_pass(texts):
    X = pd.DataFrame({"a": [texts[0]] * 60 + [texts[1]]})
    assert similar_spellings(X).state == "passed"


def test_labels_are_looked_at_first():
    X = pd.DataFrame({"a": ["x", "X"] * 5})
    result = similar_spellings(X, ["yes"] * 6 + ["Yes"] * 4)
    assert [line["column"] for line in result.findings] == ["(label)", "a"]
    assert similar_spellings(X[["a"]].assign(a="x"), [0, 1] * 5).state == "passed"
