"""Findings of an audit, first as numbers, then as lines of text."""

from skclean._cli._assumed import assumption, review_of
from skclean.inspection._doubtful import ranked
from skclean.noise.model._noise_fit import noise_of

__all__ = ["lines", "summarise", "written_lines"]

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
        and count, largest first); noise_rate (NoiseRate, or None where there are no probabilities or too many classes);
        tiers (list of number, count and expected number of wrong labels; empty where the detector has no noise model);
        review (Review, or None where nothing was reviewed); assumption (what was taken for granted of the labels).
    """
    audit = detector.audit_
    noise = None if audit.proba is None else noise_of(audit)
    return {
        **detector.summary(),
        "noise_rate": None if noise is None else noise.noise_rate,
        "has_proba": audit.proba is not None,
        "review": review_of(audit),
        "assumption": assumption(detector),
    }


def lines(summary, table, names, *, top, flipped=None):
    """The lines to print.

    Parameters
    ----------
    summary : dict
        Of `summarise`.
    table : pandas.DataFrame
        Of `doubtful_table`, one line per row.
    names : sequence of shape (n_samples,)
        What the rows are called.
    top : int
        How many rows to show.
    flipped : ndarray of shape (n_samples,), bool, or None
        Where the labels are known to be wrong.

    Returns
    -------
    lines : list of str
    """
    flagged = ranked(table[table["flagged"]])
    text = [*_ranked(flagged.head(top), names), *_unlabelled(table, names, top), *_numbers(summary, top)]
    if flipped is not None:
        text += _caught(flagged.index.to_numpy(), flipped)
    return text


def written_lines(arguments, summary, written):
    """Return the lines that say what was written.

    Parameters
    ----------
    arguments : argparse.Namespace
    summary : dict
        Of `summarise`.
    written : pandas.DataFrame or None
        The lines of the audit table for the rows in the file.
    """
    if written is None:
        return []
    if arguments.review_sample is not None:
        return [
            "",
            f"wrote {len(written):,} rows to review to {arguments.out}: write the right label of each row in its last "
            "column, and leave it empty where you cannot tell;",
            f"then repeat the command with --reviewed-file {arguments.out} in place of --review-sample and --out",
        ]
    if arguments.budget is not None:
        return ["", f"wrote {len(written):,} rows to review to {arguments.out}; show them with: skclean review FILE"]
    more = written[~written["flagged"]]
    tiers = " and ".join(str(tier) for tier in sorted(more["tier"].unique())) if len(more) else ""
    rest = f", and {len(more):,} more of tier {tiers}," if len(more) else ""
    flagged = {0: "no flagged row", 1: "the flagged row"}.get(
        summary["n_flagged"], f"the {summary['n_flagged']:,} flagged rows"
    )
    return ["", f"wrote {flagged}{rest} to {arguments.out}"]


def _ranked(shown, names):
    if not len(shown):
        return []
    with_tier = "tier" in shown and (shown["tier"] != 1).any()
    header = ["row", "given", "suggested", "quality", *(["tier"] if with_tier else []), "reason"]
    rows = [
        [names[row], line.given, line.suggested, f"{line.quality:.3f}"]
        + ([line.tier or "-"] if with_tier else [])
        + [line.reason]
        for row, line in zip(shown.index, shown.itertuples(), strict=True)
    ]
    return ["Most doubtful labels", *_aligned(header, rows, right={"quality"}), ""]


def _unlabelled(table, names, top):
    rows = table[table["given"].isna()]
    if not len(rows) or not top or rows["suggested"].isna().all():
        return []
    cells = [[names[row], line.suggested] for row, line in zip(rows.index[:top], rows.itertuples(), strict=False)]
    more = [f"  … and {len(rows) - top:,} more"] if len(rows) > top else []
    return ["Unlabelled rows, never flagged", *_aligned(["row", "suggested"], cells), *more, ""]


def _numbers(summary, top):
    facts = [
        (
            "rows",
            f"{summary['n_rows']:,}" + (f", {summary['n_unlabelled']:,} unlabelled" * bool(summary["n_unlabelled"])),
        ),
        *_judged(summary),
        *_classes(summary, max(top, 2)),
        (
            "flagged",
            f"{summary['n_flagged']:,} of {summary['n_labelled']:,} labels "
            f"({_percent(summary['n_flagged'] / summary['n_labelled'])})",
        ),
        *([("estimated noise rate", _estimate(summary))] if summary["classes"] else []),
        *((f"tier {tier[0]}", _tier(*tier)) for tier in summary["tiers"]),
    ]
    text = ["Summary", *(f"  {name:<22}{value}" for name, value in facts)]
    moves = summary["moves"]
    text += [
        f"  {'given -> suggested' if not position else '':<22}{_cell(given)} -> {_cell(suggested)}: {count:,}"
        for position, (given, suggested, count) in enumerate(moves[: max(top, 1)])
    ]
    text += [f"  {'':<22}and {len(moves) - max(top, 1):,} more kinds"] if len(moves) > max(top, 1) else []
    return text + ([f"  {summary['assumption']}"] if summary["assumption"] else [])


def _classes(summary, top):
    """The line of the classes; none where the labels are of another kind."""
    classes, more = summary["classes"], len(summary["classes"]) - top
    counts = ", ".join(f"{_cell(label)} ({count:,})" for label, count in classes[:top])
    return [("classes", f"{len(classes)}: {counts}" + f" and {more:,} more" * (more > 0))] if classes else []


def _judged(summary):
    count = summary.get("n_judged")
    return [] if count is None else [("judged", f"{count:,} rows that are new or changed since the baseline")]


def _estimate(summary):
    rate = summary["noise_rate"]
    if rate is None:
        return "none: " + ("too many classes" if summary["has_proba"] else "the detector gives no probabilities")
    text = f"{_percent(rate.rate)} (90 % interval {100 * rate.low:.1f} to {_percent(rate.high)})"
    review = summary["review"]
    if review is None:
        return text
    return f"{text}, corrected by {review.n_rows:,} reviewed labels, {review.n_wrong:,} of them wrong"


def _tier(number, count, wrong):
    when = {1: ", even if labels are outcomes", 2: " if labels are annotations"}[number]
    labels = "1 label" if count == 1 else f"{count:,} labels"
    about = f"about {wrong:,.0f}" if wrong >= 0.5 else "probably none"
    return f"{labels}, {about} of them wrong{when}" if count else "no label"


def _percent(share):
    return f"{100 * share:.1f} %"


def _caught(flagged, flipped):
    n_wrong, n_right = int(flipped.sum()), int(flipped[flagged].sum())
    return [
        "",
        f"This is an embedded sample in which {n_wrong} labels are known to be wrong:",
        f"  caught {n_right} of the {n_wrong} wrong labels ({100 * n_right / n_wrong:.0f} %);",
        f"  {n_right} of the {len(flagged)} flags were right ({100 * n_right / max(len(flagged), 1):.0f} %).",
        "Audit a file of yours with: skclean audit FILE --label COLUMN --out issues.csv",
    ]


def _aligned(header, rows, right=()):
    """Lines of a table whose columns are aligned; the last column is not padded."""
    widest = [None if name == "reason" else WIDEST for name in header]
    cells = [
        list(map(_cell, header)),
        *([_cell(value, limit) for value, limit in zip(row, widest, strict=True)] for row in rows),
    ]
    widths = [max(len(row[j]) for row in cells) for j in range(len(header))]
    pad = [str.rjust if name in right else str.ljust for name in header]
    return ["  " + "  ".join(pad[j](row[j], widths[j]) for j in range(len(row))).rstrip() for row in cells]


def _cell(value, widest=WIDEST):
    """A value as printable text on one line."""
    text = "".join(c if c.isprintable() else " " for c in str(value))
    return text if widest is None or len(text) <= widest else text[: widest - 1] + "…"
