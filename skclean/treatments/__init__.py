"""Treatments: what to train on, given which labels are wrong. A string is an alias for a class with its defaults.

A class of a module of this folder is public if it has an `alias` of its own.
"""

from skclean.treatments._copies import draw_copies, weighted_copies
from skclean.utils._discovery import Aliases, find_classes

TREATMENTS = Aliases(find_classes(__name__), old={"soft": "soft_labels"})
globals().update({found.__name__: found for found in TREATMENTS.values()})

__all__ = ["TREATMENTS", "draw_copies", "weighted_copies", *sorted(found.__name__ for found in TREATMENTS.values())]
