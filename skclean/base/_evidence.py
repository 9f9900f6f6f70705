"""Records of evidence: what models that had not seen a row, or repeats of training, say about its label.

A record is looked up in an audit by its class. `what` names it in messages, and `remedy` says which detectors give it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from skclean._kernels import RowSummary, label_quality
from skclean.utils._proba import check_proba
from skclean.utils._short_repr import short_repr
from skclean.utils._typing import Array, Bools, Codes, Floats, Proba

__all__ = ["CellErrors", "CellProba", "ClassProba", "FoldCounts", "Residuals", "Trials"]


@dataclass(frozen=True, eq=False)
class ClassProba:
    """Class probabilities of models that were trained without the row.

    Parameters
    ----------
    proba : ndarray of shape (n_samples, n_classes), float32 or float64
        Columns in the order of the classes.
    codes : ndarray of shape (n_samples,), int32
        The labels that `summary` compares them with; -1 where a row is unlabelled.
    summary : RowSummary or None, default=None
        Each row's probability of the given label, its rival's, and the rival. None means it is made here, in one pass
        that checks the probabilities.
    n_jobs : int or None, default=None
        Threads for passes over `proba`.

    Raises
    ------
    ProbabilityError
        If `summary` is None and a row holds no probabilities.
    """

    proba: Proba
    codes: Codes
    summary: RowSummary | None = None
    n_jobs: int | None = None
    __repr__ = short_repr

    what = "class probabilities"
    remedy = "choose one that works on label quality alone, or a detector such as ConfidentLearning"

    def __post_init__(self) -> None:
        if self.summary is None:  # a frozen record allows no plain assignment
            proba, summary = check_proba(self.proba, self.codes, name="proba of the audit", n_jobs=self.n_jobs)
            object.__setattr__(self, "proba", proba)
            object.__setattr__(self, "summary", summary)

    def compared_with(self, codes: Codes) -> "ClassProba":
        """Return the same probabilities beside other labels: ClassProba."""
        return self if codes is self.codes else ClassProba(self.proba, codes, n_jobs=self.n_jobs)

    def scores(self, method: str) -> Floats:
        """Return a label-quality score: ndarray of shape (n_samples,), float64; see :mod:`skclean.quality`."""
        return label_quality(self.codes, self.proba, method, n_jobs=self.n_jobs, summary=self.summary)


@dataclass(frozen=True, eq=False)
class FoldCounts:
    """Counts of how often each row was in the worst and in the best fold of repeated cross-validation.

    Parameters
    ----------
    worst, best : ndarray of shape (n_samples,), int64
        Counts; of rows that took no part 0.
    n_repeats : int
        Repeats counted.
    n_splits : int
        Folds a repeat.
    """

    worst: NDArray[np.int64]
    best: NDArray[np.int64]
    n_repeats: int
    n_splits: int
    __repr__ = short_repr

    what = "the noise histogram of repeated cross-validation"
    remedy = "use ReCoV, or choose another rule"

    @property
    def p_values(self) -> Floats:
        """P(count >= worst) for a row that does not matter: ndarray of shape (n_samples,), binomial(n_repeats, 1/k)."""
        return np.asarray(binom.sf(self.worst - 1, self.n_repeats, 1 / self.n_splits))


@dataclass(frozen=True, eq=False)
class Residuals:
    """What models that had not seen a row predict for its number, and how far off they expect to be.

    Parameters
    ----------
    predicted : ndarray of shape (n_samples,), float64
        In units of y.
    scale : ndarray of shape (n_samples,), float64
        Expected size of a right number's residual, as a standard deviation; positive, in units of y.
    """

    predicted: Floats
    scale: Floats
    __repr__ = short_repr

    what = "predicted numbers and their scale"
    remedy = "use RegressionResiduals, or choose another rule"

    def sentence(self, row: int) -> str:
        """Return why the number of a row is doubted: str."""
        return f"{self.predicted[row]:.4g} is predicted, give or take {self.scale[row]:.2g}"


@dataclass(frozen=True, eq=False)
class CellProba:
    """Probability that each tag is there, of models that were trained without the row.

    Parameters
    ----------
    proba : ndarray of shape (n_samples, n_tags), float64
    cells : ndarray of shape (n_samples, n_tags), int8
        1 where the tag was given, 0 where it was not, -1 where that is unknown.
    names : ndarray of shape (n_tags,)
        Of the tags.
    """

    proba: Floats
    cells: NDArray[np.int8]
    names: Array
    __repr__ = short_repr

    what = "probabilities of tags"
    remedy = "use MultiLabelConfidentLearning, or choose another rule"

    def sentence(self, row: int) -> str:
        """Return why the tags of a row are doubted: the cell that fits least, str."""
        cells, proba = self.cells[row], self.proba[row]
        fit = np.where(cells == 1, proba, np.where(cells == 0, 1 - proba, 1.0))
        worst = int(fit.argmin())
        given = "given" if cells[worst] == 1 else "not given"
        return f"P({self.names[worst]}) = {proba[worst]:.2f}, and it is {given}"


@dataclass(frozen=True, eq=False)
class CellErrors:
    """Chance that each cell is wrong.

    Parameters
    ----------
    wrong : ndarray of shape (n_samples, n_tags), float64
    flagged : ndarray of shape (n_samples, n_tags), bool
        Cells that are more likely wrong than is worth keeping.
    """

    wrong: Floats
    flagged: Bools
    __repr__ = short_repr

    what = "chances that single tags are wrong"
    remedy = "use MultiLabelConfidentLearning, or choose another rule"


@dataclass(frozen=True, eq=False)
class Trials:
    """Qualities of the same rows from fits of the detector to labels with injected errors.

    Parameters
    ----------
    codes : ndarray of shape (n_trials, n_samples), int32
        The labels of each trial.
    flipped : ndarray of shape (n_trials, n_samples), bool
        Labels that are not the given ones.
    quality : ndarray of shape (n_trials, n_samples), float64
        Label quality found in each trial.
    """

    codes: Codes
    flipped: Bools
    quality: Floats
    __repr__ = short_repr

    what = "class probabilities, or fits to labels with injected errors"
    remedy = "use another rule, or a detector such as ConfidentLearning"
