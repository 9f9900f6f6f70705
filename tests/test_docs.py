"""The Python blocks of the README and of the user guide run, each page from its top to its end.

Examples run where the documentation is built, which `.ci/run` does; a warning is an error there.
"""

import operator
import re
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

import skclean

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    *(path for folder in ("", "checks", "guide") for path in sorted((ROOT / "docs" / folder).glob("*.md"))),
]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)

pytest.importorskip("pandas")
pytest.importorskip("matplotlib")


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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


# Those who write a detector find useful functions here; the API lists those with a promise to stay.
PARTLY_PUBLIC = {"evidence", "linear", "preprocessing", "repeats", "targets", "utils"}


def test_the_api_lists_every_public_name_and_no_other():
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^   ([\w.]+)$", text, re.MULTILINE))
    for name in listed:
        operator.attrgetter(name)(skclean)  # raises where there is none
    packages = [found.name for found in iter_modules(skclean.__path__) if not found.name.startswith("_")]
    assert set(packages) >= PARTLY_PUBLIC
    public = set()
    for package in set(packages) - PARTLY_PUBLIC - {"cli"}:
        names = import_module(f"skclean.{package}").__all__
        public |= {f"{package}.{name}" for name in names if not name.isupper() and not hasattr(skclean, name)}
    assert public <= listed | {"rules.resolve_rule"}
    assert set(skclean.__all__) <= listed


def test_the_readme_shows_the_commands_that_ci_runs():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in ("run", "test"):
        assert re.search(rf"^<!-- command: {name} -->\n```bash\n\S.*\n```$", text, re.MULTILINE), name
