"""Out-of-sample probabilities by cross-fitting: each row is judged by models that were trained without it."""

import warnings
from numbers import Integral

import numpy as np
from sklearn.model_selection import PredefinedSplit, StratifiedGroupKFold, StratifiedKFold, check_cv
from sklearn.utils import check_consistent_length, check_random_state

from skclean.evidence._limits import SeenClasses
from skclean.exceptions import FewMembersWarning
from skclean.targets import UNLABELLED
from skclean.utils._checks import check_groups_given
from skclean.utils._compat import has_method, num_samples, safe_indexing, safe_split
from skclean.utils._fitting import fit_model
from skclean.utils._params import missing_method_message, seeded_clone, subset_params
from skclean.utils._proba import ProbaSum, check_model_proba, class_columns
from skclean.utils._tasks import Progress, run_in_order
from skclean.utils._values import is_missing, shortened

__all__ = ["cross_fit_proba", "split_rows"]


def cross_fit_proba(
    estimator,
    X,
    labels,
    *,
    cv=5,
    split_params=None,
    fit_params=None,
    n_jobs=None,
    random_state=None,
    progress=None,
    seen=None,
):
    """Predict every row by clones of `estimator` that were fitted without it.

    Parameters
    ----------
    estimator : classifier with predict_proba
        Cloned for every fold; the caller's object is not touched.
    X : array-like of shape (n_samples, ...)
        Passed to the clones as given, in rows.
    labels : ClassTarget
        Codes and classes. Unlabelled rows are never trained on; they are judged by the models of all folds.
    cv : int, splitter or iterable of (train, test), default=5
        An int is that many shuffled stratified folds (of whole groups where `groups` is given). With a splitter that
        repeats, the predictions of a row are averaged.
    split_params : dict or None, default=None
        Passed to the splitter, for example ``{"groups": groups}``.
    fit_params : dict or None, default=None
        Passed to ``fit``; what has one value per row is subset with the rows.
    n_jobs : int or None, default=None
        Folds fitted side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Shuffles the folds of an int `cv` and seeds the clones where they have no seed of their own.
    progress : Progress or None, default=None
        Where each fold is reported.
    seen : SeenClasses or None, default=None
        Where each training set is recorded, and the rows that are predicted from it.

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes), float64
        Columns in the order of ``labels.classes``.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclean.evidence import cross_fit_proba
    >>> from skclean.targets import encode_labels
    >>> X, y = load_iris(return_X_y=True)
    >>> proba = cross_fit_proba(LogisticRegression(max_iter=1000), X, encode_labels(y), cv=3, random_state=0)
    >>> proba.shape, bool((proba.argmax(axis=1) == y).mean() > 0.9)
    ((150, 3), True)
    """
    if not has_method(estimator, "predict_proba"):
        raise ValueError(missing_method_message(estimator, "predict_proba", why="judging labels"))
    rng = check_random_state(random_state)
    folds = split_rows(X, labels, cv=cv, split_params=split_params, random_state=rng)
    seed = None if random_state is None else rng.randint(np.iinfo(np.int32).max)
    model = seeded_clone(estimator, seed)
    unlabelled = np.flatnonzero(labels.codes == UNLABELLED)
    tasks = [(train, np.concatenate([test, unlabelled])) for train, test in folds]
    mean = ProbaSum(num_samples(X), len(labels.classes))
    fit_params = fit_params or {}
    seen = seen or SeenClasses(labels)
    for number, fold in enumerate(tasks):
        seen.add(*fold, fold=number)
    with (progress or Progress.silent()).task("cross-fit", len(tasks)) as steps:
        _fit_and_add(mean, model, X, labels, tasks, fit_params, n_jobs, steps)
    never = np.flatnonzero(mean.count == 0)
    if never.size:  # the splitter tests only some of the rows, as TimeSeriesSplit does
        tested = np.flatnonzero((mean.count > 0) & (labels.codes != UNLABELLED))
        seen.add(tested, never)
        _fit_and_add(mean, model, X, labels, [(tested, never)], fit_params, None, Progress.silent())
    return mean.mean()


def _fit_and_add(mean, model, X, labels, tasks, fit_params, n_jobs, progress):
    y = labels.for_fit()
    arguments = ((model, X, y, train, test, fit_params) for train, test in tasks)
    results = run_in_order(_fit_and_predict, arguments, n_jobs=n_jobs)
    for _, test in tasks:
        with progress.task("fold"):
            proba, classes = next(results)
            mean.add(test, proba, class_columns(classes, labels.classes))


def _fit_and_predict(model, X, y, train, test, fit_params):
    """Fit on some rows, predict others: one task of the pool."""
    if len(train) and (y[train] == y[train[0]]).all():
        return np.ones((len(test), 1)), y[train[:1]]  # many models refuse one class; what they would say is known
    X_train, y_train = safe_split(model, X, y, train)
    X_test, _ = safe_split(model, X, y, test, train)
    params = subset_params(fit_params, train, num_samples(X))
    fitted = fit_model(seeded_clone(model, None), X_train, y_train, params)
    proba = check_model_proba(fitted.predict_proba(X_test), model, n_columns=len(fitted.classes_), rows=test)
    return proba, fitted.classes_


