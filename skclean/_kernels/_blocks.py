"""Sharing the rows of a matrix out to threads, and handing kernels contiguous blocks of them.

Where one block ends and the next begins follows from the shape alone. Kernels write per-row
results, or return one value per block that is combined in block order; so no result depends on
how many threads there were.
"""

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
from joblib import cpu_count, effective_n_jobs

# A task (about 1 ms) is large beside the cost of handing it to a thread; 64 tasks at most.
TASK_ELEMENTS = 1 << 20
MAX_TASKS = 64
# What a few operations on a row cost, in columns of a matrix.
ROW_COST = 4
# A copied block (1 MiB of float64) fits in a second-level cache.
COPY_ELEMENTS = 1 << 17


def task_bounds(n_rows, n_columns):
    """Row numbers at which tasks begin and end."""
    n_tasks = min(MAX_TASKS, n_rows, -(-n_rows * n_columns // TASK_ELEMENTS))
    return [n_rows * task // n_tasks for task in range(n_tasks + 1)]


def row_tasks(n_rows):
    """As `task_bounds`, for a pass over a few numbers of each row rather than over a matrix."""
    return task_bounds(n_rows, ROW_COST)


def _is_direct(proba):
    """Return whether kernels can read the matrix where it lies."""
    return proba.flags.c_contiguous and proba.flags.aligned


def rows_at_once(proba):
    """Rows to a copied block."""
    return max(1, COPY_ELEMENTS // proba.shape[1])


def row_blocks(proba, start, stop):
    """Yield (block, start, stop) from a stretch of rows, copying only what is not contiguous."""
    if _is_direct(proba):
        yield proba[start:stop], start, stop
        return
    step = rows_at_once(proba)
    for first in range(start, stop, step):
        last = min(first + step, stop)
        yield np.require(proba[first:last], requirements="CA"), first, last


def readable_rows(proba, some):
    """Yield (matrix, places, rows): rows of any numbers, and where in a contiguous matrix they are read."""
    if _is_direct(proba):
        yield proba, some.astype(np.int64, copy=False), some
        return
    step = rows_at_once(proba)
    for start in range(0, len(some), step):
        rows = some[start : start + step]
        yield np.require(proba[rows], requirements="CA"), np.arange(len(rows), dtype=np.int64), rows


def count_threads(n_jobs):
    """Threads to use for an `n_jobs`, which joblib interprets: None, -1 and contexts included."""
    n_threads = effective_n_jobs(n_jobs)
    return n_threads if n_threads == 1 else min(n_threads, cpu_count())


def run_tasks(work, bounds, n_jobs):
    """Call work(start, stop) on each task, in threads if asked; results in row order.

    Workers write into shared arrays, so only threads will do, whatever joblib's backend. They are
    not joblib's own because its wait for results sleeps 10 ms at a time: longer than a pass over
    a matrix of 100 MB. The caller's own thread is one of them, for it would only wait.
    """
    tasks = list(pairwise(bounds))
    n_threads = min(count_threads(n_jobs), len(tasks))
    if n_threads == 1:
        return [work(start, stop) for start, stop in tasks]
    results = [None] * len(tasks)
    left = deque(enumerate(tasks))

    def take_tasks():
        while left:
            try:
                number, task = left.popleft()
            except IndexError:  # another thread was faster
                return
            results[number] = work(*task)

    with ThreadPoolExecutor(n_threads - 1) as pool:
        helpers = [pool.submit(take_tasks) for _ in range(n_threads - 1)]
        take_tasks()
    for helper in helpers:
        helper.result()
    return results


def list_rows(kernel, per_row, constants, n_jobs):
    """Numbers of the rows that a kernel lists, in order.

    The kernel takes stretches of the arrays that have one value a row, the constants, the first
    row's number and an array to write to, and returns how many it has listed.
    """

    def list_task(start, stop):
        listed = np.empty(stop - start, dtype=np.int64)
        return listed[: kernel(*(values[start:stop] for values in per_row), *constants, start, listed)]

    return np.concatenate(run_tasks(list_task, row_tasks(len(per_row[0])), n_jobs))
