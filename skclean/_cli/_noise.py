"""``skclean noise``: how many labels are wrong, in which classes, and what they were taken for."""

import numpy as np

from skclean._cli._errors import UsageError, one_line, say, show
from skclean._cli._fit import fit_detector, open_file, open_sample, warn_of_columns, without_leaks
from skclean._cli._report import _aligned, _percent
from skclean.detectors import ConfidentLearning
from skclean.noise import NoiseModel, transition_intervals
from skclean.noise.model._channel_fit import MAX_CLASSES as MOST
from skclean.review import world_of
from skclean.targets import encode_labels

__all__ = ["run_noise"]

MAX_CLASSES = 12
CONFIDENCE = 0.9


def run_noise(arguments):
    """Run the command; the exit code."""
    if arguments.file is None:
        _, columns, _ = open_sample()
    else:
        _, columns = open_file(arguments, reviewed=arguments.reviewed)
    if len(encode_labels(columns.labels).classes) > MOST:
        raise UsageError(f"there are too many classes to estimate noise; at most {MOST} are possible")
    warn_of_columns(columns)
    ambiguity = arguments.ambiguity or ("auto" if columns.reviewed is not None else None)
    detector = ConfidentLearning(
        labels=arguments.labels or "outcomes",
        ambiguity=ambiguity,
        leaks="keep",  # they were found before
        n_jobs=arguments.n_jobs,
        random_state=arguments.seed,
    )
    interrupted = fit_detector(detector, without_leaks(columns, arguments.leaks))
    show(list(_lines(detector, detector.audit_[NoiseModel], arguments)))
    if interrupted:
        say("interrupted: the result rests on what was computed until then")
    return 130 if interrupted else 0


def _lines(detector, noise, arguments):
    rate, share, audit = noise.noise_rate, noise.ambiguity, detector.audit_
    yield f"estimated noise rate  {_percent(rate.rate)} (90 % interval {100 * rate.low:.1f} to {_percent(rate.high)})"
    if noise.reviewed is not None:
        yield f"labels are like       {world_of(share)}, by {len(noise.reviewed.rows):,} reviewed labels"
    between = f"{share.ambiguity:.2f} ({share.low:.2f} to {share.high:.2f})"
    yield f"ambiguity             {between}: share of the doubt that is error"
    yield ""
    yield from _of_classes(audit, noise)
    yield ""
    yield from _matrix(audit, arguments)


def _of_classes(audit, noise):
    wrong, codes = noise.wrong(), audit.codes
    rows = [
        [label, f"{np.count_nonzero(codes == code):,}", _percent(wrong[codes == code].mean())]
        for code, label in enumerate(audit.classes.tolist())
        if (codes == code).any()
    ]
    rows.sort(key=lambda row: -float(row[2].split()[0]))
    yield "Labels that are probably wrong, by given label"
    yield from _aligned(["given", "labels", "wrong"], rows, right={"labels", "wrong"})


def _matrix(audit, arguments):
    """P(recorded | true) of the confident joint with bootstrap intervals, or its largest flips."""
    known = audit.codes >= 0
    try:
        found = transition_intervals(
            audit.labels.target.as_y()[known],
            np.asarray(audit.proba)[known],
            confidence=CONFIDENCE,
            classes=audit.classes,
            random_state=arguments.seed,
        )
    except ValueError as error:
        say(f"warning: no transition matrix: {one_line(error)}")
        return
    labels = audit.classes.tolist()
    flips = np.where(np.eye(len(labels), dtype=bool), 0.0, found.matrix)
    yield "What true labels are recorded as, with 90 % intervals"
    if len(labels) <= MAX_CLASSES:
        rows = [[label, *(_entry(found, i, j) for j in range(len(labels)))] for i, label in enumerate(labels)]
        yield from _aligned(["true", *labels], rows, right=set(labels))
        return
    order = np.argsort(-flips, axis=None, kind="stable")[:MAX_CLASSES]
    pairs = list(zip(*np.unravel_index(order, flips.shape), strict=True))
    yield from _aligned(["true", "recorded", "share"], [[labels[i], labels[j], _entry(found, i, j)] for i, j in pairs])


def _entry(found, i, j):
    return f"{found.matrix[i, j]:.3f} ({found.low[i, j]:.3f} to {found.high[i, j]:.3f})"
