"""SKC004: rows that are there more than once: equal, nearly equal, with different labels, in two tables."""

from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from skclean.evidence import chance_so_near, near_lists, near_pairs
from skclean.inspection.checks._check import CheckResult, check, issue, passed, tip
from skclean.inspection.checks._inputs import TableView, labels_of
from skclean.inspection.checks._words import counted, share_of
from skclean.preprocessing import PointEncoder
from skclean.preprocessing._row_hash import hash_columns
from skclean.targets import codes_of
from skclean.utils._compat import num_features, safe_indexing
from skclean.utils._typing import Labels1d, Table

__all__ = ["duplicates"]

MAX_FINDINGS, MAX_NAMED = 50, 10
# Equal rows are no coincidence in a table with so many columns of more than so many values.
MEASURED_COLUMNS, MEASURED_VALUES = 3, 100
MAX_NEAR_ROWS = 200_000


class Groups(NamedTuple):
    """Rows that belong together: the group of each row, and the kind of each group."""

    of_row: np.ndarray
    near: np.ndarray  # True for groups with rows that are only nearly equal


@check("SKC004", title="Duplicates")
def duplicates(
    X: Table, y: Labels1d | None = None, *, X_test: Table | None = None, y_test: Labels1d | None = None
) -> CheckResult:
    """Find rows that are equal or nearly equal, also between two tables.

    Columns that number or identify the rows have no part in it. Equal rows agree in every other cell, numbers to 12
    digits. Nearly equal rows are nearer to each other than the rows
    around them explain: fewer than 0.2 such rows are expected by chance. They are not looked for among categories
    alone, where the nearest rows are all equally far. Rows of a group with different labels are in conflict.

    The state is "issue" where equal rows are in conflict or in both tables, and chance does not make equal rows: at
    least 3 columns have more than 100 values. Otherwise duplicates are a "tip".

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        The table.
    y : array-like of shape (n_samples,) or None, default=None
        Given labels, for conflicts.
    X_test : array-like of shape (n_test_samples, n_features) or None, default=None
        Another table with the same columns.
    y_test : array-like of shape (n_test_samples,) or None, default=None
        Its labels.

    Returns
    -------
    result : CheckResult
        `numbers` are n_exact (rows that repeat an earlier one), n_near (rows that nearly repeat one), n_conflicting
        (rows of groups with different labels), and n_across (rows of X_test that X has, too). `findings` lists up to 50
        groups: those in conflict first, then those in both tables, then by size. `rows` are the rows of X to leave out
        if one of each group is kept, in that order.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.inspection import duplicates
    >>> X, y = load_iris(return_X_y=True)
    >>> result = duplicates(X, y)
    >>> result.state, result.rows.tolist()
    ('tip', [142])
    """
    view = TableView.with_columns(X)
    other = None if X_test is None else TableView.with_columns(X_test)
    if other is not None and num_features(other.columns) != num_features(view.columns):
        n_columns = num_features(other.columns), num_features(view.columns)
        raise ValueError(f"X_test has {n_columns[0]} columns and X has {n_columns[1]}; pass the same ones.")
    codes = _codes(view, y, other, y_test)
    groups = _groups(view, other)
    return _result(view, other, codes, groups)


def _codes(view, y, other, y_test):
    """Labels of the rows of both tables as codes; -1 where one is missing."""
    n_other = 0 if other is None else other.n_rows
    codes = np.full(view.n_rows + n_other, -1)
    names: list[Any] = []
    if y is not None:
        labels = labels_of(y, view.n_rows)
        codes[: view.n_rows], names = labels.codes, labels.classes.tolist()
    if y_test is not None and other is not None and y is not None:
        if len(y_test) != n_other:
            raise ValueError(f"y_test has {len(y_test)} labels and X_test has {n_other} rows.")
        labels = labels_of(y_test, n_other)
        names += [name for name in labels.classes.tolist() if name not in names]
        codes[view.n_rows :] = codes_of(y_test, names, name="y_test")
    return codes, [str(name) for name in names]


def _groups(view, other):
    """Groups of equal and nearly equal rows; -1 where a row is alone."""
    columns = view.described_by.tolist()
    hashes = _hashes(view, columns)
    if other is not None:
        hashes = np.concatenate([hashes, _hashes(other, columns)])
    _, first, exact = np.unique(hashes, return_index=True, return_inverse=True)
    exact = exact.ravel()
    links = np.empty((0, 2), dtype=np.intp)
    if len(first) <= MAX_NEAR_ROWS and any(view.kind(j) == "number" for j in columns):
        rows = np.sort(first)
        points = _points(view, other)[rows]
        near = near_lists(points)
        pairs = near_pairs(near, chance_so_near(near))
        links = exact[rows[np.column_stack([pairs.first, pairs.second])]]
    n_exact = len(first)
    ends = links.astype(np.int32)  # with wider ones the components of SciPy 1.11 are wrong
    graph = coo_array((np.ones(len(links)), (ends[:, 0], ends[:, 1])), (n_exact, n_exact))
    n_groups, joined = connected_components(graph, directed=False)
    of_row = joined[exact]
    sizes = np.bincount(of_row, minlength=n_groups)
    near_groups = np.zeros(n_groups, dtype=bool)
    near_groups[joined[links[:, 0]]] = True
    return Groups(np.where(sizes[of_row] > 1, of_row, -1), near_groups)


