"""``skclean compare``: which detector finds most on a table, by labels that are made wrong on purpose."""

from difflib import get_close_matches

from skclean._cli._errors import UsageError, one_line, printable, show
from skclean._cli._fit import open_file, open_sample, warn_of_columns, without_leaks
from skclean._cli._names import names_of
from skclean._cli._progress import ProgressLine
from skclean._cli._report import _aligned
from skclean.detectors import DETECTORS
from skclean.review import compare_detectors

__all__ = ["run_compare"]


def run_compare(arguments):
    """Run the command; the exit code."""
    detectors = [_made(name, arguments) for name in arguments.detectors]
    if arguments.file is None:
        _, columns, _ = open_sample()
    else:
        _, columns, _ = open_file(arguments)
    warn_of_columns(columns)
    columns = without_leaks(columns, "drop")
    try:
        results = compare_detectors(
            columns.features.reset_index(drop=True),
            columns.labels.reset_index(drop=True),
            detectors,
            kind=arguments.kind,
            rate=arguments.rate,
            n_repeats=arguments.repeats,
            max_rows=arguments.max_rows or None,
            random_state=arguments.seed,
            progress=ProgressLine(),
        )
    except (ValueError, TypeError) as error:
        raise UsageError(f"the detectors cannot be compared: {one_line(error)}") from None
    show(list(map(printable, _lines(results, arguments))))
    return 0 if any(not result.error for result in results) else 2


def _made(name, arguments):
    if name not in DETECTORS:
        close = get_close_matches(name, list(DETECTORS), n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise UsageError(f"--detectors: {name!r} is not known{hint}; there are {', '.join(names_of('detectors'))}")
    detector = DETECTORS[name]()
    settings = {"n_jobs": arguments.n_jobs, "random_state": arguments.seed, "leaks": "keep"}
    known = detector.get_params(deep=False)
    return detector.set_params(**{key: value for key, value in settings.items() if key in known})


def _lines(results, arguments):
    done = [result for result in results if not result.error]
    yield (
        f"{100 * arguments.rate:.0f} % of the labels were made wrong ({arguments.kind}), {arguments.repeats} times; "
        "average precision is 1 where all of them come first"
    )
    rows = [
        [
            _alias(one.name),
            f"{one.average_precision:.3f}",
            f"{one.precision:.2f}",
            f"{one.recall:.2f}",
            f"{one.seconds:.1f}",
        ]
        for one in done
    ]
    header = ["detector", "average precision", "precision of flags", "recall of flags", "seconds"]
    yield from _aligned(header, rows, right=set(header[1:]))
    for result in results:
        if result.error:
            yield f"  {_alias(result.name)} failed: {result.error}"
    if done:
        yield ""
        yield _advice(done)


def _advice(done):
    best = done[0]
    alike = [one for one in done if best.average_precision - one.average_precision <= max(2 * one.spread, 0.005)]
    quick = min(alike, key=lambda one: one.seconds)
    if quick is not best and quick.seconds < best.seconds / 2:
        return (
            f"Take {_alias(quick.name)}: it finds as many as {_alias(best.name)}, as far as this can tell, in "
            f"{quick.seconds:.1f} in place of {best.seconds:.1f} seconds."
        )
    return f"Take {_alias(best.name)}."


def _alias(name):
    return next((alias for alias, found in DETECTORS.items() if found.__name__ == name), name)