def split_rows(X, labels, *, cv, split_params=None, random_state=None):
    """Folds over the labelled rows.

    Returns
    -------
    folds : list of (train, test), ndarrays of int
        Positions among all rows.

    Warns
    -----
    FewMembersWarning
        If an int `cv` was reduced because a class has fewer members than folds, or because there are fewer groups.
    """
    check_consistent_length(X, labels.codes)
    split_params = split_params or {}
    labelled = np.flatnonzero(labels.codes != UNLABELLED)
    if isinstance(cv, PredefinedSplit):  # it names the fold of every row, the unlabelled ones included
        check_consistent_length(X, cv.test_fold)
        cv = cv.split()
    if not isinstance(cv, Integral) and not hasattr(cv, "split"):
        return _without_overlap(_checked_folds(cv, labels.codes), len(labels.codes))
    groups = _labelled_groups(X, split_params.get("groups"), labelled)
    if isinstance(cv, Integral):
        cv = _shuffled_folds(cv, labels, groups, random_state)
    else:
        check_groups_given(cv, groups)
    splitter = check_cv(cv, labels.codes, classifier=True)
    X_labelled = X if len(labelled) == len(labels.codes) else safe_indexing(X, labelled)
    params = subset_params(split_params, labelled, len(labels.codes))
    with warnings.catch_warnings():
        # a class of one member is our own, announced case: it is kept, and never flagged
        warnings.filterwarnings("ignore", message="The least populated class in y has only 1 member")
        folds = list(splitter.split(X_labelled, labels.codes[labelled], **params))
    return _without_overlap([(labelled[train], labelled[test]) for train, test in folds], len(labels.codes))


def _without_overlap(folds, n_samples):
    """The folds, of which none predicts a row that its own model was trained on."""
    trained = np.zeros(n_samples, dtype=bool)
    for number, (train, test) in enumerate(folds):
        trained[:] = False
        trained[train] = True
        both = test[trained[test]]
        if both.size:
            raise ValueError(
                f"cv: fold {number} has row {both[0]} in train and in test; a label must be judged by models that were "
                "trained without it, take the rows of test out of train."
            )
    return folds


def _labelled_groups(X, groups, labelled):
    """The groups of the labelled rows, or None; every such row must have one."""
    if groups is None:
        return None
    check_consistent_length(X, groups)
    values = np.asarray(groups)[labelled]
    if values.dtype.kind in "Of":  # others have no missing value
        row = next((row for row, group in zip(labelled, values, strict=True) if is_missing(group)), None)
        if row is not None:
            raise ValueError(f"groups has no value in row {row}; give a group to every row that has a label.")
    return values


def _shuffled_folds(n_splits, labels, groups, random_state):
    """Shuffled stratified folds, no more than the smallest class that can be split has members."""
    if n_splits < 2:
        raise ValueError(f"cv={n_splits} makes no out-of-sample predictions; use at least 2 folds.")
    counts = np.bincount(labels.codes[labels.codes != UNLABELLED], minlength=len(labels.classes))
    splittable = counts[counts > 1]
    if not splittable.size:
        raise ValueError(
            f"every class has one member only ({len(counts)} classes): no label can be judged by the others. "
            "Is y an identifier or a continuous target?"
        )
    folds = min(n_splits, int(splittable.min()))
    if folds < n_splits:
        smallest = labels.classes.item(np.flatnonzero(counts == folds)[0])
        warnings.warn(
            f"cv was reduced from {n_splits} to {folds} folds, because the class {shortened(smallest)} has only "
            f"{folds} members. Merge rare classes or pass a splitter to choose otherwise.",
            FewMembersWarning,
            stacklevel=2,
        )
    if groups is None:
        return StratifiedKFold(folds, shuffle=True, random_state=random_state)
    return StratifiedGroupKFold(_no_more_than_groups(folds, groups), shuffle=True, random_state=random_state)


def _no_more_than_groups(folds, groups):
    """Number of folds, reduced to the number of groups."""
    n_groups = len(np.unique(groups))
    if n_groups == 1:
        raise ValueError(
            "groups has one group only; at least two are needed to predict the rows of one from the others."
        )
    if n_groups < folds:
        warnings.warn(
            f"cv was reduced from {folds} to {n_groups} folds, because there are only {n_groups} groups.",
            FewMembersWarning,
            stacklevel=2,
        )
    return min(folds, n_groups)


def _checked_folds(iterable, codes):
    """Folds that the caller made: positions among all rows; unlabelled rows leave the training side."""
    folds = []
    for number, fold in enumerate(iterable):
        parts = tuple(fold) if np.iterable(fold) else ()
        if len(parts) != 2:
            raise ValueError(f"cv: fold {number} must be a pair (train, test) of row numbers or masks.")
        train, test = (_positions(part, codes) for part in parts)
        if not train.size:
            raise ValueError(f"cv: fold {number} has no row with a label to train on.")
        if test.size:
            folds.append((train, test))
    if not folds:
        raise ValueError("cv is an empty iterable: at least one (train, test) pair with rows to predict is needed.")
    return folds


def _positions(part, codes):
    """The labelled rows among those that one side of a fold names."""
    part, n_samples = np.asarray(part), len(codes)
    if part.dtype == bool:
        if part.shape != (n_samples,):
            raise ValueError(f"cv holds a mask of shape {part.shape}, but there are {n_samples} rows.")
        part = np.flatnonzero(part)
    if part.size and part.dtype.kind not in "iu":
        raise ValueError(f"cv must hold row numbers or masks, got an array of {part.dtype}.")
    outside = part[(part < -n_samples) | (part >= n_samples)]
    if outside.size:
        raise ValueError(f"cv holds the row {outside[0]}, but there are only {n_samples} rows.")
    rows = part.astype(np.intp) % n_samples
    return rows[codes[rows] != UNLABELLED]
