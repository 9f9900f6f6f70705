"""The door to out-of-sample probabilities: out of bag or cross-fitted, with one look or two."""

import numpy as np
from sklearn.utils import check_random_state

from skclean.evidence._cross_fit import cross_fit_proba, split_rows
from skclean.evidence._out_of_bag import out_of_bag_proba
from skclean.evidence._refine import second_look
from skclean.utils._params import weight_parameter

__all__ = ["out_of_sample_proba"]


def out_of_sample_proba(
    estimator,
    X,
    labels,
    *,
    cv,
    refine=False,
    fit_params=None,
    split_params=None,
    n_jobs=None,
    random_state=None,
    progress=None,
):
    """Predict every row by models that were trained without it.

    Parameters
    ----------
    estimator : classifier with predict_proba
        Cloned; the caller's object is not touched.
    X : array-like of shape (n_samples, ...)
        Passed to the clones as given, in rows.
    labels : EncodedLabels
        Codes and classes.
    cv : "oob", int, splitter or iterable of (train, test)
        How rows are kept out.
    refine : bool, default=False
        Whether to take a second look in which doubtful labels weigh less, and average the two.
    fit_params, split_params : dict or None, default=None
        For ``fit`` and for the splitter.
    n_jobs : int or None, default=None
        Folds or members side by side.
    random_state : int, RandomState instance or None, default=None
        Shuffles folds and seeds clones.
    progress : Progress or None, default=None
        Where the steps are reported.

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes), float64
        Columns in the order of ``labels.classes``.

    Raises
    ------
    ValueError
        If the estimator cannot do what `cv` or `refine` ask for.
    """
    params = dict(fit_params or {})
    weight_name = weight_parameter(estimator)
    if refine and weight_name is None:
        raise ValueError(
            f"refine=True trains with sample weights, but {type(estimator).__name__} takes no sample_weight in fit; "
            "use refine=False or an estimator that takes them."
        )
    rng = None if random_state is None else check_random_state(random_state)
    options = {"n_jobs": n_jobs, "progress": progress}
    if isinstance(cv, str):
        if (split_params or {}).get("groups") is not None:
            raise ValueError("cv='oob' draws single rows and cannot keep groups together; use cv=5 with groups.")
        predict = out_of_bag_proba
    else:
        predict = cross_fit_proba
        options["cv"] = split_rows(X, labels, cv=cv, split_params=split_params, random_state=rng)

    def look(weight):
        given = params if weight is None else {**params, weight_name: weight}
        seed = None if rng is None else rng.randint(np.iinfo(np.int32).max)
        return predict(estimator, X, labels, fit_params=given, random_state=seed, **options)

    return second_look(look, labels, params.get(weight_name)) if refine else look(params.get(weight_name))