def _hashes(view, columns):
    return hash_columns((view.column(j) for j in columns), view.n_rows)


def _points(view, other):
    if other is None:
        return view.points
    encoder = PointEncoder().fit(view.description)
    theirs = safe_indexing(other.columns, view.described_by, axis=1)
    return np.vstack([encoder.transform(view.description), encoder.transform(theirs)])


def _result(view, other, labels, groups):
    """The verdict on the groups."""
    codes, names = labels
    n_rows, n_all = view.n_rows, len(codes)
    members = np.flatnonzero(groups.of_row >= 0)
    members = members[np.argsort(groups.of_row[members], kind="stable")]
    starts = np.flatnonzero(np.diff(groups.of_row[members], prepend=-1))
    parts = np.split(members, starts[1:]) if len(members) else []
    found = [_describe(part, codes, n_rows, bool(groups.near[groups.of_row[part[0]]])) for part in parts]
    found.sort(key=lambda one: (not one["conflict"], not one["across"], -len(one["rows"]), one["rows"][0]))
    leave_out = [row for one in found for row in one["rows"] if row != one["keep"] and row < n_rows]
    hashes_repeat = sum(len(one["rows"]) - 1 for one in found if not one["near"])
    n_conflicting = sum(len(one["rows"]) for one in found if one["conflict"])
    n_across = sum(sum(row >= n_rows for row in one["rows"]) for one in found if one["across"])
    numbers = {
        "n_exact": hashes_repeat,
        "n_near": sum(len(one["rows"]) - 1 for one in found if one["near"]),
        "n_conflicting": n_conflicting,
        "n_across": n_across,
    }
    findings = [_line(one, codes, names, n_rows) for one in found[:MAX_FINDINGS]]
    more = {"numbers": numbers, "findings": findings, "rows": np.array(leave_out, dtype=np.intp)}
    if not found:
        return passed("No row is there twice.", **more)
    kinds = [(numbers["n_exact"], "exactly"), (numbers["n_near"], "nearly")]
    sentences = [f"{share_of(n, n_all)} rows repeat another one {how}" for n, how in kinds if n]
    if n_conflicting:
        sentences.append(f"{counted(n_conflicting, 'row')} are in groups of copies with different labels")
    if n_across:
        verb = "is" if n_across == 1 else "are"
        sentences.append(f"{counted(n_across, 'test row')} {verb} in the training table too")
    fault = any((one["conflict"] or one["across"]) and not one["near"] for one in found) and _is_measured(view)
    return (issue if fault else tip)("; ".join(sentences) + ".", **more)


def _describe(rows, codes, n_rows, near):
    """What is to be known of one group of rows."""
    of = codes[rows]
    known = of[of >= 0]
    conflict = len(np.unique(known)) > 1
    keep = int(rows[0])
    if len(known):  # the first row with the most frequent label
        keep = int(rows[of == np.bincount(known).argmax()][0])
    across = bool((rows < n_rows).any() and (rows >= n_rows).any())
    return {"rows": rows.tolist(), "near": near, "conflict": conflict, "across": across, "keep": keep}


def _line(one, codes, names, n_rows):
    shown = one["rows"][:MAX_NAMED]
    texts = [str(row) if row < n_rows else f"test {row - n_rows}" for row in shown]
    labels = sorted({names[codes[row]] for row in one["rows"] if codes[row] >= 0})
    more = f" and {len(one['rows']) - MAX_NAMED} more" if len(one["rows"]) > MAX_NAMED else ""
    return {
        "kind": "near" if one["near"] else "exact",
        "rows": ", ".join(texts) + more,
        "size": len(one["rows"]),
        "labels": ", ".join(labels),
        "conflict": one["conflict"],
        "in both tables": one["across"],
        "keep": str(one["keep"]) if one["keep"] < n_rows else f"test {one['keep'] - n_rows}",
    }


def _is_measured(view):
    """Return whether the table has so many values that rows are hardly equal by chance."""
    n_measured = 0
    for j in view.described_by.tolist():
        column = view.column(j)
        if isinstance(column, np.ndarray) and len(column):
            n_measured += len(np.unique(column)) > MEASURED_VALUES
    return n_measured >= MEASURED_COLUMNS
