"""Builds the Cython kernels; everything else about the package is said in pyproject.toml.

SKCLEAN_BOUNDSCHECK=1 restores index checks in every kernel, for the tests and for debugging.
SKCLEAN_SANITIZE=1 adds the address and undefined-behaviour sanitizers of GCC or Clang to every kernel. A kernel that
reads or writes outside its arrays then ends the process with a report. Python has to be started with the sanitizer's
library preloaded; ``.ci/run`` shows how.
"""

import os
import sysconfig
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

CHECKED = os.environ.get("SKCLEAN_BOUNDSCHECK", "0") not in ("", "0")
SANITIZED = os.environ.get("SKCLEAN_SANITIZE", "0") not in ("", "0")

DIRECTIVES = {
    "language_level": 3,
    "boundscheck": CHECKED,
    "wraparound": False,
    "initializedcheck": CHECKED,
    "cdivision": True,
}

# Code that Cython repeats in every kernel is compiled once, in this module: all kernels take a quarter of the time.
SHARED = "skclean._kernels._cyutility"

# One build serves every later Python with the limited API, except those without a global lock, which have none.
OLDEST_PYTHON = (3, 11)
LIMITED = not sysconfig.get_config_var("Py_GIL_DISABLED")

FLAGS = {
    "strict": ["-O3"],
    # Choices are packed, sums stay in order: for arithmetic that uses how numbers are rounded.
    "packed": ["-O3", "-fno-math-errno", "-fno-trapping-math"],
    # As "packed", and no path is split for a condition that is met a second time: a loop with two paths is not packed.
    "unsplit": [
        "-O3",
        "-fno-math-errno",
        "-fno-trapping-math",
        "-fno-tree-vrp",
        "-fno-thread-jumps",
        "-fno-tree-dominator-opts",
    ],
    # Sums may be reordered, and minimum and maximum packed, as if every number were finite: so
    # not where a NaN or an infinity must be recognised.
    "finite": [
        "-O3",
        "-fno-math-errno",
        "-ffinite-math-only",
        "-fno-signed-zeros",
        "-fno-trapping-math",
        "-fassociative-math",
    ],
}
# Nothing of the shared code is in a loop over rows.
SHARED_FLAGS = ["-O1"]
MSVC_FLAGS = ["/O2"]
# Python may add -g to its own flags, which takes a quarter of the compiler's time.
WITHOUT_SYMBOLS = ["-g0"]
# The first fault ends the process, so that no test can pass over it.
SANITIZERS = ["-O1", "-g", "-fno-omit-frame-pointer", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]

KERNELS = {
    "proba/_simd": "finite",
    "proba/_few_classes": "unsplit",
    "proba/_summary": "finite",
    "proba/_validate": "strict",
    "proba/_joint": "finite",
    "proba/_label_quality": "finite",
    "proba/_topk": "strict",
    "proba/_topk_rest": "strict",
    "proba/_selection": "strict",
    "proba/_contenders": "packed",
    "neighbours/_near_rows": "packed",
    "folds/_folds": "strict",
    "folds/_membership": "strict",
    "neighbours/_knn_votes_packed": "strict",
    "neighbours/_knn_votes": "strict",
    "neighbours/_label_propagation": "strict",
    "neighbours/_knn_shapley": "strict",
    "linear/_group_sums": "finite",
    "linear/_logistic": "packed",
    "linear/_robust_loss": "packed",
    "linear/_objectives": "packed",
    "trees/_forest": "packed",
}


class BuildKernels(build_ext):
    """Translates the kernels only when they are built, and chooses flags once the compiler is known."""

    def finalize_options(self):
        super().finalize_options()
        self.parallel = self.parallel or os.cpu_count()  # kernels compile independently of one another

    def build_extensions(self):
        translate(self.extensions)
        for extension in self.extensions:
            if self.compiler.compiler_type == "msvc":  # which takes none of the flags above
                extension.extra_compile_args = MSVC_FLAGS
                continue
            name = extension.name.removeprefix("skclean._kernels.").replace(".", "/")
            flags = SHARED_FLAGS if extension.name == SHARED else FLAGS[KERNELS[name]]
            extension.extra_compile_args = [*flags, *(SANITIZERS if SANITIZED else WITHOUT_SYMBOLS)]
            extension.extra_link_args = SANITIZERS if SANITIZED else []
        super().build_extensions()

    def copy_extensions_to_source(self):
        """Remove kernels of earlier builds for one Python, which would be imported in place of the new ones."""
        for extension in self.extensions:
            *folder, name = extension.name.split(".")
            for earlier in Path(*folder).glob(f"{name}.cp*"):
                earlier.unlink()
        super().copy_extensions_to_source()


def kernels():
    macros = [("Py_LIMITED_API", f"0x{OLDEST_PYTHON[0]:02X}{OLDEST_PYTHON[1]:02X}0000")] if LIMITED else []
    sources = {f"skclean._kernels.{name.replace('/', '.')}": [f"skclean/_kernels/{name}.pyx"] for name in KERNELS}
    sources[SHARED] = []
    return [Extension(n, s, define_macros=macros, py_limited_api=LIMITED) for n, s in sources.items()]


def translate(extensions):
    """Let Cython write the C files, and name them in the extensions in place of the kernels' sources."""
    translated = cythonize(
        extensions,
        # Cython does not notice changed directives, so each setting has its own folder, and the
        # switch in either direction rebuilds.
        build_dir="build/cython-checked" if CHECKED else "build/cython",
        compiler_directives=DIRECTIVES,
        force=True,
        shared_utility_qualified_name=SHARED,
    )
    for extension, written in zip(extensions, translated, strict=True):  # setuptools has marked the former
        extension.sources = written.sources
        extension.include_dirs = written.include_dirs


setup(
    ext_modules=kernels(),
    cmdclass={"build_ext": BuildKernels},
    options={"bdist_wheel": {"py_limited_api": "cp{}{}".format(*OLDEST_PYTHON)}} if LIMITED else {},
)
