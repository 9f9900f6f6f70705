"""Builds the Cython kernels; everything else about the package is said in pyproject.toml.

SKCLEAN_BOUNDSCHECK=1 restores index checks in every kernel, for the tests and for debugging.
SKCLEAN_SANITIZE=1 adds the address and undefined-behaviour sanitizers of GCC or Clang to every kernel. A kernel that
reads or writes outside its arrays then ends the process with a report. Python has to be started with the sanitizer's
library preloaded; ``.ci/run`` shows how.
"""

import os

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
MSVC_FLAGS = ["/O2"]
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
    "trees/_forest": "packed",
}


class BuildKernels(build_ext):
    """Chooses flags once the compiler is known, since MSVC takes none of the above."""

    def finalize_options(self):
        super().finalize_options()
        self.parallel = self.parallel or os.cpu_count()  # kernels compile independently of one another

    def build_extensions(self):
        gnu_like = self.compiler.compiler_type != "msvc"
        for extension in self.extensions:
            kind = KERNELS["/".join(extension.name.split(".")[2:])]
            extension.extra_compile_args = FLAGS[kind] if gnu_like else MSVC_FLAGS
            if SANITIZED and gnu_like:
                extension.extra_compile_args = [*FLAGS[kind], *SANITIZERS]
                extension.extra_link_args = SANITIZERS
        super().build_extensions()


def kernels():
    extensions = [
        Extension(f"skclean._kernels.{name.replace('/', '.')}", [f"skclean/_kernels/{name}.pyx"]) for name in KERNELS
    ]
    # Cython does not notice changed directives, so each setting has its own folder, and the
    # switch in either direction rebuilds.
    folder = "build/cython-checked" if CHECKED else "build/cython"
    return cythonize(extensions, build_dir=folder, compiler_directives=DIRECTIVES, force=True)


setup(ext_modules=kernels(), cmdclass={"build_ext": BuildKernels})
