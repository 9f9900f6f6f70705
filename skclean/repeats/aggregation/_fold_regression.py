"""Effect of each row on the scores of its folds: all rows at once."""

import numpy as np
from scipy.sparse.linalg import LinearOperator, lsqr

from skclean._kernels import Membership
from skclean.repeats.aggregation._message_passing import pass_messages

__all__ = ["FoldRegression", "centred", "standardised"]

# Ridge of the first estimate beside the number of repeats; anything from 0.03 to 0.3 ranked alike, 1 and 0.01 worse.
RIDGE = 0.1
# Enough to rank: the order of rows no longer changes when the residual falls further.
TOLERANCE = 1e-3


class FoldRegression:
    """Effect of each row on the score of its fold, estimated for all rows at once from all folds of all repeats.

    The centred score of a fold is taken as the mean of one unknown per row of the fold. Solving for all of them at once
    takes away what the other rows of a fold did to its score, which counting leaves in as noise. Assumes that rows add
    up: that a wrong label lowers the score of the fold it sits in by about the same whatever else sits there.

    Least squares with a small ridge comes first. Message passing then makes use of what a ridge cannot know: that the
    effects of rows come in two groups, see :func:`pass_messages`. Where it finds nothing, the ridge is the answer.
    Folds are best drawn such that rows meet equally often, see :class:`EvenFolds`: then the columns of different rows
    hardly overlap, and little is left to be told apart.

    References
    ----------
    Ilyas et al., "Datamodels", ICML 2022, for regressing scores on membership; LSQR: Paige, Saunders, TOMS 1982.
    """

    wants_even_folds = True

    def __init__(self, tally):
        self.tally = tally
        folds = tally.folds
        self.members = Membership(folds.n_splits, folds.n_samples, folds.draw, n_jobs=tally.n_jobs)
        self.scores = []

    def add(self, first, folds, scores):
        """Keep the scores, and the folds packed as long as there is room; the others can be drawn again."""
        self.members.append(folds)
        self.scores.append(scores)

    def row_score(self):
        """Effect of each row on the score of its fold: ndarray of shape (n_samples,)."""
        design = CentredMembership(self.members, np.concatenate(self.scores))
        unit = np.abs(design.target).max()
        if unit == 0:
            return np.zeros(self.members.n_rows)
        target = design.target / unit
        ridge = _ridge(design, target)
        effects = pass_messages(design, target, self.tally.folds.strata, ridge, self.tally.folds.onsager)
        n_rows, n_splits = self.members.n_rows, self.members.n_splits
        return (ridge if effects is None else effects) * unit * n_rows / n_splits


class CentredMembership:
    """Membership of rows in folds less the mean over the folds of a repeat, and the scores of the folds.

    Repeats in which a fold has no score are rows of zeros.

    Parameters
    ----------
    members : Membership
    scores : ndarray of shape (n_repeats, n_splits)
        NaN where a fold had none.

    Attributes
    ----------
    target : ndarray of shape (n_repeats, n_splits)
        Centred scores.
    n_repeats : int
        Repeats of which all folds had a score.
    """

    def __init__(self, members, scores):
        usable = ~np.isnan(scores).any(axis=1)
        self._members = members
        self._usable = usable[:, None]
        self.n_repeats = int(usable.sum())
        self.n_splits = members.n_splits
        self.n_rows = members.n_rows
        self.target = np.where(self._usable, centred(scores), 0.0)

    def fold_sums(self, x):
        """Sum of `x` over the rows of every fold, less the mean of the repeat: shape (n_repeats, n_splits)."""
        sums = self._members.fold_sums(x)
        return (sums - sums.mean(axis=1, keepdims=True)) * self._usable

    def row_sums(self, values):
        """Sum of the centred values of all folds that a row sat in: shape (n_rows,)."""
        return self._members.row_sums((values - values.mean(axis=1, keepdims=True)) * self._usable)


def _ridge(design, target):
    """Least squares with a small ridge: ndarray of shape (n_rows,)."""
    matrix = LinearOperator(
        (target.size, design.n_rows),
        matvec=lambda x: design.fold_sums(x).ravel(),
        rmatvec=lambda values: design.row_sums(values.reshape(target.shape)),
        dtype=np.float64,
    )
    damp = np.sqrt(RIDGE * design.n_repeats)
    return lsqr(matrix, target.ravel(), damp=damp, atol=TOLERANCE, btol=TOLERANCE)[0]


# Scores of a repeat that are equal but for this share of the largest are equal: their mean is rounded.
ROUNDING = 1e-12


def standardised(scores):
    """Scores of each repeat less their mean, over their standard deviation; 0 where that is 0 or a score is missing."""
    difference, spread = _centred_and_spread(scores)
    return np.divide(difference, spread, out=np.zeros_like(scores), where=spread > 0)  # NaN compares as False


def centred(scores):
    """Scores of each repeat less their mean; 0 where they differ by rounding only."""
    return _centred_and_spread(scores)[0]


def _centred_and_spread(scores):
    difference = scores - scores.mean(axis=1, keepdims=True)
    spread = np.sqrt((difference**2).mean(axis=1, keepdims=True))
    alike = spread <= ROUNDING * np.abs(scores).max(axis=1, keepdims=True)
    return np.where(alike, 0.0, difference), np.where(alike, 0.0, spread)
