"""Short names of the detectors; of the consensus, which takes short names itself, in ``__init__.py``."""

from skclean.base import BaseDetector
from skclean.targets import DETECTOR_OF_KIND
from skclean.utils._discovery import Aliases, find_classes

__all__ = ["SINGLE_DETECTORS", "default_detector"]

SINGLE_DETECTORS = Aliases(
    find_classes("skclean.detectors", without=("skclean.detectors.consensus",)), old={"recov_paper": "published_recov"}
)


def default_detector(kind: str) -> BaseDetector:
    """Return the detector for a kind of y, unfitted.

    Parameters
    ----------
    kind : {"class", "ordinal", "numeric", "tags", "survival"}

    Examples
    --------
    >>> from skclean.detectors import default_detector
    >>> default_detector("class")
    ConfidentLearning()
    """
    name = DETECTOR_OF_KIND[kind]
    made: BaseDetector = next(found for found in SINGLE_DETECTORS.values() if found.__name__ == name)()
    return made
