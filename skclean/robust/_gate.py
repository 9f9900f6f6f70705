"""Do no harm: compare the cleaned fit with the plain one on rows that neither has seen."""

from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import PredefinedSplit

from skclean.evidence import split_rows
from skclean.utils._compat import num_samples, safe_indexing
from skclean.utils._params import subset_params

__all__ = ["GateReport", "names_rows", "nested_check"]

N_FOLDS = 3


@dataclass(frozen=True)
class GateReport:
    """What the nested check found.

    Parameters
    ----------
    kept : {"cleaned", "plain"}
        Which fit was kept.
    cleaned_scores, plain_scores : ndarray of shape (n_folds,)
        Score of either fit on the held-out rows of each fold, against the labels as given.
    reason : str
        One sentence.
    """

    kept: str
    cleaned_scores: np.ndarray
    plain_scores: np.ndarray
    reason: str


def names_rows(cv):
    """Whether a `cv` names the rows of its folds, so that it fits one table only."""
    return isinstance(cv, PredefinedSplit) or (np.iterable(cv) and not isinstance(cv, str))


def nested_check(cleaned, plain, X, labels, *, groups, cleaned_params, plain_params, random_state, progress):
    """Score both fits on held-out rows, and keep the cleaned one only if it is better on average.

    A fold that would leave one class to train on says nothing; where all do, the plain fit is kept.

    The held-out labels are as noisy as the others. Noise that strikes alike in all of a class lowers the score of both
    fits alike, so the comparison stays fair; a label that was wrongly dropped counts against the cleaned fit.

    Parameters
    ----------
    cleaned, plain : callable
        Make an unfitted estimator.
    X : indexable of shape (n_samples, ...)
        Rows.
    labels : EncodedLabels
        Labels as given; unlabelled rows take no part in scoring.
    groups : array-like of shape (n_samples,) or None
        Rows of one group are held out together.
    cleaned_params, plain_params : dict
        Fit parameters, subset with the rows.
    random_state : int, RandomState instance or None
        Shuffles the folds.
    progress : Progress
        Where each fold is reported.

    Returns
    -------
    report : GateReport
    """
    folds = split_rows(X, labels, cv=N_FOLDS, split_params={"groups": groups}, random_state=random_state)
    y = labels.classes[labels.codes]
    n_samples = num_samples(X)
    scores = {"cleaned": [], "plain": []}
    folds = [(train, test) for train, test in folds if (labels.codes[train] != labels.codes[train[0]]).any()]
    if not folds:
        nothing = np.zeros(0)
        return GateReport("plain", nothing, nothing, "no part of the rows that could be held out leaves two classes")
    for train, test in folds:
        with progress.task("fold"):
            X_train, X_test = safe_indexing(X, train), safe_indexing(X, test)
            for name, make, params in (("cleaned", cleaned, cleaned_params), ("plain", plain, plain_params)):
                model = make().fit(X_train, y[train], **subset_params(params, train, n_samples))
                scores[name].append(model.score(X_test, y[test]))
    return _decide(np.array(scores["cleaned"]), np.array(scores["plain"]))


def _decide(cleaned, plain):
    gain = float(np.mean(cleaned - plain))
    kept = "cleaned" if gain > 0 else "plain"
    verb = "helps" if gain > 0 else "does not help"
    reason = (
        f"cleaning {verb}: mean score on {len(plain)} held-out folds {cleaned.mean():.4f} with and "
        f"{plain.mean():.4f} without it"
    )
    return GateReport(kept, cleaned, plain, reason)
