"""Logistic regression without refitting: all folds of a repeat descend together from the solution of all rows."""

from numbers import Real

import numpy as np
from scipy.special import expit, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.utils.class_weight import compute_class_weight

from skclean._kernels import NO_FOLD
from skclean.linear._logistic_loss import LogisticLoss, Training, make_rows
from skclean.linear._minimise import Descent, Factor, minimise
from skclean.repeats.engines._closed_form import ClosedForm, closed_form
from skclean.utils._compat import check_sample_weight
from skclean.utils._values import shortened

__all__ = ["LogisticRepeats", "has_ridge_penalty"]

# Solvers of one and the same objective; liblinear penalises the intercept too.
SOLVERS = ("lbfgs", "newton-cg", "newton-cholesky", "sag", "saga")
# With more coefficients second derivatives cost more than they save: of two classes one Hessian is mostly enough.
MAX_OF_TWO_CLASSES = 1000
MAX_OF_MANY_CLASSES = 500
# Outputs of models that share a pass over the rows: their coefficients should stay in a cache.
OUTPUTS_A_PASS = 24
# A model that has not settled after so many gradients gets a Hessian of its own, at the point that it has reached;
# after so many of these, Newton's method, which looks at losses too.
SWEEPS_A_FACTOR = 16
MAX_FACTORS = 4


@closed_form.register(LogisticRegression)
def _logistic(estimator, problem):
    if not has_ridge_penalty(estimator) or problem.classes is None or len(problem.classes) < 2:
        return None
    n_classes = len(problem.classes)
    if n_classes > 2 and problem.scorer.response == "decision_function":
        return None  # of which the shape would depend on how many classes a fold has seen
    size = problem.X.shape[1] * (1 if n_classes == 2 else n_classes)
    if size > (MAX_OF_TWO_CLASSES if n_classes == 2 or problem.one_step else MAX_OF_MANY_CLASSES):
        return None
    try:
        weights = _row_weights(estimator, problem)
        if weights.min() < 0 or np.bincount(problem.y[problem.active], weights).min() == 0:
            return None
        with np.errstate(over="ignore", invalid="ignore"):
            engine = LogisticRepeats(estimator, problem, weights)
    except ValueError:  # LinAlgError too; let the estimator itself say what is wrong
        return None
    return engine if np.isfinite(engine.solution).all() else None


def has_ridge_penalty(estimator):
    """Return whether a LogisticRegression minimises the one smooth objective of :class:`LogisticLoss`."""
    params = estimator.get_params(deep=False)
    penalty = params["penalty"]
    return (
        (penalty == "l2" or (penalty == "deprecated" and params["l1_ratio"] == 0))
        and params["solver"] in SOLVERS
        and not params["dual"]
        and isinstance(params["C"], Real)
        and 0 < params["C"] < np.inf
        and params.get("multi_class", "auto") in ("auto", "deprecated")
    )


def _row_weights(estimator, problem):
    """Weights of the rows that take part: their own, times those of classes that do not depend on the fold."""
    weights = check_sample_weight(problem.sample_weight, problem.X, dtype=np.float64)[problem.active]
    codes = problem.y[problem.active]
    if estimator.class_weight == "balanced":
        if problem.sample_weight is not None and "multi_class" in estimator.get_params(deep=False):
            raise ValueError("before scikit-learn 1.8 balance did not heed sample weights")
        return weights
    labels = problem.classes[codes]
    return weights * compute_class_weight(estimator.class_weight, classes=problem.classes, y=labels)[codes]


