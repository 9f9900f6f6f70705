"""What the report shows of a doubtful row: its values, the rows most like it, probabilities, and a reason in words."""

from typing import Any

import numpy as np

from skclean.inspection._row_keys import row_checksums
from skclean.inspection.report._frame import cell_text, label_text, one_line
from skclean.inspection.report._profiles import ColumnProfiles
from skclean.preprocessing import as_points, find_neighbours, is_table
from skclean.targets import UNLABELLED, entry_text
from skclean.utils._compat import safe_indexing

__all__ = ["describe_rows"]

N_SIMILAR, N_LIKELY = 5, 3
# Cells of one report, so that it stays small: a row shows all its columns, or as many of those that tell most.
MAX_CELLS, FEWEST, FEWEST_SIMILAR = 3_000, 6, 3
CELL, SIMILAR_CELL, SHORT = 48, 20, 40
# A column is named in the reason where its value is so many times as usual for the suggested class.
TELLS = 2.0
# Rows are compared with up to so many others.
MAX_COMPARED = 100_000


def describe_rows(detectors: Any, frame: Any, X: Any, lines: Any, names: Any) -> list[dict[str, Any]]:
    """Describe doubtful rows in plain values.

    Parameters
    ----------
    detectors : list of fitted detectors
        The first is the one that the report is about; the others add their scores.
    frame : DataFrame of shape (n_samples, n_columns)
        Of `table_frame`.
    X : table of shape (n_samples, n_features)
        What `frame` was made of.
    lines : DataFrame
        Lines of `doubtful_table` in the order that is wanted, under the positions of the rows.
    names : sequence of shape (n_samples,)
        What the rows are called.

    Returns
    -------
    rows : list of dict
        JSON types only; docs/report.md lists the keys.
    """
    rows, audit = lines.index.to_numpy(), detectors[0].audit_
    if not len(rows):
        return []
    n_columns = _fitting(len(rows), frame.shape[1], MAX_CELLS, FEWEST)
    values = _class_values(audit, frame, lines, n_columns) if _has_classes(audit) else _first(frame, rows, n_columns)
    similar = _similar(audit, frame, X, rows, [[cell["column"] for cell in cells] for cells in values], names)
    checks = row_checksums(frame, rows)
    described, show = [], _shown(audit)
    for position, line in enumerate(lines.itertuples()):
        row = rows[position]
        entry = {
            "row": int(row),
            "name": label_text(names[row]),
            "check": checks[position],
            "given": label_text(entry_text(line.given)),
            "suggested": None if line.suggested is None else show(line.suggested),
            "quality": round(float(line.quality), 4),
            "chance_wrong": round(float(line.chance_wrong), 4) if "chance_wrong" in lines else None,
            "tier": int(line.tier) if "tier" in lines else None,
            "flagged": bool(line.flagged),
            "values": values[position],
            "similar": similar[position],
            "likely": _likely(audit, row),
            "scores": _scores(detectors, row),
        }
        entry["reason"] = _reason(entry) if _has_classes(audit) else _other_reason(entry, audit, row)
        described.append(entry)
    return described


def _has_classes(audit):
    return audit.labels.target.has_classes


