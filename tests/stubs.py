"""Stub files, which type checkers and editors read: of the packages that find their public classes, and of kernels.

python tests/stubs.py    # writes them anew, after a public class or a function of a kernel was added
"""

import inspect
import re
from importlib import import_module
from pathlib import Path

import skclean

PACKAGES = ("skclean.detectors", "skclean.rules", "skclean.treatments")
TABLES = {"DETECTORS": "Aliases", "RULES": "Aliases", "TREATMENTS": "Aliases"}
KERNELS = sorted((Path(skclean.__file__).parent / "_kernels").glob("*/*.pyx"))

# What the elements of arrays are in NumPy.
ELEMENTS = {
    "double": "np.float64",
    "float": "np.float32",
    "int": "np.int32",
    "int32_t": "np.int32",
    "int64_t": "np.int64",
    "proba_t": "ProbaT",
    "uint8_t": "np.uint8",
    "unsigned char": "np.uint8",
    "uint16_t": "np.uint16",
    "uint32_t": "np.uint32",
    "uint64_t": "np.uint64",
}
NUMBERS = {"double": "float", "float": "float", "proba_t": "float", "": "str"}
PROBA = 'ProbaT = TypeVar("ProbaT", np.float32, np.float64)'
# What functions return; all others return None.
RETURNS = {
    "add_forward_loss": "float",
    "add_log_loss": "float",
    "add_power_loss": "float",
    "add_robust_loss": "float",
    "codes_within": "bool",
    "count_extremes": "int",
    "count_misses": "int",
    "fill_histogram": "int",
    "find_confident": "NDArray[np.int32]",
    "find_rivals": "NDArray[np.int32]",
    "first_csr_fault": "int",
    "first_unsound": "tuple[int, int]",
    "grow_tree": "tuple[int, int, int]",
    "list_below": "int",
    "list_beaten": "int",
    "list_contenders": "int",
    "list_others": "int",
    "list_up_to": "int",
    "search_neighbours": "int",
    "settle": "int",
    "summarise_block": "bool",
    "summarise_narrow": "bool",
    "tally_means": "int",
    "tally_shares": "int",
    "tally_winners": "int",
    "use_registers": "bool",
    "use_widest": "str",
}
# Other attributes of kernels; all others are int.
CONSTANTS = {"NAMES": "tuple[str, ...]"}
_CONSTANT = re.compile(r"^((?:[A-Z][A-Z_]*(?:, )?)+) = ", re.MULTILINE)
_FUNCTION = re.compile(r"^(?:def|cpdef) (\w+)\((.*?)\):\n(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
_PARAMETER = re.compile(r"\s*(?:const )?(.*?) ?(\[[:, 1]+\])? ?(\w+)\s*$", re.DOTALL)


def stub_of(package):
    """The text of the stub file of a package."""
    public = import_module(package)
    names = sorted(public.__all__, key=lambda name: (not name.isupper(), name))
    lines = [
        f"from {inspect.getmodule(getattr(public, name)).__name__} import {name} as {name}"
        for name in names
        if name not in TABLES
    ]
    lines.append("from skclean.utils._discovery import Aliases")
    tables = [f"{name}: {TABLES[name]}" for name in names if name in TABLES]
    listed = "\n".join(f'    "{name}",' for name in names)
    return "\n".join([*sorted(lines), "", f"__all__ = [\n{listed}\n]", "", *tables, ""])


def path_of(package):
    """The stub file of a package."""
    return Path(skclean.__file__).parents[1].joinpath(*package.split("."), "__init__.pyi")


def kernel_functions(text):
    """The functions of a kernel that Python can call: name, parameters as in the text, and the body."""
    for name, listed, body in _FUNCTION.findall(text):
        # the commas of an array's dimensions are inside brackets
        parameters = [part for part in re.split(r",(?![^\[]*\])", listed) if part.strip()]
        yield name, [_PARAMETER.match(part).groups() for part in parameters], body


def kernel_constants(text):
    """The names of a kernel in capital letters that Python can read."""
    return [name for names in _CONSTANT.findall(text) for name in names.split(", ")]


def kernel_stub(kernel):
    """The text of the stub file of a kernel."""
    source = kernel.read_text("utf-8")
    constants = [f"{name}: {CONSTANTS.get(name, 'int')}\n" for name in kernel_constants(source)]
    functions = ["".join(constants), "\n"] if constants else []
    for name, parameters, _ in kernel_functions(source):
        lines = []
        for kind, dimensions, parameter in parameters:
            number = NUMBERS.get(kind, "int")
            lines.append(f"    {parameter}: {f'NDArray[{ELEMENTS[kind]}]' if dimensions else number},\n")
        line = ", ".join(part.strip(" ,\n") for part in lines)
        head, tail = f"def {name}(", f") -> {RETURNS.get(name, 'None')}: ..."
        fits = len(head + line + tail) <= 120
        functions.append(f"{head}{line}{tail}\n" if fits else f"{head}\n{''.join(lines)}{tail}\n")
    text = "".join(functions)
    imports = ["from typing import TypeVar\n\n"] if "ProbaT" in text else []
    if "np." in text or imports:
        imports.append("import numpy as np\n")
    if "NDArray" in text:
        imports.append("from numpy.typing import NDArray\n")
    if "ProbaT" in text:
        imports.append(f"\n{PROBA}\n")
    return "".join([*imports, *(["\n"] if imports else []), text])


if __name__ == "__main__":
    for package in PACKAGES:
        path_of(package).write_text(stub_of(package), encoding="utf-8")
    for kernel in KERNELS:
        kernel.with_suffix(".pyi").write_text(kernel_stub(kernel), encoding="utf-8")
