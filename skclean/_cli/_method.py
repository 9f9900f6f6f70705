"""The detector that was asked for, with its settings; what it cannot do is said before any time is spent."""

from difflib import get_close_matches

from skclean._cli._errors import UsageError
from skclean.base import ClassProba
from skclean.detectors import DETECTORS
from skclean.noise.model._channel_fit import MAX_CLASSES
from skclean.rules import resolve_rule
from skclean.targets import listed
from skclean.utils._matching import KnownValues
from skclean.utils._params import resolve_alias

__all__ = ["check_estimate", "make_detector", "trusted_labels"]


def make_detector(arguments, default="confident_learning"):
    """Return the unfitted detector, with those options that were given.

    Parameters
    ----------
    arguments : argparse.Namespace
    default : str, default="confident_learning"
        Alias of the detector where none was named.
    """
    name = default if arguments.detector is None else arguments.detector
    try:
        detector = resolve_alias(name, DETECTORS, name="--detector")
        rule = None if arguments.rule is None else _make_rule(arguments.rule)
    except ValueError as error:
        raise UsageError(error) from None
    _check_together(arguments)
    known = detector.get_params(deep=False)
    if "leaks" in known:
        detector.set_params(leaks="keep")  # the command finds them itself, for every detector
    _check_known(arguments, known, name)
    if arguments.fail_above is not None and ClassProba not in detector.gives:
        raise UsageError(
            f"--fail-above compares an estimate of the noise rate, and the detector {name!r} gives no "
            "probabilities to estimate it from; use another one, such as confident_learning"
        )
    ambiguity = arguments.ambiguity
    if ambiguity is None and _has_review(arguments):
        ambiguity = "auto"
    settings = {
        "rule": rule,
        "cv": arguments.cv,
        "labels": arguments.labels,
        "ambiguity": ambiguity,
        "n_jobs": arguments.n_jobs,
        "random_state": arguments.seed,
    }
    return detector.set_params(
        **{name: value for name, value in settings.items() if name in known and value is not None}
    )


def check_estimate(arguments, labels):
    """Raise where an option needs a noise model and there are too many classes for one.

    Parameters
    ----------
    arguments : argparse.Namespace
    labels : ClassTarget
    """
    if len(labels.classes) <= MAX_CLASSES:
        return
    for option, value in (
        ("--fail-above", arguments.fail_above),
        ("--review-sample", arguments.review_sample),
        ("--ambiguity", arguments.ambiguity),
    ):
        if value is not None:
            raise UsageError(
                f"{option} needs an estimate of the noise rate, which takes at most {MAX_CLASSES} classes; the label "
                f"column has {len(labels.classes)}"
            )


def trusted_labels(texts, classes):
    """Return the labels that were typed, in the type that they have in the table: list.

    Parameters
    ----------
    texts : list of str
    classes : ndarray of shape (n_classes,)
        The labels of the table.
    """
    known, values = KnownValues(classes.tolist()), classes.tolist()
    found = []
    for text in texts:
        positions = known.find(text)
        if len(positions) != 1:
            close = get_close_matches(text, [str(value) for value in values], n=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise UsageError(f"--trusted-class: {text!r} is none of the labels {listed(classes)}{hint}")
        found.append(values[positions[0]])
    return found


def _check_together(arguments):
    """Raise where options contradict each other, or need another one."""
    if arguments.labels is not None and isinstance(arguments.ambiguity, float):
        raise UsageError("--labels and --ambiguity NUMBER say the same thing; give one of them")
    if arguments.decisions is not None and (arguments.reviewed is not None or arguments.reviewed_file is not None):
        raise UsageError("--decisions and --reviewed or --reviewed-file say the same thing; give one of them")
    if arguments.ambiguity == "auto" and not _has_review(arguments):
        raise UsageError(
            "--ambiguity auto needs reviewed labels; add --reviewed COLUMN, --reviewed-file FILE or --decisions FILE"
        )
    if arguments.review_sample is not None and arguments.budget is not None:
        raise UsageError("--review-sample and --budget both choose rows; give one of them")
    if arguments.review_sample is not None and arguments.out is None:
        raise UsageError("--review-sample needs --out FILE, which the rows to review are written to")


def _check_known(arguments, known, detector):
    """Raise where an option is for another kind of detector."""
    asked = {
        "--rule": ("rule", arguments.rule),
        "--cv": ("cv", arguments.cv),
        "--labels": ("labels", arguments.labels),
        "--ambiguity": ("ambiguity", arguments.ambiguity),
        "--trusted-class": ("trusted_classes", arguments.trusted_class or None),
        "--reviewed": ("ambiguity", arguments.reviewed),
        "--reviewed-file": ("ambiguity", arguments.reviewed_file),
        "--review-sample": ("ambiguity", arguments.review_sample),
        "--decisions": ("ambiguity", arguments.decisions),
    }
    for option, (name, value) in asked.items():
        if value is not None and name not in known:
            raise UsageError(f"{option} means nothing to the detector {detector!r}")


def _has_review(arguments):
    return any(given is not None for given in (arguments.reviewed, arguments.reviewed_file, arguments.decisions))


def _make_rule(name):
    """An unfitted rule, or a ValueError that lists the known ones under the option's name."""
    try:
        return resolve_rule(name)
    except ValueError as error:
        raise ValueError(f"--{error}") from None
