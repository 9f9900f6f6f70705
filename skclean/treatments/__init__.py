"""Treatments: what to train on, given which labels are wrong. A string is an alias for a class with its defaults."""

from skclean.treatments._copies import draw_copies, weighted_copies
from skclean.treatments._drop import Drop
from skclean.treatments._posterior import Posterior
from skclean.treatments._relabel import Relabel
from skclean.treatments._reweight import Reweight
from skclean.treatments._soft import SoftLabels

__all__ = [
    "TREATMENTS",
    "Drop",
    "Posterior",
    "Relabel",
    "Reweight",
    "SoftLabels",
    "draw_copies",
    "weighted_copies",
]

TREATMENTS = {"posterior": Posterior, "drop": Drop, "relabel": Relabel, "reweight": Reweight, "soft": SoftLabels}
