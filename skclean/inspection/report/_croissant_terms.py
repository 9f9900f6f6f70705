"""Words of Croissant, and how to read and extend a description that others wrote."""

from copy import deepcopy
from typing import Any

__all__ = ["CONTEXT", "as_list", "check_document", "complete_context", "entries", "values_of"]

CROISSANT = "http://mlcommons.org/croissant/"
# As the specification of Croissant 1.1 prints it.
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "annotation": "cr:annotation",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": CROISSANT,
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
# What this package writes; a description of others needs these words, and keeps all of its own.
NEEDED = ("annotation", "column", "cr", "data", "dataType", "extract", "field", "fileObject", "key", "rai", "recordSet",
          "sc", "source")  # fmt: skip


def check_document(existing: Any) -> dict[str, Any]:
    """Return the content of a Croissant file.

    Parameters
    ----------
    existing : dict

    Raises
    ------
    ValueError
        If it is no Croissant 1.0 or 1.1.
    """
    if not isinstance(existing, dict) or not isinstance(existing.get("@context"), dict):
        raise ValueError("existing must be the content of a Croissant file: a dict with a dict '@context'.")
    versions = [str(one) for name in ("conformsTo", "dct:conformsTo") for one in as_list(existing.get(name))]
    if not any(one.startswith(f"{CROISSANT}1.") for one in versions):
        raise ValueError(
            f"existing must conform to Croissant 1.0 or 1.1; its conformsTo is {versions or None}. Bring it to "
            f"'{CROISSANT}1.0' first."
        )
    return existing


def complete_context(document: dict[str, Any]) -> None:
    """Add the words that are written here to a context, and change none of its own.

    Raises
    ------
    ValueError
        If one of them means something else there.
    """
    context = document["@context"]
    for word in NEEDED:
        context.setdefault(word, deepcopy(CONTEXT[word]))
    for word in NEEDED:
        meaning = context[word]
        if _address(context, meaning) != _address(CONTEXT, CONTEXT[word]):
            raise ValueError(
                f"existing uses {word!r} for {meaning!r}, and Croissant for {CONTEXT[word]!r}; rename the word in "
                "existing first."
            )


def _address(context, meaning):
    """The whole address that a word stands for, such as that of cr:field."""
    if isinstance(meaning, dict):
        meaning = meaning.get("@id", "")
    prefix, colon, rest = str(meaning).partition(":")
    base = context.get(prefix) if colon and not rest.startswith("//") else None
    return f"{base}{rest}" if isinstance(base, str) else meaning


def as_list(value: Any) -> list[Any]:
    """Return the values under a key of JSON-LD, where one value may stand without a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _key(node, name):
    """The key as it is spelled in this node."""
    return next((key for key in (name, f"cr:{name}", f"{CROISSANT}{name}") if key in node), name)


def values_of(node: dict[str, Any], name: str) -> list[Any]:
    """Return the values under a key, in any spelling, and change nothing."""
    return as_list(node.get(_key(node, name)))


def entries(node: dict[str, Any], name: str) -> list[Any]:
    """Return the values under a key as the list within the node, so that it can be extended."""
    key = _key(node, name)
    node[key] = as_list(node.get(key))
    found: list[Any] = node[key]
    return found
