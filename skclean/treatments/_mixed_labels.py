"""Mix each label with what the evidence says of the row."""

from numbers import Real

import numpy as np

from skclean.base import BaseTreatment, ClassProba, Selection
from skclean.treatments._copies import weighted_copies
from skclean.utils._compat import Interval

__all__ = ["MixedLabels"]

BLOCK = 4_000_000  # probabilities that are turned into targets at once


class MixedLabels(BaseTreatment):
    """Train each row once per class, weighted by a mixture of its label and its out-of-sample probabilities.

    With ``detector="neighbor_consistency"`` the probabilities are votes of neighbours, to which a row itself does not
    add: a label that its neighbours do not share counts for less. It knows no noise rate, so that it changes clean
    labels as well. It assumes that rows which are near each other are of one class.

    Parameters
    ----------
    share : float, default=0.5
        Share of the probabilities in the mixture, in [0, 1].
    min_weight : float, default=0.05
        Classes with a smaller part in a row's mixture are left out, in [0, 0.5].

    Notes
    -----
    As in the papers: given labels are mixed with a vote of neighbours (NCR, ERASE).

    Otherwise: in the papers neighbours are those in the representation that a network learns meanwhile, and NCR adds a
    penalty to the loss. Over 5 tables of 500 rows with votes of neighbours, boosting had a mean accuracy of 0.712
    with 40 % of boundary noise and 0.592 with 40 % of flips by features, 0.668 and 0.554 without flagged rows. Without
    noise it lost 0.019; logistic regression won 0.001.

    References
    ----------
    Iscen, Valmadre, Arnab, Schmid, "Learning with Neighbor Consistency for Noisy Labels", CVPR 2022 (NCR).

    Chen et al., "ERASE: Error-Resilient Representation Learning on Graphs for Label Noise Tolerance", CIKM 2024.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclean import NoiseRobustClassifier
    >>> clf = NoiseRobustClassifier(LogisticRegression(), detector="neighbor_consistency", treatment="mixed_labels")
    """

    alias = "mixed_labels"
    needs = (ClassProba,)
    returns_weights = True
    draws_labels = True
    _parameter_constraints: dict = {
        "share": [Interval(Real, 0, 1, closed="both")],
        "min_weight": [Interval(Real, 0, 0.5, closed="both")],
    }

    def __init__(self, share: float = 0.5, *, min_weight: float = 0.05) -> None:
        self.share = share
        self.min_weight = min_weight

    def _select(self, audit, mask):
        certain = np.flatnonzero((audit.open_codes < 0) & ~audit.unlabelled)
        open_rows = np.flatnonzero(audit.open_codes >= 0)
        parts = [(certain, audit.codes[certain], np.ones(len(certain)))]
        for part in np.array_split(open_rows, len(open_rows) * audit.n_classes // BLOCK + 1):
            share = np.full((len(part), 1), self.share)
            if audit.labels.trust is not None:
                share *= 1 - audit.labels.trust[part][:, None]
            targets = share * np.asarray(audit.proba[part], dtype=np.float64)
            targets[np.arange(len(part)), audit.codes[part]] += 1 - targets.sum(axis=1)
            rows, codes, weights = weighted_copies(targets, self.min_weight)
            parts.append((part[rows], codes, weights))
        indices, codes, weights = (np.concatenate(kind) for kind in zip(*parts, strict=True))
        missing = np.setdiff1d(audit.codes[~audit.unlabelled], codes)
        for code in missing:  # the model would not know the class: its best row keeps its label
            members = np.flatnonzero(audit.codes == code)
            indices, codes = np.append(indices, members[np.argmax(audit.quality[members])]), np.append(codes, code)
            weights = np.append(weights, 1.0)
        order = np.argsort(indices, kind="stable")  # in the order of the rows, for models that depend on it
        return Selection(indices[order], codes[order].astype(np.int32), weights[order])
