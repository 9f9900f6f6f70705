"""Checks that a robust classifier makes before it fits anything."""

from skclean.robust._gate import is_predefined_split
from skclean.utils._checks import check_classifies
from skclean.utils._compat import get_tags, routing_enabled
from skclean.utils._params import weight_parameter

__all__ = ["check_before_fitting"]


def check_before_fitting(owner, estimator, detector, treatment, weight):
    """Refuse what cannot work before any time is spent.

    Parameters
    ----------
    owner : NoiseRobustClassifier
    estimator : classifier
        The model to train.
    detector : detector
    treatment : treatment
    weight : ndarray of shape (n_samples,) or None

    Raises
    ------
    ValueError
        With the remedy.
    """
    check_classifies(estimator, owner)
    cv = getattr(detector, "cv", None)
    if owner.gate and is_predefined_split(cv):
        raise ValueError(
            "gate=True fits the detector again on two thirds of the rows, and its cv names folds of all rows; give "
            "the detector a number of folds or a splitter."
        )
    must_weigh = treatment.returns_weights and not treatment.draws_labels
    needs = f"treatment={owner.treatment!r} trains" if must_weigh else None
    if needs is None and weight is not None and not routing_enabled():  # where requests decide, they are checked
        needs = "sample_weight was given, to train"
    if needs and weight_parameter(estimator) is None:
        remedy = "request them with set_fit_request(sample_weight=True) where they are to go, " * routing_enabled()
        raise ValueError(
            f"{needs} with sample weights, but {type(estimator).__name__} takes no sample_weight in fit; {remedy}"
            "use treatment='drop' or 'relabel' without weights, or an estimator that takes them."
        )
    if get_tags(estimator).input_tags.pairwise:
        raise ValueError(
            f"{type(estimator).__name__} wants a precomputed square X, whose columns would have to follow the "
            "rows; wrap it around features instead."
        )
