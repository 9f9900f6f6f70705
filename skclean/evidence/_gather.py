"""Out-of-sample probabilities, out of bag or cross-fitted."""

from skclean.evidence._cross_fit import cross_fit_proba
from skclean.evidence._out_of_bag import out_of_bag_proba

__all__ = ["out_of_sample_proba"]


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
