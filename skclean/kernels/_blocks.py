"""Sharing the rows of a matrix out to threads, and handing kernels contiguous blocks of them.

Where one block ends and the next begins follows from the shape alone. Kernels write per-row
results, or return one value per block that is combined in block order; so no result depends on
how many threads there were.
"""

from itertools import pairwise

import numpy as np
from joblib import effective_n_jobs
from sklearn.utils.parallel import Parallel, delayed

# A task is large beside the cost of handing it to a thread (some 0.1 ms); 64 tasks at most.
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


def run_tasks(work, bounds, n_jobs):
    """Call work(start, stop) on each task, in threads if asked; results in row order.

    Threads only, whatever the active backend: workers write into shared arrays.
    """
    tasks = list(pairwise(bounds))
    if len(tasks) == 1 or effective_n_jobs(n_jobs) == 1:
        return [work(start, stop) for start, stop in tasks]
    return Parallel(n_jobs=n_jobs, require="sharedmem")(
        delayed(work)(start, stop) for start, stop in tasks
    )
