"""TransitionMatrixDisplay: how often each true class is recorded as each class."""

from typing import Any, Self

from skclean.inspection.displays._axes import check_matplotlib
from skclean.inspection.displays._heatmap import draw_matrix
from skclean.inspection.displays._inputs import fitted_detector, given_labels, proba_of
from skclean.noise import transition_intervals
from skclean.targets import check_labels_and_proba, encode_labels, label_array
from skclean.utils._typing import Array, Floats, Labels1d, Numbers, RandomState, Table

__all__ = ["TransitionMatrixDisplay"]

_READ_VERIFIED = ("confident_joint", "em")


class TransitionMatrixDisplay:
    """Transition matrix of the label noise, with an interval in each cell.

    Use :meth:`from_estimator` or :meth:`from_predictions`. What is given here is kept as attributes.

    Parameters
    ----------
    transition_matrix : ndarray of shape (n_classes, n_classes), float64
        ``[i, j]`` is P(observed j | true i); rows sum to 1.
    low, high : ndarray of shape (n_classes, n_classes), float64
        Bounds of each entry.
    classes : ndarray of shape (n_classes,)
    confidence : float
        Probability that each interval aims at.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where `plot` drew.
    figure_ : matplotlib Figure

    See Also
    --------
    skclean.noise.transition_intervals : The same numbers as arrays.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.inspection import TransitionMatrixDisplay
    >>> y = [0, 0, 0, 1, 1, 1] * 20
    >>> y_proba = np.array([[0.9, 0.1], [0.8, 0.2], [0.2, 0.8], [0.1, 0.9], [0.3, 0.7], [0.2, 0.8]] * 20)
    >>> display = TransitionMatrixDisplay.from_predictions(y, y_proba, random_state=0)
    >>> display.transition_matrix
    array([[1.  , 0.  ],
           [0.25, 0.75]])
    """

    def __init__(
        self, *, transition_matrix: Floats, low: Floats, high: Floats, classes: Array, confidence: float = 0.95
    ) -> None:
        self.transition_matrix = transition_matrix
        self.low = low
        self.high = high
        self.classes = classes
        self.confidence = confidence

    @classmethod
    def from_estimator(
        cls,
        detector: Any,
        X: Table = None,
        *,
        method: str = "confident_joint",
        confidence: float = 0.95,
        n_bootstrap: int = 200,
        n_jobs: int | None = None,
        random_state: RandomState = None,
        ax: Any = None,
        include_values: bool | None = None,
        im_kw: dict[str, Any] | None = None,
    ) -> Self:
        """Draw the matrix that follows from the labels and probabilities of a fitted detector.

        Parameters
        ----------
        detector : fitted detector, LabelCleaner or NoiseRobustClassifier
        X : array-like of shape (n_samples, n_features) or None, default=None
            For ``method="hoc"``, which needs no probabilities.
        method, confidence, n_bootstrap, n_jobs, random_state, ax, include_values, im_kw
            As in :meth:`from_predictions`.

        Returns
        -------
        display : TransitionMatrixDisplay

        Raises
        ------
        NotFittedError
            If the detector is not fitted.
        ValueError
            If it has no class probabilities and `method` needs them.
        """
        check_matplotlib(f"{cls.__name__}.from_estimator")
        found = fitted_detector(detector)
        audit = found.audit_
        return cls.from_predictions(
            given_labels(found),
            None if method == "hoc" else proba_of(found, cls.__name__).proba,
            X=X,
            method=method,
            classes=getattr(found, "classes_", None),
            sample_weight=audit.sample_weight,
            verified=audit.verified if method in _READ_VERIFIED else None,
            confidence=confidence,
            n_bootstrap=n_bootstrap,
            n_jobs=n_jobs,
            random_state=random_state,
            ax=ax,
            include_values=include_values,
            im_kw=im_kw,
        )

    @classmethod
    def from_predictions(
        cls,
        y: Labels1d | None,
        y_proba: Numbers | None = None,
        *,
        X: Table = None,
        method: str = "confident_joint",
        classes: Labels1d | None = None,
        sample_weight: Numbers | None = None,
        verified: Numbers | None = None,
        confidence: float = 0.95,
        n_bootstrap: int = 200,
        n_jobs: int | None = None,
        random_state: RandomState = None,
        ax: Any = None,
        include_values: bool | None = None,
        im_kw: dict[str, Any] | None = None,
    ) -> Self:
        """Draw the matrix of anyone's labels and out-of-sample probabilities.

        Parameters
        ----------
        y, y_proba, X, method, classes, sample_weight, verified, confidence, n_bootstrap, n_jobs, random_state
            As in :func:`skclean.noise.transition_intervals`.
        ax : matplotlib Axes or None, default=None
            None makes a new figure.
        include_values, im_kw
            As in :meth:`plot`.

        Returns
        -------
        display : TransitionMatrixDisplay
        """
        check_matplotlib(f"{cls.__name__}.from_predictions")
        if y is None:
            raise ValueError("y is None; pass the given labels, one per row.")
        if classes is not None:
            labels = label_array(classes)
        elif y_proba is None:
            labels = encode_labels(y).classes
        else:
            labels = check_labels_and_proba(y, y_proba, n_jobs=n_jobs)[1]
        matrix, low, high = transition_intervals(
            y,
            y_proba,
            X=X,
            method=method,
            confidence=confidence,
            n_bootstrap=n_bootstrap,
            classes=labels,
            sample_weight=sample_weight,
            verified=verified,
            n_jobs=n_jobs,
            random_state=random_state,
        )
        display = cls(transition_matrix=matrix, low=low, high=high, classes=labels, confidence=float(confidence))
        return display.plot(ax, include_values=include_values, im_kw=im_kw)

    def plot(self, ax: Any = None, *, include_values: bool | None = None, im_kw: dict[str, Any] | None = None) -> Self:
        """Draw the matrix: a row is a true class, a column the class that it is recorded as.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            None makes a new figure.
        include_values : bool or None, default=None
            Whether probabilities and intervals are written in the cells; None writes them for up to 12 classes.
        im_kw : dict or None, default=None
            Passed to ``imshow``.

        Returns
        -------
        display : TransitionMatrixDisplay
        """
        who = f"{type(self).__name__}.plot"
        image = draw_matrix(
            ax, who, self.transition_matrix, self._text, self.classes, include_values=include_values, im_kw=im_kw
        )
        ax = image.axes
        ax.figure.colorbar(image, ax=ax, label="P(recorded | true)")
        ax.set(xlabel="recorded as", ylabel="true class")
        ax.set_title(f"Transition matrix, with {100 * self.confidence:g} % intervals")
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _text(self, i, j):
        return f"{self.transition_matrix[i, j]:.3f}\n{self.low[i, j]:.3f} to {self.high[i, j]:.3f}"
