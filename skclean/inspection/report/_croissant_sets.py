"""What an audit found, as record sets and annotations of Croissant."""

from typing import Any

__all__ = ["OURS", "annotations", "audit_set", "classes_set", "transition_set"]

# Begins each `@id` that is made here.
OURS = "skclean/"
LEVEL = 0.9


def annotations(summary: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the facts of the label column, each a field with a constant value."""
    verdict, method = summary["verdict"], summary["method"]
    by = f"{method['detector']} of skclean {method['versions']['skclean']}"
    facts = [
        ("noise_rate", "Estimated share of wrong labels", "sc:Float", verdict["rate"]),
        ("noise_rate_low", "Lower end of the interval of noise_rate", "sc:Float", verdict["low"]),
        ("noise_rate_high", "Upper end of the interval of noise_rate", "sc:Float", verdict["high"]),
        ("noise_rate_level", "Probability that the interval is meant to hold the true share", "sc:Float",
         None if verdict["rate"] is None else LEVEL),
        ("n_labelled", "Rows with a label", "sc:Integer", verdict["n_labelled"]),
        ("n_flagged", "Labels that were flagged as wrong", "sc:Integer", verdict["n_flagged"]),
        ("audited_by", "How, in short; the record set skclean/audit has the rest", "sc:Text", by),
        ("audited_sha256", "Hash of the file that was audited", "sc:Text", summary["data"].get("sha256")),
    ]  # fmt: skip
    return [
        {
            "@type": "cr:Field",
            "@id": f"{OURS}label/{name}",
            "name": name,
            "description": text,
            "dataType": kind,
            "value": value,
        }
        for name, text, kind, value in facts
        if value is not None
    ]


def _record_set(name, description, fields, rows, **more):
    """A record set with its records in it. `fields` has name and data type, `rows` one list of values a record."""
    ids = [f"{OURS}{name}/{field}" for field, _ in fields]
    return {
        "@type": "cr:RecordSet",
        "@id": f"{OURS}{name}",
        "name": name,
        "description": description,
        **more,
        "field": [
            {"@type": "cr:Field", "@id": key, "name": field, "dataType": kind}
            for key, (field, kind) in zip(ids, fields, strict=True)
        ],
        "data": [dict(zip(ids, row, strict=True)) for row in rows],
    }


def audit_set(summary: dict[str, Any]) -> dict[str, Any]:
    """Return how the labels were audited: one record for each setting."""
    method = summary["method"]
    facts = [
        ("detector", method["detector"]),
        *((f"parameter {name}", value) for name, value in method["parameters"].items()),
        ("columns left out", ", ".join(method["left_out_columns"]) or None),
        *((f"version of {name}", version) for name, version in method["versions"].items()),
        ("command", method["command"]),
        ("sha256", method["sha256"]),
        ("report", summary["id"]),
    ]
    rows = [[name, str(value)] for name, value in facts if value is not None]
    return _record_set("audit", "How the labels were audited.", [("name", "sc:Text"), ("value", "sc:Text")], rows)


def classes_set(summary: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the record set of the classes; none where the labels are numbers."""
    if not summary["classes"]:
        return []
    kinds = [("label", "sc:Text"), *((name, "sc:Integer") for name in ("rows", "flagged", "doubtful"))]
    rows = [[one[name] for name, _ in kinds] for one in summary["classes"]]
    return [_record_set("classes", "The labels: how many rows have each, how many are flagged and doubtful.",
                        kinds, rows, dataType="sc:Enumeration", key={"@id": f"{OURS}classes/label"})]  # fmt: skip


def transition_set(summary: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the transition matrix in long form, with many classes its largest flips; none without a noise model."""
    found = summary["transition"]
    if found is None:
        return []
    if "flips" in found:
        rows = [[one["true"], one["given"], one["probability"]] for one in found["flips"]]
    else:
        labels = found["labels"]
        rows = [[true, given, found["matrix"][i][j]] for i, true in enumerate(labels) for j, given in enumerate(labels)]
    part = "The largest entries off its diagonal. " if "flips" in found else ""
    text = f"Transition matrix of the noise: probability of the recorded label, given the true one. {part}".strip()
    kinds = [("true_label", "sc:Text"), ("recorded_label", "sc:Text"), ("probability", "sc:Float")]
    return [_record_set("transition_matrix", text, kinds, rows)]
