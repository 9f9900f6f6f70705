"""LabelQualityDisplay: how label quality is distributed in each class."""

from typing import Any, Self

import numpy as np

from skclean.inspection.displays._axes import axes_for, check_matplotlib, class_texts, set_tick_texts
from skclean.inspection.displays._inputs import check_flags, check_length, check_numbers, fitted_detector, given_labels
from skclean.rules import resolve_rule
from skclean.targets import UNLABELLED, encode_labels
from skclean.utils._typing import Array, Bools, Codes, Floats, Labels1d, Numbers

__all__ = ["LabelQualityDisplay"]

# A class fills so much of its line.
FILLED = 0.85


class LabelQualityDisplay:
    """Distribution of label quality in each class, and where the flagged labels lie in it.

    Use :meth:`from_estimator` or :meth:`from_predictions`. What is given here is kept as attributes.

    Parameters
    ----------
    label_quality : ndarray of shape (n_labelled,), float64
        In [0, 1], low is suspicious; of rows that have a label.
    codes : ndarray of shape (n_labelled,), int32
        The class of each, as a position in `classes`.
    classes : ndarray of shape (n_classes,)
        Labels; one text where the target has no classes.
    noise_mask : ndarray of shape (n_labelled,), bool
        Flagged rows.
    threshold : float or None
        The label quality below which labels are flagged, or the highest one of a flagged label; None where nothing is
        flagged.
    of_rule : bool
        Whether the threshold is the one of the rule.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where `plot` drew.
    figure_ : matplotlib Figure

    Examples
    --------
    >>> from skclean.inspection import LabelQualityDisplay
    >>> y, quality = ["no", "no", "yes", "yes"], [0.9, 0.1, 0.8, 0.7]
    >>> display = LabelQualityDisplay.from_predictions(y, quality, noise_mask=[False, True, False, False])
    >>> display.threshold
    0.1
    """

    def __init__(
        self,
        *,
        label_quality: Floats,
        codes: Codes,
        classes: Array,
        noise_mask: Bools,
        threshold: float | None,
        of_rule: bool = False,
    ) -> None:
        self.label_quality = label_quality
        self.codes = codes
        self.classes = classes
        self.noise_mask = noise_mask
        self.threshold = threshold
        self.of_rule = of_rule

    @classmethod
    def from_estimator(cls, detector: Any, *, ax: Any = None, bins: int = 40, max_classes: int = 50) -> Self:
        """Draw the label quality that a fitted detector found.

        Parameters
        ----------
        detector : fitted detector, LabelCleaner or NoiseRobustClassifier
        ax : matplotlib Axes or None, default=None
            None makes a new figure.
        bins : int, default=40
            As in :meth:`plot`.
        max_classes : int, default=50
            As in :meth:`plot`.

        Returns
        -------
        display : LabelQualityDisplay

        Raises
        ------
        NotFittedError
            If the detector is not fitted.
        """
        check_matplotlib(f"{cls.__name__}.from_estimator")
        found = fitted_detector(detector)
        labels, cut = given_labels(found), _cut_of(found)
        known = found.audit_.labels.target.known
        return cls.from_predictions(
            labels,
            found.label_quality_ if labels is not None else found.label_quality_[known],
            noise_mask=found.noise_mask_ if labels is not None else found.noise_mask_[known],
            threshold=cut,
            ax=ax,
            bins=bins,
            max_classes=max_classes,
        )

    @classmethod
    def from_predictions(
        cls,
        y: Labels1d | None,
        label_quality: Numbers,
        *,
        noise_mask: Numbers | None = None,
        threshold: float | None = None,
        ax: Any = None,
        bins: int = 40,
        max_classes: int = 50,
    ) -> Self:
        """Draw anyone's label quality.

        Parameters
        ----------
        y : array-like of shape (n_samples,) or None
            Given labels; a missing one leaves the row out. None draws all rows as one group.
        label_quality : array-like of shape (n_samples,)
            In [0, 1], low is suspicious.
        noise_mask : array-like of shape (n_samples,), bool, or None, default=None
            Flagged rows; None means none.
        threshold : float or None, default=None
            Label quality below which labels are flagged. None means the highest quality of a flagged row.
        ax : matplotlib Axes or None, default=None
            None makes a new figure.
        bins : int, default=40
            As in :meth:`plot`.
        max_classes : int, default=50
            As in :meth:`plot`.

        Returns
        -------
        display : LabelQualityDisplay

        Raises
        ------
        ValueError
            If an argument has another length, or a quality is outside [0, 1].
        """
        check_matplotlib(f"{cls.__name__}.from_predictions")
        quality = check_numbers(label_quality, "label_quality", low=0, high=1)
        codes, classes = np.zeros(len(quality), dtype=np.int32), np.array(["all rows"])
        if y is not None:
            check_length(y, len(quality), "y", "label_quality")
            codes, classes = encode_labels(y)
        mask = check_flags(noise_mask, len(quality), "noise_mask")
        of_rule = threshold is not None
        if threshold is not None:
            threshold = float(check_numbers([threshold], "threshold", low=0, high=1)[0])
        elif mask.any():
            threshold = float(quality[mask].max())
        known = codes != UNLABELLED
        display = cls(
            label_quality=quality[known],
            codes=codes[known],
            classes=classes,
            noise_mask=mask[known],
            threshold=threshold,
            of_rule=of_rule,
        )
        return display.plot(ax, bins=bins, max_classes=max_classes)

    def plot(self, ax: Any = None, *, bins: int = 40, max_classes: int = 50) -> Self:
        """Draw one histogram a class, all labels and the flagged ones, and a line at the threshold.

        The height of a bar is the logarithm of 1 + its number of labels, as a share of the highest of the class: so few
        flagged labels stay visible beside many others, in small classes too.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            None makes a new figure.
        bins : int, default=40
            Bars of equal width over [0, 1].
        max_classes : int, default=50
            Where there are more, those with the most flagged labels are drawn.

        Returns
        -------
        display : LabelQualityDisplay
        """
        for name, value in (("bins", bins), ("max_classes", max_classes)):
            if not isinstance(value, (int, np.integer)) or value < 1:
                raise ValueError(f"{name} must be a whole number of at least 1, got {value!r}.")
        shown = self._shown(max_classes)
        ax = axes_for(ax, f"{type(self).__name__}.plot", n_lines=2 * len(shown))
        edges = np.linspace(0, 1, bins + 1)
        for line, code in enumerate(shown[::-1]):  # the first class is on top
            counts, _ = np.histogram(self.label_quality[self.codes == code], edges)
            flagged, _ = np.histogram(self.label_quality[(self.codes == code) & self.noise_mask], edges)
            scale = FILLED / max(np.log1p(counts.max()), 1.0)
            for values, colour, name in ((counts, "C0", "all labels"), (flagged, "C1", "flagged")):
                heights = line + scale * np.log1p(np.append(values, values[-1]))
                label = None if line else name
                ax.fill_between(edges, line, heights, step="post", color=colour, linewidth=0, label=label)
        if self.threshold is not None:
            what = "threshold of the rule" if self.of_rule else "highest flagged"
            ax.axvline(self.threshold, color="C2", linestyle="--", label=f"{what}: {self.threshold:.3g}")
        self._write_texts(ax, shown)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _shown(self, max_classes):
        """The codes of the classes that are drawn, ascending."""
        n_classes = len(self.classes)
        if n_classes <= max_classes:
            return np.arange(n_classes)
        flagged = np.bincount(self.codes[self.noise_mask], minlength=n_classes)
        return np.sort(np.argsort(-flagged, kind="stable")[:max_classes])

    def _write_texts(self, ax, shown):
        totals = np.bincount(self.codes, minlength=len(self.classes))[shown]
        texts = [
            f"{text} ({total:,})" for text, total in zip(class_texts(self.classes[shown]), totals.tolist(), strict=True)
        ]
        set_tick_texts(ax, "y", np.arange(len(shown)), texts[::-1])
        few = f", the {len(shown)} of {len(self.classes):,} with the most flags" * (len(shown) < len(self.classes))
        ax.set(xlim=(0, 1), ylim=(-0.2, len(shown)))
        ax.set(xlabel="label quality (low is suspicious)", ylabel=f"given label (number of labels){few}")
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3)


def _cut_of(detector):
    """The cut of the detector's rule, or None."""
    rule = getattr(detector, "rule", None)
    if rule is None and hasattr(detector, "_default_rule"):
        rule = detector._default_rule()
    cut = None if rule is None else resolve_rule(rule).quality_cut(detector.audit_)
    return None if cut is None else float(np.clip(cut, 0, 1))
