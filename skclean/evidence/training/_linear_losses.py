"""The losses of linear classifiers, as far as the influence of rows needs them: one class a model."""

from functools import singledispatch

import numpy as np
from scipy.special import expit, softmax
from sklearn.linear_model import LogisticRegression, RidgeClassifier

from skclean.linear._logistic_loss import LogisticLoss
from skclean.linear._minimise import Factor
from skclean.repeats.engines._logistic import has_ridge_penalty
from skclean.targets import UNLABELLED

__all__ = ["check_served", "linear_loss"]


def check_served(model):
    """Refuse a model without a closed form, and say which have one. A subclass may do something else."""
    served = (type(model) is LogisticRegression and has_ridge_penalty(model)) or (
        type(model) is RidgeClassifier and not model.positive
    )
    if not served:
        raise ValueError(
            f"influence in closed form is not known for {model!r}; estimator can be LogisticRegression (with an L2 "
            "penalty, a finite C and any solver but liblinear), RidgeClassifier (with positive=False), or a Pipeline "
            "that ends in one of them. For other models use a detector such as ConfidentLearning."
        )


@singledispatch
def linear_loss(model, codes, n_classes, weights):
    """The loss that a fitted model has minimised.

    Parameters
    ----------
    model : LogisticRegression or RidgeClassifier
        Fitted on codes.
    codes : ndarray of shape (n_samples,), int32
        -1 where a row is unlabelled.
    n_classes : int
    weights : ndarray of shape (n_samples,), float64
        Without those of classes; 0 for unlabelled rows.

    Returns
    -------
    loss : LinearLoss
    """
    raise TypeError(type(model).__name__)


class LinearLoss:
    """A loss of margins, summed over weighted rows, plus a penalty.

    Subclasses have ``n_blocks``, how many outputs have second derivatives with each other;
    ``inverse_hessian(rows, margins)``, an ndarray of shape (n_blocks, n_columns, n_blocks, n_columns);
    ``derivatives(margins, some)``, of shapes (n, n_outputs) and (n, n_outputs, n_outputs), of the rows `some`; and
    ``probabilities(margins)``.
    """

    def __init__(self, model, codes, n_classes, weights, *, balance_heeds_weights):
        self.model = model
        self.codes = np.maximum(codes, 0)  # what unlabelled rows have is never read: they weigh nothing
        self.n_classes = n_classes
        self.n_outputs = 1 if n_classes == 2 else n_classes
        self.fit_intercept = bool(model.fit_intercept)
        counted = weights if balance_heeds_weights else (codes != UNLABELLED).astype(np.float64)
        self.weights = weights * _class_factors(model.class_weight, self.codes, n_classes, counted)[self.codes]

    def leverage(self, block, inverse):
        """(I⊗x)ᵀ H⁻¹ (I⊗x) of some rows: ndarray of shape (n, n_outputs, n_outputs)."""
        leverage = np.empty((len(block), self.n_blocks, self.n_blocks))
        for k in range(self.n_blocks):
            products = block @ inverse[k].reshape(block.shape[1], -1)
            products = products.reshape(len(block), self.n_blocks, block.shape[1])
            leverage[:, k] = np.einsum("np,nlp->nl", block, products)
        return leverage if self.n_blocks == self.n_outputs else leverage * np.eye(self.n_outputs)


class LogisticRowLoss(LinearLoss):
    """Log loss of LogisticRegression."""

    def __init__(self, model, codes, n_classes, weights):
        is_old = "multi_class" in model.get_params(deep=False)  # before 1.8 balance did not heed sample weights
        super().__init__(model, codes, n_classes, weights, balance_heeds_weights=not is_old)
        self.n_blocks = self.n_outputs

    def inverse_hessian(self, rows, margins):
        loss = LogisticLoss(rows, self.codes, self.n_classes, self.weights, self.model.C, self.fit_intercept)
        return _inverse(loss.factor(margins, self.weights), self.n_blocks)

    def derivatives(self, margins, some):
        codes = self.codes[some]
        if self.n_outputs == 1:
            proba = expit(margins)
            return proba - codes[:, None], (proba * (1 - proba))[..., None]
        proba = softmax(margins, axis=1)
        residual = proba - np.eye(self.n_classes)[codes]
        return residual, proba[:, :, None] * (np.eye(self.n_classes) - proba[:, None, :])

    def probabilities(self, margins):
        return softmax(_of_all_classes(margins), axis=1)


class SquaredRowLoss(LinearLoss):
    """Half the squared distance of RidgeClassifier's margins from 1 for the own class and -1 for the others."""

    n_blocks = 1

    def __init__(self, model, codes, n_classes, weights):
        super().__init__(model, codes, n_classes, weights, balance_heeds_weights=False)

    def inverse_hessian(self, rows, margins):
        penalty = np.full(rows.shape[1], float(self.model.alpha))
        if self.fit_intercept:
            penalty[-1] = 0
        hessian = rows.gram(np.flatnonzero(self.weights), self.weights[self.weights > 0])
        hessian[np.diag_indices_from(hessian)] += penalty
        return _inverse(Factor(hessian), 1)

    def derivatives(self, margins, some):
        codes = self.codes[some]
        own = codes[:, None] if self.n_outputs == 1 else np.eye(self.n_classes)[codes]
        curvature = np.broadcast_to(np.eye(self.n_outputs), (len(codes), self.n_outputs, self.n_outputs))
        return margins - (2 * own - 1), curvature

    def probabilities(self, margins):
        """Softmax: near a margin of 0 that of two classes is (1 + z) / 2, what least squares estimates, without ties
        where that would leave [0, 1]."""
        return softmax(_of_all_classes(2 * margins if self.n_outputs == 1 else margins), axis=1)


@linear_loss.register(LogisticRegression)
def _logistic(model, codes, n_classes, weights):
    return LogisticRowLoss(model, codes, n_classes, weights)


@linear_loss.register(RidgeClassifier)
def _least_squares(model, codes, n_classes, weights):
    return SquaredRowLoss(model, codes, n_classes, weights)


def _of_all_classes(margins):
    return np.hstack([np.zeros_like(margins), margins]) if margins.shape[1] == 1 else margins


def _inverse(factor, n_blocks):
    """The inverse of a factorised Hessian, its rows and columns by output and by coefficient of the output."""
    size = factor.size
    return factor.solve(np.eye(size)).reshape(n_blocks, size // n_blocks, n_blocks, size // n_blocks)


def _class_factors(class_weight, codes, n_classes, counted):
    """By what class_weight multiplies the weights of each class: ndarray of shape (n_classes,)."""
    if class_weight == "balanced":
        totals = np.bincount(codes, counted, minlength=n_classes)
        return totals.sum() / (n_classes * np.where(totals > 0, totals, 1.0))
    return np.array([(class_weight or {}).get(code, 1.0) for code in range(n_classes)])
