"""Four losses that wrong labels harm less, as objectives of boosting libraries."""

from typing import Any, ClassVar

from skclean._kernels import bootstrap_derivatives, forward_derivatives, power_derivatives
from skclean.losses._objective import Curvature, Objective
from skclean.utils._transition import given_transition
from skclean.utils._typing import Numbers

__all__ = ["ForwardCorrected", "GeneralizedCrossEntropy", "SoftBootstrap", "SymmetricCrossEntropy"]


class ForwardCorrected(Objective):
    """Log loss of the given label, corrected by a transition matrix, as an objective of boosting.

    The model learns probabilities p of the *true* label such that ``p @ transition_matrix`` fits the given ones.

    Parameters
    ----------
    transition_matrix : array-like of shape (n_classes, n_classes)
        ``[i, j]`` is P(observed j | true i), such as :func:`skclean.noise.estimate_transition_matrix` gives.
    curvature : {"bound", "exact"}, default="bound"
        The second derivative, which libraries divide by and which has to be positive: that of the log loss, an upper
        bound, or the exact one wherever it is above 1e-6. With more than two classes it is doubled, as in XGBoost.

    Raises
    ------
    ValueError
        If the matrix does not hold probabilities, or its rows do not sum to 1.

    Notes
    -----
    As in the paper: the loss of Patrini et al. With the identity it is the log loss.

    Otherwise: trees in place of a network; the second derivative is bounded from above.

    It assumes that the noise depends on the true class alone. It loses where the noise depends on the row.

    References
    ----------
    Patrini, Rozza, Menon, Nock, Qu, "Making Deep Neural Networks Robust to Label Noise: a Loss Correction Approach",
    CVPR 2017.

    Examples
    --------
    >>> from skclean.losses import ForwardCorrected
    >>> objective = ForwardCorrected([[0.9, 0.1], [0.3, 0.7]])
    >>> gradient, hessian = objective([0, 1], [-1.0, -1.0])
    >>> gradient.round(2).tolist(), hessian.round(2).tolist()
    ([0.16, -0.45], [0.2, 0.2])
    """

    _parameters = ("transition_matrix", "curvature")

    def __init__(self, transition_matrix: Numbers, *, curvature: Curvature = "bound") -> None:
        self.transition_matrix = transition_matrix
        self.curvature = curvature
        self._check_curvature()
        self._matrix = given_transition(transition_matrix)
        if len(self._matrix) < 2:
            raise ValueError(f"transition_matrix must be of at least two classes, got {self._matrix.shape}.")

    def _derivatives(self, scores: Any, codes: Any) -> Any:
        if scores.shape[1] != len(self._matrix):
            raise ValueError(
                f"transition_matrix has {len(self._matrix)} classes, and the model has {scores.shape[1]}; pass a row "
                "for each class of y, in sorted order."
            )
        return forward_derivatives(scores, codes, self._matrix)


class GeneralizedCrossEntropy(Objective):
    """``(1 - p ** power) / power`` of the probability p of the given label, as an objective of boosting.

    A label that the model contradicts has a small gradient.

    Parameters
    ----------
    power : float, default=0.7
        In (0, 1]: near 0 it is the log loss, at 1 the mean absolute error.
    curvature : {"bound", "exact"}, default="bound"
        As in :class:`ForwardCorrected`.

    Raises
    ------
    ValueError
        If `power` is out of range.

    Notes
    -----
    As in the paper: the loss, power 0.7.

    Otherwise: trees in place of a network; the truncated variant of the paper is left out.

    It assumes that most labels of similar rows are right. It underfits with many classes, as the first gradients are of
    the size 1 / n_classes ** power: give it more trees or a larger learning rate there. Probabilities are not
    calibrated.

    References
    ----------
    Zhang, Sabuncu, "Generalized Cross Entropy Loss for Training Deep Neural Networks with Noisy Labels", NeurIPS 2018.

    Examples
    --------
    >>> from skclean.losses import GeneralizedCrossEntropy
    >>> gradient, hessian = GeneralizedCrossEntropy()([1, 1], [2.0, -2.0])
    >>> gradient.round(2).tolist()
    [-0.11, -0.2]
    """

    _parameters = ("power", "curvature")

    def __init__(self, power: float = 0.7, *, curvature: Curvature = "bound") -> None:
        self.power = power
        self.curvature = curvature
        self._check_curvature()
        if not 0 < power <= 1:
            raise ValueError(f"power must be in (0, 1], got {power}.")

    def _derivatives(self, scores: Any, codes: Any) -> Any:
        return power_derivatives(scores, codes, self.power)