def _fitting(n_rows, n_columns, most, fewest):
    """How many columns of each row are shown."""
    return min(n_columns, max(fewest, most // n_rows))


def _first(frame, rows, n_columns):
    """The first columns, where no class could say which ones tell most."""
    parts = [[cell_text(cell, CELL) for cell in frame.iloc[rows, j].tolist()] for j in range(n_columns)]
    columns = frame.columns[:n_columns]
    return [
        [{"column": name, "value": part[i]} for name, part in zip(columns, parts, strict=True)]
        for i in range(len(rows))
    ]


def _class_values(audit, frame, lines, n_columns):
    """The columns of each row that tell most: value, and how usual it is for the given and the suggested class."""
    rows, codes = lines.index.to_numpy(), audit.codes
    code_of = {label: code for code, label in enumerate(audit.classes.tolist())}
    suggested = np.array([code_of.get(label, -1) for label in lines["suggested"].tolist()])
    given = codes[rows]
    asked = np.column_stack([given, np.where(suggested < 0, given, suggested)])
    described = codes.copy()
    described[rows] = UNLABELLED  # a doubtful row does not describe its class
    if np.bincount(described[described >= 0], minlength=audit.n_classes)[np.unique(asked)].min() == 0:
        described = codes
    shares = ColumnProfiles(frame, described, audit.n_classes).shares(rows, asked)
    weight = np.log(shares[:, :, 1] / shares[:, :, 0])
    order = np.argsort(-weight, axis=0, kind="stable") if frame.shape[1] <= n_columns else _telling(weight, n_columns)
    cells = {j: frame.iloc[rows, j].tolist() for j in np.unique(order)}
    return [
        [
            {
                "column": frame.columns[j],
                "value": cell_text(cells[j][i], CELL),
                "in_given": round(float(shares[j, i, 0]), 3),
                "in_suggested": round(float(shares[j, i, 1]), 3) if suggested[i] >= 0 else None,
            }
            for j in order[:, i]
        ]
        for i in range(len(rows))
    ]


def _telling(weight, n_columns):
    """Columns of each row that tell most for or against: those that tell most for the suggested class come first."""
    most = np.argpartition(-np.abs(weight), n_columns - 1, axis=0)[:n_columns]
    within = np.argsort(-np.take_along_axis(weight, most, axis=0), axis=0, kind="stable")
    return np.take_along_axis(most, within, axis=0)


def _similar(audit, frame, X, rows, columns, names):
    """The rows most like each one: name, label, and values in the columns that tell most."""
    n_columns = _fitting(len(rows) * N_SIMILAR, frame.shape[1], 3 * MAX_CELLS, FEWEST_SIMILAR)
    if not is_table(X):
        return [[] for _ in rows]
    labelled = np.flatnonzero(audit.labels.target.known)
    used, points = np.arange(len(frame)), X
    if len(frame) > MAX_COMPARED:
        drawn = np.random.RandomState(0).choice(len(labelled), min(MAX_COMPARED, len(labelled)), replace=False)
        labelled = labelled[np.sort(drawn)]
        used = np.union1d(labelled, rows)
        points = safe_indexing(X, used)
    points = as_points(points)
    own = np.searchsorted(used, rows)
    ascending = np.argsort(own)
    found = np.empty((len(rows), min(N_SIMILAR, len(labelled) - 1)), dtype=np.int64)
    if found.shape[1]:
        among = np.searchsorted(used, labelled)
        found[ascending] = find_neighbours(points, among, N_SIMILAR, of=own[ascending], exact=True).indices
    neighbours = used[found]
    labels = _labels_of(audit, neighbours)
    place = {name: j for j, name in enumerate(frame.columns)}
    used_names = {name for shown in columns for name in shown[:n_columns]}
    cells = {name: frame.iloc[neighbours.ravel(), place[name]].tolist() for name in used_names}
    k = neighbours.shape[1]
    return [
        [
            {
                "row": int(neighbours[i, n]),
                "name": label_text(names[neighbours[i, n]]),
                "label": labels[i][n],
                "values": [cell_text(cells[name][i * k + n], SIMILAR_CELL) for name in columns[i][:n_columns]],
            }
            for n in range(k)
        ]
        for i in range(len(rows))
    ]


def _labels_of(audit, rows):
    target = audit.labels.target
    entries = target.entries(target.given)
    show = _shown(audit)
    return [[show(value) for value in line] for line in entries[rows].tolist()]


def _shown(audit):
    """The function that makes a text of a label; numbers that are no classes get six digits."""
    if audit.labels.target.kind == "numeric":
        return lambda value: f"{value:.6g}"
    return lambda value: label_text(entry_text(value))


def _likely(audit, row):
    """The most probable classes, by models that had not seen the row."""
    if audit.proba is None:
        return []
    proba = np.asarray(audit.proba[row], dtype=float)
    most = np.argsort(-proba, kind="stable")[:N_LIKELY]
    given = audit.codes[row]
    if given >= 0 and given not in most:
        most[-1] = given
    labels = audit.classes[most].tolist()
    return [
        {"label": label_text(label), "probability": round(float(proba[code]), 3)}
        for label, code in zip(labels, most, strict=True)
    ]


def _scores(detectors, row):
    """The label quality by each detector; a panel of detectors is listed one by one."""
    every = []
    for detector in detectors:
        every += [detector, *(getattr(detector, "detectors_", None) or [])]
    return [{"detector": type(one).__name__, "quality": round(float(one.label_quality_[row]), 3)} for one in every]


def _reason(entry):
    """Why the label is doubtful, in sentences for somebody who knows the data and no statistics."""
    given, wanted = (f"“{one_line(str(entry[name]), SHORT)}”" for name in ("given", "suggested"))
    like = entry["similar"]
    text = [f"Recorded as {given}."]
    if entry["suggested"] is None:
        return text[0]
    if like:
        same, other = (sum(one["label"] == label for one in like) for label in (entry["given"], entry["suggested"]))
        counts = [f"{count} {_are(count)} {label}" for count, label in ((other, wanted), (same, given)) if count]
        text.append(f"Of the {len(like)} rows most like it, {', '.join(counts) or 'none is of either class'}.")
    most = entry["values"][0] if entry["values"] else {}
    if most.get("value") and most["in_suggested"] > TELLS * most["in_given"]:
        text.append(
            f"{one_line(most['column'], SHORT)} is {most['value']} or near it in "
            f"{_percent(most['in_suggested'])} of the {wanted} rows and {_percent(most['in_given'])} of the {given} "
            "rows."
        )
    probability = {one["label"]: one["probability"] for one in entry["likely"]}
    if entry["suggested"] in probability:
        text.append(
            f"A model that had not seen the row gives {wanted} {_percent(probability[entry['suggested']])}, "
            f"{given} {_percent(probability.get(entry['given'], 0.0))}."
        )
    return " ".join(text)


def _other_reason(entry, audit, row):
    """Why a label that is no class is doubtful: what a model expected, and what the rows most like it have."""
    text = [f"Recorded as “{one_line(entry['given'], SHORT)}”."]
    said = next((record.sentence(row) for record in audit.evidence if hasattr(record, "sentence")), "")
    text += [f"By models that had not seen the row: {said}."] if said else []
    like = ", ".join(one_line(one["label"], SHORT) for one in entry["similar"])
    return " ".join([*text, *([f"The rows most like it have {like}."] if like else [])])


def _are(count):
    return "is" if count == 1 else "are"


def _percent(share):
    if 0 < share < 0.01:
        return "under 1 %"
    return f"{100 * share:.0f} %"
