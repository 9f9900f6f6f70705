"""Out-of-bag probabilities: each row is judged by the members of an ensemble whose bootstrap left it out.

One fit takes the place of k; the members that predict a row were trained without it, as in cross-fitting (Breiman,
"Out-of-bag estimation", 1996). Every bagging ensemble of scikit-learn tells which rows each member drew, so nothing
depends on ``oob_score=True``, which leaves NaN or zeros for rows that every member drew.
"""

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import Pipeline
from sklearn.tree import BaseDecisionTree
from sklearn.utils import check_array, check_consistent_length

from skclean.evidence._limits import SeenClasses
from skclean.evidence.cross_fitting._cross_fit import cross_fit_proba
from skclean.evidence.cross_fitting._final_estimator import step_that_reads_labels
from skclean.evidence.default_model._table_forest import TableForest, fit_out_of_bag
from skclean.targets import UNLABELLED
from skclean.utils._compat import drawn_rows, has_method, num_samples, safe_indexing
from skclean.utils._params import missing_method_message, seeded_clone, subset_params
from skclean.utils._proba import ProbaSum, check_model_proba
from skclean.utils._tasks import Progress, run_in_order

__all__ = ["has_out_of_bag", "out_of_bag_proba", "out_of_sample_proba"]


def has_out_of_bag(estimator):
    """Return whether `estimator` is a bagging ensemble that tells what it drew, or a Pipeline that ends in one."""
    ensemble = estimator.steps[-1][1] if isinstance(estimator, Pipeline) else estimator
    if isinstance(ensemble, TableForest):
        return ensemble is estimator
    # imbalanced-learn's forest draws through a sampler and does not tell which rows
    if isinstance(ensemble, RandomForestClassifier) and "sampling_strategy" in ensemble.get_params(deep=False):
        return False
    return bool(getattr(ensemble, "bootstrap", False)) and hasattr(type(ensemble), "estimators_samples_")


def out_of_bag_proba(
    estimator,
    X,
    labels,
    *,
    fit_params=None,
    n_jobs=None,
    random_state=None,
    progress=None,
    seen=None,
    member_proba=None,
):
    """Predict every row by the members of a bagging ensemble that were trained without it.

    Parameters
    ----------
    estimator : bagging ensemble with ``bootstrap=True``, or Pipeline that ends in one
        For example ExtraTreesClassifier, RandomForestClassifier or BaggingClassifier. The steps before the ensemble
        are fitted once on all labelled rows, so they must not read y.
    X : array-like of shape (n_samples, ...)
        Passed on as given.
    labels : ClassTarget
        Codes and classes. Unlabelled rows are not trained on; all members predict them.
    fit_params : dict or None, default=None
        Passed to ``fit``; what has one value per row is subset with the rows.
    n_jobs : int or None, default=None
        Threads that ask the members. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Seeds the clone where it has no seed of its own.
    progress : Progress or None, default=None
        Where the steps are reported.
    seen : SeenClasses or None, default=None
        Where each training set is recorded, and the rows that are predicted from it.
    member_proba : callable or None, default=None
        What a member says of rows that it did not draw, in the place of its ``predict_proba``: a picklable
        ``member_proba(member, features, rows, columns)``, given all rows, which returns (rows, proba, classes).

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes), float64
        Columns in the order of ``labels.classes``. A row that every member drew is predicted by one more fit
        without such rows.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.ensemble import ExtraTreesClassifier
    >>> from skclean.evidence import out_of_bag_proba
    >>> from skclean.targets import encode_labels
    >>> X, y = load_iris(return_X_y=True)
    >>> forest = ExtraTreesClassifier(50, bootstrap=True, min_samples_leaf=3)
    >>> proba = out_of_bag_proba(forest, X, encode_labels(y), random_state=0)
    >>> proba.shape, bool((proba.argmax(axis=1) == y).mean() > 0.9)
    ((150, 3), True)
    """
    _check_ensemble(estimator)
    check_consistent_length(X, labels.codes)
    progress, seen = progress or Progress.silent(), seen or SeenClasses(labels)
    fit_params = fit_params or {}
    labelled = np.flatnonzero(labels.codes != UNLABELLED)
    model = seeded_clone(estimator, random_state)
    if isinstance(model, TableForest):
        with progress.task("fit-ensemble"):
            return fit_out_of_bag(model, X, labels, weight=fit_params.get("sample_weight"), seen=seen)[1]
    mean = ProbaSum(num_samples(X), len(labels.classes))
    with progress.task("fit-ensemble"):
        _fit_rows(model, X, labels, labelled, fit_params)
    with progress.task("ask-out-of-bag"):
        _add_members(mean, model, X, labels, labelled, n_jobs, member_proba or _member_proba, seen)
    _add_never_left_out(mean, model, X, labels, labelled, fit_params, seen)
    return mean.mean()


def _check_ensemble(estimator):
    if not has_out_of_bag(estimator):
        raise ValueError(
            "cv='oob' needs a bagging ensemble that draws bootstrap samples and tells which rows each member drew; "
            f"{type(estimator).__name__} does not. Use for example ExtraTreesClassifier(bootstrap=True), or give cv a "
            "number of folds."
        )
    if not has_method(estimator, "predict_proba"):
        raise ValueError(missing_method_message(estimator, "predict_proba", why="judging labels"))
    name = step_that_reads_labels(estimator)
    if name is not None:
        raise ValueError(
            f"cv='oob' fits the step {name!r} on all rows, but it reads y, so that a label would help to predict "
            "itself; give cv a number of folds."
        )


