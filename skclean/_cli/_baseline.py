"""Rows that an earlier table does not have."""

from skclean._cli._errors import UsageError
from skclean._cli._fit import open_file
from skclean.review import new_rows

__all__ = ["judged_rows"]


def judged_rows(arguments, columns):
    """Return the rows that are new or changed since the table of --baseline: ndarray of bool, or None without it.

    Parameters
    ----------
    arguments : argparse.Namespace
    columns : Columns
        Of the table that is audited.
    """
    if arguments.baseline is None:
        return None
    _, base, _ = open_file(arguments, path=arguments.baseline)
    missing = [name for name in columns.features.columns if name not in base.features.columns]
    if missing:
        raise UsageError(f"--baseline: {arguments.baseline} has no column {missing[0]!r}; leave it out with --drop")
    judged = new_rows(columns.features, columns.labels, base.features[columns.features.columns], base.labels)
    if not judged[columns.labels.notna().to_numpy()].any():
        raise UsageError(f"--baseline: no labelled row is new or changed since {arguments.baseline}")
    return judged
