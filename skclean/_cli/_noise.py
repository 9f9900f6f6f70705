"""``skclean noise``: how many labels are wrong, in which classes, and what they were taken for."""

import numpy as np

from skclean._cli._assumed import assumption
from skclean._cli._errors import UsageError, say, show
from skclean._cli._fit import fit_detector, open_file, open_sample, warn_of_columns, without_leaks
from skclean._cli._report import _aligned, _percent
from skclean.detectors import ConfidentLearning
from skclean.inspection import transition_matrix
from skclean.noise import NoiseModel
from skclean.noise.model._channel_fit import MAX_CLASSES as MOST
from skclean.review import world_of
from skclean.targets import encode_labels

__all__ = ["run_noise"]

MAX_FLIPS = 12


def run_noise(arguments):
    """Run the command; the exit code."""
    if arguments.file is None:
        _, columns, _ = open_sample()
    else:
        _, columns, _ = open_file(arguments, reviewed=arguments.reviewed)
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
    show(list(_lines(detector, detector.audit_[NoiseModel])))
    if interrupted:
        say("interrupted: the result rests on what was computed until then")
    return 130 if interrupted else 0


def _lines(detector, noise):
    rate, share, audit = noise.noise_rate, noise.ambiguity, detector.audit_
    yield f"estimated noise rate  {_percent(rate.rate)} (90 % interval {100 * rate.low:.1f} to {_percent(rate.high)})"
    if noise.reviewed is not None:
        yield f"labels are like       {world_of(share)}, by {len(noise.reviewed.rows):,} reviewed labels"
    yield assumption(detector)
    yield ""
    yield from _of_classes(audit, noise)
    yield ""
    yield from _flips(detector)


def _of_classes(audit, noise):
    wrong, codes = noise.wrong(), audit.codes
    rows = [
        [label, f"{np.count_nonzero(codes == code):,}", _percent(wrong[codes == code].mean())]
        for code, label in enumerate(audit.classes.tolist())
        if (codes == code).any()
    ]
    rows.sort(key=lambda row: -float(row[2].split()[0]))
    yield "Estimated share of wrong labels, by given label"
    yield from _aligned(["given", "labels", "wrong"], rows, right={"labels", "wrong"})


def _flips(detector):
    """The most frequent confusions under the noise model: doubt that overlap explains is none."""
    found = transition_matrix(detector).findings[:MAX_FLIPS]
    if not found:
        yield "No class is found to be recorded as another one."
        return
    yield "What true labels are recorded as, share with a 90 % interval"
    cells = [
        [line["true"], line["recorded"], f"{line['probability']:.3f} ({line['low']:.3f} to {line['high']:.3f})"]
        for line in found
    ]
    yield from _aligned(["true", "recorded", "share"], cells)
