"""Learn from columns that are known in training only, such as who gave a label and how long it took."""

import warnings
from numbers import Integral
from typing import Any, Literal, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_consistent_length, check_random_state

from skclean.evidence import default_estimator, out_of_bag_proba
from skclean.exceptions import PrivilegedInformationWarning
from skclean.preprocessing import is_table
from skclean.preprocessing._points import as_points
from skclean.robust.training._beside import beside, check_columns
from skclean.robust.training._learner import NoisyLabelLearner
from skclean.robust.training._noise_rates import targets_by_rates
from skclean.robust.training._soft_fit import one_hot
from skclean.targets import UNLABELLED, ClassTarget
from skclean.utils._checks import record_features
from skclean.utils._compat import Interval, StrOptions, fit_context, num_samples, safe_indexing
from skclean.utils._typing import Estimator, Labels1d, Numbers, RandomState, Table

__all__ = ["PrivilegedInformationClassifier"]

# A warning is given where the log loss of the privileged columns is lower than that of X by more than this.
MARGIN = 0.02


class PrivilegedInformationClassifier(NoisyLabelLearner):
    """Learn with columns that are known in training only, and predict without them.

    Parameters
    ----------
    estimator : classifier with predict_proba or None, default=None
        The model to train. None means skclean's default forest.
    method : {"rates", "marginalise"}, default="rates"
        "rates": the probability of a wrong label is learned from the privileged columns, beside a noise model for X
        alone; each row then counts for each class by its probability, and the estimator is trained on X. "marginalise":
        the estimator is trained on X and the privileged columns, and its predictions are averaged over `n_draws` of the
        privileged rows.
    n_draws : int, default=20
        For "marginalise": at least 1.
    n_jobs : int or None, default=None
        For the default model. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Draws rows, and seeds models where they have no seed of their own.

    Attributes
    ----------
    estimator_ : classifier
        The fitted clone; for "marginalise", what averages its predictions.
    classes_ : ndarray of shape (n_classes,)
    noise_rates_ : ndarray of shape (n_samples,)
        With method="rates": P(label is wrong | privileged columns); 0 where a row is unlabelled.
    privileged_loss_ : tuple of two floats
        Log loss of the given labels, out of bag, by the privileged columns alone and by X alone; NaN where X is no
        table.
    n_features_in_, feature_names_in_

    Warns
    -----
    PrivilegedInformationWarning
        If the privileged columns alone predict the labels better than X does: what is learned from them cannot be used
        in prediction.

    Notes
    -----
    As in the paper: "marginalise" integrates a model of both over the privileged columns, which may explain away wrong
    labels; privileged information harms where it predicts the labels better than X.

    Otherwise: "marginalise" is the tabular counterpart, not the paper's algorithm, which shares the parameters of one
    network; "rates" is skclean's own. Estimates from a model of X and the privileged columns together were worse than
    those from X alone: such a model learns the errors of each annotator as if they were right.

    It assumes that the privileged columns depend on the noise and not on the class, as the annotator does.

    Over 5 tables with four annotators who gave 0, 10, 30 and 60 % of wrong labels, "rates" was above
    :class:`skclean.NoiseRobustClassifier` without the privileged columns by 0.007 in accuracy with logistic regression
    and 0.010 with gradient boosting (both within the error of the mean), and above the plain fit by 0.036 and 0.083.
    The log loss was lower than that of NoiseRobustClassifier by 0.02 and 0.03. With a random annotator it was equal.
    "marginalise" was no better than the plain fit. "rates" was designed after the others had been seen to fail on these
    tables, and no other tables have confirmed it.

    References
    ----------
    Collier, Jenatton, Kokiopoulou, Berent, "Transfer and Marginalize: Explaining Away Label Noise with Privileged
    Information", ICML 2022. Ortiz-Jimenez, Collier, Nawalgaria et al., "When does Privileged Information Explain Away
    Label Noise?", ICML 2023.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclean.robust import PrivilegedInformationClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> annotator = np.arange(150) % 3
    >>> given = np.where(annotator == 2, (y + 1) % 3, y)
    >>> model = PrivilegedInformationClassifier(LogisticRegression(max_iter=1000), random_state=0)
    >>> bool(model.fit(X, given, privileged=annotator).score(X, y) > 0.9)
    True
    """

    __metadata_request__fit = {"verified": True, "privileged": True}

    _parameter_constraints: dict = {
        **NoisyLabelLearner._parameter_constraints,
        "method": [StrOptions({"rates", "marginalise"})],
        "n_draws": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        method: Literal["rates", "marginalise"] = "rates",
        n_draws: int = 20,
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.method = method
        self.n_draws = n_draws
        self.n_jobs = n_jobs
        self.random_state = random_state

    @fit_context(prefer_skip_nested_validation=False)
    def fit(
        self,
        X: Table,
        y: Labels1d,
        sample_weight: Numbers | None = None,
        *,
        privileged: Table = None,
        verified: Numbers | None = None,
        **params: Any,
    ) -> Self:
        """Learn with the privileged columns.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Passed on as given, in rows.
        y : array-like of shape (n_samples,)
            Given labels; a row with a missing one is not trained on.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            What each row counts for.
        privileged : array-like of shape (n_samples,) or (n_samples, n_privileged), or None, default=None
            Columns that are known in training only: numbers, texts or categories. None trains without them.
        verified : array-like of shape (n_samples,), bool or float, or None, default=None
            True where a label is known to be right.
            Numbers between 0 and 1 say how far each label is trusted.
        **params : dict
            Passed to the fit of the estimator; what has one value per row follows the rows. With metadata routing
            enabled, routed as requested.

        Returns
        -------
        self : PrivilegedInformationClassifier
        """
        material = self._material(X, y, sample_weight, verified, params, privileged=privileged)
        columns = _as_columns(privileged, material.X)
        self.privileged_loss_ = self._compare(material, columns)
        self._forget("noise_rates_")
        if self.method == "rates":
            self._fit_final(material, material.trusting(self._by_rates(material, columns)))
            return self
        joined = material._replace(X=beside(material.X, columns))
        self._fit_final(joined, one_hot(material.given, material.n_classes))
        drawn = check_random_state(self.random_state).choice(len(columns), self.n_draws)
        self.estimator_ = _Marginalised(self._in_labels, columns[drawn], material.classes, material.X)
        self._in_labels = self.estimator_
        return self

    def _by_rates(self, material, columns):
        """Soft targets, where the chance of a wrong label depends on the privileged columns."""
        rows = np.flatnonzero(material.given != UNLABELLED)
        proba = self._out_of_sample(material)[rows]
        parts = columns[rows], material.verified[rows], material.weight[rows]
        targets = one_hot(material.given, material.n_classes)
        self.noise_rates_ = np.zeros(len(targets))
        found = targets_by_rates(proba, material.given[rows], *parts, self.random_state)
        targets[rows], self.noise_rates_[rows] = found
        return targets

    def _compare(self, material, columns):
        """Log losses of the given labels by the privileged columns and by X: (float, float); warn of the order."""
        rows = np.flatnonzero(material.given != UNLABELLED)
        if not columns.shape[1] or not is_table(material.X):
            return np.nan, np.nan
        codes, losses = material.given[rows], []
        for part in (columns, material.X):
            forest = default_estimator(part, n_classes=material.n_classes, n_jobs=self.n_jobs)
            labels = ClassTarget(material.given, material.classes)
            proba = out_of_bag_proba(forest, part, labels, random_state=0)[rows, codes]
            losses.append(float(-np.log(np.maximum(proba, 0.01)).mean()))
        if losses[0] < losses[1] - MARGIN:
            warnings.warn(
                f"the privileged columns alone predict the labels better than X does (log loss {losses[0]:.2f} and "
                f"{losses[1]:.2f}). What is learned with them is missing when they are: leave them out, or take them "
                "into X.",
                PrivilegedInformationWarning,
                stacklevel=3,
            )
        return tuple(losses)


class _Marginalised(ClassifierMixin, BaseEstimator):
    """The mean prediction of a model over some rows of its last columns."""

    def __init__(self, model, drawn, classes, X):
        self.model = model
        self.drawn = drawn
        self.classes_ = classes
        record_features(self, X)
        self.X = None

    def __sklearn_is_fitted__(self):
        return True

    def predict_proba(self, X):
        """Mean over the drawn rows: ndarray of shape (n_samples, n_classes)."""
        check_columns(self, X)
        n_rows, total = num_samples(X), 0.0
        for row in self.drawn:
            total = total + self.model.predict_proba(beside(X, np.tile(row, (n_rows, 1))))
        return total / len(self.drawn)

    def predict(self, X):
        """Return the class with the largest mean: ndarray of shape (n_samples,)."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


def _as_columns(privileged, X):
    """The privileged columns as numbers, a coordinate for each category: ndarray of shape (n_samples, n_columns)."""
    if privileged is None:
        return np.zeros((num_samples(X), 0))
    if len(getattr(privileged, "shape", ())) == 2 or (not hasattr(privileged, "shape") and np.ndim(privileged[0]) == 1):
        table = privileged
    else:
        values = np.asarray(privileged)
        table = (values if values.dtype.kind in "fiub" else values.astype(object))[:, None]
    check_consistent_length(X, table)
    points = as_points(safe_indexing(table, np.arange(num_samples(table))))
    return np.asarray(points.toarray() if hasattr(points, "toarray") else points, dtype=np.float64)
