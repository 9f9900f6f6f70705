"""What is found, first as numbers, then as lines of text."""

import numpy as np

__all__ = ["lines", "summarise"]

WIDEST = 32


def summarise(detector, table):
    """Numbers of an audit.

    Parameters
    ----------
    detector : fitted detector
        Its record is read.
    table : pandas.DataFrame
        Its audit table.

    Returns
    -------
    summary : dict
        n_rows, n_unlabelled, n_labelled, n_flagged, classes (list of label and count), moves (list of given, suggested
        and count, largest first), and noise_rate: flagged over labelled rows. Over tables with injected noise this was
        closer to the truth than the off-diagonal share of the confident joint, which runs wild where classes overlap.
    """
    audit = detector.audit_
    labelled = ~audit.unlabelled
    n_labelled = int(np.count_nonzero(labelled))
    flagged = table[table["flagged"]]
    counts = np.bincount(audit.codes[labelled], minlength=audit.n_classes)
    moves = flagged.groupby(["given", "suggested"], observed=True).size().sort_values(ascending=False, kind="stable")
    return {
        "n_rows": len(table),
        "n_unlabelled": len(table) - n_labelled,
        "n_labelled": n_labelled,
        "n_flagged": len(flagged),
        "classes": list(zip(audit.classes, counts.tolist(), strict=True)),
        "moves": [(given, suggested, int(count)) for (given, suggested), count in moves.items()],
        "noise_rate": len(flagged) / n_labelled,
    }


def lines(summary, table, names, *, top, flipped=None, out=None):
    """The lines to print.

    Parameters
    ----------
    summary : dict
        Of `summarise`.
    table : pandas.DataFrame
        The audit table, one line per row.
    names : sequence of shape (n_samples,)
        What the rows are called.
    top : int
        How many rows to show.
    flipped : ndarray of shape (n_samples,), bool, or None
        Where the labels are known to be wrong.
    out : Path or None
        Where all flagged rows were written.

    Returns
    -------
    lines : list of str
    """
    flagged = table[table["flagged"]].sort_values("quality", kind="stable")
    text = [*_ranked(flagged.head(top), names), *_unlabelled(table, names, top), *_numbers(summary, top)]
    if flipped is not None:
        text += _caught(flagged.index.to_numpy(), flipped)
    if out is not None:
        text += ["", f"wrote the {summary['n_flagged']:,} flagged rows to {out}"]
    return text


def _ranked(shown, names):
    if not len(shown):
        return []
    header = ["row", "given", "suggested", "quality", "reason"]
    rows = [
        [names[row], line.given, line.suggested, f"{line.quality:.3f}", line.reason]
        for row, line in zip(shown.index, shown.itertuples(), strict=True)
    ]
    return ["Most doubtful labels", *_aligned(header, rows, right={"quality"}), ""]


def _unlabelled(table, names, top):
    rows = table[table["given"].isna()]
    if not len(rows) or not top:
        return []
    cells = [[names[row], line.suggested] for row, line in zip(rows.index[:top], rows.itertuples(), strict=False)]
    more = [f"  … and {len(rows) - top:,} more"] if len(rows) > top else []
    return ["Unlabelled rows, never flagged", *_aligned(["row", "suggested"], cells), *more, ""]


def _numbers(summary, top):
    classes = ", ".join(f"{_cell(label)} ({count:,})" for label, count in summary["classes"][: max(top, 2)])
    more = len(summary["classes"]) - max(top, 2)
    facts = [
        (
            "rows",
            f"{summary['n_rows']:,}" + (f", {summary['n_unlabelled']:,} unlabelled" * bool(summary["n_unlabelled"])),
        ),
        ("classes", f"{len(summary['classes'])}: {classes}" + (f" and {more:,} more" if more > 0 else "")),
        ("flagged", f"{summary['n_flagged']:,} of {summary['n_labelled']:,} labels"),
        ("estimated noise rate", f"{summary['noise_rate']:.1%}"),
    ]
    text = ["Summary", *(f"  {name:<22}{value}" for name, value in facts)]
    moves = summary["moves"]
    text += [
        f"  {'given -> suggested' if not position else '':<22}{_cell(given)} -> {_cell(suggested)}: {count:,}"
        for position, (given, suggested, count) in enumerate(moves[: max(top, 1)])
    ]
    return text + ([f"  {'':<22}and {len(moves) - max(top, 1):,} more kinds"] if len(moves) > max(top, 1) else [])


def _caught(flagged, flipped):
    n_wrong, n_right = int(flipped.sum()), int(flipped[flagged].sum())
    return [
        "",
        f"This is an embedded sample in which {n_wrong} labels are known to be wrong:",
        f"  caught {n_right} of the {n_wrong} wrong labels ({n_right / n_wrong:.0%});",
        f"  {n_right} of the {len(flagged)} flags were right ({n_right / max(len(flagged), 1):.0%}).",
        "Audit a file of yours with: skclean audit FILE --label COLUMN --out issues.csv",
    ]


def _aligned(header, rows, right=()):
    """Lines of a table whose columns are aligned; the last column is not padded."""
    cells = [header, *([_cell(value, widest=None if j == 4 else WIDEST) for j, value in enumerate(r)] for r in rows)]
    widths = [max(len(row[j]) for row in cells) for j in range(len(header))]
    pad = [str.rjust if name in right else str.ljust for name in header]
    return ["  " + "  ".join(pad[j](row[j], widths[j]) for j in range(len(row))).rstrip() for row in cells]


def _cell(value, widest=WIDEST):
    """A value as printable text on one line."""
    text = "".join(c if c.isprintable() else " " for c in str(value))
    return text if widest is None or len(text) <= widest else text[: widest - 1] + "…"
