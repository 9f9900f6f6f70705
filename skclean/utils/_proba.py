"""Class probabilities: check them wherever they enter, put them under the right columns, and average them."""

import numpy as np

from skclean._kernels import RowSummary, scan_rows
from skclean.exceptions import ProbabilityError
from skclean.utils._typing import Codes, Numbers, Proba
from skclean.utils._values import shortened

__all__ = [
    "ProbaSum",
    "as_matrix",
    "check_model_proba",
    "check_model_scores",
    "check_predicted",
    "check_proba",
    "class_columns",
    "predicted_codes",
    "proba_of_classes",
]

SUM_TOLERANCE = 1e-3
ANY_SUM = 1e300
_PROBLEMS = {
    "nan": "contains NaN; predict the row again or leave it out",
    "infinite": "contains infinity; predict the row again or leave it out",
    "negative": "has a negative entry; pass probabilities, not scores or log-probabilities",
    "sum": f"does not sum to 1 within {SUM_TOLERANCE:g}; normalise the rows first",
}


def check_proba(
    y_proba: Numbers, codes: Codes, *, name: str = "y_proba", n_jobs: int | None = None
) -> tuple[Proba, RowSummary]:
    """Check class probabilities in one pass, without copying them, and summarise each row on the way.

    Parameters
    ----------
    y_proba : array-like of shape (n_samples, n_classes)
        float32 or float64; other numbers are converted.
    codes : ndarray of shape (n_samples,), int32
        Given classes as positions of the columns; -1 where a row is unlabelled.
    name : str, default="y_proba"
        How error messages call the argument.
    n_jobs : int or None, default=None
        Threads that read blocks of rows.

    Returns
    -------
    y_proba : ndarray of shape (n_samples, n_classes), float32 or float64
    summary : RowSummary
        What later steps need of each row, so that they need not read the matrix again.

    Raises
    ------
    ProbabilityError
        If the shape is wrong, or a row holds NaN, infinity or a negative number, or does not sum to 1 within 1e-3.
    """
    proba = as_matrix(y_proba, name)
    if proba.shape[0] != len(codes):
        raise ProbabilityError(f"{name} has {proba.shape[0]} rows but y has {len(codes)}; pass one row per label.")
    bad, rows = scan_rows(codes, proba, atol=SUM_TOLERANCE, n_jobs=n_jobs)
    if bad is not None:
        _refuse_row(name, *bad)
    return proba, rows


def as_matrix(y_proba: Numbers, name: str) -> Proba:
    """Probabilities of at least one row and two classes as a matrix of floats; their values are not checked.

    Raises
    ------
    ProbabilityError
        If they are masked, complex, no numbers or no such matrix.
    """
    if np.ma.is_masked(y_proba):
        raise ProbabilityError(f"{name} has masked values; fill them, or leave these rows out.", problem="type")
    proba = _as_floats(y_proba, name)
    if proba.ndim != 2 or proba.shape[1] < 2:
        raise ProbabilityError(
            f"{name} must have shape (n_samples, n_classes) with at least 2 classes, got {proba.shape}. For two "
            "classes pass both columns, as predict_proba does."
        )
    if proba.shape[0] == 0:
        raise ProbabilityError(f"{name} is empty: at least one row is needed.")
    return proba


def check_model_proba(proba, model, *, n_columns, rows):
    """Check what ``predict_proba`` of a model returned.

    A row of zeros is allowed: weights may leave a model, such as a leaf of a tree, without any opinion on a row. Other
    rows are divided by their sum, since models that fit each class against the rest need not make it 1.

    Parameters
    ----------
    proba : array-like of shape (n_rows, n_columns)
    model : estimator
        For its name in messages.
    n_columns : int
        Number of classes that the model knows.
    rows : ndarray of shape (n_rows,), int
        Positions of the rows among those that the user passed.

    Returns
    -------
    proba : ndarray of shape (n_rows, n_columns), float32 or float64

    Raises
    ------
    ProbabilityError
        If the shape is wrong, or a row holds NaN, infinity or a negative number.
    """
    name = f"predict_proba of {type(model).__name__}"
    if np.ma.is_masked(proba):
        raise ProbabilityError(f"{name} has masked values; the model must fill them.", problem="type")
    proba = _as_floats(proba, name)
    if proba.shape != (len(rows), n_columns):
        raise ProbabilityError(
            f"{name} has the shape {proba.shape} for {len(rows)} rows and {n_columns} classes; it must return one row "
            "per row and one column per class of classes_."
        )
    if not proba.size:
        return proba
    bad = scan_rows(None, proba, atol=SUM_TOLERANCE)[0]
    normalised = bad is None
    if bad is not None and bad[1] == "sum":  # a row after it may be worse
        bad = scan_rows(None, proba, atol=ANY_SUM)[0]
    if bad is not None:
        _refuse_row(name, int(rows[bad[0]]), bad[1])
    if normalised:
        return proba
    sums = proba.sum(axis=1, keepdims=True)
    return np.divide(proba, sums, out=np.zeros_like(proba), where=sums > 0)


