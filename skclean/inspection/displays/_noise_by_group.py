"""NoiseByGroupDisplay: the noise rate of each group of rows, with an interval."""

from numbers import Integral
from typing import Any, Self

import numpy as np
from scipy.stats import norm

from skclean.inspection.displays._axes import axes_for, check_matplotlib, class_texts, set_tick_texts
from skclean.inspection.displays._inputs import (
    check_confidence,
    check_flags,
    check_length,
    check_numbers,
    fitted_detector,
)
from skclean.noise import NoiseModel
from skclean.utils._typing import Array, Floats, Labels1d, Numbers
from skclean.utils._values import is_missing, shortened

__all__ = ["NoiseByGroupDisplay"]

MISSING = "(missing)"


class NoiseByGroupDisplay:
    """Noise rate of each group of rows: of each annotator, source, month or value of a column.

    Use :meth:`from_result` for the check ``noise_by_group``, :meth:`from_estimator` or :meth:`from_predictions`. What
    is given here is kept as attributes.

    Parameters
    ----------
    groups : ndarray of shape (n_groups,)
        Names.
    rate, low, high : ndarray of shape (n_groups,), float64
        Share of wrong labels in each group and its interval, in [0, 1].
    n_rows : ndarray of shape (n_groups,), int, or None
        Rows in each group, where they are known.
    overall_rate : float or None
        Share of wrong labels in all rows.
    confidence : float or None
        Probability that each interval aims at, where it is known.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where `plot` drew.
    figure_ : matplotlib Figure

    Notes
    -----
    The intervals of `from_estimator` and `from_predictions` are Wilson's. For probabilities the rows count as
    independent draws, for which these intervals are somewhat wide. They say nothing of errors that the rows of a group
    have in common, such as a model that is wrong about all of them. They are not corrected for the number of groups;
    the check ``noise_by_group`` corrects for it.

    References
    ----------
    Wilson, "Probable inference, the law of succession, and statistical inference", JASA 1927.

    Examples
    --------
    >>> from skclean.inspection import NoiseByGroupDisplay
    >>> groups, flags = ["x", "x", "y", "y"], [True, False, False, False]
    >>> display = NoiseByGroupDisplay.from_predictions(groups, noise_mask=flags)
    >>> display.groups.tolist(), display.rate.tolist()
    (['x', 'y'], [0.5, 0.0])
    """

    def __init__(
        self,
        *,
        groups: Array,
        rate: Floats,
        low: Floats,
        high: Floats,
        n_rows: Any = None,
        overall_rate: float | None = None,
        confidence: float | None = None,
    ) -> None:
        self.groups = groups
        self.rate = rate
        self.low = low
        self.high = high
        self.n_rows = n_rows
        self.overall_rate = overall_rate
        self.confidence = confidence

    @classmethod
    def from_estimator(
        cls, detector: Any, groups: Labels1d, *, confidence: float = 0.9, max_groups: int = 30, ax: Any = None
    ) -> Self:
        """Draw the noise rate of groups by a fitted detector: by its noise model, or by its flags where it has none.

        Parameters
        ----------
        detector : fitted detector, LabelCleaner or NoiseRobustClassifier
            Rows without a label are left out.
        groups : array-like of shape (n_samples,)
            The group of each row; missing ones are a group of their own.
        confidence, max_groups, ax
            As in :meth:`from_predictions`.

        Returns
        -------
        display : NoiseByGroupDisplay

        Raises
        ------
        NotFittedError
            If the detector is not fitted.
        """
        check_matplotlib(f"{cls.__name__}.from_estimator")
        found = fitted_detector(detector)
        known = found.audit_.labels.target.known
        check_length(groups, len(known), "groups", "the detector")
        noise = found.audit_.get(NoiseModel)
        names = np.empty(len(known), dtype=object)
        names[:] = list(groups)  # type: ignore[arg-type]
        return cls.from_predictions(
            names[known],
            chance_wrong=None if noise is None else noise.wrong()[known],
            noise_mask=found.noise_mask_[known] if noise is None else None,
            confidence=confidence,
            max_groups=max_groups,
            ax=ax,
        )

    @classmethod
    def from_predictions(
        cls,
        groups: Labels1d,
        chance_wrong: Numbers | None = None,
        *,
        noise_mask: Numbers | None = None,
        confidence: float = 0.9,
        max_groups: int = 30,
        ax: Any = None,
    ) -> Self:
        """Draw the noise rate of groups from probabilities or from flags.

        Parameters
        ----------
        groups : array-like of shape (n_samples,)
            The group of each row; missing ones are a group of their own.
        chance_wrong : array-like of shape (n_samples,) or None, default=None
            Probability that each label is wrong, in [0, 1].
        noise_mask : array-like of shape (n_samples,), bool, or None, default=None
            Flagged rows, in place of `chance_wrong`.
        confidence : float, default=0.9
            Probability that each interval aims at, in (0, 1).
        max_groups : int, default=30
            As in :meth:`plot`.
        ax : matplotlib Axes or None, default=None
            None makes a new figure.

        Returns
        -------
        display : NoiseByGroupDisplay
            Groups in the order of their rates, the highest first; of equal ones, in the order of the rows.
        """
        check_matplotlib(f"{cls.__name__}.from_predictions")
        if (chance_wrong is None) == (noise_mask is None):
            raise ValueError("pass either chance_wrong or noise_mask.")
        check_confidence(confidence)
        codes, names = _codes_of_groups(groups)
        if chance_wrong is not None:
            check_length(chance_wrong, len(codes), "chance_wrong", "groups")
            wrong = check_numbers(chance_wrong, "chance_wrong", low=0, high=1)
        else:
            wrong = check_flags(noise_mask, len(codes), "noise_mask").astype(np.float64)
        n_rows = np.bincount(codes, minlength=len(names))
        rate = np.bincount(codes, weights=wrong, minlength=len(names)) / n_rows
        order = np.argsort(-rate, kind="stable")
        low, high = _wilson(rate, n_rows, confidence)
        display = cls(
            groups=names[order],
            rate=rate[order],
            low=low[order],
            high=high[order],
            n_rows=n_rows[order],
            overall_rate=float(wrong.mean()),
            confidence=float(confidence),
        )
        return display.plot(ax, max_groups=max_groups)

    @classmethod
    def from_result(cls, result: Any, *, max_groups: int = 30, ax: Any = None) -> Self:
        """Draw the findings of the check ``noise_by_group``.

        Parameters
        ----------
        result : CheckResult
            Its `findings` are dicts with the keys "group" or "column" and "value", "rate", and "low" and "high" or
            "rate low" and "rate high"; "rows", the number of rows, where it is known.
        max_groups : int, default=30
            As in :meth:`plot`.
        ax : matplotlib Axes or None, default=None
            None makes a new figure.

        Returns
        -------
        display : NoiseByGroupDisplay
            Groups in the order of the findings.
        """
        check_matplotlib(f"{cls.__name__}.from_result")
        findings = getattr(result, "findings", None)
        if not isinstance(findings, (list, tuple)):
            raise ValueError(f"result must be that of the check noise_by_group, got {shortened(result)}.")
        if not findings:
            raise ValueError("result has no findings: there is no group to draw.")
        found = [_read(finding) for finding in findings]
        groups = np.empty(len(found), dtype=object)
        groups[:] = [finding[0] for finding in found]
        rate, low, high = np.array([finding[1:] for finding in found], dtype=np.float64).T
        n_rows = np.array([finding["rows"] for finding in findings]) if "rows" in findings[0] else None
        display = cls(groups=groups, rate=rate, low=low, high=high, n_rows=n_rows)
        return display.plot(ax, max_groups=max_groups)

    def plot(self, ax: Any = None, *, max_groups: int = 30) -> Self:
        """Draw a point and its interval for each group.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            None makes a new figure.
        max_groups : int, default=30
            Groups drawn, the first ones.

        Returns
        -------
        display : NoiseByGroupDisplay
        """
        if not isinstance(max_groups, Integral) or max_groups < 1:
            raise ValueError(f"max_groups must be a whole number of at least 1, got {max_groups!r}.")
        n_shown = min(int(max_groups), len(self.groups))
        ax = axes_for(ax, f"{type(self).__name__}.plot", n_lines=n_shown)
        lines = np.arange(n_shown)[::-1]  # the first group is on top
        rate, low, high = (100 * values[:n_shown] for values in (self.rate, self.low, self.high))
        ax.hlines(lines, low, high, color="C0")
        ax.plot(rate, lines, color="C0", marker="o", linestyle="none")
        if self.overall_rate is not None:
            name = f"all rows: {100 * self.overall_rate:.1f} %"
            ax.axvline(100 * self.overall_rate, color="C1", linestyle="--", label=name)
            ax.legend()
        texts = class_texts(self.groups[:n_shown])
        if self.n_rows is not None:
            texts = [f"{text} ({n:,})" for text, n in zip(texts, self.n_rows[:n_shown].tolist(), strict=True)]
        set_tick_texts(ax, "y", lines, texts)
        interval = "" if self.confidence is None else f", with a {100 * self.confidence:g} % interval"
        few = f", {n_shown} of {len(self.groups):,}" * (n_shown < len(self.groups))
        ax.set(xlabel=f"labels that are wrong (%){interval}", ylabel=f"group{few}")
        ax.set_xlim(left=0)
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _read(finding):
    """The name of a group, its rate, and both ends of the interval, of one finding of the check."""
    try:
        name = finding["group"] if "group" in finding else f"{finding['column']} = {finding['value']}"
        ends = ("low", "high") if "low" in finding else ("rate low", "rate high")
        return (name, finding["rate"], *(finding[end] for end in ends))
    except (KeyError, TypeError) as error:
        raise ValueError(
            f"result must be that of the check noise_by_group; one of its findings has no {error}."
        ) from None


def _codes_of_groups(groups):
    """The number of each row's group, and the names of the groups in the order of the rows."""
    numbers = {}
    if not hasattr(groups, "__iter__") or isinstance(groups, str):
        raise ValueError("groups must hold the group of each row.")
    codes = np.array(
        [numbers.setdefault(MISSING if is_missing(group) else group, len(numbers)) for group in groups], dtype=np.intp
    )
    if not len(codes):
        raise ValueError("groups has no row.")
    names = np.empty(len(numbers), dtype=object)
    names[:] = list(numbers)
    return codes, names


def _wilson(rate, n_rows, confidence):
    """Ends of Wilson's interval of a share: two ndarrays of the same shape."""
    z = norm.ppf((1 + confidence) / 2)
    middle = (rate + z**2 / (2 * n_rows)) / (1 + z**2 / n_rows)
    width = z / (1 + z**2 / n_rows) * np.sqrt(rate * (1 - rate) / n_rows + z**2 / (4 * n_rows**2))
    return np.clip(middle - width, 0, rate), np.clip(middle + width, rate, 1)
