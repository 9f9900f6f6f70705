"""A classifier that wraps `estimator`, or the default model where there is none."""

from typing import Any

import numpy as np

from skclean.evidence.default_model._default import default_estimator
from skclean.utils._checks import accept_any_table
from skclean.utils._compat import get_tags
from skclean.utils._typing import Estimator

__all__ = ["DefaultModelMixin"]


class DefaultModelMixin:
    """The model to train, and tags that follow it; for classes with the parameters `estimator` and `n_jobs`."""

    estimator: Any
    n_jobs: Any

    def _estimator(self, X: Any = None, n_classes: int = 2) -> Estimator:
        """The model to train, unfitted; where none was given, the default model of the table X."""
        if self.estimator is not None:
            return self.estimator
        return default_estimator(np.empty((1, 1)) if X is None else X, n_classes=n_classes, n_jobs=self.n_jobs)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # type: ignore[misc]
        inner = get_tags(self._estimator())
        tags.input_tags = inner.input_tags
        if self.estimator is None:  # sparse matrices get another forest
            accept_any_table(tags)
        if inner.classifier_tags is not None:
            tags.classifier_tags.multi_class = inner.classifier_tags.multi_class
        return tags
