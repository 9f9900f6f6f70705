"""skclean.inspection imports its names at their first use, and no plotting library or extra by itself."""

import subprocess
import sys
from pathlib import Path

import pytest

import skclean
import skclean.inspection
from skclean.inspection._extras import import_extra

EXTRAS = ("matplotlib", "pandas", "jinja2", "pyarrow")


def imported_after(code):
    command = f"import sys; {code}; print(*[name for name in {EXTRAS} if name in sys.modules])"
    root = str(Path(skclean.__file__).parents[1])
    run = [sys.executable, "-c", f"import sys; sys.path.insert(0, {root!r}); {command}"]
    return subprocess.run(run, capture_output=True, text=True, check=True).stdout.split()


def test_the_package_imports_no_extra():
    assert imported_after("import skclean.inspection") == []


def test_a_display_imports_matplotlib_only_when_it_draws():
    assert "matplotlib" not in imported_after("from skclean.inspection import LabelQualityDisplay")


def test_names_are_listed_and_found():
    assert set(skclean.inspection.__all__) <= set(dir(skclean.inspection))
    for name in skclean.inspection.__all__:
        assert getattr(getattr(skclean.inspection, name), "__name__", name) == name


def test_the_stub_lists_the_same_names():
    stub = Path(skclean.inspection.__file__).with_suffix(".pyi").read_text("utf-8")
    listed = [line.rpartition(" ")[2] for line in stub.splitlines() if " as " in line]
    assert sorted(listed) == sorted(skclean.inspection.__all__)


def test_a_missing_extra_is_named_with_the_line_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(
        ImportError, match=r'a page needs jinja2, which is not installed: pip install "skclean\[report\]"'
    ):
        import_extra("jinja2", "a page")
