"""Do no harm: compare the cleaned fit with the plain one on rows that neither has seen."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.metrics import check_scoring
from sklearn.model_selection import PredefinedSplit

from skclean.evidence import split_rows
from skclean.targets import codes_of
from skclean.utils._compat import num_samples, safe_indexing
from skclean.utils._fitting import fit_model
from skclean.utils._params import subset_params
from skclean.utils._proba import check_predicted
from skclean.utils._typing import Floats

__all__ = ["GateReport", "GateScore", "is_predefined_split", "nested_check"]

N_FOLDS = 3
# Below this the inverse of a transition matrix multiplies errors by more than 5.
MIN_SINGULAR_VALUE = 0.2


@dataclass(frozen=True)
class GateReport:
    """Result of the nested check.

    Parameters
    ----------
    kept : {"cleaned", "plain"}
        Which fit was kept.
    cleaned_scores, plain_scores : ndarray of shape (n_folds,)
        Score of either fit on the held-out rows of each fold.
    corrected : bool
        Whether the scores are accuracies that are corrected for the noise of the held-out labels.
    reason : str
        One sentence.
    """

    kept: Literal["cleaned", "plain"]
    cleaned_scores: Floats
    plain_scores: Floats
    corrected: bool
    reason: str


class GateScore:
    """Score of a fitted model on held-out rows with noisy labels.

    Accuracy is corrected by the inverse of the transition matrix: the value of a row with the given label j is
    ``sum_k inverse[j, k] * (predicted == k)``, which has the accuracy on true labels as its mean, if the noise depends
    on the class alone. It is not corrected where the matrix is unknown or nearly singular.

    Parameters
    ----------
    estimator : classifier
        The model, for its default score.
    scoring : str, callable or None
        As in :func:`sklearn.metrics.check_scoring`. "accuracy" is corrected, and so is None where the estimator's own
        score is that of :class:`sklearn.base.ClassifierMixin`.
    noise : NoiseModel or None
        Of the detector.
    """

    def __init__(self, estimator, scoring, noise):
        self.scorer = check_scoring(estimator, scoring)
        by_accuracy = scoring == "accuracy" or (scoring is None and type(estimator).score is ClassifierMixin.score)
        self.inverse = _inverse_of(noise) if by_accuracy else None

    def __call__(self, model, X, codes, classes):
        if self.inverse is None:
            return self.scorer(model, X, classes[codes])
        predicted = check_predicted(model.predict(X), getattr(model, "estimator_", model), codes)
        predicted = codes_of(predicted, classes, name="predictions")
        return float(self.inverse[codes, predicted].mean())


def _inverse_of(noise):
    if noise is None:
        return None
    identity = np.eye(len(noise.channel.transition))
    matrix = noise.noise_weight * noise.channel.transition + (1 - noise.noise_weight) * identity
    well_posed = np.linalg.svd(matrix, compute_uv=False)[-1] > MIN_SINGULAR_VALUE
    return np.linalg.inv(matrix) if well_posed else None


def is_predefined_split(cv):
    """Return whether a `cv` names the rows of its folds, so that it fits one table only."""
    return isinstance(cv, PredefinedSplit) or (np.iterable(cv) and not isinstance(cv, str))


def nested_check(cleaned, plain, X, labels, *, score, groups, cleaned_params, plain_params, random_state, progress):
    """Score both fits on held-out rows, and keep the cleaned one only if it is better on average.

    A fold that would leave one class to train on says nothing; where all do, the plain fit is kept.

    The held-out labels are as noisy as the others. Accuracy is corrected for that where the noise is known, see
    :class:`GateScore`. Other scores are taken as they are: noise that hits all rows of a class alike lowers the score
    of both fits, so the comparison stays fair; a label that was wrongly dropped counts against the cleaned fit.

    Parameters
    ----------
    cleaned, plain : callable
        Make an unfitted estimator.
    X : indexable of shape (n_samples, ...)
        Rows.
    labels : ClassTarget
        Labels as given; unlabelled rows take no part in scoring.
    score : GateScore
        How models are scored.
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
    y = labels.for_fit()
    n_samples = num_samples(X)
    scores = {"cleaned": [], "plain": []}
    folds = [(train, test) for train, test in folds if (labels.codes[train] != labels.codes[train[0]]).any()]
    if not folds:
        nothing, reason = np.zeros(0), "no part of the rows that could be held out leaves two classes"
        return GateReport("plain", nothing, nothing, False, reason)
    for train, test in folds:
        with progress.task("fold"):
            X_train, X_test = safe_indexing(X, train), safe_indexing(X, test)
            for name, make, params in (("cleaned", cleaned, cleaned_params), ("plain", plain, plain_params)):
                model = fit_model(make(), X_train, y[train], subset_params(params, train, n_samples))
                scores[name].append(score(model, X_test, labels.codes[test], labels.classes))
    return _decide(np.array(scores["cleaned"]), np.array(scores["plain"]), score.inverse is not None)


def _decide(cleaned, plain, corrected):
    gain = float(np.mean(cleaned - plain))
    kept = "cleaned" if gain > 0 else "plain"
    verb = "helps" if gain > 0 else "does not help"
    what = "noise-corrected accuracy" if corrected else "score against the given labels"
    reason = (
        f"cleaning {verb}: mean {what} on {len(plain)} held-out folds {cleaned.mean():.4f} with and "
        f"{plain.mean():.4f} without it"
    )
    return GateReport(kept, cleaned, plain, corrected, reason)
