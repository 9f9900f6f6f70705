"""A file with other labels and without some rows, and every other cell as it stands in the file.

A text file is edited as text: line breaks, quotes, comments and the order of columns stay, so a comparison of the two
files shows the changed lines alone. A file of another kind is written anew, with the types of its columns.
"""

import gzip
import json
import re

import numpy as np

from skclean._cli._errors import UsageError, one_line
from skclean._cli._formats import ARROW, LINES, arrow_table, load_extra
from skclean._cli._layout import TextLayout, open_text
from skclean._cli._output import write_table, written_whole
from skclean._cli._tables import SEPARATORS, read_cells, suffix_of

__all__ = ["label_cells", "rewrite"]


def label_cells(path, frame, label, *, text=None):
    """Return the labels as they stand in the file: list, None where a label is missing.

    Parameters
    ----------
    path : Path
    frame : pandas.DataFrame
        The table as `read_table` reads it.
    label : str
    text : TextLayout or None, default=None
    """
    missing = frame[label].isna().tolist()
    if suffix_of(path) in SEPARATORS:
        cells = read_cells(path, np.arange(len(frame)), text=text)[label].tolist()
    else:
        cells = frame[label].tolist()
    return [None if gap or (isinstance(c, str) and not c.strip()) else c for c, gap in zip(cells, missing, strict=True)]


def rewrite(path, out, plan, label, *, text=None, n_rows=None):
    """Write a copy of a table with the changes of a plan.

    Parameters
    ----------
    path : Path
    out : Path
        Where its ending is another one, the cells are those of `path` in the other format.
    plan : skclean.review.Plan
    label : str
        Column of the labels.
    text : TextLayout or None, default=None
        Of a text file.
    n_rows : int
        Of the table.
    """
    suffix, text = suffix_of(path), text or TextLayout()
    if suffix_of(out) != suffix:
        write_table(_changed_cells(path, plan, label, text, n_rows), out)
    elif suffix in SEPARATORS:
        data = _edited_text(path, plan, label, text, n_rows)
        if data is None:
            write_table(_changed_cells(path, plan, label, text, n_rows), out)
        else:
            with written_whole(out) as name, open(name, "wb") as file:
                file.write(gzip.compress(data, mtime=0) if suffix.endswith(".gz") else data)
    elif suffix in ARROW:
        _rewrite_arrow(path, out, suffix, plan, label)
    elif suffix in LINES:
        _rewrite_lines(path, out, plan, label)
    else:
        _rewrite_spreadsheet(path, out, plan, label)


def _changed_cells(path, plan, label, text, n_rows):
    cells = read_cells(path, np.arange(n_rows), text=text)
    column = cells[label].astype(object)
    column.iloc[list(plan.labels)] = list(plan.labels.values())
    cells[label] = column.astype(cells[label].dtype)
    return cells.drop(index=plan.removed)


def _edited_text(path, plan, label, text, n_rows):
    """The bytes of the text with the changes; None where the rows cannot be split as pandas splits them."""
    with gzip.open(path, "rb") if path.suffix.lower() == ".gz" else open(path, "rb") as file:
        data = file.read()
    encoding = _endian(text.encoding, data)
    content = data.decode(encoding)
    with open_text(path, text, SEPARATORS[suffix_of(path)]) as (_, layout):
        sep, skipped = layout["sep"], layout.get("skiprows", 0)
    if content.encode(encoding) != data:
        return None
    records = _records(content, sep, text.comment, skip_first=bool(skipped) or _has_sep_line(content))
    header = _cells(content[slice(*records[0])], sep) if records else []
    if header.count(label) != 1 or len(records) != n_rows + 1:
        return None
    place, before = header.index(label), read_cells(path, np.arange(n_rows), text=text)[label].tolist()
    parts, end, removed = [], 0, set(plan.removed.tolist())
    for row, (start, stop) in enumerate(records[1:]):
        found = _field(content, start, stop, sep, place)
        if _plain(content[slice(*found)] if found else "") != before[row]:
            return None
        if row in removed:
            parts.append(content[end:start])
            end = stop
        elif row in plan.labels:
            if not found:
                return None
            parts += [content[end : found[0]], _quoted(str(plan.labels[row]), content[found[0] : found[1]], sep)]
            end = found[1]
    return "".join([*parts, content[end:]]).encode(encoding)


