"""Out-of-sample predictions of numbers: out of bag, in closed form, or by cross-fitting."""

from numbers import Integral

import numpy as np
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.linear_model import LinearRegression, Ridge, RidgeCV
from sklearn.utils import check_random_state

from skclean.evidence.cross_fitting._cross_fit import split_rows
from skclean.evidence.numbers._local_spread import local_spread
from skclean.evidence.numbers._number_forest import OutOfBagNumbers, TableForestRegressor, fit_numbers_out_of_bag
from skclean.evidence.numbers._robust import right_weight, robust_spread
from skclean.targets import ClassTarget
from skclean.utils._compat import num_samples, routing_enabled, safe_indexing, safe_split
from skclean.utils._params import seeded_clone, subset_params, weight_parameter
from skclean.utils._tasks import Progress, run_in_order

__all__ = ["default_regressor", "has_closed_form", "out_of_sample_numbers"]

# Trees of each step; of many rows fewer, so that rows times trees, which are held in memory, stay below this.
N_TREES, MIN_TREES, MAX_ROWS_TIMES_TREES = 60, 30, 40_000_000
# Rows of a smaller weight are left out, where the estimator takes no weights.
KEPT_ABOVE = 0.5
MAX_LEVERAGE = 0.999


def default_regressor(X, *, n_jobs=None):
    """A forest that predicts numbers out of bag, and reads the columns of any table.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Numbers, NaN, text, dates or categories; sparse matrices get another forest.
    n_jobs : int or None, default=None
        Trees grown side by side.

    Returns
    -------
    estimator : TableForestRegressor, or ExtraTreesRegressor for sparse matrices

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.evidence import default_regressor
    >>> default_regressor(np.zeros((100, 3)))
    TableForestRegressor(n_estimators=60)
    """
    if hasattr(X, "toarray"):
        model = ExtraTreesRegressor(N_TREES, min_samples_leaf=3, n_jobs=n_jobs)
    else:
        n_trees = min(N_TREES, max(MIN_TREES, MAX_ROWS_TIMES_TREES // num_samples(X)))
        model = TableForestRegressor(n_trees, n_jobs=n_jobs)
    return model.set_fit_request(sample_weight=True) if routing_enabled() else model


def has_closed_form(estimator):
    """Return whether predictions of left-out rows follow from one fit: linear models by least squares."""
    return type(estimator) in (LinearRegression, Ridge, RidgeCV) and not getattr(estimator, "positive", False)


def out_of_sample_numbers(
    estimator,
    X,
    target,
    *,
    cv=None,
    n_rounds=2,
    weight=None,
    fit_params=None,
    split_params=None,
    n_jobs=None,
    random_state=None,
    progress=None,
):
    """Predict the number of every row by models that had not seen it, and how far off they expect to be.

    Parameters
    ----------
    estimator : regressor
        Cloned; the caller's object is not touched.
    X : array-like of shape (n_samples, ...)
        Passed to the clones as given, in rows.
    target : NumericTarget
        Rows without a number are predicted, but never trained on.
    cv : int, splitter, iterable of (train, test), or None, default=None
        None means out of bag for a TableForestRegressor, the closed form for linear least squares, and 5 folds for
        others.
    n_rounds : int, default=2
        Rounds of cross-fitting, or of the closed form; from the second on suspicious rows weigh less.
    weight : ndarray of shape (n_samples,) or None, default=None
        Sample weights; they are in `fit_params` as well where the estimator gets them.
    fit_params, split_params : dict or None, default=None
        For ``fit`` and for the splitter.
    n_jobs : int or None, default=None
        Folds side by side.
    random_state : int, RandomState instance or None, default=None
        Shuffles folds and seeds clones.
    progress : Progress or None, default=None
        Where the steps are reported.

    Returns
    -------
    found : OutOfBagNumbers
    """
    progress, fit_params = progress or Progress.silent(), fit_params or {}
    grouped = (split_params or {}).get("groups") is not None
    trained = target.known if weight is None else target.known & (weight > 0)
    if isinstance(estimator, TableForestRegressor) and cv is None and not grouped:
        with progress.task("fit-ensemble"):
            return fit_numbers_out_of_bag(seeded_clone(estimator, random_state), X, target, weight=weight)
    if not trained.any():
        raise ValueError("y and sample_weight leave no row to train on; at least one is needed.")
    if trained.sum() < 2:
        raise ValueError(
            "y has a number in one row only (1 sample); at least two are needed to predict one from the other."
        )
    rng = check_random_state(random_state)
    y = np.where(target.known, target.values, 0.0)
    if has_closed_form(estimator) and cv is None and not grouped:
        with progress.task("fit-estimator"):
            predict = _left_out_of(estimator, X, y, trained, fit_params)
    else:
        seed = None if random_state is None else rng.randint(np.iinfo(np.int32).max)
        folds = _folds(X, target, cv, split_params, rng)
        model = seeded_clone(estimator, seed)
        predict = _CrossFit(model, X, y, trained, folds, fit_params, n_jobs, progress)
    right = trained.astype(np.float64)
    for number in range(n_rounds):
        predicted = predict(right if number else None)
        residual = y - predicted
        right = np.where(trained, right_weight(residual, robust_spread(residual[trained])), 0.0)
    return OutOfBagNumbers(predicted, local_spread(X, residual, trained, rng), right)


def _folds(X, target, cv, split_params, rng):
    """Folds of the rows that have a number; the splitter sees one class."""
    cv = 5 if cv is None else cv
    if isinstance(cv, Integral):
        cv = min(cv, int(np.count_nonzero(target.known)))
    one_class = ClassTarget(target.strata(), np.zeros(1, dtype=np.int64))
    return split_rows(X, one_class, cv=cv, split_params=split_params, random_state=rng)


class _CrossFit:
    """Fits clones in folds, with weights of rows."""

    def __init__(self, model, X, y, trained, folds, fit_params, n_jobs, progress):
        self.model, self.X, self.y, self.trained = model, X, y, trained
        self.fit_params, self.n_jobs, self.progress = fit_params, n_jobs, progress
        untested = np.ones(len(y), dtype=bool)
        for _, test in folds:
            untested[test] = False
        rest = np.flatnonzero(untested)  # without a number, or a splitter that tests some rows only
        self.tasks = [(train, np.concatenate([test, rest])) for train, test in folds]
        self.name = weight_parameter(model)

    def __call__(self, right):
        total, count = np.zeros(len(self.y)), np.zeros(len(self.y))
        with self.progress.task("cross-fit", len(self.tasks)) as steps:
            arguments = (
                (self.model, self.X, self.y, *self._weighted(train, right), test) for train, test in self.tasks
            )
            results = run_in_order(_fit_and_predict, arguments, n_jobs=self.n_jobs)
            for _, test in self.tasks:
                with steps.task("fold"):
                    total[test] += next(results)
                    count[test] += 1
        return total / np.maximum(count, 1)

    def _weighted(self, train, right):
        """Return the rows to train on, and their fit parameters, weights included."""
        train = train[self.trained[train]]
        if right is not None and self.name is None:
            kept = train[right[train] > KEPT_ABOVE]
            train = kept if len(kept) > 1 else train
        params = subset_params(self.fit_params, train, len(self.y))
        if right is not None and self.name is not None:
            params[self.name] = right[train] * np.asarray(params.get(self.name, 1.0))
        return train, params


def _fit_and_predict(model, X, y, train, params, test):
    """Fit on some rows, predict others: one task of the pool."""
    X_train, y_train = safe_split(model, X, y, train)
    X_test, _ = safe_split(model, X, y, test, train)
    fitted = seeded_clone(model, None)
    fitted = fitted.fit(X_train, y_train, **params) or fitted
    return _checked(fitted.predict(X_test), model, len(test))


def _checked(predicted, model, n_rows):
    predicted = np.asarray(predicted, dtype=np.float64)
    predicted = predicted.ravel() if predicted.size == n_rows else predicted
    if predicted.shape != (n_rows,) or not np.isfinite(predicted).all():
        raise ValueError(
            f"predict of {type(model).__name__} returned values of shape {predicted.shape} for {n_rows} rows, or some "
            "that are not finite; pass a regressor that predicts one finite number a row."
        )
    return predicted


def _left_out_of(estimator, X, y, trained, fit_params):
    """Return a function from weights of rows to the predictions of a linear model that had not seen the row."""
    rows = np.flatnonzero(trained)
    X_trained, base = safe_indexing(X, rows), subset_params(fit_params, rows, len(y))

    def predict(right):
        given = base.get("sample_weight")
        mass = np.ones(len(rows)) if given is None else np.asarray(given, dtype=np.float64)
        mass = mass if right is None else mass * right[rows]
        params = base if right is None and given is None else {**base, "sample_weight": mass}
        fitted = seeded_clone(estimator, None).fit(X_trained, y[rows], **params)
        predicted = _checked(fitted.predict(X), estimator, len(y))
        leverage = _leverage(fitted, X_trained, mass)
        predicted[rows] = y[rows] - (y[rows] - predicted[rows]) / (1 - leverage)
        return predicted

    return predict


def _leverage(fitted, X, mass):
    """How much each row's own number counts in its prediction: ndarray of shape (n_rows,), below 1."""
    points = np.asarray(X.toarray() if hasattr(X, "toarray") else X, dtype=np.float64)
    own = np.zeros(len(points))
    if fitted.fit_intercept:
        points = points - mass @ points / mass.sum()
        own = mass / mass.sum()
    alpha = float(getattr(fitted, "alpha_", getattr(fitted, "alpha", 0.0)))
    scale, axes = np.linalg.eigh((points * mass[:, None]).T @ points)
    inverse = np.where(scale + alpha > 1e-10 * max(scale.max(), 1e-300), 1 / np.maximum(scale + alpha, 1e-300), 0.0)
    return np.clip(own + mass * ((points @ axes) ** 2 @ inverse), 0.0, MAX_LEVERAGE)
