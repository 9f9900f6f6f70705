"""Hostile values: what an argument may be instead of what it should be."""

import numpy as np

__all__ = ["mutated", "snapshot"]

ODD_NUMBERS = (np.nan, np.inf, -np.inf, -1.0, -1e-30, 1e300, -1e300, 1e17, 1e-310, 0.0, 5e-324, 2.0)
ODD_INTEGERS = (-1, -2, -(2**31), 2**31 - 1, 2**31, 2**53 + 1, 2**63 - 1, 2**63, 2**64, 10**400)
ODD_TEXTS = ("", "a\0", "a", "\ud800", "\x1b[31m", "x" * 50_000, "nan", "None", "0")
DTYPES = ("float16", "float32", "float64", ">f8", ">i4", "int8", "uint8", "int64", "uint64", "bool", "complex128", "U8")
ODD_OBJECTS = (None, [], {}, "text", 0, np.nan, 10**400, object(), np.empty((0, 0)), [[1, 2], [3]], np.array(1.0))


def _places(rng, values):
    """Some places of an array, most often one."""
    flat = rng.choice(values.size, min(values.size, int(rng.integers(1, 4))), replace=False)
    return np.unravel_index(flat, values.shape)


def _with_odd_numbers(rng, values):
    values = np.array(values, dtype=float if np.asarray(values).dtype.kind in "biuf" else object)
    values[_places(rng, values)] = ODD_NUMBERS[rng.integers(len(ODD_NUMBERS))]
    return values


def _with_one_number(rng, values):
    return np.full(np.shape(values), ODD_NUMBERS[rng.integers(len(ODD_NUMBERS))])


def _with_odd_integers(rng, values):
    values = np.array(values, dtype=object)
    values[_places(rng, values)] = ODD_INTEGERS[rng.integers(len(ODD_INTEGERS))]
    return values.tolist() if rng.random() < 0.5 else values


def _with_odd_texts(rng, values):
    values = np.array(values, dtype=object)
    values[_places(rng, values)] = ODD_TEXTS[rng.integers(len(ODD_TEXTS))]
    return values.tolist() if rng.random() < 0.5 else values


def _all_texts(rng, values):
    chosen = rng.choice(len(ODD_TEXTS), 2, replace=False)
    texts = np.empty(np.shape(values), dtype=object)
    texts[...] = ODD_TEXTS[chosen[0]]
    texts[::2] = ODD_TEXTS[chosen[1]]
    return texts.tolist() if rng.random() < 0.5 else texts


def _with_missing(rng, values):
    values = np.array(values, dtype=object)
    values[_places(rng, values)] = None if rng.random() < 0.5 else np.nan
    return values.tolist() if rng.random() < 0.5 else values


def _of_another_type(rng, values):
    with np.errstate(all="ignore"):
        try:
            return np.asarray(values).astype(DTYPES[rng.integers(len(DTYPES))])
        except (TypeError, ValueError):
            return np.asarray(values).astype(object)


def _longer(rng, values):
    return np.concatenate([values, values])


def _shorter(rng, values):
    return values[: int(rng.integers(0, len(values)))]


def _narrower(rng, values):
    return values[:, :-1] if np.ndim(values) == 2 else values[:, None]


def _flat(rng, values):
    return np.ravel(values) if np.ndim(values) > 1 else np.asarray(values)[None]


def _scattered(rng, values):
    """The same values, strided, in the other order of memory, misaligned, read-only or in a list."""
    values = np.asarray(values)
    way = rng.integers(5)
    if way == 0:
        wide = np.zeros((*values.shape[:-1], 2 * values.shape[-1]), dtype=values.dtype)
        wide[..., ::2] = values
        return wide[..., ::2]
    if way == 1:
        return np.asfortranarray(values)
    if way == 2 and values.dtype != object:
        odd = np.frombuffer(bytearray(values.nbytes + 1), dtype=values.dtype, offset=1).reshape(values.shape)
        odd[...] = values
        return odd
    if way == 3:
        values = values.copy()
        values.flags.writeable = False
        return values
    return values.tolist()


def _something_else(rng, values):
    return ODD_OBJECTS[rng.integers(len(ODD_OBJECTS))]


OF_ARRAYS = (
    _with_odd_numbers,
    _with_odd_numbers,
    _with_one_number,
    _with_odd_integers,
    _with_odd_texts,
    _all_texts,
    _with_missing,
    _of_another_type,
    _longer,
    _shorter,
    _narrower,
    _flat,
    _scattered,
    _scattered,
    _something_else,
)
OF_NUMBERS = (*ODD_NUMBERS, *ODD_INTEGERS, None, "text", [], True, np.float32(0.5))


def mutated(rng, value):
    """A hostile value in the place of an array or a number; and how it came about, for messages."""
    if isinstance(value, np.ndarray) and value.size:
        way = OF_ARRAYS[rng.integers(len(OF_ARRAYS))]
        return way(rng, value.copy()), way.__name__.strip("_").replace("_", " ")
    return OF_NUMBERS[rng.integers(len(OF_NUMBERS))], "an odd number"


def snapshot(value):
    """What a value holds, to compare it with later."""
    if isinstance(value, np.ndarray):
        return (value.dtype.str, value.shape, value.tolist() if value.dtype == object else value.tobytes())
    return repr(value) if not isinstance(value, (list, tuple)) else [snapshot(part) for part in value]
