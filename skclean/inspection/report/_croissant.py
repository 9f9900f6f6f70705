"""The findings as Croissant metadata: JSON-LD that catalogues of data sets read.

What is made here is recognised by its `@id`, which begins with "skclean/", so that a later report replaces it and
touches nothing else. The file and its columns are described once, under names of their own, and then left to the people
who complete the description.
"""

from copy import deepcopy
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from skclean.inspection.report._croissant_sets import OURS, annotations, audit_set, classes_set, transition_set
from skclean.inspection.report._croissant_terms import (
    CONTEXT,
    as_list,
    check_document,
    complete_context,
    entries,
    values_of,
)
from skclean.inspection.report._words import dataset_name

__all__ = ["croissant_metadata"]

# Begins each text of ours in lists that others write into as well.
SIGN = "skclean: "
TYPES = {"integer": "sc:Integer", "number": "sc:Float", "boolean": "sc:Boolean", "date": "sc:DateTime"}
FORMATS = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".jsonl": "application/jsonlines",
    ".parquet": "application/x-parquet",
    ".feather": "application/vnd.apache.arrow.file",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def croissant_metadata(summary: dict[str, Any], existing: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the findings as Croissant metadata, alone or added to an existing description.

    Parameters
    ----------
    summary : dict
        Of ``AuditReport.dict``.
    existing : dict or None, default=None
        The content of a Croissant file; it is not changed.

    Returns
    -------
    document : dict

    Raises
    ------
    ValueError
        If `existing` is no Croissant 1.0 or 1.1, or uses a word that is needed here for something else.
    """
    document = _skeleton(summary) if existing is None else deepcopy(check_document(existing))
    complete_context(document)
    _take_out_ours(document)
    own_sets = [audit_set(summary), *classes_set(summary), *transition_set(summary)]
    label = summary["data"].get("label")
    field = _label_field(document, label)
    if field is None and {"file", "sha256"} <= summary["data"].keys():
        field = _add_columns(document, summary)
    if field is None:  # no column of a file can be named: the classes stand for it
        field = own_sets[1]["field"][0] if summary["classes"] else own_sets[0]["field"][0]
    entries(field, "annotation").extend(annotations(summary))
    entries(document, "recordSet").extend(own_sets)
    _add_texts(document, "rai:dataAnnotationAnalysis", [summary["verdict"]["sentence"], summary["assumption"]])
    _add_texts(document, "rai:dataLimitations", summary["limits"])
    return document


def _skeleton(summary):
    data = summary["data"]
    return {
        "@context": deepcopy(CONTEXT),
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": dataset_name(summary),
        "description": f"A table of {data['n_rows']:,} rows and {data['n_columns']:,} columns beside its labels.",
    }


def _is_ours(node):
    return isinstance(node, dict) and str(node.get("@id", "")).startswith(OURS)


def _fields(document):
    sets = [one for one in values_of(document, "recordSet") if isinstance(one, dict)]
    return [field for one in sets for field in values_of(one, "field") if isinstance(field, dict)]


def _take_out_ours(document):
    """Remove what an earlier report added, so that nothing stands twice."""
    for field in _fields(document):
        _keep(field, "annotation", lambda note: not _is_ours(note))
    _keep(document, "recordSet", lambda record_set: not _is_ours(record_set))
    for name in ("rai:dataAnnotationAnalysis", "rai:dataLimitations"):
        _keep(document, name, lambda text: not str(text).startswith(SIGN))


def _keep(node, name, wanted):
    """Filter a list in place. A list that is then empty is removed; a list that loses nothing is not touched."""
    if all(map(wanted, values_of(node, name))):
        return
    found = entries(node, name)
    found[:] = filter(wanted, found)
    if not found:
        del node[name]


def _add_texts(document, name, texts):
    """Add texts of ours; where others wrote a single text, it stays alone, as adding would change their value."""
    if not isinstance(document.get(name, []), list):
        return
    entries(document, name).extend(f"{SIGN}{text}" for text in texts if text)


def _label_field(document, label):
    """The field that describes the label column; None where there is none.

    It reads the column of that name, or has the name; without a name it is the only field that is marked as a label.
    """
    fields = _fields(document)
    if label is None:
        marked = [field for field in fields if "cr:Label" in as_list(field.get("dataType"))]
        return marked[0] if len(marked) == 1 else None
    by_column = [field for field in fields if _column_of(field) == label]
    by_name = [field for field in fields if label in _names_of(field)]
    return next(iter(by_column or by_name), None)


def _column_of(field):
    source = next(iter(values_of(field, "source")), {})
    extract = next(iter(values_of(source, "extract")), {}) if isinstance(source, dict) else {}
    return next(iter(values_of(extract, "column")), None) if isinstance(extract, dict) else None


def _names_of(field):
    name = field.get("name")
    return name.values() if isinstance(name, dict) else [name]


def _add_columns(document, summary):
    """Describe the file and its columns. Return the field of the label, or None where the report does not name it."""
    data = summary["data"]
    file_id = _file_id(document, data)
    taken = {one.get("@id") for one in values_of(document, "recordSet") if isinstance(one, dict)}
    name = next(name for name in ("columns", *(f"columns-{k}" for k in range(2, len(taken) + 3))) if name not in taken)

    def field(column, types):
        return {
            "@type": "cr:Field",
            "@id": f"{name}/{quote(column, safe='')}",
            "name": column,
            "dataType": types,
            "source": {"fileObject": {"@id": file_id}, "extract": {"column": column}},
        }

    kinds = data.get("types", [])
    fields = [
        field(column, TYPES.get(kinds[k] if k < len(kinds) else "text", "sc:Text"))
        for k, column in enumerate(data["columns"])
        if column != data.get("label")
    ]
    label = None if data.get("label") is None else field(data["label"], ["sc:Text", "cr:Label"])
    shown = f"; the first {len(data['columns'])}" if data["n_columns"] > len(data["columns"]) else ""
    record_set = {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"One record a row of {data['file']}, with the columns that were audited{shown}.",
        "field": fields + ([label] if label else []),
    }
    if record_set["field"]:
        entries(document, "recordSet").append(record_set)
    return label


def _file_id(document, data):
    """The `@id` of the audited file; it is described where no file of that hash or name is."""
    found = [one for one in values_of(document, "distribution") if isinstance(one, dict)]
    path = PurePosixPath(data["file"])
    for key, value in (("sha256", data["sha256"]), ("contentUrl", data["file"]), ("name", data["file"])):
        for one in found:
            if one.get(key) == value and "@id" in one:
                return one["@id"]
    taken = {one.get("@id") for one in found}
    own_id = quote(data["file"])
    names = (own_id, f"audited/{own_id}", f"audited/{data['sha256']}")
    file_id = next(name for name in names if name not in taken)
    ending = path.with_suffix("").suffix if path.suffix == ".gz" else path.suffix
    entries(document, "distribution").append({
        "@type": "cr:FileObject",
        "@id": file_id,
        "name": path.name,
        "contentUrl": data["file"],
        "encodingFormat": FORMATS.get(ending.lower(), "application/octet-stream"),
        "sha256": data["sha256"],
    })  # fmt: skip
    return file_id
