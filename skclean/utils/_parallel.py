"""Run tasks with joblib and hand back the results in the order of the tasks."""

from joblib import effective_n_jobs
from sklearn.utils.parallel import Parallel, delayed

from skclean.utils._compat import results_stream

__all__ = ["run_in_order"]


def run_in_order(function, arguments, *, n_jobs=None, prefer=None):
    """Yield ``function(*args)`` for each tuple in `arguments`, in their order.

    Results are consumed one by one where the active joblib backend can stream them, so that a sum over many
    tasks needs the memory of a few. Adding them up in task order makes the sum the same for every `n_jobs`.

    Parameters
    ----------
    function : callable
        A picklable function of module level.
    arguments : iterable of tuple
        One tuple of positional arguments a task.
    n_jobs : int or None, default=None
        As in joblib.
    prefer : {"threads", "processes"} or None, default=None
        Hint for joblib, overruled by ``joblib.parallel_config``.

    Yields
    ------
    result : object
        What `function` returned.
    """
    if effective_n_jobs(n_jobs) == 1:
        for args in arguments:
            yield function(*args)
        return
    pool = Parallel(n_jobs=n_jobs, prefer=prefer, return_as=results_stream(prefer))
    yield from pool(delayed(function)(*args) for args in arguments)
