"""The findings as a data card: Markdown with front matter, for a repository or a catalogue.

Front matter is YAML. Each value is written as JSON, which is YAML too, so that both kinds of readers read it.
"""

import json
import re
from typing import Any

from skclean.inspection.report._page import rendered
from skclean.inspection.report._words import dataset_name

__all__ = ["card_text", "read_card"]

SIZES = [(1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"),
         (10_000_000, "1M<n<10M")]  # fmt: skip
LARGEST = "10M<n<100M"
MAX_PAIRS, MAX_CLASSES = 10, 20
LEVEL = 0.9


def card_text(summary: dict[str, Any]) -> str:
    """Return the data card of a report.

    Parameters
    ----------
    summary : dict
        Of ``AuditReport.dict``.

    Returns
    -------
    text : str
        Markdown. `read_card` reads it.
    """
    data = {"file": None, "sha256": None, "label": None} | summary["data"]
    facts = {"data": data, "pairs": summary["pairs"][:MAX_PAIRS], "classes": summary["classes"][:MAX_CLASSES]}
    body = rendered("card.md.j2", summary | facts, name=dataset_name(summary), command=_one_line(summary))
    front = "".join(f"{key}: {_yaml(value)}\n" for key, value in _front_matter(summary).items())
    return f"---\n{front}---\n\n{body}"


def read_card(text: str) -> dict[str, Any]:
    """Return the content of a data card.

    Parameters
    ----------
    text : str
        Of ``AuditReport.card``; people may have changed the text below the front matter.

    Returns
    -------
    content : dict
        front_matter (dict) and sections (dict: heading of the second level -> the text below it).

    Raises
    ------
    ValueError
        If the text has no front matter as a card has it.

    Examples
    --------
    >>> from skclean.inspection import read_card
    >>> read_card('---\\npretty_name: "Customers"\\n---\\n\\n# Customers\\n\\n## Limits\\n\\nNone known.\\n')
    {'front_matter': {'pretty_name': 'Customers'}, 'sections': {'Limits': 'None known.'}}
    """
    found = re.match(r"---\n(.*?)^---\n(.*)", text.replace("\r\n", "\n"), re.DOTALL | re.MULTILINE)
    if found is None:
        raise ValueError("text must be a card, which begins with front matter between two lines '---'.")
    front = {}
    for line in found[1].splitlines():
        key, _, value = line.partition(": ")
        try:
            front[key] = json.loads(value)
        except json.JSONDecodeError:
            raise ValueError(
                f"the front matter of a card has lines 'key: value' with a value in JSON; got {line!r}."
            ) from None
    parts = re.split(r"^## (.*)$", found[2], flags=re.MULTILINE)
    return {"front_matter": front, "sections": {parts[k]: parts[k + 1].strip() for k in range(1, len(parts), 2)}}


def _front_matter(summary):
    verdict, method = summary["verdict"], summary["method"]
    n_rows = verdict["n_rows"]
    quality = {
        "noise_rate": verdict["rate"],
        "low": verdict["low"],
        "high": verdict["high"],
        "level": None if verdict["rate"] is None else LEVEL,
        "n_labelled": verdict["n_labelled"],
        "n_flagged": verdict["n_flagged"],
        "detector": method["detector"],
        "skclean": method["versions"]["skclean"],
    }
    return {
        "pretty_name": dataset_name(summary),
        "task_categories": ["tabular-classification" if summary["classes"] else "tabular-regression"],
        "size_categories": [next((name for limit, name in SIZES if n_rows < limit), LARGEST)],
        "tags": ["tabular", "label-quality", "skclean"],
        "label_quality": quality,
        "data_sha256": summary["data"].get("sha256"),
        "report": summary["id"],
    }


def _yaml(value):
    """JSON that YAML reads as well: YAML takes some characters for ends of lines, and refuses others."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)


def _one_line(summary):
    command = summary["method"]["command"]
    return None if command is None else " ".join("".join(c if c.isprintable() else " " for c in command).split())
