"""SKC007: where labels are wrong more often than elsewhere: by group, by date, by the values of columns and pairs."""

from typing import Any, NamedTuple

import numpy as np

from skclean.inspection.checks._check import CheckResult, Interval, NotApplicable, check, issue, passed, tip
from skclean.inspection.checks._group_rates import Moments, group_sums, rate_of, ratio_of, upper_p
from skclean.inspection.checks._inputs import TableView, findings_of
from skclean.inspection.checks._periods import periods, read_dates
from skclean.inspection.checks._predictive import binned
from skclean.inspection.checks._statistics import adjusted
from skclean.inspection.checks._words import counted, percent, quoted
from skclean.targets import encode_labels
from skclean.utils._typing import Labels1d, Table

__all__ = ["noise_by_group"]

LEVEL = 0.05
# Shares of the level: of the groups and dates that were asked for, of columns, and of pairs of columns.
SHARES = {"asked": 0.8, "columns": 0.1, "pairs": 0.1}
SHARES_UNASKED = {"columns": 0.8, "pairs": 0.2}
MIN_ROWS = 20
MIN_RATIO = 1.5  # a smaller ratio is no cause to look for, and may be an error of the model that judges the labels
MIN_WRONG = 5.0  # expected in all rows
N_BINS, N_VALUES, N_BINS_OF_PAIRS, COLUMNS_OF_PAIRS = 8, 24, 6, 8
MAX_FINDINGS = 20
MAX_CELLS, MIN_SAMPLE = 50_000_000, 5_000
Z = 1.64


class Place(NamedTuple):
    """Groups of rows by one or two columns."""

    family: str
    name: str
    codes: np.ndarray
    values: list


@check("SKC007", title="Where labels are wrong")
def noise_by_group(
    detector: Any, X: Table = None, *, groups: Labels1d | None = None, dates: Labels1d | None = None
) -> CheckResult:
    """Find groups of rows in which labels are wrong more often than in all others.

    The chances that labels are wrong, of the noise model or else the flags, are added up over the rows of each group,
    of each period of the dates, of each of up to 24 values of a column (more numbers in 8 ranges of about as many
    rows), and of pairs of values of 8 columns. Each sum is compared with that of as many rows drawn at random, that of
    a pair with rows drawn from those of either value alone. P-values are adjusted by Benjamini-Hochberg, at 5 % in all:
    where groups or dates are given 4 % for these and 0.5 % each for columns and pairs, otherwise 4 % and 1 %. The rate
    must be at least 1.5 times that of all other rows. Of more than 50 million cells, evenly spaced rows are read.

    The state is "issue" where a group is found and the noise rate of the table is certain to be above 0, else "tip":
    where labels are right, a group may only be harder than others.

    Parameters
    ----------
    detector : detector
        Fitted.
    X : array-like of shape (n_samples, n_features) or None, default=None
        The table it was fitted to.
    groups : array-like of shape (n_samples,) or None, default=None
        A group of each row, such as the person who made the label.
    dates : array-like of shape (n_samples,) or None, default=None
        A date of each row; days, weeks, months, quarters or years, whichever is the shortest with at most 24 periods.

    Returns
    -------
    result : CheckResult
        `numbers` are n_found, n_tested and, of the first group, noise_rate and rate_ratio to all other rows with 90 %
        intervals. `findings` lists up to 20 groups by their p-value, with the most frequent direction. `rows` are the
        flagged rows of these groups, the lowest quality first.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import make_blobs
    >>> from skclean.detectors import ConfidentLearning
    >>> from skclean.inspection import noise_by_group
    >>> X, y = make_blobs(600, centers=2, random_state=0)
    >>> person = np.arange(600) % 4
    >>> careless = (person == 3) & (np.random.default_rng(0).random(600) < 0.3)
    >>> detector = ConfidentLearning(random_state=0).fit(X, np.where(careless, 1 - y, y))
    >>> noise_by_group(detector, X, groups=person).findings[0]["value"]
    '3'
    """
    view = None if X is None else TableView.of(X)
    found = findings_of(detector, None if view is None else view.n_rows)
    rows = found.judged
    if view is not None and view.has_columns:
        rows = rows[np.linspace(0, len(rows) - 1, _sample_size(len(rows), len(view.names))).astype(np.intp)]
    chance = found.chance[rows]
    if chance.sum() < MIN_WRONG:
        raise NotApplicable(f"fewer than {MIN_WRONG:.0f} labels are expected to be wrong, too few to compare groups")
    places = [*_asked(groups, dates, rows), *_columns(view, rows)]
    if not places:
        raise NotApplicable("there are no groups, dates or columns to compare")
    tests = _tests(places, chance)
    lines, members = _significant(tests, chance, found, rows)
    numbers: dict[str, Any] = {"n_found": len(lines), "n_tested": sum(len(test["p"]) for test in tests)}
    if not lines:
        tested = counted(numbers["n_tested"], "group")
        return passed(f"Labels are not wrong more often in any of {tested} of rows.", numbers=numbers)
    first = lines[0]
    numbers["noise_rate"] = Interval(first["rate"], first["rate low"], first["rate high"])
    numbers["rate_ratio"] = Interval(first["ratio"], first["ratio low"], first["ratio high"])
    concerned = np.unique(np.concatenate(members))
    flagged = found.worst_first(concerned[found.flagged[concerned]])
    certain = found.noise is None or found.noise.noise_rate.low > 0
    verdict = (
        f"Where {first['column']} is {quoted(first['value'])}, {percent(first['rate'])} of the labels "
        f"{'seem' if certain else 'may be'} wrong, "
        f"{first['ratio']:.1f} times as often as elsewhere ({first['ratio low']:.1f} to {first['ratio high']:.1f})"
    )
    more = f"; {counted(len(lines) - 1, 'other group')} stand out too" if len(lines) > 1 else ""
    return (issue if certain else tip)(f"{verdict}{more}.", numbers=numbers, findings=lines, rows=flagged)


