"""Records of arrays, printed in a few lines."""

from dataclasses import fields
from typing import Any

import numpy as np

from skclean.utils._typing import Array

__all__ = ["counted_labels", "short_repr"]

# Arrays of more numbers are printed by their shape.
MAX_NUMBERS = 12


def short_repr(record: Any) -> str:
    """The name and the fields of a dataclass, long arrays by their type and shape: str."""
    shown = ((field.name, getattr(record, field.name)) for field in fields(record))
    return f"{type(record).__name__}({', '.join(f'{name}={_short(value)}' for name, value in shown)})"


def _short(value: Any) -> str:
    if isinstance(value, np.ndarray) and value.size > MAX_NUMBERS:
        return f"<{value.dtype} of shape {value.shape}>"
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        inner = (f"{name}={_short(part)}" for name, part in zip(value._fields, value, strict=True))
        return f"{type(value).__name__}({', '.join(inner)})"
    return repr(value)


def counted_labels(classes: Array, counts: list[int], most: int = 5) -> str:
    """The first classes and how many labels each has: str, such as "2 classes: no (3), yes (4)"."""
    pairs = [f"{label} ({count:,})" for label, count in zip(classes[:most], counts[:most], strict=True)]
    more = f", {len(classes) - most:,} more" if len(classes) > most else ""
    return f"{len(classes):,} classes: {', '.join(pairs)}{more}"
