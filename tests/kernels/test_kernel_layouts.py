"""Memory order, read-only memory, memory maps, code types and threads change no result."""

import numpy as np
import pytest

from skclean import _kernels as kernels
from skclean._kernels._blocks import readable_rows


def answers(codes, proba, n_jobs=None, summarised=True):
    """Everything that the doors can say about one input, as one list of arrays."""
    rows = kernels.scan_rows(codes, proba, n_jobs=n_jobs)[1] if summarised else None
    options = {"n_jobs": n_jobs, "summary": rows}
    sums, totals = kernels.self_confidence_sums(codes, proba, **options)
    confident = kernels.confident_classes(codes, proba, sums / totals, **options)
    joint = kernels.confident_joint(codes, proba, sums / totals, **options)
    counts = np.rint(joint).astype(int)
    methods = ["self_confidence", "normalized_margin", "weighted_entropy"]
    scores = [kernels.label_quality(codes, proba, method, **options) for method in methods]
    return [
        *(sums, totals, joint, confident, *scores),
        kernels.noise_counts_mask(codes, proba, counts, **options),
        kernels.lowest_per_class(codes, scores[0], counts.sum(axis=1), n_jobs=n_jobs),
    ]


def assert_same(found, expected):
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.fixture(scope="module", params=[(np.float64, 7), (np.float32, 7), (np.float64, 150)])
def case(request, make_rows):
    dtype, n_classes = request.param
    # Several tasks of several copied blocks each.
    codes, proba = make_rows(0, 3_000_000 // n_classes, n_classes, dtype)
    return codes, proba, answers(codes, proba, n_jobs=1)


def test_threads(case):
    codes, proba, expected = case
    assert_same(answers(codes, proba, n_jobs=2), expected)
    assert_same(answers(codes, proba, n_jobs=2, summarised=False), expected)


def test_order_and_strides(case):
    codes, proba, expected = case
    wide = np.zeros((len(proba), 2 * proba.shape[1]), dtype=proba.dtype)
    wide[:, ::2] = proba
    for layout in (np.asfortranarray(proba), wide[:, ::2], proba[::-1].copy()[::-1]):
        assert not layout.flags.c_contiguous
        assert_same(answers(codes, layout, n_jobs=2), expected)
        assert_same(answers(codes, layout, summarised=False), expected)


def test_read_only_and_unaligned(case):
    codes, proba, expected = case
    frozen = proba.copy()
    frozen.flags.writeable = False
    frozen_codes = codes.copy()
    frozen_codes.flags.writeable = False
    assert_same(answers(frozen_codes, frozen), expected)
    memory = np.empty(proba.nbytes + 1, dtype=np.uint8)[1:]
    unaligned = memory.view(proba.dtype).reshape(proba.shape)
    unaligned[:] = proba
    assert_same(answers(codes, unaligned), expected)


@pytest.mark.parametrize("dtype", [np.int64, np.intp, np.int16])
def test_code_types(case, dtype):
    codes, proba, expected = case
    assert_same(answers(codes.astype(dtype), proba), expected)
    assert_same(answers(np.repeat(codes, 2)[::2], proba), expected)


@pytest.mark.parametrize("order", ["C", "F"])
def test_row_numbers_are_wide_whatever_numpys_default(order):
    proba = np.full((5, 2), 0.5, order=order)
    for _, places, _ in readable_rows(proba, np.array([0, 3], dtype=np.int32)):
        assert places.dtype == np.int64


@pytest.mark.parametrize("order", ["C", "F"])
def test_memory_map(case, order, tmp_path):
    codes, proba, expected = case
    path = tmp_path / "proba"
    writer = np.memmap(path, dtype=proba.dtype, mode="w+", shape=proba.shape, order=order)
    writer[:] = proba
    writer.flush()
    reader = np.memmap(path, dtype=proba.dtype, mode="r", shape=proba.shape, order=order)
    assert_same(answers(codes, reader, n_jobs=2), expected)