def _sample_size(n_rows, n_columns):
    return min(n_rows, max(MIN_SAMPLE, MAX_CELLS // n_columns))


def _asked(groups, dates, rows):
    """The groups and periods that were asked for."""
    if groups is not None:
        labels = encode_labels(groups, name="groups")
        yield Place("asked", "the group", labels.codes[rows], [str(name) for name in labels.classes.tolist()])
    if dates is not None:
        codes, names = periods(read_dates(dates))
        yield Place("asked", "the date", codes[rows], names)


def _columns(view, rows):
    """The values of each column, the missing ones last."""
    if view is None or not view.has_columns:
        return
    for j, name in enumerate(view.names):
        if view.kind(j) in ("identifier", "words"):
            continue
        codes, bins = binned(view, j, rows, N_BINS, N_VALUES)
        values = [_text(value) for value in bins]
        codes = np.where(codes < 0, len(values), codes)
        yield Place("columns", str(name), codes.astype(np.int16), [*values, "(missing)"])


def _text(value):
    if isinstance(value, tuple):
        low, high = (f"{end:.6g}" for end in value)
        return low if low == high else f"{low} to {high}"
    if value is None:
        return "(others)"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _tests(places, chance):
    """For each place the groups that were tested, with p-values; then those of pairs."""
    every = Moments.of(chance)
    tests = []
    for place in places:
        sums = group_sums(place.codes, chance, len(place.values))
        large = np.flatnonzero((sums.n >= MIN_ROWS) & (sums.n < len(chance)))
        if len(large):
            p_values = upper_p(sums.n[large], sums.first[large], every)
            tests.append({"place": place, "groups": large, "p": p_values})
    order = sorted((test for test in tests), key=lambda test: test["p"].min() * len(test["p"]))
    pairs = [_merged(test["place"]) for test in order[:COLUMNS_OF_PAIRS]]
    for number, first in enumerate(pairs):
        for second in pairs[number + 1 :]:
            test = _pair_test(first, second, chance)
            if test is not None:
                tests.append(test)
    return tests


def _merged(place):
    """The place with few groups: the most frequent values, all others as one."""
    n_values = len(place.values)
    if n_values <= N_BINS_OF_PAIRS:
        return place
    counts = np.bincount(place.codes[place.codes >= 0], minlength=n_values)
    kept = np.argsort(-counts, kind="stable")[: N_BINS_OF_PAIRS + 2]
    codes = np.full(n_values + 1, -1)
    codes[kept] = np.arange(len(kept))
    return place._replace(codes=codes[place.codes], values=[place.values[value] for value in kept])


def _pair_test(first, second, chance):
    """Test of each pair of values against the rest of either value; None where no pair has enough rows."""
    shape = len(first.values), len(second.values)
    known = (first.codes >= 0) & (second.codes >= 0)
    codes = np.where(known, first.codes.astype(np.int32) * shape[1] + second.codes, -1)
    sums = group_sums(codes, chance, shape[0] * shape[1])
    large = np.flatnonzero(sums.n >= MIN_ROWS)
    if not len(large):
        return None
    p_value = np.zeros(len(large))
    for place, of in ((first, large // shape[1]), (second, large % shape[1])):
        whole = group_sums(np.where(known, place.codes, -1), chance, len(place.values))
        moments = whole.moments()
        among = Moments(*(np.asarray(part)[of] for part in moments))
        apart = upper_p(sums.n[large], sums.first[large], among)
        p_value = np.maximum(p_value, np.where(whole.n[of] - sums.n[large] >= MIN_ROWS, apart, 1.0))
    names = [f"{first.values[pair // shape[1]]} and {second.values[pair % shape[1]]}" for pair in range(np.prod(shape))]
    place = Place("pairs", f"{first.name} and {second.name}", codes, names)
    return {"place": place, "groups": large, "p": p_value}


def _significant(tests, chance, found, rows):
    """Lines of a table of the groups that stand out, and the rows of each."""
    families = {test["place"].family for test in tests}
    shares = SHARES if "asked" in families else SHARES_UNASKED
    hits = []
    for family in families:
        of_family = [test for test in tests if test["place"].family == family]
        p_values = adjusted(np.concatenate([test["p"] for test in of_family]))
        which = [(test, group) for test in of_family for group in test["groups"]]
        level = LEVEL * shares[family]
        hits += [(p / level, p, *one) for p, one in zip(p_values, which, strict=True) if p <= level]
    lines, members = [], []
    for _, p, test, group in sorted(hits, key=lambda hit: hit[0])[: 2 * MAX_FINDINGS]:
        inside = test["place"].codes == group
        line = _line(test["place"], int(group), inside, chance, p)
        if line["ratio"] >= MIN_RATIO and len(lines) < MAX_FINDINGS:
            lines.append({**line, "direction": _direction(found, rows[inside], chance[inside])})
            members.append(rows[inside])
    return lines, members


def _line(place, group, inside, chance, p):
    prior = float(chance.mean())
    own, rest = rate_of(chance[inside], prior), rate_of(chance[~inside], prior)
    ratio = ratio_of(own, rest)
    return {
        "column": place.name,
        "value": place.values[group],
        "rows": int(inside.sum()),
        "rate": own[0],
        "rate low": max(0.0, own[0] - Z * own[1]),
        "rate high": min(1.0, own[0] + Z * own[1]),
        "ratio": ratio.value,
        "ratio low": ratio.low,
        "ratio high": ratio.high,
        "p": float(p),
    }


def _direction(found, rows, chance):
    """The most frequent pair of a given label and the one that fits better: a text."""
    n_classes = found.audit.n_classes
    given, better = found.codes[rows], found.audit.suggested[rows]
    differs = given != better
    if not differs.any():
        return None
    pairs = np.bincount(given[differs] * n_classes + better[differs], chance[differs], n_classes**2)
    first, second = divmod(int(pairs.argmax()), n_classes)
    return f"{found.names[first]} in place of {found.names[second]}"
