"""The content of the report: a dictionary of JSON types, which the templates show and other programs read."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import numpy as np
import sklearn

from skclean.inspection._doubtful import doubtful_table, ranked
from skclean.inspection.report import _words
from skclean.inspection.report._frame import column_type, label_text, table_frame
from skclean.inspection.report._rows import describe_rows
from skclean.noise import NoiseModel
from skclean.noise.model._noise_fit import noise_of
from skclean.utils._version import __version__

__all__ = ["SCHEMA", "summarise"]

SCHEMA = 1
N_FIRST, N_BINS, MAX_CLASSES, MAX_PAIRS, MAX_COLUMNS, MAX_LABELS = 3, 20, 50, 30, 200, 200
# A matrix of more classes is shown as its largest flips.
MAX_MATRIX = 12


def summarise(
    detectors: Sequence[Any],
    X: Any,
    *,
    names: Sequence[str],
    checks: list[dict[str, Any]],
    max_rows: int,
    title: str,
    source: dict[str, str],
) -> dict[str, Any]:
    """Collect everything that the report shows.

    Parameters
    ----------
    detectors : list of fitted detectors
        The report is about the first.
    X : table of shape (n_samples, n_features)
        What they were fitted on.
    names : sequence of shape (n_samples,)
        What the rows are called.
    checks : list of dict
        As ``CheckTable.as_dicts`` gives them.
    max_rows : int
        So many doubtful rows at most.
    title : str
    source : dict
        Where the data came from: any of file, sha256, label, changed, command.

    Returns
    -------
    summary : dict
        JSON types only; docs/report.md lists the keys. It holds no time and no path of its own, so that the same input
        gives the same bytes.
    """
    detector = detectors[0]
    audit = detector.audit_
    frame = table_frame(X)
    own_rule = getattr(detector, "rule", None) is None
    table = doubtful_table(detector, own_rule=own_rule)
    lines = ranked(table[table["doubtful"]])
    facts = detector.summary()
    noise = None if audit.proba is None else noise_of(audit)
    rows = describe_rows(detectors, frame, X, lines.head(max_rows), names)
    summary = {
        "schema": SCHEMA,
        "title": title,
        "verdict": _verdict(facts, noise),
        "assumption": _words.assumption(detector),
        "first": [entry["row"] for entry in rows if entry["flagged"]][:N_FIRST],
        "data": _data(frame, facts, source),
        "classes": _classes(audit, table, facts),
        "tiers": [
            {"tier": tier, "rows": count, "expected_wrong": round(expected, 1)}
            for tier, count, expected in facts["tiers"]
        ],
        "pairs": _pairs(lines),
        "n_doubtful": len(lines),
        "rows": rows,
        "labels": _labels(facts, rows),
        "quality": _histogram(table),
        "transition": _transition(audit),
        "checks": checks,
        "method": _method(detector, detectors[1:], source),
        "limits": _words.limits(audit, noise, facts),
    }
    summary["next"] = _words.next_steps(summary)
    summary["id"] = sha256(repr(sorted(summary.items())).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return summary


def _verdict(facts, noise):
    verdict = {
        "n_rows": facts["n_rows"],
        "n_labelled": facts["n_labelled"],
        "n_counted": facts["n_labelled"] if noise is None else int(np.count_nonzero(noise.weight)),
        "n_flagged": facts["n_flagged"],
        "rate": None,
        "low": None,
        "high": None,
    }
    if noise is not None:
        rate = noise.noise_rate
        verdict |= {"rate": float(rate.rate), "low": float(rate.low), "high": float(rate.high)}
    # counts of rates that are not rounded yet, as those of the checks are
    sentence = _words.verdict(verdict | {"n_not_judged": facts["n_not_judged"]})
    rounded = {name: round(verdict[name], 4) for name in ("rate", "low", "high") if verdict[name] is not None}
    return verdict | rounded | {"sentence": sentence}


def _data(frame, facts, source):
    return {
        "n_rows": facts["n_rows"],
        "n_columns": frame.shape[1],
        "n_labelled": facts["n_labelled"],
        "n_unlabelled": facts["n_unlabelled"],
        "n_not_judged": facts["n_not_judged"],
        "columns": [str(name) for name in frame.columns[:MAX_COLUMNS]],
        "types": [column_type(dtype) for dtype in frame.dtypes.iloc[:MAX_COLUMNS]],
        **source,
    }


def _classes(audit, table, facts):
    """Each class: rows, and how many of them are flagged and doubtful. The largest classes, if there are many."""
    if not facts["classes"]:
        return []
    codes = audit.codes
    flagged, doubtful = (
        np.bincount(codes[table[name].to_numpy() & (codes >= 0)], minlength=audit.n_classes)
        for name in ("flagged", "doubtful")
    )
    counts = np.array([count for _, count in facts["classes"]])
    shown = np.sort(np.argsort(-counts, kind="stable")[:MAX_CLASSES])
    return [
        {
            "label": label_text(facts["classes"][code][0]),
            "rows": int(counts[code]),
            "flagged": int(flagged[code]),
            "doubtful": int(doubtful[code]),
        }
        for code in shown
    ]


def _labels(facts, rows):
    """Labels that a reviewer may choose from: all, or the largest classes and those of the rows shown."""
    labels = [label_text(label) for label, _ in facts["classes"]]
    if len(labels) <= MAX_LABELS:
        return labels
    sizes = [count for _, count in facts["classes"]]
    common = {labels[code] for code in np.argsort(sizes, kind="stable")[-MAX_LABELS:]}
    common |= {row[name] for row in rows for name in ("given", "suggested")}
    return [label for label in labels if label in common]


def _pairs(lines):
    """Given and suggested labels of the doubtful rows, most frequent first."""
    known = lines[lines["suggested"].notna()]
    texts = zip(map(label_text, known["given"].tolist()), map(label_text, known["suggested"].tolist()), strict=True)
    counts: dict[tuple[str, str], int] = {}
    for pair in texts:
        counts[pair] = counts.get(pair, 0) + 1
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MAX_PAIRS]
    return [{"given": given, "suggested": wanted, "rows": count} for (given, wanted), count in most]


def _histogram(table):
    """Label quality in 20 bins: labels that are doubtful, and all others. Unlabelled rows are left out."""
    known = table[table["given"].notna()]
    doubtful = known["doubtful"].to_numpy()
    quality = known["quality"].to_numpy()
    counts = [np.histogram(quality[part], bins=N_BINS, range=(0, 1))[0].tolist() for part in (doubtful, ~doubtful)]
    return {"doubtful": counts[0], "other": counts[1]}


def _transition(audit):
    """P(recorded label | true label) of the noise model, or its largest flips; None without a noise model."""
    noise = audit.get(NoiseModel)
    if noise is None:
        return None
    matrix = noise.noise_weight * noise.channel.transition
    matrix = matrix + (1 - noise.noise_weight) * np.eye(len(matrix))
    labels = [label_text(label) for label in audit.classes.tolist()]
    if len(labels) <= MAX_MATRIX:
        return {"labels": labels, "matrix": np.round(matrix, 4).tolist()}
    flips = np.where(np.eye(len(labels), dtype=bool), 0, matrix)
    true, given = np.unravel_index(np.argsort(-flips, axis=None, kind="stable")[:MAX_MATRIX], flips.shape)
    return {
        "flips": [
            {"true": labels[i], "given": labels[j], "probability": round(float(flips[i, j]), 4)}
            for i, j in zip(true, given, strict=True)
        ]
    }


def _method(detector, others, source):
    """What was done, so that it can be repeated."""
    parameters = {name: _plain(value) for name, value in sorted(detector.get_params(deep=False).items())}
    return {
        "detector": type(detector).__name__,
        "parameters": parameters,
        "seed": parameters.get("random_state"),
        "others": [repr(other) for other in others],
        "left_out_columns": [str(name) for name in getattr(detector, "left_out_columns_", [])],
        "versions": {"skclean": __version__, "scikit-learn": sklearn.__version__, "numpy": np.__version__},
        "command": source.get("command"),
        "sha256": source.get("sha256"),
    }


def _plain(value):
    """A parameter as JSON can hold it."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    text = " ".join(repr(value).split())
    return text if " at 0x" not in text else type(value).__name__  # an address differs from run to run
