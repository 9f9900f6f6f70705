"""Flags by vote, for detectors whose quality is a share of votes."""

from typing import Literal

from skclean.base import Audit, BaseRule
from skclean.utils._compat import StrOptions

__all__ = ["Vote"]


class Vote(BaseRule):
    """Flag labels that voters reject.

    It reads the label quality as the share of the voters that predict the label, which it is in
    :class:`skclean.detectors.PartitionFilter`.

    Parameters
    ----------
    vote : {"majority", "consensus"}, default="majority"
        - "majority": more than half of the voters predict another label;
        - "consensus": all of them do, which flags fewer labels and hardly a right one.

    References
    ----------
    Brodley, Friedl, "Identifying Mislabeled Training Data", JAIR 1999.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean import find_label_issues
    >>> votes = np.array([[1.0, 0.0], [0.4, 0.6], [0.0, 1.0], [0.0, 1.0]])
    >>> find_label_issues([0, 0, 0, 1], votes, rule="vote")
    array([False,  True,  True, False])
    """

    alias = "vote"

    _parameter_constraints: dict = {"vote": [StrOptions({"majority", "consensus"})]}

    def __init__(self, vote: Literal["majority", "consensus"] = "majority") -> None:
        self.vote = vote

    def quality_cut(self, audit: Audit) -> float:
        """Return the label quality below which labels are flagged; for "consensus" they are flagged at it: float.

        Parameters
        ----------
        audit : Audit
        """
        return 0.5 if self.vote == "majority" else 0.0

    def _flag(self, audit):
        return audit.quality < 0.5 if self.vote == "majority" else audit.quality <= 0
