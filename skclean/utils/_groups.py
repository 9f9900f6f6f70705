"""Splitters that keep groups of rows together need to be told the groups."""

from sklearn.utils.metadata_routing import get_routing_for_object

from skclean.utils._compat import routing_enabled

__all__ = ["check_groups_given"]


def check_groups_given(cv, groups):
    """Refuse a splitter of groups without any.

    Parameters
    ----------
    cv : splitter
    groups : array-like of shape (n_samples,) or None

    Raises
    ------
    ValueError
        With the remedy.
    """
    if groups is not None or not get_routing_for_object(cv).consumes("split", ["groups"]):
        return
    routed = " Where a search hands them on, request them with set_fit_request(groups=True)." * routing_enabled()
    raise ValueError(
        f"cv={cv!r} keeps groups of rows together, but fit got no groups; pass groups=, one value per row, or a "
        f"splitter without groups, such as StratifiedKFold(5, shuffle=True).{routed}"
    )
