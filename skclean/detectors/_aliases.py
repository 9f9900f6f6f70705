"""Short names of the detectors; of the consensus, which takes short names itself, in ``__init__.py``."""

from skclean.utils._discovery import Aliases, find_classes

__all__ = ["SINGLE_DETECTORS"]

SINGLE_DETECTORS = Aliases(
    find_classes("skclean.detectors", without=("skclean.detectors.consensus",)), old={"recov_paper": "published_recov"}
)
