"""DetectionCurveDisplay: how many flags are right and how many errors are found, as more rows are reviewed."""

from typing import Any, Self

import numpy as np

from skclean.inspection.displays._axes import axes_for, check_matplotlib
from skclean.inspection.displays._inputs import check_choice, check_flags, check_length, check_numbers, fitted_detector
from skclean.noise import NoiseModel
from skclean.utils._typing import Floats, Numbers, Positions

__all__ = ["DetectionCurveDisplay"]


class DetectionCurveDisplay:
    """Precision and recall of a review in the order of label quality.

    Rows of equal quality are reviewed together, so the curve does not depend on their order. Use
    :meth:`from_estimator` or :meth:`from_predictions`. What is given here is kept as attributes.

    Parameters
    ----------
    n_reviewed : ndarray of shape (n_points,), int
        Rows reviewed, from the lowest quality on; the last one is all rows.
    precision : ndarray of shape (n_points,), float64
        Share of the reviewed labels that are wrong.
    recall : ndarray of shape (n_points,), float64
        Share of the wrong labels that are reviewed; NaN where no label is wrong.
    average_precision : float
        Mean precision over the recall, as in :func:`sklearn.metrics.average_precision_score`; NaN where no label is
        wrong.
    noise_rate : float
        Share of wrong labels: the precision of a review in random order.
    flagged : tuple of three floats, or None
        Share of the rows that are flagged, precision and recall of the flags; None without flags.
    expected : bool
        Whether the truth was given as probabilities, so that all numbers are expected values.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where `plot` drew.
    figure_ : matplotlib Figure

    Examples
    --------
    >>> from skclean.inspection import DetectionCurveDisplay
    >>> display = DetectionCurveDisplay.from_predictions([True, False, True, False], [0.1, 0.9, 0.3, 0.2])
    >>> display.recall
    array([0.5, 0.5, 1. , 1. ])
    """

    def __init__(
        self,
        *,
        n_reviewed: Positions,
        precision: Floats,
        recall: Floats,
        average_precision: float,
        noise_rate: float,
        flagged: tuple[float, float, float] | None = None,
        expected: bool = False,
    ) -> None:
        self.n_reviewed = n_reviewed
        self.precision = precision
        self.recall = recall
        self.average_precision = average_precision
        self.noise_rate = noise_rate
        self.flagged = flagged
        self.expected = expected

    @property
    def share(self) -> Floats:
        """Share of the rows that are reviewed at each point: ndarray of shape (n_points,), float64, in (0, 1]."""
        return self.n_reviewed / self.n_reviewed[-1]

    @classmethod
    def from_estimator(
        cls, detector: Any, is_wrong: Numbers | None = None, *, against: str = "share", ax: Any = None
    ) -> Self:
        """Draw the curve of a fitted detector.

        Parameters
        ----------
        detector : fitted detector, LabelCleaner or NoiseRobustClassifier
            Rows without a label are left out.
        is_wrong : array-like of shape (n_samples,), bool or float, or None, default=None
            True where the label is known to be wrong, or the probability that it is. None means the probability by the
            detector's own noise model: the curve then is what the detector expects, not what is true.
        against : {"share", "recall"}, default="share"
            As in :meth:`plot`.
        ax : matplotlib Axes or None, default=None
            None makes a new figure.

        Returns
        -------
        display : DetectionCurveDisplay

        Raises
        ------
        NotFittedError
            If the detector is not fitted.
        ValueError
            If `is_wrong` is None and the detector has no noise model.
        """
        check_matplotlib(f"{cls.__name__}.from_estimator")
        found = fitted_detector(detector)
        known = found.audit_.labels.target.known
        if is_wrong is None:
            noise = found.audit_.get(NoiseModel)
            if noise is None:
                raise ValueError(
                    f"is_wrong is None, and {type(found).__name__} has no noise model that says how likely each label "
                    "is wrong; pass is_wrong, or use ConfidentLearning with at most 50 classes."
                )
            is_wrong = noise.wrong()
        check_length(is_wrong, len(known), "is_wrong", "the detector")
        return cls.from_predictions(
            np.asarray(is_wrong)[known],
            found.label_quality_[known],
            noise_mask=found.noise_mask_[known],
            against=against,
            ax=ax,
        )

    @classmethod
    def from_predictions(
        cls,
        is_wrong: Numbers,
        label_quality: Numbers,
        *,
        noise_mask: Numbers | None = None,
        against: str = "share",
        ax: Any = None,
    ) -> Self:
        """Draw the curve of anyone's label quality.

        Parameters
        ----------
        is_wrong : array-like of shape (n_samples,), bool or float
            True where the label is wrong, or the probability that it is, in [0, 1].
        label_quality : array-like of shape (n_samples,)
            Low is suspicious.
        noise_mask : array-like of shape (n_samples,), bool, or None, default=None
            Flagged rows, which are marked on the curve.
        against : {"share", "recall"}, default="share"
            As in :meth:`plot`.
        ax : matplotlib Axes or None, default=None
            None makes a new figure.

        Returns
        -------
        display : DetectionCurveDisplay
        """
        check_matplotlib(f"{cls.__name__}.from_predictions")
        quality = check_numbers(label_quality, "label_quality")
        check_length(is_wrong, len(quality), "is_wrong", "label_quality")
        wrong = check_numbers(is_wrong, "is_wrong", low=0, high=1)
        order = np.argsort(quality, kind="stable")
        n_reviewed = np.flatnonzero(np.append(np.diff(quality[order]) > 0, True)) + 1
        found, total = np.cumsum(wrong[order])[n_reviewed - 1], wrong.sum()
        precision, recall = found / n_reviewed, _share(found, total)
        display = cls(
            n_reviewed=n_reviewed,
            precision=precision,
            recall=recall,
            average_precision=float(np.diff(recall, prepend=0) @ precision),
            noise_rate=float(wrong.mean()),
            flagged=_of_flags(wrong, check_flags(noise_mask, len(wrong), "noise_mask")),
            expected=bool(((wrong > 0) & (wrong < 1)).any()),
        )
        return display.plot(ax, against=against)

    def plot(self, ax: Any = None, *, against: str = "share") -> Self:
        """Draw the curves.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            None makes a new figure.
        against : {"share", "recall"}, default="share"
            "share" draws precision and recall against the share of rows reviewed; "recall" draws precision against
            recall.

        Returns
        -------
        display : DetectionCurveDisplay
        """
        check_choice(against, ("share", "recall"), "against")
        ax = axes_for(ax, f"{type(self).__name__}.plot")
        expected = "expected " * self.expected
        precision = f"{expected}precision: reviewed labels that are wrong"
        if against == "share":
            ax.plot(self.share, self.precision, color="C0", label=precision)
            ax.plot(self.share, self.recall, color="C1", linestyle="-.", label=f"{expected}recall: wrong labels found")
            ax.set(xlabel="share of rows reviewed, lowest label quality first", ylabel=f"{expected}share")
        else:
            ax.plot(self.recall, self.precision, color="C0", label=f"average precision {self.average_precision:.3f}")
            ax.set(xlabel=f"{expected}recall: wrong labels found", ylabel=precision)
        ax.axhline(self.noise_rate, color="C2", linestyle=":", label="precision in random order")
        if self.flagged is not None:
            share, flag_precision, flag_recall = self.flagged
            x = [share, share] if against == "share" else [flag_recall]
            y = [flag_precision, flag_recall] if against == "share" else [flag_precision]
            ax.plot(x, y, color="C3", marker="o", linestyle="none", label=f"flagged rows: {100 * share:.1f} %")
        ax.set(xlim=(0, 1), ylim=(-0.02, 1.02))
        ax.legend()
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _share(part, total):
    return np.full(np.shape(part), np.nan) if total == 0 else part / total


def _of_flags(wrong, mask):
    """Share, precision and recall of the flagged rows; None where there are none."""
    if not mask.any():
        return None
    found = wrong[mask].sum()
    return float(mask.mean()), float(found / mask.sum()), float(_share(found, wrong.sum()))
