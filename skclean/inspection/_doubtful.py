"""The doubtful labels: those that are flagged, and those that would be if labels were annotations."""

from dataclasses import replace

import numpy as np

from skclean.base import Verdict
from skclean.detectors._audit_table import audit_table

__all__ = ["doubtful_table", "ranked"]


def doubtful_table(detector, *, own_rule):
    """Return the audit table of a fitted detector, with one further column.

    Parameters
    ----------
    detector : fitted detector
    own_rule : bool
        Whether the rule is the detector's own. A rule that was asked for decides alone which labels are doubtful.

    Returns
    -------
    table : pandas.DataFrame
        One line per row, by position. `doubtful` is True where the label is flagged or in one of the two tiers; there,
        suggested and reason are those of a flagged row.
    """
    table = detector.audit_table().reset_index(drop=True)
    doubtful = table["flagged"].to_numpy()
    if own_rule and "tier" in table:
        audit, doubtful = detector.audit_, doubtful | (table["tier"] > 0).to_numpy()
        suggested = audit.suggested.copy()
        suggested[doubtful] = audit.summary.rivals_of(np.flatnonzero(doubtful))
        as_flagged = audit_table(Verdict(replace(audit, suggested=suggested), doubtful), table.index)
        table[["suggested", "reason"]] = as_flagged[["suggested", "reason"]]
    table["doubtful"] = doubtful
    return table


def ranked(table):
    """Sort by tier, then by quality: the first label is the most doubtful one. Rows outside the tiers come last."""
    if "tier" not in table:
        return table.sort_values("quality", kind="stable")
    order = np.lexsort((table["quality"], (table["tier"] - 1) % 3))  # tiers 1, 2, 0
    return table.iloc[order]
