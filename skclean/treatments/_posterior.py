"""Let a doubtful row count for each class as much as it probably belongs to it."""

from numbers import Real

import numpy as np

from skclean.base import BaseTreatment, ClassProba, Selection, best_of_emptied
from skclean.noise.model._noise_fit import noise_of
from skclean.treatments._copies import weighted_copies
from skclean.treatments._decision import MIN_RATE, noise_to_treat
from skclean.utils._compat import Interval

__all__ = ["Posterior"]

# Rows of probabilities that are turned into targets at once.
BLOCK = 4_000_000
# Multiples of the noise rate from 1 to 2 were about as good. Boosting won back 3 points more of the accuracy that noise
# costs than without, over 18 tables, and as much over 27 others; logistic regression neither gained nor lost. A fixed
# share of 0.3 made logistic regression worse where there is little noise, and the same share for 10 or 26 classes, of
# which P(true class | row) is less sure, made boosting worse. ``examples/benchmarks/learning.py`` measures it.
EVIDENCE_SHARE = 1.5


class Posterior(BaseTreatment):
    """Train each row once per class, weighted by P(true class | row, given label); do nothing without noise.

    The probabilities come from the noise model of the detector: Bayes' rule over calibrated out-of-sample
    probabilities and an estimated transition matrix. Rows with a sure label keep it with weight 1, so that only
    doubtful rows are repeated. Where there is next to no noise, every label is kept, and the fit is the plain one.
    Where only the rows of some classes are certain to have other labels, no other noise is treated.

    Part of each target is P(true class | row), which does not depend on the given label. A flexible model learns the
    wrong labels by heart that Bayes' rule has left some weight; with such a part there is less to learn.

    A model without sample weights gets one label a row instead, drawn from these probabilities.

    Parameters
    ----------
    least_rate : float, default=0.08
        Estimated noise rate above which labels are treated in any case, in [0, 1]. Below it, they are treated only if
        the 90 % interval of the noise rate lies above 0, or in classes where that of the flip rate does. With fewer
        than 20 labels they are never treated.
    evidence_share : float, default=1.5
        Share of each target that is P(true class | row), whatever label was given, as a multiple of the estimated noise
        rate: with 1.5 and two classes, the share is 0.15 where a tenth of the labels is wrong. With K classes it is 2 /
        K of that. At least 0; the share is at most 1.
    min_weight : float, default=0.05
        Classes with a smaller probability are left out, in [0, 0.5].

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclean import NoiseRobustClassifier
    >>> clf = NoiseRobustClassifier(LogisticRegression(), treatment="posterior")
    """

    alias = "posterior"
    needs = (ClassProba,)
    returns_weights = True
    draws_labels = True
    _parameter_constraints: dict = {
        "least_rate": [Interval(Real, 0, 1, closed="both")],
        "evidence_share": [Interval(Real, 0, None, closed="left")],
        "min_weight": [Interval(Real, 0, 0.5, closed="both")],
    }

    def __init__(
        self, *, least_rate: float = MIN_RATE, evidence_share: float = EVIDENCE_SHARE, min_weight: float = 0.05
    ) -> None:
        self.least_rate = least_rate
        self.evidence_share = evidence_share
        self.min_weight = min_weight

    def _select(self, audit, mask):
        indices = np.flatnonzero(~audit.unlabelled)
        noise, found = noise_to_treat(audit, noise_of(audit), self.least_rate)
        if noise is None:
            return Selection(indices, audit.codes[indices], reason=f"labels are kept as they are: {found}")
        open_rows = (audit.open_codes >= 0) & (noise.wrong() > 0)
        doubtful, rows, codes, weights = self._copies(noise, audit, open_rows)
        left = np.union1d(codes, audit.codes[~doubtful & ~audit.unlabelled])
        emptied = doubtful & ~np.isin(audit.codes, left)
        if emptied.any():  # the model would not know the class: its best row keeps its label
            open_rows[best_of_emptied(emptied, audit)] = False
            doubtful, rows, codes, weights = self._copies(noise, audit, open_rows)
        certain = np.flatnonzero(~doubtful & ~audit.unlabelled)
        indices = np.concatenate([certain, rows])
        order = np.argsort(indices, kind="stable")  # in the order of the rows, for models that depend on it
        codes = np.concatenate([audit.codes[certain], codes])[order]
        weights = np.concatenate([np.ones(len(certain)), weights])[order]
        reason = f"labels are replaced by probabilities of the true class: {found}"
        return Selection(indices[order], codes, weights, reason)

    def _copies(self, noise, audit, open_rows):
        """Return a mask of the doubtful rows among the open ones, and their copies: rows, codes, weights."""
        doubtful, parts = np.zeros(len(open_rows), dtype=bool), []
        share = min(1.0, self.evidence_share * noise.noise_rate.rate * 2 / audit.n_classes)
        open_rows = np.flatnonzero(open_rows)
        for part in np.array_split(open_rows, len(open_rows) * audit.n_classes // BLOCK + 1):
            targets = noise.posterior(audit.proba[part], audit.codes[part], share)
            if audit.labels.trust is not None:
                trust = audit.labels.trust[part]
                targets *= 1 - trust[:, None]
                targets[np.arange(len(part)), audit.codes[part]] += trust
            unsure = 1 - targets[np.arange(len(part)), audit.codes[part]] >= self.min_weight
            rows, codes, weights = weighted_copies(targets[unsure], self.min_weight)
            doubtful[part[unsure]] = True
            parts.append((part[unsure][rows], codes, weights))
        return doubtful, *(np.concatenate(kind) for kind in zip(*parts, strict=True))