def _fit_rows(model, X, labels, rows, fit_params):
    n_samples = num_samples(X)
    some = len(rows) < n_samples
    params = subset_params(fit_params, rows, n_samples) if some else fit_params
    model.fit(safe_indexing(X, rows) if some else X, labels.classes[labels.codes[rows]], **params)


def _add_members(mean, model, X, labels, labelled, n_jobs, member_proba, seen):
    """Let each member predict the rows that it did not draw, and the unlabelled ones."""
    ensemble, features = _ensemble_and_features(model, X)
    unlabelled = labels.codes == UNLABELLED
    members = zip(ensemble.estimators_, drawn_rows(ensemble), _member_columns(ensemble), strict=True)

    def arguments():
        for member, drawn, columns in members:
            rows = _left_out(drawn, labelled, unlabelled)
            if rows.size:  # of a few rows a member may have drawn all
                seen.add(labelled[drawn], rows)
                yield member, features, rows, columns

    ensemble_columns = np.searchsorted(labels.classes, ensemble.classes_)
    for rows, proba, classes in run_in_order(member_proba, arguments(), n_jobs=n_jobs, prefer="threads"):
        mean.add(rows, proba, ensemble_columns[classes])


def _left_out(drawn, labelled, unlabelled):
    left_out = unlabelled.copy()
    left_out[labelled] = True
    left_out[labelled[drawn]] = False
    return np.flatnonzero(left_out)


def _ensemble_and_features(model, X):
    """The fitted ensemble, and X as its members read it, converted once instead of once a member."""
    ensemble = model
    if isinstance(model, Pipeline):
        ensemble, X = model.steps[-1][1], model[:-1].transform(X)
    of_trees = isinstance(ensemble.estimators_[0], BaseDecisionTree)
    dtype = np.float32 if of_trees else None
    return ensemble, check_array(X, accept_sparse="csr", dtype=dtype, ensure_all_finite=False)


def _member_columns(ensemble):
    """Return which columns each member was given: all for forests, a sample for BaggingClassifier."""
    return getattr(ensemble, "estimators_features_", [None] * len(ensemble.estimators_))


def _member_proba(member, features, rows, columns):
    """Predictions of one member for some rows; its classes are codes within the ensemble's."""
    part = safe_indexing(features, rows)
    if columns is not None:
        part = safe_indexing(part, columns, axis=1)
    classes = np.asarray(member.classes_).astype(np.intp)
    return rows, check_model_proba(member.predict_proba(part), member, n_columns=len(classes), rows=rows), classes


def _add_never_left_out(mean, model, X, labels, labelled, fit_params, seen):
    """Rows that every member drew are predicted by one more fit without them."""
    never = labelled[mean.count[labelled] == 0]
    if not never.size:
        return
    rest = labelled[mean.count[labelled] > 0]
    if not rest.size:
        raise ValueError(
            f"cv='oob' has no prediction for any of {len(labelled)} rows: every member of the ensemble drew all of "
            "them; give the ensemble more members, or cv a number of folds."
        )
    other = seeded_clone(model, 0)
    seen.add(rest, never)
    _fit_rows(other, X, labels, rest, fit_params)
    columns = np.searchsorted(labels.classes, other.classes_)
    proba = other.predict_proba(safe_indexing(X, never))
    mean.add(never, check_model_proba(proba, other, n_columns=len(columns), rows=never), columns)


def out_of_sample_proba(
    estimator,
    X,
    labels,
    *,
    cv,
    fit_params=None,
    split_params=None,
    n_jobs=None,
    random_state=None,
    progress=None,
    seen=None,
):
    """Predict every row by models that were trained without it.

    Parameters
    ----------
    estimator : classifier with predict_proba
        Cloned; the caller's object is not touched.
    X : array-like of shape (n_samples, ...)
        Passed to the clones as given, in rows.
    labels : ClassTarget
        Codes and classes.
    cv : "oob", int, splitter or iterable of (train, test)
        How rows are kept out.
    fit_params, split_params : dict or None, default=None
        For ``fit`` and for the splitter.
    n_jobs : int or None, default=None
        Folds or members side by side.
    random_state : int, RandomState instance or None, default=None
        Shuffles folds and seeds clones.
    progress : Progress or None, default=None
        Where the steps are reported.
    seen : SeenClasses or None, default=None
        Where each training set is recorded, and the rows that are predicted from it.

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes), float64
        Columns in the order of ``labels.classes``.

    Raises
    ------
    ValueError
        If the estimator cannot do what `cv` asks for.
    """
    options = {"fit_params": fit_params, "n_jobs": n_jobs, "random_state": random_state}
    options |= {"progress": progress, "seen": seen}
    if not isinstance(cv, str):
        return cross_fit_proba(estimator, X, labels, cv=cv, split_params=split_params, **options)
    if (split_params or {}).get("groups") is not None:
        raise ValueError("cv='oob' draws single rows and cannot keep groups together; use cv=5 with groups.")
    return out_of_bag_proba(estimator, X, labels, **options)
