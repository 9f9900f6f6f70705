"""Report progress through scikit-learn's callbacks, where they exist, without a trace of them in the algorithms."""

from contextlib import contextmanager

from skclean.utils._compat import NoCallbackContext, propagated

__all__ = ["Progress"]


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
