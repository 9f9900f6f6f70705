"""The arithmetic of corrected scores: what a mean over given labels says of the mean over true ones.

A row that is truly of class i is recorded as class j with probability T[i, j]. Let l[k] be the loss of the row if it
were of class k. The corrected loss of a row that is recorded as j, ``sum_k inv(T)[j, k] l[k]``, has the mean l[i] over
the noise: so a mean of corrected losses over rows estimates the mean loss on the true labels without bias (Natarajan et
al., "Learning with Noisy Labels", NeurIPS 2013; Patrini et al., CVPR 2017). The price is variance: entries of inv(T)
grow as T comes near to a matrix that has no inverse. And it holds only where the noise depends on the true class alone.
"""

import warnings
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from skclean.exceptions import UnidentifiableNoiseWarning
from skclean.metrics._estimated_noise import MODEL_ERROR, EstimatedNoise
from skclean.targets import check_label_weights, codes_of, encode_labels, label_array
from skclean.utils._transition import check_invertible, given_transition
from skclean.utils._typing import Array, Codes, Floats, Labels1d, Numbers

__all__ = ["CorrectedScore", "NoisyRows", "checked_transition", "noisy_rows"]

# Below this smallest singular value of the matrix, errors of its entries are magnified five times and more.
NEARLY_SINGULAR = 0.2


class CorrectedScore(NamedTuple):
    """A score on true labels, estimated from noisy ones.

    Attributes
    ----------
    score : float
        It may lie outside the range of the metric, as an unbiased estimate of a number at the edge has to.
    standard_error : float
        Of the rows, and of the transition matrix where its error was passed.
    """

    score: float
    standard_error: float

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """Return the ends of a normal interval: (float, float).

        Parameters
        ----------
        confidence : float, default=0.95
            In (0, 1).
        """
        half = float(ndtri((1 + confidence) / 2)) * self.standard_error
        return self.score - half, self.score + half


class NoisyRows(NamedTuple):
    """Labelled rows, and the matrix that their labels went through.

    Attributes
    ----------
    rows : ndarray of shape (n_rows,), int
        Positions of the rows that have a label and a weight.
    codes : ndarray of shape (n_rows,), int32
    weight : ndarray of shape (n_rows,), float64
        Sums to 1.
    classes : ndarray of shape (n_classes,)
    inverse : ndarray of shape (n_classes, n_classes)
        Of the transition matrix.
    error : ndarray of shape (n_classes, n_classes) or None
        Standard error of each entry of the transition matrix.
    members : ndarray of shape (n_rows, n_classes)
        How much each row counts as a member of each class; rows sum to 1.
    estimated : EstimatedNoise or None
        Where the matrix was estimated from the rows.
    """

    rows: Array
    codes: Codes
    weight: Floats
    classes: Array
    inverse: Floats
    error: Floats | None
    members: Floats
    estimated: EstimatedNoise | None = None

    def score(self, losses: Floats) -> CorrectedScore:
        """Return the corrected mean of losses of shape (n_rows, n_classes), one for each class the row may be of."""
        values = self.corrected(losses)
        mean = float(self.weight @ values)
        return CorrectedScore(mean, float(np.sqrt(self._variance(values, mean, losses))))

    def corrected(self, losses: Floats) -> Floats:
        """Return the corrected loss of each row: ndarray of shape (n_rows,)."""
        return np.einsum("ik,ik->i", self.members, losses)

    def _variance(self, values, mean, losses):
        """Variance of the mean of the corrected values: of the rows and of the matrix."""
        if self.estimated is not None:
            uncorrected = float(self.weight @ losses[np.arange(len(losses)), self.codes])
            of_all = np.zeros((len(self.estimated.labels.codes), losses.shape[1]))
            weight = np.zeros(len(of_all))
            of_all[self.rows], weight[self.rows] = losses, self.weight
            of_model = (MODEL_ERROR * (mean - uncorrected)) ** 2
            return self.estimated.variance(of_all, weight, self.classes) + of_model
        n_effective = 1 / float(self.weight @ self.weight)
        of_rows = float(self.weight**2 @ (values - mean) ** 2) * n_effective / max(n_effective - 1, 1)
        return of_rows + self._variance_of_matrix(self._by_given(losses))

    def _by_given(self, losses):
        totals = np.zeros_like(self.inverse)
        np.add.at(totals, self.codes, losses * self.weight[:, None])
        return totals

    def _variance_of_matrix(self, by_given):
        """Variance of sum(by_given * inv(T)) to first order: d inv(T) = -inv(T) dT inv(T).

        The entries beside the diagonal vary, and the diagonal follows, as rows sum to 1.
        """
        if self.error is None:
            return 0.0
        slope = -self.inverse.T @ by_given @ self.inverse.T
        slope -= np.diag(slope)[:, None]
        return float((slope**2 * np.where(np.eye(len(slope), dtype=bool), 0, self.error) ** 2).sum())


