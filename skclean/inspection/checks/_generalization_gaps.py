"""SKC015: what label noise does to a given model."""

from numbers import Integral, Real

import numpy as np
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.utils import check_random_state, check_scalar

from skclean.inspection.checks._check import CheckResult, Interval, NotApplicable, check, passed, tip
from skclean.inspection.checks._inputs import TableView, labels_of
from skclean.inspection.checks._statistics import mean_interval
from skclean.inspection.checks._words import percent
from skclean.utils._compat import safe_indexing
from skclean.utils._params import seeded_clone
from skclean.utils._typing import Estimator, Labels1d, RandomState, Table

__all__ = ["generalization_gaps"]

MAX_ROWS = 5_000
TEST_SHARE = 0.3
# A model that learns so much of redrawn labels by heart also learns wrong ones.
MUCH = 0.2
GAPS = ("robustness", "memorization", "rationality")


@check("SKC015", title="What label noise does to the model")
def generalization_gaps(
    estimator: Estimator,
    X: Table,
    y: Labels1d,
    *,
    share: float = 0.05,
    n_repeats: int = 5,
    random_state: RandomState = None,
) -> CheckResult:
    """Split what a model loses between training and test rows into three parts.

    A share of the training labels is redrawn at random, and the model is fitted with and without that. Then

    - robustness is what accuracy on the training labels falls by,
    - memorization is what accuracy on the labels that it was trained on lies above accuracy on the former labels of the
      redrawn rows,
    - rationality is what the latter lies above accuracy on test rows,

    each at least 0. Accuracy on training rows is never more than their sum above accuracy on test rows. The state is
    "tip" where memorization is above 0.2.

    Parameters
    ----------
    estimator : classifier
        Cloned and fitted ``2 * n_repeats`` times.
    X : array-like of shape (n_samples, n_features)
        The table; of more than 5,000 rows a random sample of that size.
    y : array-like of shape (n_samples,)
        Given labels.
    share : float, default=0.05
        Share of the training labels that is redrawn, in (0, 1).
    n_repeats : int, default=5
        How often rows are split and labels redrawn, at least 2.
    random_state : int, RandomState instance or None, default=None
        Draws rows and labels, and seeds the model.

    Returns
    -------
    result : CheckResult
        `numbers` are train, test (accuracies without redrawn labels), gap, robustness, memorization and rationality,
        with 90 % intervals over the repeats. `findings` has one line for each repeat.

    References
    ----------
    Bansal, Kaplun, Barak, "For self-supervised learning, rationality implies generalization, provably", ICLR 2021.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from skclean.inspection import generalization_gaps
    >>> X, y = load_iris(return_X_y=True)
    >>> generalization_gaps(KNeighborsClassifier(1), X, y, random_state=0).state
    'tip'
    """
    check_scalar(share, "share", Real, min_val=0, max_val=1, include_boundaries="neither")
    check_scalar(n_repeats, "n_repeats", Integral, min_val=2)
    table = TableView.of(X).columns
    labels = labels_of(y, TableView.of(X).n_rows)
    rng = check_random_state(random_state)
    members = np.bincount(labels.codes[labels.codes >= 0], minlength=len(labels.classes))
    rows = np.flatnonzero((labels.codes >= 0) & (members[labels.codes] >= 4))
    rows = rng.choice(rows, min(len(rows), MAX_ROWS), replace=False)
    codes = labels.codes[rows]
    if len(np.unique(codes)) < 2 or share * len(rows) * (1 - TEST_SHARE) < 5:
        raise NotApplicable("fewer than 5 labels would be redrawn, or there is one class only")
    split = StratifiedShuffleSplit(n_repeats, test_size=TEST_SHARE, random_state=rng.randint(2**31 - 1))
    findings = [
        _repeat(estimator, table, rows, codes, labels.classes, parts, share, rng) for parts in split.split(rows, codes)
    ]
    numbers = {name: mean_interval([line[name] for line in findings]) for name in findings[0]}
    memorized: Interval = numbers["memorization"]
    parts = ", ".join(f"{percent(numbers[name].value)} {name}" for name in GAPS)
    verdict = f"The model is {percent(numbers['gap'].value)} better on training rows than on test rows: at most {parts}"
    if memorized.value > MUCH:
        return tip(f"{verdict}; it learns wrong labels by heart.", numbers=numbers, findings=findings)
    return passed(f"{verdict}; it hardly learns wrong labels by heart.", numbers=numbers, findings=findings)


def _repeat(estimator, table, rows, codes, classes, parts, share, rng):
    """Accuracies and gaps of one split."""
    train, test = parts
    noisy = codes[train].copy()
    redrawn = rng.permutation(len(train))[: max(1, round(share * len(train)))]
    noisy[redrawn] = rng.choice(np.unique(codes), len(redrawn))
    X_train, X_test = (safe_indexing(table, rows[part]) for part in (train, test))
    seed = int(rng.randint(2**31 - 1))
    clean_model = _fitted(estimator, X_train, classes[codes[train]], seed)
    noisy_model = _fitted(estimator, X_train, classes[noisy], seed)
    clean_right = _right(clean_model, X_train, classes[codes[train]])
    predicted = noisy_model.predict(X_train)
    as_trained = float(np.mean(predicted == classes[noisy]))
    as_before = float(np.mean(predicted[redrawn] == classes[codes[train]][redrawn]))
    test_right = _right(clean_model, X_test, classes[codes[test]])
    return {
        "train": clean_right,
        "test": test_right,
        "gap": clean_right - test_right,
        "robustness": max(0.0, clean_right - as_trained),
        "memorization": max(0.0, as_trained - as_before),
        "rationality": max(0.0, as_before - test_right),
    }


def _fitted(estimator, X, y, seed):
    return seeded_clone(estimator, np.random.RandomState(seed)).fit(X, y)


def _right(model, X, y):
    return float(np.mean(model.predict(X) == y))
