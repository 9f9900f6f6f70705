"""SKC006: classes that the model never predicts."""

from typing import Any

import numpy as np

from skclean.inspection.checks._check import CheckResult, NotApplicable, check, passed, tip
from skclean.inspection.checks._inputs import findings_of
from skclean.inspection.checks._words import counted, listed

__all__ = ["never_predicted"]


@check("SKC006", title="Classes that are never predicted")
def never_predicted(detector: Any) -> CheckResult:
    """Find classes that the out-of-sample model never finds most probable.

    Such a class is rare, or the features do not tell it from others. A model trained on this table will not predict
    it unless its threshold is lowered. The state is "tip" at most.

    Parameters
    ----------
    detector : detector
        Fitted, with class probabilities.

    Returns
    -------
    result : CheckResult
        `numbers` are n_never and n_classes. `findings` lists these classes with their members and the highest
        probability that any row has of them; `rows` are their members, the highest probability first.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import ConfidentLearning
    >>> from skclean.inspection import never_predicted
    >>> X, y = load_iris(return_X_y=True)
    >>> never_predicted(ConfidentLearning(random_state=0).fit(X, y)).state
    'passed'
    """
    found = findings_of(detector)
    summary, proba = found.audit.summary, found.audit.proba
    if summary is None or proba is None:
        raise NotApplicable("the detector has no class probabilities")
    predicted = np.bincount(summary.predicted, minlength=found.audit.n_classes)
    members = np.bincount(found.codes[found.codes >= 0], minlength=found.audit.n_classes)
    never = np.flatnonzero((predicted == 0) & (members > 0))
    numbers = {"n_never": len(never), "n_classes": found.audit.n_classes}
    if not len(never):
        return passed("Every class is the most probable one of some row.", numbers=numbers)
    findings, rows = [], []
    for code in never:
        own = np.flatnonzero(found.codes == code)
        rows.append(own[np.argsort(-proba[own, code], kind="stable")])
        findings.append(
            {
                "class": found.names[code],
                "members": int(members[code]),
                "highest probability": round(float(proba[:, code].max()), 4),
            }
        )
    names = listed(found.names[code] for code in never)
    verdict = f"The model never predicts {counted(len(never), 'class', 'classes')}: {names}."
    return tip(verdict, numbers=numbers, findings=findings, rows=np.concatenate(rows))