def noisy_rows(
    y: Labels1d,
    transition_matrix: Numbers | EstimatedNoise,
    *,
    classes: Labels1d | None,
    sample_weight: Numbers | None,
    transition_error: Numbers | None,
) -> NoisyRows:
    """Check labels and matrix: NoisyRows. The parameters are those of the scores; EstimatedNoise may be the matrix."""
    estimated = transition_matrix if isinstance(transition_matrix, EstimatedNoise) else None
    if isinstance(transition_matrix, EstimatedNoise):  # it has warned where there is no inverse
        own = transition_matrix.labels.classes if classes is None else label_array(classes)
        inverse, classes = np.linalg.pinv(transition_matrix.matrix(own)).astype(np.float64), own
    else:
        inverse = np.linalg.inv(checked_transition(transition_matrix)).astype(np.float64)
    if classes is None:
        found = encode_labels(y)
        labels, codes = found.classes, found.codes
    else:
        labels = label_array(classes)
        codes = codes_of(y, labels)
    if len(labels) != len(inverse):
        raise ValueError(
            f"transition_matrix has {len(inverse)} classes, and there are {len(labels)} labels; pass classes, the "
            "label of each row of the matrix."
        )
    error = None if transition_error is None else np.asarray(transition_error, dtype=np.float64)
    if error is not None and (error.shape != inverse.shape or not (error >= 0).all()):
        raise ValueError(
            f"transition_error must be of the shape {inverse.shape} of transition_matrix and at least 0, got the shape "
            f"{error.shape}."
        )
    weight = check_label_weights(sample_weight, codes)
    weight = np.ones(len(codes)) if weight is None else np.asarray(weight, dtype=np.float64)
    rows = np.flatnonzero((codes >= 0) & (weight > 0))
    if not len(rows):
        raise ValueError("y has no label with a weight, so there is nothing to measure.")
    members = inverse[codes[rows]] if estimated is None else estimated.members(labels)[rows]
    return NoisyRows(rows, codes[rows], weight[rows] / weight[rows].sum(), labels, inverse, error, members, estimated)


def checked_transition(transition_matrix: Numbers, n_classes: int | None = None) -> Floats:
    """Check a transition matrix: ndarray of shape (n_classes, n_classes), float64.

    Raises
    ------
    ValueError
        If it is not square or has another number of classes, a row does not sum to 1, or it has no inverse.

    Warns
    -----
    UnidentifiableNoiseWarning
        If it is nearly singular.
    """
    matrix = given_transition(transition_matrix, n_classes)
    smallest = check_invertible(matrix)
    if smallest < NEARLY_SINGULAR:
        warnings.warn(
            f"transition_matrix is nearly singular (smallest singular value {smallest:.2f}): corrected scores vary "
            "widely. Look at their standard errors, or have labels checked.",
            UnidentifiableNoiseWarning,
            stacklevel=4,
        )
    return matrix
