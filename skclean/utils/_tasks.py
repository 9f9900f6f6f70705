"""Run tasks side by side with joblib, and report progress through scikit-learn's callbacks where they exist."""

from contextlib import contextmanager

from joblib import effective_n_jobs
from sklearn.utils.parallel import Parallel, delayed

from skclean.utils._compat import NoCallbackContext, propagated, results_stream

__all__ = ["Progress", "run_in_order"]


class Progress:
    """A task of an estimator's fit, whose subtasks are reported one after another.

    Parameters
    ----------
    estimator : estimator or None
        The estimator being fitted.
    context : callback context
        scikit-learn's, or the stand-in that reports to nobody.
    """

    def __init__(self, estimator, context):
        self.estimator = estimator
        self.context = context

    @classmethod
    def silent(cls):
        """Progress that nobody follows."""
        return cls(None, NoCallbackContext())

    @classmethod
    @contextmanager
    def of_fit(cls, estimator, n_tasks):
        """The whole fit of `estimator`, in `n_tasks` steps."""
        context = estimator._init_callback_context(max_subtasks=n_tasks)
        context.call_on_fit_task_begin(estimator=estimator)
        yield cls(estimator, context)
        context.call_on_fit_task_end(estimator=estimator)

    @contextmanager
    def task(self, name, n_tasks=0):
        """One subtask, of `n_tasks` steps of its own; None where their number is unknown, 0 for none."""
        context = self.context.subcontext(task_name=name, max_subtasks=n_tasks)
        context.call_on_fit_task_begin(estimator=self.estimator)
        yield type(self)(self.estimator, context)
        context.call_on_fit_task_end(estimator=self.estimator)

    @contextmanager
    def handed_to(self, name, estimator):
        """One subtask that is the fit of another estimator, which goes on reporting by itself if it can."""
        context = self.context.subcontext(task_name=name, max_subtasks=0)
        with propagated(context, estimator):  # before the hooks: a task that is handed on is reported by its receiver
            context.call_on_fit_task_begin(estimator=self.estimator)
            yield type(self)(self.estimator, context)
            context.call_on_fit_task_end(estimator=self.estimator)


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