class SymmetricCrossEntropy(Objective):
    """``alpha`` times the log loss plus ``beta`` times the reverse cross-entropy, as an objective of boosting.

    Parameters
    ----------
    alpha : float, default=0.1
        At least 0. It fits the labels.
    beta : float, default=1.0
        At least 0. Weight of the reverse cross-entropy, in which labels and probabilities change places; wrong labels
        change it little.
    curvature : {"bound", "exact"}, default="bound"
        As in :class:`ForwardCorrected`.

    Raises
    ------
    ValueError
        If a parameter is negative, or both are 0.

    Notes
    -----
    As in the paper: the loss, with -4 in place of the logarithm of 0, so that the reverse cross-entropy is
    ``4 * (1 - p)`` of the probability p of the given label; alpha 0.1 and beta 1.

    Otherwise: trees in place of a network.

    It assumes that most labels of similar rows are right. It loses where :class:`GeneralizedCrossEntropy` does.

    References
    ----------
    Wang, Ma, Chen, Luo, Yi, Bailey, "Symmetric Cross Entropy for Robust Learning with Noisy Labels", ICCV 2019.

    Examples
    --------
    >>> from skclean.losses import SymmetricCrossEntropy
    >>> SymmetricCrossEntropy().loss([1, 1], [2.0, -2.0]).round(2).tolist()
    [0.49, 3.74]
    """

    _parameters = ("alpha", "beta", "curvature")
    # Minus the logarithm of 0, as in the paper.
    _log_of_zero: ClassVar[float] = 4.0

    def __init__(self, alpha: float = 0.1, beta: float = 1.0, *, curvature: Curvature = "bound") -> None:
        self.alpha = alpha
        self.beta = beta
        self.curvature = curvature
        self._check_curvature()
        if not (alpha >= 0 and beta >= 0 and alpha + beta > 0):
            raise ValueError(f"alpha and beta must be at least 0, and one of them above, got {alpha} and {beta}.")

    def _derivatives(self, scores: Any, codes: Any) -> Any:
        return power_derivatives(scores, codes, 1.0, factor=self._log_of_zero * self.beta, log_share=self.alpha)


class SoftBootstrap(Objective):
    """Log loss of a target that is mixed from the given label and the model's own probabilities, for boosting.

    It equals ``share`` times the log loss plus ``1 - share`` times the entropy of the model.

    Parameters
    ----------
    share : float, default=0.8
        Of the given label in the target, in (0, 1].
    curvature : {"bound", "exact"}, default="bound"
        As in :class:`ForwardCorrected`; here "bound" is the second derivative of the part with the given label.

    Raises
    ------
    ValueError
        If `share` is out of range.

    Notes
    -----
    As in the paper: the soft bootstrap; the gradient is taken through its probabilities too.

    Otherwise: trees in place of a network; the paper's share is 0.95.

    It assumes that what the model learns first is right. The entropy makes the model surer, so its
    probabilities are not calibrated, and it loses where plain boosting is too sure already.

    References
    ----------
    Reed, Lee, Anguelov, Szegedy, Erhan, Rabinovich, "Training Deep Neural Networks on Noisy Labels with Bootstrapping",
    ICLR workshop 2015.

    Examples
    --------
    >>> from skclean.losses import SoftBootstrap
    >>> SoftBootstrap(share=1.0).loss([1], [0.0]).round(2).tolist()
    [0.69]
    """

    _parameters = ("share", "curvature")

    def __init__(self, share: float = 0.8, *, curvature: Curvature = "bound") -> None:
        self.share = share
        self.curvature = curvature
        self._check_curvature()
        if not 0 < share <= 1:
            raise ValueError(f"share must be in (0, 1], got {share}.")

    def _derivatives(self, scores: Any, codes: Any) -> Any:
        return bootstrap_derivatives(scores, codes, self.share)
