from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

ProbaT = TypeVar("ProbaT", np.float32, np.float64)

def first_unsound(block: NDArray[ProbaT], atol: float) -> tuple[int, int]: ...
def first_csr_fault(starts: NDArray[np.int32], columns: NDArray[np.int32], n_columns: int) -> int: ...
def codes_within(codes: NDArray[np.int32], n_classes: int) -> bool: ...
