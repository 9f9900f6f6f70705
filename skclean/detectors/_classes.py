"""What every detector of classes asks of them."""

import numpy as np

from skclean.noise import _joint

__all__ = ["check_two_classes", "judgeable_rows"]


def check_two_classes(labels, weight):
    """Refuse labels of one class, of which none can be judged."""
    codes, classes = labels
    totals = _joint.class_totals(codes, len(classes), weight)
    if np.count_nonzero(totals) < 2:
        only = classes.item(np.argmax(totals))
        where = " among the rows of positive sample_weight" if weight is not None else ""
        raise ValueError(f"y has one class only{where}, {only!r}; at least two are needed to judge labels.")


def judgeable_rows(codes, n_classes):
    """False for the only member of a class: no model that judges it has seen its class. None if there is none."""
    alone = np.append(_joint.class_totals(codes, n_classes) == 1, False)  # code -1 reads the last place
    return ~alone[codes] if alone.any() else None