def check_model_scores(scores, model, *, n_columns, rows):
    """Check class scores, such as those of ``decision_function``: one column means two classes.

    Parameters
    ----------
    scores : array-like of shape (n_rows,), (n_rows, 1) or (n_rows, n_columns)
    model, n_columns, rows
        As in :func:`check_model_proba`.

    Returns
    -------
    scores : ndarray of shape (n_rows, 1) or (n_rows, n_columns), float64

    Raises
    ------
    ProbabilityError
        If the shape is wrong, or a score is NaN or infinite.
    """
    name = f"the scores of {type(model).__name__}"
    scores = np.array(_as_floats(scores, name), dtype=np.float64)
    shape = scores.shape
    scores = scores[:, None] if scores.ndim == 1 else scores
    if scores.shape != (len(rows), n_columns) and not (n_columns == 2 and scores.shape == (len(rows), 1)):
        raise ProbabilityError(
            f"{name} have the shape {shape} for {len(rows)} rows and {n_columns} classes; it must return one row per "
            "row and one column per class."
        )
    bad = np.flatnonzero(~np.isfinite(scores).all(axis=1))
    if bad.size:
        problem = "nan" if np.isnan(scores[bad[0]]).any() else "infinite"
        _refuse_row(name, int(rows[bad[0]]), problem)
    return scores


def check_predicted(predicted, model, rows):
    """Labels that a model predicts, one per row: ndarray of shape (n_rows,).

    Raises
    ------
    ValueError
        If there are more or fewer.
    """
    labels = np.ravel(predicted)
    if labels.shape != (len(rows),):
        raise ValueError(
            f"predict of {type(model).__name__} has the shape {np.shape(predicted)} for {len(rows)} rows; it must "
            "return one label per row."
        )
    return labels


def _as_floats(proba, name):
    """A float32 or float64 array in native byte order, converted only where it is something else."""
    try:
        proba = np.asarray(proba)
    except OverflowError:
        raise ProbabilityError(f"{name} holds a number that no float64 can hold.", problem="infinite") from None
    except (TypeError, ValueError):  # lists of unequal lengths
        raise ProbabilityError(f"{name} must be a matrix; its rows have unequal lengths.") from None
    if proba.dtype in (np.float32, np.float64):
        return proba
    if proba.dtype.kind == "c":
        raise ProbabilityError(
            f"Complex data not supported: {name} must hold real numbers, got dtype {proba.dtype}.", problem="type"
        )
    try:
        return proba.astype(np.float32 if proba.dtype == np.float16 else np.float64)
    except (TypeError, ValueError, OverflowError):
        raise ProbabilityError(f"{name} must hold numbers, got dtype {proba.dtype}.", problem="type") from None


def _refuse_row(name, row, problem):
    raise ProbabilityError(f"{name}: row {row} {_PROBLEMS[problem]}.", row, problem)


def class_columns(seen, classes):
    """Positions of the classes that a model knows among all: ndarray of shape (n_seen,), intp.

    A model that was fitted before, and is only asked, may know others: searching where they would stand would give
    their probabilities to a neighbour.
    """
    position = {label: column for column, label in enumerate(classes.tolist())}
    unknown = [label for label in np.asarray(seen).tolist() if label not in position]
    if unknown:
        raise ValueError(
            f"the estimator predicts the class {shortened(unknown[0])}, which y does not have; a model that was fitted "
            "before must know the labels of y and no others."
        )
    columns = np.array([position[label] for label in np.asarray(seen).tolist()], dtype=np.intp)
    if len(set(columns.tolist())) != len(columns):
        raise ValueError("classes_ of the estimator lists a class more than once; each class has one column.")
    return columns


def predicted_codes(predicted, classes):
    """Positions among all classes of the labels that a model predicts: ndarray of shape (n_samples,), intp."""
    seen, which = np.unique(predicted, return_inverse=True)
    return class_columns(seen, classes)[which.ravel()]


def proba_of_classes(model, X, classes):
    """Probabilities of a fitted model, a column for each of `classes`: ndarray of shape (n_samples, n_classes).

    Classes that the model has not seen have probability 0.

    Parameters
    ----------
    model : classifier
    X : array-like of shape (n_samples, ...)
    classes : ndarray of shape (n_classes,)
    """
    found = np.asarray(model.predict_proba(X), dtype=np.float64)
    proba = np.zeros((len(found), len(classes)))
    proba[:, class_columns(model.classes_, classes)] = found
    return proba


class ProbaSum:
    """A running mean of predictions per row.

    Parameters
    ----------
    n_samples : int
        Number of rows.
    n_classes : int
        Number of classes, the columns.
    """

    def __init__(self, n_samples, n_classes):
        self.total = np.zeros((n_samples, n_classes))
        self.count = np.zeros(n_samples, dtype=np.int64)

    def add(self, rows, proba, columns):
        """Add predictions for distinct `rows`; column c of `proba` belongs to class ``columns[c]``.

        A class that a model has not seen keeps probability 0 from it.
        """
        if np.shape(proba) != (len(rows), len(columns)):
            raise ValueError(
                f"predict_proba of the estimator gave the shape {np.shape(proba)} for {len(rows)} rows and "
                f"{len(columns)} classes; it must give one row per row and one column per class of classes_."
            )
        if len(columns) == self.total.shape[1]:
            self.total[rows] += proba
        else:
            self.total[np.ix_(rows, columns)] += proba
        self.count[rows] += 1

    def mean(self):
        """Mean prediction per row: ndarray of shape (n_samples, n_classes), rows sum to 1.

        Weights may leave a model, such as a leaf of a tree, without any opinion on a row: all its probabilities are 0.
        A row on which no model has an opinion gets the mean of the other rows; without any, all classes are alike.
        """
        proba = self.total
        sums = proba.sum(axis=1, keepdims=True)
        np.divide(proba, sums, out=proba, where=sums > 0)
        silent = np.flatnonzero(sums[:, 0] == 0)
        if silent.size:
            n_others = len(proba) - silent.size
            proba[silent] = proba.sum(axis=0) / n_others if n_others else 1 / proba.shape[1]
        return proba
