"""Let a doubtful row count for each class as much as it probably belongs to it."""

from numbers import Real

import numpy as np

from skclean.base import BaseTreatment, Selection, best_of_emptied
from skclean.noise._noise_fit import noise_of
from skclean.treatments._copies import weighted_copies
from skclean.treatments._decision import LEAST_RATE, enough_noise
from skclean.utils._compat import Interval

__all__ = ["Posterior"]

# Rows of probabilities that are turned into targets at once.
BLOCK = 4_000_000


class Posterior(BaseTreatment):
    """Train each row once per class, weighted by P(true class | row, given label); do nothing without noise.

    The probabilities come from the noise model of the detector: Bayes' rule over calibrated out-of-sample
    probabilities and an estimated transition matrix. Rows with a sure label keep it with weight 1, so that only
    doubtful rows are repeated. Where there is next to no noise, every label is kept, and the fit is the plain one.

    A model without sample weights gets one label a row instead, drawn from these probabilities.

    Parameters
    ----------
    least_rate : float, default=0.08
        Estimated noise rate above which labels are treated in any case, in [0, 1]. Below it, they are treated only if
        the 90 % interval of the noise rate lies above 0. With fewer than 20 labels they are never treated.
    min_weight : float, default=0.05
        Classes with a smaller probability are left out, in [0, 0.5].

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclean import NoiseRobustClassifier
    >>> clf = NoiseRobustClassifier(LogisticRegression(), treatment="posterior")
    """

    needs_proba = True
    needs_sample_weight = True
    draws_labels = True
    _parameter_constraints: dict = {
        "least_rate": [Interval(Real, 0, 1, closed="both")],
        "min_weight": [Interval(Real, 0, 0.5, closed="both")],
    }

    def __init__(self, *, least_rate=LEAST_RATE, min_weight=0.05):
        self.least_rate = least_rate
        self.min_weight = min_weight

    def _select(self, audit, mask):
        audit.require_proba("Posterior")
        indices = np.flatnonzero(~audit.unlabelled)
        noise = noise_of(audit)
        enough, found = enough_noise(noise, self.least_rate)
        if not enough:
            return Selection(indices, audit.codes[indices], reason=f"labels are kept as they are: {found}")
        doubtful = (audit.open_codes >= 0) & (noise.wrong() >= self.min_weight)
        rows, codes, weights = self._copies(noise, audit, np.flatnonzero(doubtful))
        left = np.union1d(codes, audit.codes[~doubtful & ~audit.unlabelled])
        emptied = doubtful & ~np.isin(audit.codes, left)
        if emptied.any():  # the model would not know the class: its best row keeps its label
            doubtful[best_of_emptied(emptied, audit)] = False
            rows, codes, weights = self._copies(noise, audit, np.flatnonzero(doubtful))
        certain = np.flatnonzero(~doubtful & ~audit.unlabelled)
        indices = np.concatenate([certain, rows])
        order = np.argsort(indices, kind="stable")  # in the order of the rows, for models that depend on it
        codes = np.concatenate([audit.codes[certain], codes])[order]
        weights = np.concatenate([np.ones(len(certain)), weights])[order]
        reason = f"labels are replaced by probabilities of the true class: {found}"
        return Selection(indices[order], codes, weights, reason)

    def _copies(self, noise, audit, doubtful):
        """Copies of the doubtful rows: rows, codes, weights."""
        parts = []
        for part in np.array_split(doubtful, len(doubtful) * audit.n_classes // BLOCK + 1):
            targets = noise.posterior(audit.proba[part], audit.codes[part])
            rows, codes, weights = weighted_copies(targets, self.min_weight)
            parts.append((part[rows], codes, weights))
        return (np.concatenate(kind) for kind in zip(*parts, strict=True))
