"""Types: public signatures have annotations, and the stubs of kernels list what their kernels have."""

import ast
import inspect
import tomllib
from dataclasses import is_dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path

import pytest
from stubs import KERNELS, kernel_constants, kernel_functions, kernel_stub

import skclean

ROOT = Path(skclean.__file__).parent
PACKAGES = (
    "adapt",
    "base",
    "datasets",
    "detectors",
    "discovery",
    "exceptions",
    "inspection",
    "losses",
    "metrics",
    "noise",
    "preprocessing",
    "quality",
    "review",
    "robust",
    "rules",
    "targets",
    "treatments",
)


def functions_of(cls):
    """The public methods and properties of a class and of those it inherits from, and `__init__`, as functions."""
    for owner in cls.__mro__:
        for name, found in vars(owner).items():
            if owner.__module__.startswith("skclean.") and (name == "__init__" or not name.startswith("_")):
                found = found.fget if isinstance(found, property) else found
                found = found.func if isinstance(found, cached_property) else found
                found = getattr(found, "__func__", getattr(found, "fn", found))  # `available_if` has `fn`
                # scikit-learn writes the methods that request metadata
                if inspect.isfunction(found) and inspect.unwrap(found).__module__.startswith("skclean."):
                    yield found


def public_functions():
    """The functions that users of the public packages call, each once."""
    for package in PACKAGES:
        public = import_module(f"skclean.{package}")
        for name in public.__all__:
            value = getattr(public, name)
            if inspect.isclass(value):
                yield from functions_of(value)
            elif inspect.isfunction(value):
                yield value


FUNCTIONS = {f"{f.__module__}.{f.__qualname__}": f for f in public_functions()}


def test_public_functions_are_found():
    assert len(FUNCTIONS) > 150
    for name in (
        "skclean.detectors._template.DetectorTemplate.fit",
        "skclean.robust._fitted_estimator.FittedEstimatorMixin.predict_proba",
        "skclean.base._audit.Audit.open_codes",
        "skclean.noise.kinds._inject.inject_noise",
    ):
        assert name in FUNCTIONS


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_parameter_and_what_is_returned_has_a_type(name):
    signature = inspect.signature(FUNCTIONS[name])
    untyped = [
        p.name for p in signature.parameters.values() if p.annotation is p.empty and p.name not in ("self", "cls")
    ]
    assert not untyped
    assert signature.return_annotation is not signature.empty


def test_each_field_of_a_public_record_has_a_type_of_its_own():
    for package in PACKAGES:
        public = import_module(f"skclean.{package}")
        for name in public.__all__:
            record = getattr(public, name)
            if is_dataclass(record) or hasattr(record, "_fields"):
                bare = [field for field, kind in record.__annotations__.items() if kind in (object, tuple, dict, list)]
                assert not bare, f"{name}: {bare}"


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.stem)
def test_the_stub_of_a_kernel_lists_its_functions(kernel):
    text = kernel.read_text("utf-8")
    stub = ast.parse(kernel.with_suffix(".pyi").read_text("utf-8")).body
    written = {node.name: [a.arg for a in node.args.args] for node in stub if isinstance(node, ast.FunctionDef)}
    assert written == {name: [p for *_, p in listed] for name, listed, _ in kernel_functions(text)}
    compiled = import_module(".".join(kernel.relative_to(ROOT.parent).with_suffix("").parts))
    own = {name for name, value in vars(compiled).items() if getattr(value, "__module__", "") == compiled.__name__}
    assert set(written) == {name for name in own if not name.startswith("_")}
    constants = {node.target.id for node in stub if isinstance(node, ast.AnnAssign)}
    assert constants == set(kernel_constants(text)) == {name for name in vars(compiled) if name.isupper()}


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.stem)
def test_the_stub_of_a_kernel_says_whether_something_is_returned(kernel):
    stub = ast.parse(kernel.with_suffix(".pyi").read_text("utf-8")).body
    kinds = {node.name: ast.unparse(node.returns) for node in stub if isinstance(node, ast.FunctionDef)}
    for name, _, body in kernel_functions(kernel.read_text("utf-8")):
        lines = [line.strip() for line in body.splitlines()]
        assert (kinds[name] != "None") == any(line.startswith("return ") for line in lines), name


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.stem)
def test_the_stub_of_a_kernel_is_up_to_date(kernel):
    assert kernel.with_suffix(".pyi").read_text("utf-8") == kernel_stub(kernel), "run python tests/stubs.py"


def test_type_checkers_find_the_marker_and_the_stubs():
    assert (ROOT / "py.typed").is_file()
    assert all(kernel.with_suffix(".pyi").is_file() for kernel in KERNELS)


def test_contracts_targets_and_kernels_are_checked_strictly():
    project = ROOT.parent / "pyproject.toml"
    if not project.is_file():
        pytest.skip("pyproject.toml is not beside the package")
    overrides = tomllib.loads(project.read_text("utf-8"))["tool"]["mypy"]["overrides"]
    strict = {name for part in overrides if part.get("disallow_untyped_defs") for name in part["module"]}
    folders = {f"skclean._kernels.{kernel.parent.name}.*" for kernel in KERNELS}
    assert strict >= {"skclean.base.*", "skclean.targets.*", *folders}


USE = """
from skclean import LabelCleaner, NoiseRobustClassifier, find_label_issues
from skclean.base import FoldCounts
from skclean.detectors import KDN, DetectorTemplate

y = ["a", "b", None, "a"]
reveal_type(find_label_issues(y, [[0.5, 0.5]] * 4))
reveal_type(NoiseRobustClassifier(detector=KDN(rule="otsu")).fit([[1.0]] * 4, y))
reveal_type(NoiseRobustClassifier().predict_proba([[1.0]]))
reveal_type(KDN().fit([[1.0]] * 4, y).summary())


def counts_of(detector: DetectorTemplate) -> None:
    reveal_type(detector.audit_.get(FoldCounts))


KDN(n_neighbors="many")
LabelCleaner(labels="guesses")
"""
# Words in the types that are revealed, in their order; how they are written differs between versions.
REVEALED = (("ndarray", "bool"), ("NoiseRobustClassifier",), ("ndarray", "floating"), ("dict", "str"), ("FoldCounts",))


def test_a_type_checker_sees_the_types_and_refuses_wrong_arguments(tmp_path, monkeypatch):
    api = pytest.importorskip("mypy.api", reason="mypy is in the extra dev")
    (tmp_path / "use.py").write_text(USE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MYPYPATH", str(ROOT.parent))
    told = api.run(["--ignore-missing-imports", "--cache-dir", str(tmp_path / "cache"), "use.py"])[0].splitlines()
    revealed = [line.split("Revealed type is ")[1].strip('"') for line in told if "Revealed type is " in line]
    assert len(revealed) == len(REVEALED), told
    for found, words in zip(revealed, REVEALED, strict=True):
        assert all(word in found for word in words), told
    errors = [line for line in told if "error:" in line]
    assert len(errors) == 2, told
    assert '"n_neighbors" to "KDN"' in errors[0]
    assert '"labels" to "LabelCleaner"' in errors[1]
