"""Detectors: estimators that score every label. A string is an alias for a class with its defaults.

A class of a module below this folder is public if it has an `alias` of its own.
"""

from skclean.detectors._aliases import SINGLE_DETECTORS, default_detector
from skclean.detectors._find_label_issues import find_label_issues
from skclean.detectors._template import DetectorTemplate, Findings, Given
from skclean.detectors.consensus._consensus import Consensus
from skclean.utils._discovery import Aliases

DETECTORS = Aliases({**SINGLE_DETECTORS, Consensus.alias: Consensus}, SINGLE_DETECTORS.old)
globals().update({found.__name__: found for found in DETECTORS.values()})

__all__ = [
    "DETECTORS",
    "DetectorTemplate",
    "Findings",
    "Given",
    "default_detector",
    "find_label_issues",
    *sorted(found.__name__ for found in DETECTORS.values()),
]
