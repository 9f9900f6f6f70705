"""SKC001: how many labels are probably wrong."""

from typing import Any

import numpy as np

from skclean.inspection.checks._check import CheckResult, Interval, NotApplicable, check, issue, passed, tip
from skclean.inspection.checks._inputs import findings_of
from skclean.inspection.checks._words import counted, percent

__all__ = ["label_noise"]


@check("SKC001", title="Wrong labels")
def label_noise(detector: Any) -> CheckResult:
    """Say how many labels are probably wrong.

    The state is "issue" where the 90 % interval begins at one label or more, and "tip" where labels are flagged and
    it does not, or where the detector estimates no rate.

    Parameters
    ----------
    detector : detector
        Fitted.

    Returns
    -------
    result : CheckResult
        `numbers` are noise_rate and n_wrong with 90 % intervals, where the detector has a noise model, n_flagged,
        n_judged and mean_quality. `rows` are the flagged ones, the lowest quality first. `findings` has one line for
        each class.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import ConfidentLearning
    >>> from skclean.inspection import label_noise
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, _ = inject_noise(y, rate=0.1, random_state=0)
    >>> label_noise(ConfidentLearning(random_state=0).fit(X, y_noisy)).state
    'issue'
    """
    found = findings_of(detector)
    judged = found.judged
    if not len(judged):
        raise NotApplicable("no label could be judged")
    flagged = found.worst_first(np.flatnonzero(found.flagged))
    numbers: dict[str, Any] = {
        "n_flagged": len(flagged),
        "n_judged": len(judged),
        "mean_quality": float(found.audit.quality[judged].mean()),
    }
    more = {"rows": flagged, "findings": _by_class(found)}
    if found.noise is None:
        if not len(flagged):
            return passed("No label is flagged.", numbers=numbers, **more)
        verdict = f"{counted(len(flagged), 'label')} of {len(judged):,} are flagged; this detector does not estimate "
        return tip(verdict + "how many labels are wrong.", numbers=numbers, **more)
    rate = found.noise.noise_rate
    n_labels = int(np.count_nonzero(~found.audit.unlabelled))
    numbers = {
        "noise_rate": Interval(*rate),
        "n_wrong": Interval(*(n_labels * end for end in rate)),
        **numbers,
    }
    about = (
        f"About {counted(round(n_labels * rate.rate), 'label')} of {n_labels:,} ({percent(rate.rate)}) "
        f"{'is' if round(n_labels * rate.rate) == 1 else 'are'} wrong"
    )
    between = f"with 90 % probability between {n_labels * rate.low:,.0f} and {n_labels * rate.high:,.0f} are"
    if round(n_labels * rate.low):
        return issue(f"{about}; {between}. {len(flagged):,} are flagged.", numbers=numbers, **more)
    if len(flagged):
        look = f"{counted(len(flagged), 'label')} of {n_labels:,} {'looks' if len(flagged) == 1 else 'look'} wrong"
        return tip(f"{look}; {between}, so it may be none.", numbers=numbers, **more)
    return passed(f"No label is flagged; {between} wrong.", numbers=numbers, **more)


def _by_class(found):
    """One line for each class: its labels, the flagged ones, and how many are expected to be wrong."""
    codes, chance, judged = found.codes, found.chance, found.judged
    n_classes = found.audit.n_classes
    totals = np.bincount(codes[codes >= 0], minlength=n_classes)
    flagged = np.bincount(codes[found.flagged], minlength=n_classes)
    wrong = np.bincount(codes[judged], chance[judged], minlength=n_classes)
    lines = []
    for code, name in enumerate(found.names):
        line = {"class": name, "labels": int(totals[code]), "flagged": int(flagged[code])}
        if found.noise is not None:
            line["expected wrong"] = round(float(wrong[code]), 1)
        lines.append(line)
    return lines
