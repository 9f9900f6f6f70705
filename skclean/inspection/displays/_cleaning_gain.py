"""CleaningGainDisplay: what cleaning more and more rows does to the score of a model."""

from typing import Any, Self

import numpy as np
from scipy.stats import t

from skclean.inspection.displays._axes import axes_for, check_matplotlib
from skclean.inspection.displays._cleaning_curve import cleaning_curve
from skclean.inspection.displays._inputs import check_choice, check_confidence, check_numbers
from skclean.utils._typing import CrossValidation, Estimator, Floats, Labels1d, Numbers, RandomState, Scoring, Table

__all__ = ["CleaningGainDisplay"]

SHARES = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3)
TREATMENTS = ("drop", "relabel")


class CleaningGainDisplay:
    """Cross-validated score of a model after the training rows of lowest label quality were removed or fixed.

    Use :meth:`from_estimator` or :meth:`from_predictions`. What is given here is kept as attributes.

    Parameters
    ----------
    shares : ndarray of shape (n_shares,), float64
        Share of the training rows that were cleaned, ascending, in [0, 1); the first one is 0.
    scores : ndarray of shape (n_shares, n_folds), float64
        On held-out rows.
    test_share : float
        Ratio of held-out rows to training rows in a fold.
    confidence : float
        Probability that each interval aims at.
    treatment : {"drop", "relabel"}
        What was done to the rows.

    Attributes
    ----------
    mean, low, high : ndarray of shape (n_shares,), float64
        Mean score and the interval around it.
    gain, gain_low, gain_high : ndarray of shape (n_shares,), float64
        Mean difference to the score without cleaning in the same fold, and the interval around it. It is narrower,
        because folds that are hard for one are hard for the other too.
    ax_ : matplotlib Axes
        Where `plot` drew.
    figure_ : matplotlib Figure

    Notes
    -----
    Only training rows are cleaned: the detector of a fold sees no held-out row. Held-out rows are scored **with their
    labels as given**, so wrong labels among them lower every score. With noise that depends on nothing the order of two
    models stays as it is, but a gain looks smaller: with a share e of wrong labels in two classes, differences in
    accuracy shrink by the factor 1 - 2 e. Where noise depends on the class or the row, a model that has learned the
    noise may score higher than a better one. Scores on held-out rows that people have reviewed are the safer measure;
    pass such scores to :meth:`from_predictions`.

    Training sets of different folds share rows, so the scores are not independent. The intervals are those of Student's
    t with the variance corrected for it: (1 / n_folds + test_share) times the variance over folds.

    References
    ----------
    Nadeau, Bengio, "Inference for the Generalization Error", Machine Learning 2003.

    Examples
    --------
    >>> from skclean.inspection import CleaningGainDisplay
    >>> scores = [[0.80, 0.82, 0.81], [0.84, 0.85, 0.85], [0.80, 0.79, 0.82]]
    >>> display = CleaningGainDisplay.from_predictions([0, 0.05, 0.3], scores, test_share=0.5)
    >>> display.gain.round(3)
    array([ 0.   ,  0.037, -0.007])
    """

    def __init__(
        self,
        *,
        shares: Floats,
        scores: Floats,
        test_share: float,
        confidence: float = 0.9,
        treatment: str = "drop",
    ) -> None:
        self.shares = shares
        self.scores = scores
        self.test_share = test_share
        self.confidence = confidence
        self.treatment = treatment
        self.mean, self.low, self.high = _interval(scores, test_share, confidence)
        self.gain, self.gain_low, self.gain_high = _interval(scores - scores[0], test_share, confidence)

    @classmethod
    def from_estimator(
        cls,
        estimator: Estimator,
        X: Table,
        y: Labels1d,
        *,
        detector: Any = None,
        treatment: str = "drop",
        shares: Numbers = SHARES,
        cv: CrossValidation = 5,
        scoring: Scoring = None,
        groups: Labels1d | None = None,
        confidence: float = 0.9,
        n_jobs: int | None = None,
        random_state: RandomState = None,
        kind: str = "score",
        ax: Any = None,
    ) -> Self:
        """Cross-validate a model with more and more of its training rows cleaned.

        Parameters
        ----------
        estimator : classifier
            The model to train; cloned. It may be unfitted.
        X : array-like of shape (n_samples, ...)
            Rows.
        y : array-like of shape (n_samples,)
            Given labels; rows without one are neither trained on nor scored.
        detector : detector, str or None, default=None
            Ranks the training rows of each fold; an instance or an alias. None means ConfidentLearning.
        treatment : {"drop", "relabel"}, default="drop"
            Whether rows are removed, or get the label that the detector suggests. Detectors without probabilities
            suggest other labels for flagged rows only; all other rows then keep theirs.
        shares : array-like of shape (n_shares,), default=(0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3)
            Share of the training rows that is cleaned, in [0, 1), ascending. 0 is added where it is missing.
        cv : int or splitter, default=5
            Folds; an int makes stratified ones. More repeats make the intervals narrower, for example
            ``RepeatedStratifiedKFold(n_splits=5, n_repeats=4)``.
        scoring : str, callable or None, default=None
            As in scikit-learn; higher is better. None means the estimator's own ``score``.
        groups : array-like of shape (n_samples,) or None, default=None
            For the splitter and for the detector.
        confidence : float, default=0.9
            Probability that each interval aims at, in (0, 1).
        n_jobs : int or None, default=None
            Folds side by side. The result does not depend on it.
        random_state : int, RandomState instance or None, default=None
            Seeds the folds, and the detector where it has no seed of its own.
        kind : {"score", "gain"}, default="score"
            As in :meth:`plot`.
        ax : matplotlib Axes or None, default=None
            None makes a new figure.

        Returns
        -------
        display : CleaningGainDisplay
        """
        check_matplotlib(f"{cls.__name__}.from_estimator")
        check_choice(treatment, TREATMENTS, "treatment")
        check_confidence(confidence)
        cleaned = np.union1d([0.0], _checked_shares(shares))
        curve = cleaning_curve(
            estimator,
            X,
            y,
            cleaned,
            detector=detector,
            treatment=treatment,
            cv=cv,
            scoring=scoring,
            groups=groups,
            n_jobs=n_jobs,
            random_state=random_state,
        )
        return cls.from_predictions(
            cleaned,
            curve.scores,
            test_share=curve.test_share,
            confidence=confidence,
            treatment=treatment,
            kind=kind,
            ax=ax,
        )

    @classmethod
    def from_predictions(
        cls,
        shares: Numbers,
        scores: Numbers,
        *,
        test_share: float = 0.25,
        confidence: float = 0.9,
        treatment: str = "drop",
        kind: str = "score",
        ax: Any = None,
    ) -> Self:
        """Draw scores that were computed elsewhere.

        Parameters
        ----------
        shares : array-like of shape (n_shares,)
            Share of the training rows that were cleaned, ascending, the first one 0.
        scores : array-like of shape (n_shares, n_folds)
            One score for each share and fold, at least 2 folds.
        test_share : float, default=0.25
            Ratio of held-out rows to training rows: 0.25 with 5 folds.
        confidence : float, default=0.9
            Probability that each interval aims at, in (0, 1).
        treatment : {"drop", "relabel"}, default="drop"
            What was done to the rows.
        kind : {"score", "gain"}, default="score"
            As in :meth:`plot`.
        ax : matplotlib Axes or None, default=None
            None makes a new figure.

        Returns
        -------
        display : CleaningGainDisplay
        """
        check_matplotlib(f"{cls.__name__}.from_predictions")
        check_choice(treatment, TREATMENTS, "treatment")
        check_confidence(confidence)
        cleaned = _checked_shares(shares)
        if cleaned[0] != 0 or (np.diff(cleaned) <= 0).any():
            raise ValueError("shares must ascend, and begin with 0, the score without cleaning.")
        found = np.asarray(scores, dtype=np.float64)
        if found.ndim != 2 or len(found) != len(cleaned) or found.shape[1] < 2 or not np.isfinite(found).all():
            raise ValueError(
                f"scores must hold finite numbers of shape (n_shares, n_folds), with {len(cleaned)} shares and at "
                f"least 2 folds, got the shape {found.shape}."
            )
        ratio = float(check_numbers([test_share], "test_share", low=0)[0])
        display = cls(shares=cleaned, scores=found, test_share=ratio, confidence=float(confidence), treatment=treatment)
        return display.plot(ax, kind=kind)

    def plot(self, ax: Any = None, *, kind: str = "score") -> Self:
        """Draw the mean over the folds, and its interval as a band.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            None makes a new figure.
        kind : {"score", "gain"}, default="score"
            Whether the score is drawn, or its difference to no cleaning.

        Returns
        -------
        display : CleaningGainDisplay
        """
        check_choice(kind, ("score", "gain"), "kind")
        ax = axes_for(ax, f"{type(self).__name__}.plot")
        middle, low, high = (
            (self.mean, self.low, self.high) if kind == "score" else (self.gain, self.gain_low, self.gain_high)
        )
        ax.plot(100 * self.shares, middle, color="C0", marker="o", label=f"mean of {self.scores.shape[1]} folds")
        band = f"{100 * self.confidence:g} % interval"
        ax.fill_between(100 * self.shares, low, high, color="C0", alpha=0.2, linewidth=0, label=band)
        ax.axhline(middle[0], color="C1", linestyle="--", label="without cleaning")
        done = {"drop": "removed", "relabel": "with a new label"}[self.treatment]
        what = "score on held-out rows as given" if kind == "score" else "gain on held-out rows as given"
        ax.set(xlabel=f"training rows {done}, lowest label quality first (%)", ylabel=what)
        ax.legend()
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _checked_shares(shares):
    cleaned = check_numbers(shares, "shares", low=0, high=1)
    if (cleaned == 1).any():
        raise ValueError("shares must be below 1: no row would be left to train on.")
    return cleaned


def _interval(values, test_share, confidence):
    """Mean over the folds, and both ends of its interval."""
    n_folds = values.shape[1]
    middle = values.mean(axis=1)
    error = np.sqrt((1 / n_folds + test_share) * values.var(axis=1, ddof=1))
    width = t.ppf((1 + confidence) / 2, n_folds - 1) * error
    return middle, middle - width, middle + width
