"""Sharing the rows of a matrix out to threads, and handing kernels contiguous blocks of them.

Where one block ends and the next begins follows from the shape alone. Kernels write per-row
results, or return one value per block that is combined in block order; so no result depends on
how many threads there were.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
from joblib import cpu_count, effective_n_jobs

# A task (about 1 ms) is large beside the cost of handing it to a thread; 64 tasks at most.
TASK_ELEMENTS = 1 << 20
MAX_TASKS = 64
# A copied block (1 MiB of float64) fits in a second-level cache.
COPY_ELEMENTS = 1 << 17


def task_bounds(n_rows, n_columns):
    """Row numbers at which tasks begin and end."""
    n_tasks = min(MAX_TASKS, n_rows, -(-n_rows * n_columns // TASK_ELEMENTS))
    return [n_rows * task // n_tasks for task in range(n_tasks + 1)]


def is_direct(proba):
    """Whether kernels can read the matrix where it lies."""
    return proba.flags.c_contiguous and proba.flags.aligned


def row_blocks(proba, start, stop):
    """Yield (block, start, stop) from a stretch of rows, copying only what is not contiguous."""
    if is_direct(proba):
        yield proba[start:stop], start, stop
        return
    step = max(1, COPY_ELEMENTS // proba.shape[1])
    for first in range(start, stop, step):
        last = min(first + step, stop)
        yield np.require(proba[first:last], requirements="CA"), first, last


def count_threads(n_jobs):
    """Threads to use for an `n_jobs`, which joblib interprets: None, -1 and contexts included."""
    n_threads = effective_n_jobs(n_jobs)
    return n_threads if n_threads == 1 else min(n_threads, cpu_count())


def run_tasks(work, bounds, n_jobs):
    """Call work(start, stop) on each task, in threads if asked; results in row order.

    Workers write into shared arrays, so only threads will do, whatever joblib's backend. They are
    not joblib's own because its wait for results sleeps 10 ms at a time: longer than a pass over
    a matrix of 100 MB.
    """
    tasks = list(pairwise(bounds))
    n_threads = min(count_threads(n_jobs), len(tasks))
    if n_threads == 1:
        return [work(start, stop) for start, stop in tasks]
    with ThreadPoolExecutor(n_threads) as pool:
        return list(pool.map(work, *zip(*tasks, strict=True)))
