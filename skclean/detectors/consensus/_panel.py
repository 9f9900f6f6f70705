"""Qualities of the members of a consensus, on one scale."""

import numpy as np
from scipy.special import ndtr

from skclean._kernels import label_quality
from skclean.detectors.consensus._weights import normal_scores
from skclean.exceptions import ProbabilityError
from skclean.utils._proba import check_proba

__all__ = ["Panel", "check_member"]

# How the given label compares with its strongest rival ranked errors best of the scores of `label_quality`.
SCORE = "rival_odds"


def check_member(name, member, labels):
    """Refuse a fitted member whose probabilities or qualities cannot be combined with those of others.

    Parameters
    ----------
    name : str
    member : detector
    labels : ClassTarget
        What it was fitted on.

    Raises
    ------
    ProbabilityError
        If its probabilities are none, or have other columns than the classes.
    ValueError
        If a quality is outside [0, 1] or NaN, or there is not one per row.
    """
    codes, classes = labels
    audit, quality = member.audit_, np.asarray(member.label_quality_)
    if quality.shape != codes.shape or not ((quality >= 0) & (quality <= 1)).all():
        raise ValueError(
            f"the member {name!r} must give one label_quality_ in [0, 1] per row, {len(codes)} in all; it gave the "
            f"shape {quality.shape}, or numbers outside."
        )
    if audit.proba is None:
        return
    if np.shape(audit.proba) != (len(codes), len(classes)):
        raise ProbabilityError(
            f"the probabilities of the member {name!r} have the shape {np.shape(audit.proba)} for {len(codes)} rows "
            f"and {len(classes)} classes."
        )
    if audit.summary is None or not audit.summary.checked:
        check_proba(audit.proba, codes, name=f"the probabilities of the member {name!r}")


class Panel:
    """Members' records, and what follows from them under any labels.

    Parameters
    ----------
    audits : list of Audit
        One a member.
    n_jobs : int or None
        Threads that read probabilities.

    Attributes
    ----------
    has_proba : list of bool
        Which members have out-of-sample probabilities.
    """

    def __init__(self, audits, n_jobs):
        self.audits = audits
        self.n_jobs = n_jobs
        self.has_proba = [audit.proba is not None for audit in audits]

    def scores(self, codes, rows, qualities=None):
        """Normal scores of all members for some rows: ndarray of shape (n_rows, n_members), low is suspicious.

        Parameters
        ----------
        codes : ndarray of shape (n_samples,), int32
            Labels to score.
        rows : ndarray of int
            Rows that are ranked against each other.
        qualities : dict of int -> ndarray of shape (n_samples,), or None, default=None
            By member, the label quality of members without probabilities, where it is not that of their record.
        """
        columns = []
        for member, audit in enumerate(self.audits):
            if audit.proba is not None:
                quality = label_quality(codes, audit.proba, SCORE, n_jobs=self.n_jobs)
            else:
                quality = audit.quality if qualities is None else qualities[member]
            columns.append(normal_scores(quality[rows]))
        return np.column_stack(columns)

    def mean_proba(self, weights=None):
        """Weighted mean of the members' probabilities, each alike by default; None if there are none."""
        chosen = [member for member, has in enumerate(self.has_proba) if has]
        if not chosen:
            return None
        share = np.ones(len(chosen)) if weights is None else weights[chosen]
        if share.sum() == 0:
            share = np.ones(len(chosen))
        return sum(w * self.audits[member].proba for w, member in zip(share / share.sum(), chosen, strict=True))

    def combined(self, codes, rows, weights):
        """Quality of all labels, and the mean probabilities.

        Returns
        -------
        quality : ndarray of shape (n_samples,), float64
            The odds of the given label in the weighted mean probability, where all members have probabilities; else
            the normal probability of the weighted mean score. 1 for other rows than `rows`.
        proba : ndarray of shape (n_samples, n_classes) or None
        """
        proba = self.mean_proba(weights)
        quality = np.ones(len(codes))
        if all(self.has_proba):
            quality[rows] = label_quality(codes, proba, SCORE, n_jobs=self.n_jobs)[rows]
            return quality, proba
        scores = self.scores(codes, rows)
        if proba is not None:
            together = normal_scores(label_quality(codes, proba, SCORE, n_jobs=self.n_jobs)[rows])
            scores[:, self.has_proba] = together[:, None]
        quality[rows] = ndtr(scores @ weights)
        return quality, proba
