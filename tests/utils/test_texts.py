"""Texts that seem to mean the same."""

import pytest

from skclean.utils._texts import alike_texts, text_key


@pytest.mark.parametrize(("one", "other"), [("Yes ", "yes"), ("1", "01"), ("1.0", "1"), ("STRASSE", "straße")])
def test_alike_texts_have_one_key(one, other):
    assert text_key(one) == text_key(other)
    assert alike_texts([one, other, "something else"]) == [sorted([one, other])]


@pytest.mark.parametrize(("one", "other"), [("yes", "no"), ("1", "10"), ("1e3", "1000"), ("a b", "ab")])
def test_other_texts_have_other_keys(one, other):
    assert text_key(one) != text_key(other)
    assert alike_texts([one, other]) == []
