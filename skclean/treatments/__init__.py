"""Treatments: what to train on, given which labels are wrong. A string is an alias for a class with its defaults."""

from skclean.treatments._drop import Drop
from skclean.treatments._relabel import Relabel
from skclean.treatments._reweight import Reweight
from skclean.treatments._soft import SoftLabels

__all__ = ["TREATMENTS", "Drop", "Relabel", "Reweight", "SoftLabels"]

TREATMENTS = {"drop": Drop, "relabel": Relabel, "reweight": Reweight, "soft": SoftLabels}
