"""A model, or the Pipeline that ends in it: fitted on codes in place of labels, its features computed once."""

from typing import NamedTuple

from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils.metadata_routing import get_routing_for_object

from skclean.utils._compat import get_tags, routing_enabled
from skclean.utils._params import seeded_clone

__all__ = ["Parts", "coded_clone", "last_step", "parts_of", "split_fit_params", "step_that_reads_labels"]


class Parts(NamedTuple):
    """A model and what comes before it.

    Attributes
    ----------
    head : Pipeline or None
        The steps before the model.
    model : estimator
        The last step, or the estimator itself.
    """

    head: Pipeline | None
    model: BaseEstimator

    def features(self, X):
        """X as the model gets it, where the head is fitted."""
        return X if self.head is None else self.head.transform(X)


def last_step(estimator):
    """The model that a Pipeline ends in; any other estimator is its own."""
    return estimator.steps[-1][1] if isinstance(estimator, Pipeline) else estimator


def parts_of(estimator):
    """The model, and the steps before it."""
    if not isinstance(estimator, Pipeline):
        return Parts(None, estimator)
    return Parts(estimator[:-1] if len(estimator.steps) > 1 else None, estimator.steps[-1][1])


def coded_clone(estimator, classes, random_state=None):
    """A seeded clone that can be fitted on codes: weights of classes that it has by label, it has by code.

    Codes suit models that take no other labels than 0 … n_classes - 1, and those that take no dates.

    Parameters
    ----------
    estimator : classifier or Pipeline
        Not touched.
    classes : ndarray of shape (n_classes,)
        The label of each code.
    random_state : int, RandomState instance or None, default=None
        For seeds that are not set.

    Returns
    -------
    clone : estimator
    """
    copy = seeded_clone(estimator, random_state)
    model = last_step(copy)
    by_label = model.get_params(deep=False).get("class_weight")
    if isinstance(by_label, dict):
        labels = classes.tolist()
        unknown = [label for label in by_label if label not in labels]
        if unknown:
            raise ValueError(f"class_weight names {unknown}, which are not among the labels in y; leave them out.")
        model.set_params(class_weight={labels.index(label): weight for label, weight in by_label.items()})
    return copy


def split_fit_params(estimator, fit_params):
    """Fit parameters of the steps before the model, and those of the model by its own names for them.

    Parameters
    ----------
    estimator : estimator or Pipeline
    fit_params : dict
        As `estimator` takes them in ``fit``: with metadata routing without a step's name, otherwise with it.

    Returns
    -------
    of_head, of_model : dict, dict
    """
    if not isinstance(estimator, Pipeline):
        return {}, dict(fit_params)
    name, model = estimator.steps[-1]
    if routing_enabled():
        return tuple(
            {key: fit_params[key] for key in get_routing_for_object(part).consumes("fit", list(fit_params))}
            for part in (estimator[:-1], model)
        )
    prefix = f"{name}__"
    of_model = {key.removeprefix(prefix): value for key, value in fit_params.items() if key.startswith(prefix)}
    return {key: value for key, value in fit_params.items() if not key.startswith(prefix)}, of_model


def step_that_reads_labels(estimator):
    """The name of a step before the last that is fitted to y, as far as it says so; None if there is none."""
    steps = estimator.steps[:-1] if isinstance(estimator, Pipeline) else []
    for name, step in steps:
        if step is not None and step != "passthrough" and get_tags(step).target_tags.required:
            return name
    return None