def _endian(encoding, data):
    """An encoding that gives the same bytes again: that with a mark writes the order of this machine."""
    if encoding.lower().replace("_", "-") in ("utf-16", "utf16"):
        return {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(data[:2], encoding)
    return encoding


def _field_pattern(sep):
    """One field: quotes at its begin may hold separators and line breaks, and text may follow them."""
    return rf'(?>(?:"[^"]*+(?:""[^"]*+)*+")?+[^{re.escape(sep)}\r\n]*+)'


def _has_sep_line(content):
    return re.match(r'\ufeff?"?sep=.[^\S\r\n]*"?\s*?[\r\n]', content, re.IGNORECASE) is not None


def _records(content, sep, comment, skip_first):
    """Begin and end of each record, the header first; blank lines and comments are none."""
    field = _field_pattern(sep)
    record = re.compile(rf"(?:{field}{re.escape(sep)})*+{field}(?:\r\n|\n|\r|\Z)")
    line = re.compile(r"[^\r\n]*+(?:\r\n|\n|\r|\Z)")
    start, found = int(content.startswith("\ufeff")), []
    if skip_first:
        start = line.match(content, start).end()
    while start < len(content):
        if comment is not None and content.startswith(comment, start):
            start = line.match(content, start).end()
            continue
        match = record.match(content, start)
        if match is None or match.end() == start:
            return []
        if match[0].strip(" \r\n") or sep in match[0]:
            found.append((start, match.end()))
        start = match.end()
    return found


def _field(content, start, stop, sep, place):
    """Begin and end of one field of a record; None where the record ends before."""
    field = _field_pattern(sep)
    match = re.compile(rf"(?:{field}{re.escape(sep)}){{{place}}}({field})").match(content, start, stop)
    return None if match is None else match.span(1)


def _cells(record, sep):
    record = record.rstrip("\r\n") if not record.rstrip("\r\n").endswith(sep) else record
    fields = re.findall(rf"({_field_pattern(sep)})(?:{re.escape(sep)}|[\r\n]|\Z)", record)
    return [_plain(field) for field in fields]


def _plain(field):
    """The text of a field, without its quotes."""
    match = re.match(r'"([^"]*(?:""[^"]*)*)"', field)
    return field if match is None else match[1].replace('""', '"') + field[match.end() :]


def _quoted(text, before, sep):
    """A label as a field, in quotes where the one before was or where it needs them."""
    if before.startswith('"') or any(mark in text for mark in (sep, '"', "\r", "\n")):
        return '"' + text.replace('"', '""') + '"'
    return text


def _rewrite_arrow(path, out, suffix, plan, label):
    arrow = load_extra("pyarrow")
    table = arrow_table(path, suffix)
    place = table.column_names.index(label)
    values, kind = table.column(label).to_pylist(), table.column(label).type
    for row, value in plan.labels.items():
        values[row] = value
    try:
        column = arrow.array(values, type=kind)
    except (arrow.ArrowInvalid, arrow.ArrowTypeError) as error:
        raise UsageError(
            f"--new-labels: a label does not fit the type {kind} of {label!r}: {one_line(error)}"
        ) from None
    table = table.set_column(place, table.schema.field(place), column)
    kept = np.ones(len(values), dtype=bool)
    kept[plan.removed] = False
    table = table.filter(arrow.array(kept)) if len(plan.removed) else table
    with written_whole(out) as name:
        if suffix == ".parquet":
            load_extra("pyarrow.parquet").write_table(table, name)
        else:
            load_extra("pyarrow.feather").write_feather(table, name)


def _rewrite_lines(path, out, plan, label):
    removed, row = set(plan.removed.tolist()), -1
    with open(path, encoding="utf-8", newline="") as file:
        lines = list(file)
    with written_whole(out) as name, open(name, "w", encoding="utf-8", newline="") as target:
        for line in lines:
            is_record = bool(line.strip("\ufeff \t\r\n"))
            row += is_record
            if is_record and row in plan.labels:
                line = _changed_record(line, label, plan.labels[row])
            if not (is_record and row in removed):
                target.write(line)


def _changed_record(line, label, value):
    """A line of JSON with another value of one key; all other text stays."""
    decoder, space = json.JSONDecoder(), re.compile(r"[\s,:]*")
    place, span = line.index("{") + 1, None
    while True:
        place = space.match(line, place).end()
        if line[place] == "}":
            break
        key, end = decoder.raw_decode(line, place)
        begin = space.match(line, end).end()
        _, place = decoder.raw_decode(line, begin)
        span = (begin, place) if key == label else span  # the last one counts
    text = json.dumps(value, ensure_ascii=False)
    if span is None:  # the row was unlabelled
        end = line.rindex("}")
        return f"{line[:end].rstrip()}, {json.dumps(label, ensure_ascii=False)}: {text}{line[end:]}"
    return line[: span[0]] + text + line[span[1] :]


def _rewrite_spreadsheet(path, out, plan, label):
    book = load_extra("openpyxl").load_workbook(path)
    sheet = book.worksheets[0]
    header = [str(cell.value) for cell in sheet[1]]
    column = header.index(label) + 1
    for row, value in plan.labels.items():
        cell = sheet.cell(row + 2, column)
        cell.value = value
        if cell.data_type == "f":
            cell.data_type = "s"
    for row in reversed(plan.removed.tolist()):
        sheet.delete_rows(row + 2)
    with written_whole(out) as name:
        book.save(name)
