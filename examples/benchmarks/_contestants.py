"""Who takes part in the comparison of detectors: all of this package, the same rule with other models, and peers."""

import warnings

import numpy as np
from _tables import check_names
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline

from skclean import find_label_issues
from skclean.detectors import DETECTORS, ConfidentLearning
from skclean.detectors.consensus._members import default_members
from skclean.preprocessing import PointEncoder
from skclean.quality import label_quality

__all__ = ["CEILING", "MEMBERS", "PEERS", "contestants", "judge"]

CEILING = "ceiling"

MODELS = {
    "logistic": make_pipeline(PointEncoder(), LogisticRegression(max_iter=1000)),
    "boosting": HistGradientBoostingClassifier(random_state=0),
    "neighbours": make_pipeline(PointEncoder(), KNeighborsClassifier(15)),
}
# The default members of Consensus, one by one.
MEMBERS = {f"member, {name}": member for name, member in default_members(1000, None)}


def contestants(only=None, y_true=None):
    """Detectors and peers by name: a dict of callables ``(X, y, seed) -> (quality, mask)``.

    Parameters
    ----------
    only : list of str or None, default=None
        Names; None means all. Peers that are not installed are left out.
    y_true : ndarray or None, default=None
        The true labels, which the ceiling learns from.
    """
    known = {name: _ours(kind) for name, kind in DETECTORS.items()}
    for name, model in MODELS.items():
        known[f"confident_learning, {name}"] = _ours(lambda model=model: ConfidentLearning(model, cv=5))
    known |= {name: _ours(lambda member=member: clone(member)) for name, member in MEMBERS.items()}
    known |= PEERS
    known[CEILING] = _ceiling(y_true)
    check_names("--detectors", only, known)
    return {name: known[name] for name in only or known}


def _ours(make):
    def fit(X, y, seed):
        detector = make()
        if "random_state" in detector.get_params(deep=False):
            detector.set_params(random_state=seed)
        detector.fit(X, y)
        return detector.label_quality_, detector.noise_mask_

    return fit


def _ceiling(y_true):
    """The default detector's model trained on the true labels, judging the noisy ones by the same score and rule."""

    def fit(X, y, seed):
        detector = ConfidentLearning(random_state=seed).fit(X, y_true)
        proba, classes = detector.audit_.proba, detector.classes_
        return label_quality(y, proba, method=detector.quality, classes=classes), find_label_issues(
            y, proba, classes=classes
        )

    return fit


def _cleanlab(make_model):
    def fit(X, y, seed):
        from cleanlab.classification import CleanLearning

        # its process pool hands data over in globals, which fails in workers of joblib
        learner = CleanLearning(make_model(), seed=seed, find_label_issues_kwargs={"n_jobs": 1})
        issues = learner.find_label_issues(X, y)
        return issues["label_quality"].to_numpy(), issues["is_label_issue"].to_numpy()

    return fit


def _peers():
    try:
        import cleanlab  # noqa: F401
    except ImportError:
        return {}
    return {
        "cleanlab": _cleanlab(lambda: None),
        "cleanlab, boosting": _cleanlab(lambda: HistGradientBoostingClassifier(random_state=0)),
    }


PEERS = _peers()


def judge(method, X, y, seed):
    """Quality and mask of a contestant, without its warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        quality, mask = method(X, y, seed)
    return np.asarray(quality, dtype=np.float64), np.asarray(mask, dtype=bool)