class LogisticRepeats(ClosedForm):
    """Each fold's model starts from the solution of all rows, and from the Hessian there less the fold's own part.

    One pass over the rows gives the gradients of all models of a repeat. They descend in the metric of their Hessians
    until they have settled; where that is slow, with new Hessians.

    Parameters
    ----------
    estimator : LogisticRegression
    problem : Problem
    weights : ndarray of shape (n_taking_part,)
    """

    def __init__(self, estimator, problem, weights):
        super().__init__(problem)
        self.estimator = estimator
        self.active = np.flatnonzero(problem.active)
        X, codes = problem.X, np.ascontiguousarray(problem.y, dtype=np.int32)
        if len(self.active) < len(codes):
            X, codes = X[self.active], codes[self.active]
        self.balanced = estimator.class_weight == "balanced"
        self.C, self.fit_intercept = estimator.C, bool(estimator.fit_intercept)
        self.rows = make_rows(X, self.fit_intercept)
        self.loss = LogisticLoss(self.rows, codes, len(problem.classes), weights, self.C, self.fit_intercept)
        self._solve_all_rows()

    def of_rows(self, active):
        """See :meth:`ClosedForm.of_rows`: all sums here are over the rows that take part."""
        problem = self.problem.of_rows(active)
        return type(self)(self.estimator, problem, _row_weights(self.estimator, problem))

    def _solve_all_rows(self):
        loss = self.loss
        no_folds = np.full(len(loss.codes), NO_FOLD, dtype=np.uint8)
        everyone = Training(no_folds, self._factors(slice(None))[:, None])
        self.solution = minimise(loss, everyone, np.zeros(len(loss.penalty)))
        self.margins = loss.margins(self.solution)
        kinds = range(loss.n_classes) if self.balanced else [None]
        parts = [np.flatnonzero(loss.codes == kind) if self.balanced else np.arange(len(loss.codes)) for kind in kinds]
        self.curvatures = [loss.curvature(self.margins[part], part, loss.weights[part]) for part in parts]

    def predict(self, fold, n_splits):
        """Return what the model trained without a row's fold says of the row."""
        fold = fold[self.active]
        present = self._present(fold, n_splits)
        training = Training(fold, np.column_stack([self._factors(fold != f) for f in range(n_splits)]))
        margins = np.empty((len(fold), self.loss.n_outputs))
        complete = np.flatnonzero(present.all(axis=1))
        together = max(1, OUTPUTS_A_PASS // self.loss.n_outputs)
        for first in range(0, len(complete), together):
            self._descend(training.of(complete[first : first + together]), margins)
        for f in np.flatnonzero(~present.all(axis=1)):
            margins[fold == f] = self._without_a_class(training.of([f]), present[f])
        return self._response(margins), None if present.all() else present

    def _present(self, fold, n_splits):
        """Return which classes the rows outside of each fold have: ndarray of shape (n_splits, n_classes), bool."""
        n_classes = self.loss.n_classes
        pairs = fold.astype(np.int64) * n_classes + self.loss.codes
        inside = np.bincount(pairs, minlength=n_splits * n_classes)[: n_splits * n_classes].reshape(n_splits, -1)
        present = inside.sum(axis=0) > inside
        if (present.sum(axis=1) < 2).any():
            only = self.problem.classes[present[present.sum(axis=1) < 2][0]][0]
            raise ValueError(
                "This solver needs samples of at least 2 classes in the data, but the data contains only one class: "
                f"{shortened(only)}"
            )
        return present

    def _factors(self, seen):
        """Return what the classes weigh for a model that sees these rows, apart from the weights of rows."""
        factors = np.ones(self.loss.n_classes)
        if self.balanced:
            totals = np.bincount(self.loss.codes[seen], self.loss.weights[seen], minlength=self.loss.n_classes)
            here = totals > 0
            factors[here] = totals.sum() / (here.sum() * totals[here])
        return factors

    def _descend(self, training, margins):
        """Fill the margins of the rows that the models of `training` leave out."""
        loss, n_models = self.loss, training.factors.shape[1]
        gradients = loss.sweep(np.tile(self.solution, (n_models, 1)), training, margins)
        descents = {
            m: Descent(self.solution, gradients[m], Factor(loss.hessian(self._curvature(training, m))))
            for m in range(n_models)
        }
        if self.problem.one_step:
            loss.sweep(np.array([descent.trial for descent in descents.values()]), training, margins)
            return
        for _ in range(MAX_FACTORS):
            self._settle(descents, training, margins)
            if not descents:
                return
            for m, descent in descents.items():
                descents[m] = descent.with_factor(self._factor(descent.point, training.of([m])))
        for m, descent in descents.items():
            alone = training.of([m])
            loss.sweep(minimise(loss, alone, descent.point)[None], alone, margins)

    def _settle(self, descents, training, margins):
        """Go on with some models' descents for a while, and drop those that have settled."""
        for _ in range(SWEEPS_A_FACTOR):
            models = list(descents)
            trials = np.array([descents[m].trial for m in models])
            gradients = self.loss.sweep(trials, training.of(models), margins)
            for m, gradient in zip(models, gradients, strict=True):
                descents[m].receive(gradient)
                if descents[m].settled:
                    del descents[m]
            if not descents:
                return

    def _factor(self, point, training):
        """The factorised Hessian of one model where it has come to."""
        return self.loss.factor(self.loss.margins(point), self.loss.weights_in(training))

    def _curvature(self, training, model):
        """Second derivatives at the solution of all rows, without those of the rows that a model leaves out."""
        loss, factors = self.loss, training.factors[:, model]
        total = sum(factor * part for factor, part in zip(factors, self.curvatures, strict=False))
        out = np.flatnonzero(training.left_out_of == model)
        return total - loss.curvature(self.margins[out], out, loss.weights[out] * factors[loss.codes[out]])

    def _without_a_class(self, training, present):
        """Margins of the rows left out of a model that has not seen every class: -inf for those it has not.

        Its objective is another one, with fewer coefficients, so that it starts from zero, and goes to the end always.
        """
        number = np.cumsum(present) - 1  # of a class among those present; what the others get is never read
        codes = np.where(present, number, 0).astype(np.int32)[self.loss.codes]
        loss = LogisticLoss(self.rows, codes, int(present.sum()), self.loss.weights, self.C, self.fit_intercept)
        training = Training(training.left_out_of, training.factors[present])
        own = np.empty((len(codes), loss.n_outputs))
        point = minimise(loss, training, np.zeros(len(loss.penalty)))
        loss.sweep(point[None], training, own)
        out = training.left_out_of == 0
        margins = np.full((out.sum(), len(present)), -np.inf)
        margins[:, present] = own[out] if loss.n_outputs > 1 else own[out] * [0.0, 1.0]
        return margins

    def _response(self, margins):
        """Whatever the scorer asks for, with a row for every row of the caller's."""
        asked, binary = self.problem.scorer.response, self.loss.n_outputs == 1
        if asked == "predict":
            values = (margins[:, 0] > 0).astype(np.int64) if binary else margins.argmax(axis=1)
        elif asked == "predict_proba":
            values = np.column_stack([1 - expit(margins), expit(margins)]) if binary else softmax(margins, axis=1)
        else:
            values = margins[:, 0]
        if len(self.active) == len(self.problem.y):
            return values
        everyone = np.zeros((len(self.problem.y), *values.shape[1:]), dtype=values.dtype)
        everyone[self.active] = values
        return everyone
