"""The Python blocks of the README and of the user guide run, each page from its top to its end; examples too."""

import operator
import re
import runpy
from pathlib import Path

import pytest

import skclean.base
import skclean.datasets
import skclean.detectors
import skclean.evidence
import skclean.exceptions
import skclean.noise
import skclean.quality
import skclean.robust
import skclean.rules
import skclean.treatments

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
EXAMPLES = sorted((ROOT / "examples").glob("*/plot_*.py"))
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)

pytest.importorskip("pandas")


def blocks_of(page):
    """Pairs of line number and source."""
    text = page.read_text(encoding="utf-8")
    return [(text.count("\n", 0, found.start(1)) + 1, found.group(1)) for found in BLOCK.finditer(text)]


@pytest.mark.parametrize("page", [page for page in PAGES if blocks_of(page)], ids=lambda page: page.name)
def test_blocks_of_a_page_run(page):
    names = {"__name__": "__page__"}
    for line, source in blocks_of(page):
        padded = "\n" * (line - 1) + source  # errors then name the line of the page
        exec(compile(padded, str(page), "exec"), names)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_examples_run(example, monkeypatch):
    if "matplotlib" in example.read_text(encoding="utf-8"):
        pytest.importorskip("matplotlib")
        monkeypatch.setenv("MPLBACKEND", "Agg")
    runpy.run_path(str(example), run_name="__main__")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_api_lists_every_public_name_and_no_other():
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^   ([\w.]+)$", text, re.MULTILINE))
    for name in listed:
        operator.attrgetter(name)(skclean)  # raises where there is none
    rooms = (skclean.datasets, skclean.detectors, skclean.noise, skclean.quality, skclean.rules, skclean.treatments)
    tables = {"DETECTORS", "QUALITY_METHODS", "RULES", "TREATMENTS", "resolve_rule", "find_label_issues"}
    public = {f"{room.__name__.removeprefix('skclean.')}.{name}" for room in rooms for name in {*room.__all__} - tables}
    assert public <= listed
    assert set(skclean.__all__) <= listed


def test_the_readme_shows_the_commands_that_ci_runs():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in ("run", "test"):
        assert re.search(rf"^<!-- command: {name} -->\n```bash\n\S.*\n```$", text, re.MULTILINE), name
