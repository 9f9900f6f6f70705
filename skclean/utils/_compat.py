"""The only module that imports private or version-dependent names of scikit-learn.

scikit-learn 1.6 to 1.9 are supported. Callbacks arrived in 1.9: on older versions the stand-ins below accept
every call and do nothing, so that an estimator is written once.
"""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, TypeVar, cast

from joblib.parallel import get_active_backend
from sklearn.base import _fit_context
from sklearn.ensemble import StackingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics._scorer import _BaseScorer as BaseScorer
from sklearn.model_selection._search import BaseSearchCV
from sklearn.utils import _safe_indexing
from sklearn.utils._optional_dependencies import check_pandas_support
from sklearn.utils._param_validation import HasMethods as _HasMethods
from sklearn.utils._param_validation import Interval, InvalidParameterError, StrOptions
from sklearn.utils._tags import get_tags
from sklearn.utils.metadata_routing import _routing_enabled as routing_enabled
from sklearn.utils.metaestimators import _BaseComposition as BaseComposition
from sklearn.utils.metaestimators import _safe_split
from sklearn.utils.validation import _check_feature_names
from sklearn.utils.validation import _check_response_method as check_response_method
from sklearn.utils.validation import _check_sample_weight as check_sample_weight
from sklearn.utils.validation import _num_features as num_features
from sklearn.utils.validation import _num_samples as num_samples

__all__ = [
    "BaseComposition",
    "BaseScorer",
    "BaseSearchCV",
    "CallbackSupportMixin",
    "HasMethods",
    "Interval",
    "InvalidParameterError",
    "Method",
    "NoCallbackContext",
    "StrOptions",
    "check_feature_names",
    "check_pandas_support",
    "check_sample_weight",
    "drawn_rows",
    "fit_context",
    "get_tags",
    "has_method",
    "num_features",
    "num_samples",
    "propagated",
    "results_stream",
    "routing_enabled",
    "safe_indexing",
    "safe_split",
    "scorer_response",
]


Method = TypeVar("Method", bound=Callable[..., Any])


def fit_context(*, prefer_skip_nested_validation: bool) -> Callable[[Method], Method]:
    """Return scikit-learn's decorator of `fit`, which validates parameters; the method keeps its type."""
    return cast(Callable[[Method], Method], _fit_context(prefer_skip_nested_validation=prefer_skip_nested_validation))


def check_feature_names(estimator: Any, X: Any, *, reset: bool) -> None:
    """Set or check `feature_names_in_`. Columns of one name, which newer versions refuse, are named in the error."""
    try:
        _check_feature_names(estimator, X, reset=reset)
    except ValueError:
        names = list(getattr(X, "columns", []))
        double = next((name for name in names if names.count(name) > 1), None)
        if double is None:
            raise
        raise ValueError(
            f"X has {names.count(double)} columns called {double!r}; give each column a name of its own."
        ) from None


def safe_indexing(X: Any, indices: Any, *, axis: int = 0) -> Any:
    """Rows (items) or columns of any container, as scikit-learn takes them.

    pandas keeps texts in arrays of its own, as ``Series.values`` hands them out. scikit-learn 1.9 mistakes these for
    pyarrow's, and fails.
    """
    if axis == 0 and hasattr(X, "take") and hasattr(X, "to_numpy") and not hasattr(X, "iloc"):
        return X.take(indices)
    return _safe_indexing(X, indices, axis=axis)


def safe_split(estimator, X, y, indices, train_indices=None):
    """Rows of X and y, or for an estimator of pairwise X the rows beside the columns of those it was trained on."""
    if get_tags(estimator).input_tags.pairwise:
        return _safe_split(estimator, X, y, indices, train_indices)
    return safe_indexing(X, indices), safe_indexing(y, indices)


def has_method(estimator, name):
    """Return whether a model will have a method once it is fitted.

    A StackingClassifier shows those of its last model, and none before the fit where that is left to it.
    """
    if isinstance(estimator, StackingClassifier) and estimator.final_estimator is None:
        estimator = LogisticRegression()
    return callable(getattr(estimator, name, None))


class HasMethods(_HasMethods):
    """scikit-learn's constraint, for methods that a model will have once it is fitted."""

    def is_satisfied_by(self, val):
        return all(has_method(val, name) for name in self.methods)


class NoCallbackContext:
    """Takes the place of scikit-learn's ``CallbackContext`` where there is none."""

    def subcontext(self, **_):
        return self

    def call_on_fit_task_begin(self, **_):
        return self

    def call_on_fit_task_end(self, **_):
        return False

    def propagate_callback_context(self, _estimator):
        return nullcontext()


try:
    from sklearn.callback import CallbackSupportMixin
except ImportError:  # scikit-learn < 1.9

    class CallbackSupportMixin:  # type: ignore[no-redef]
        """Stand-in for scikit-learn's mixin: reports to nobody."""

        def _init_callback_context(self, **_):
            return NoCallbackContext()


def drawn_rows(ensemble):
    """Iterate over the rows that each member of a fitted bagging ensemble drew.

    The public ``estimators_samples_`` builds the list for all members at once: 8 bytes a row and member.
    """
    one_by_one = getattr(ensemble, "_get_estimators_indices", None)
    drawn = one_by_one() if one_by_one is not None else ensemble.estimators_samples_
    # BaggingClassifier yields (features, samples) pairs from its private method
    return (part[1] if isinstance(part, tuple) else part for part in drawn)


def propagated(context, estimator):
    """Context manager that lends the callbacks of `context` to `estimator`, if it takes any.

    scikit-learn warns for every sub-estimator without callback support. The user of a wrapper did not choose
    which models report, so such a model is left alone in silence.
    """
    if hasattr(estimator, "set_callbacks"):
        return context.propagate_callback_context(estimator)
    return nullcontext()


def scorer_response(scorer, estimator):
    """The method of the (unfitted) estimator that a scorer of scikit-learn will ask."""
    return check_response_method(estimator, scorer._response_method).__name__


def results_stream(prefer=None):
    """Return how joblib can hand over results here: "generator" in order as they come, or "list" at the end."""
    backend, _ = get_active_backend(prefer=prefer)
    return "generator" if getattr(backend, "supports_return_generator", False) else "list"
