"""Every class that follows a paper says in its Notes what is as in the paper, and what is otherwise."""

import inspect

import pytest

from skclean.detectors import DETECTORS
from skclean.rules import (
    BackgroundComponent,
    FalseDiscoveryRate,
    Mixture,
    TwoComponents,
    TwoSigma,
)

RULES_OF_PAPERS = [BackgroundComponent, FalseDiscoveryRate, Mixture, TwoComponents, TwoSigma]


@pytest.mark.parametrize("kind", [*DETECTORS.values(), *RULES_OF_PAPERS], ids=lambda kind: kind.__name__)
def test_notes_say_what_is_as_in_the_paper_and_what_is_otherwise(kind):
    text = inspect.getdoc(kind)
    assert "\nReferences\n----------\n" in text
    notes = text.split("\nNotes\n-----\n")[1].split("\nReferences\n")[0]
    paragraphs = [" ".join(part.split()) for part in notes.strip().split("\n\n")]
    assert paragraphs[0].startswith("As in the paper: ") and paragraphs[1].startswith("Otherwise: ")
    assert all(len(part) > 30 for part in paragraphs[:2])
