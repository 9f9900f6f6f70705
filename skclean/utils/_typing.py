"""Types of public signatures, named in one place.

An array that is returned has an exact type, such as ``Codes``. What a caller may pass has a wide one, such as
``Labels1d``.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Array",
    "Bools",
    "Codes",
    "CrossValidation",
    "Estimator",
    "Floats",
    "LabelKind",
    "Labels1d",
    "Leaks",
    "Numbers",
    "Params",
    "Positions",
    "Proba",
    "RandomState",
    "Scoring",
    "Splitter",
    "Table",
]

Array: TypeAlias = NDArray[Any]
Bools: TypeAlias = NDArray[np.bool_]
Codes: TypeAlias = NDArray[np.int32]  # classes as integers; -1 where a row is unlabelled
Floats: TypeAlias = NDArray[np.float64]
Proba: TypeAlias = NDArray[np.floating[Any]]  # float32 or float64, of shape (n_samples, n_classes)
Positions: TypeAlias = NDArray[np.intp]

Labels1d: TypeAlias = ArrayLike | Sequence[Any]  # labels of any type, with None where a label is missing
Numbers: TypeAlias = ArrayLike
Table: TypeAlias = Any  # rows in any container: array, sparse matrix, data frame, list
Params: TypeAlias = dict[str, Any]
RandomState: TypeAlias = int | np.random.RandomState | None
Scoring: TypeAlias = str | Callable[..., float] | None
LabelKind: TypeAlias = Literal["outcomes", "annotations"]
Leaks: TypeAlias = Literal["drop", "keep"]


class Estimator(Protocol):
    """An estimator of scikit-learn, or one that follows its protocol."""

    def fit(self, X: Any, y: Any, /) -> Any:
        """Fit to rows and labels."""

    def get_params(self, deep: bool = True) -> Params:
        """Return the parameters."""


class Splitter(Protocol):
    """A splitter of rows into training and test rows, such as StratifiedKFold."""

    def split(self, X: Any, y: Any = None, groups: Any = None) -> Iterator[Any]:
        """Return pairs of arrays of positions."""

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """Return the number of pairs."""


CrossValidation: TypeAlias = int | str | Splitter | Iterable[tuple[ArrayLike, ArrayLike]] | None
