"""SKC005: classes with very few members."""

import numpy as np

from skclean.inspection.checks._check import CheckResult, check, passed, tip
from skclean.inspection.checks._words import counted, listed
from skclean.targets import encode_labels
from skclean.utils._typing import Labels1d

__all__ = ["tiny_classes"]

FEW = 10


@check("SKC005", title="Tiny classes")
def tiny_classes(y: Labels1d) -> CheckResult:
    """Find classes with fewer than 10 members.

    No model learns such a class, so its labels cannot be judged well. A class with one member is often a typing error
    of a label. The state is "tip" at most.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Given labels.

    Returns
    -------
    result : CheckResult
        `numbers` are n_tiny, smallest (members of the smallest class) and n_classes. `findings` lists the tiny
        classes, the smallest first, and `rows` are their members in the same order.

    Examples
    --------
    >>> from skclean.inspection import tiny_classes
    >>> tiny_classes(["yes"] * 50 + ["no"] * 50 + ["nO"]).verdict
    "1 class has fewer than 10 members: 'nO'."
    """
    labels = encode_labels(y)
    names = [str(name) for name in labels.classes.tolist()]
    counts = np.bincount(labels.codes[labels.codes >= 0], minlength=len(names))
    tiny = [int(code) for code in np.argsort(counts, kind="stable") if counts[code] < FEW]
    numbers = {"n_tiny": len(tiny), "smallest": int(counts.min()), "n_classes": len(names)}
    if not tiny:
        return passed(f"Every class has at least {counts.min():,} members.", numbers=numbers)
    rows = np.concatenate([np.flatnonzero(labels.codes == code) for code in tiny])
    findings = [{"class": names[code], "members": int(counts[code])} for code in tiny]
    verb = "has" if len(tiny) == 1 else "have"
    verdict = f"{counted(len(tiny), 'class', 'classes')} {verb} fewer than {FEW} members: "
    return tip(f"{verdict}{listed(names[code] for code in tiny)}.", numbers=numbers, rows=rows, findings=findings)
