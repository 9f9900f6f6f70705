"""SKC014: categories or labels that seem to be the same, written in different ways."""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from skclean.inspection.checks._check import CheckResult, check, issue, passed, tip
from skclean.inspection.checks._inputs import TableView, labels_of
from skclean.inspection.checks._words import listed
from skclean.utils._texts import text_key
from skclean.utils._typing import Labels1d, Table

__all__ = ["similar_spellings"]

MAX_CATEGORIES = 200
MIN_LETTERS = 6
# A spelling this much rarer than another one that differs by one letter may be a slip.
RARE = 0.05


@check("SKC014", title="Look-alike spellings")
def similar_spellings(X: Table, y: Labels1d | None = None) -> CheckResult:
    """Find categories and labels that seem to be the same, written in different ways.

    "Yes ", "yes" and "YES" differ by blanks and case, "New-York" and "New York" by marks, and some letters of
    different alphabets look alike: the state is "issue". Words of at least 6 letters that differ by one letter, one of
    them at least 20 times as frequent as the other, may be a slip: the state is "tip". Only columns of categories with
    up to 200 of them are looked at, and labels that are text.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        The table.
    y : array-like of shape (n_samples,) or None, default=None
        Given labels.

    Returns
    -------
    result : CheckResult
        `numbers` are n_same and n_slips, groups of spellings. `findings` lists the groups; `rows` are those with a
        spelling that is not the most frequent one of its group.

    Examples
    --------
    >>> from skclean.inspection import similar_spellings
    >>> X = [["Paris"]] * 8 + [["paris"]] * 2 + [["Rome"]] * 5
    >>> similar_spellings(X).verdict
    "1 group of spellings seems to mean the same: 'Paris' and 'paris' in '0'."
    """
    view = TableView.with_columns(X)
    places = [(str(name), *_texts_of(view, j)) for j, name in enumerate(view.names)]
    if y is not None:
        labels = labels_of(y, view.n_rows)
        if labels.classes.dtype.kind in "OUT":
            places.insert(0, ("(label)", labels.codes, [str(value) for value in labels.classes.tolist()]))
    findings, rows = [], []
    for name, codes, texts in places:
        counts = np.bincount(codes[codes >= 0], minlength=len(texts))
        for kind, group in _groups(texts, counts):
            group = sorted(group, key=lambda code: (-counts[code], texts[code]))
            spellings = ", ".join(repr(texts[code]) for code in group)
            line = {"column": name, "kind": kind, "spellings": spellings, "suggested": texts[group[0]]}
            others = np.flatnonzero(np.isin(codes, group[1:]))
            findings.append({**line, "rows": len(others)})
            rows.append((others, [texts[code] for code in group], name))
    n_same = sum(line["kind"] == "same" for line in findings)
    numbers = {"n_same": n_same, "n_slips": len(findings) - n_same}
    if not findings:
        return passed("No two categories look alike.", numbers=numbers)
    order = sorted(range(len(findings)), key=lambda place: findings[place]["kind"] != "same")
    findings, rows = [findings[place] for place in order], [rows[place] for place in order]
    _, first, name = rows[0]
    seems = "group of spellings seems" if len(findings) == 1 else "groups of spellings seem"
    verdict = f"{len(findings)} {seems} to mean the same: {listed(first)} in {name!r}."
    concerned = np.unique(np.concatenate([others for others, _, _ in rows]))
    return (issue if n_same else tip)(verdict, numbers=numbers, findings=findings, rows=concerned)


def _texts_of(view, j):
    """Codes and texts of a column of categories; no texts elsewhere."""
    column = view.column(j)
    if isinstance(column, np.ndarray) or len(column.texts) > MAX_CATEGORIES or view.kind(j) != "category":
        return np.full(view.n_rows, -1), []
    return column.codes, column.texts


def _groups(texts, counts):
    """Pairs of a kind, "same" or "slip", and the codes of a group of spellings."""
    same: dict[object, list[int]] = {}
    for code, text in enumerate(texts):
        same.setdefault(_plain(text), []).append(code)
    groups = [("same", group) for group in same.values() if len(group) > 1]
    alone = [group[0] for group in same.values()]
    return groups + [("slip", pair) for pair in _slips(texts, counts, alone)]


_LOOK_ALIKE = str.maketrans("авеікмнорстухАВЕІКМНОРСТУХ", "abeikmhopctyxABEIKMHOPCTYX")  # Cyrillic, Latin


def _plain(text):
    """What is left of a text without blanks, case, marks and letters that look alike."""
    key = text_key(unicodedata.normalize("NFKC", text))
    if not isinstance(key, str):
        return key
    words = re.sub(r"[\s_.\-/'’]+", " ", key.translate(_LOOK_ALIKE)).strip()
    return words or key


def _slips(texts: Sequence[str], counts, codes):
    """Pairs of codes of texts that differ by one letter, one of them much rarer."""
    words = [code for code in codes if len(texts[code]) >= MIN_LETTERS]
    for place, first in enumerate(words):
        for second in words[place + 1 :]:
            few, many = sorted((counts[first], counts[second]))
            if 0 < few <= RARE * many and _one_letter_apart(texts[first].lower(), texts[second].lower()):
                yield [first, second]


def _one_letter_apart(first, second):
    """Return whether two texts differ by one letter changed, added, left out or exchanged with the next."""
    if abs(len(first) - len(second)) > 1:
        return False
    short, long = sorted((first, second), key=len)
    start = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        changed, rest = long[start], short[start:] == long[start + 1 :]
        return rest and not changed.isdigit()
    a, b = short[start:], long[start:]
    swapped = len(a) > 1 and a[:2] == b[1::-1] and a[2:] == b[2:]
    digits = any(part[:1].isdigit() for part in (a, b))
    return (a[1:] == b[1:] or swapped) and not digits
