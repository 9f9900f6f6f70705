"""Do no harm: compare the cleaned fit of numbers with the plain one on rows that neither has seen."""

import numpy as np
from sklearn.base import clone
from sklearn.metrics import check_scoring

from skclean.evidence import split_rows
from skclean.robust._gate import GateReport
from skclean.targets import ClassTarget
from skclean.utils._compat import safe_indexing
from skclean.utils._params import seeded_clone, subset_params

__all__ = ["nested_number_check"]

N_FOLDS = 3


def nested_number_check(owner, estimator, X, target, given, model_params):
    """Score both fits on held-out rows, and keep the cleaned one only if it is better on average.

    Parameters
    ----------
    owner : NoiseRobustRegressor
        Cloned, without its gate.
    estimator : regressor
        The model of the plain fit.
    X : indexable of shape (n_samples, ...)
    target : NumericTarget
        Rows without a number take no part.
    given, model_params : dict
        Fit parameters of the owner, and those of the estimator.

    Returns
    -------
    report : GateReport
    """
    scorer = check_scoring(estimator, "neg_mean_absolute_error" if owner.scoring is None else owner.scoring)
    one_class = ClassTarget(target.strata(), np.zeros(1, dtype=np.int64))
    options = {"split_params": {"groups": given.get("groups")}, "random_state": owner.random_state}
    scores = []
    for train, test in split_rows(X, one_class, cv=N_FOLDS, **options):
        cleaned = clone(owner).set_params(gate=False, memory=None)
        plain = seeded_clone(estimator, owner.random_state)
        X_train, y_train = safe_indexing(X, train), target.values[train]
        cleaned.fit(X_train, y_train, **subset_params(given, train, target.n_rows))
        plain.fit(X_train, y_train, **subset_params(model_params, train, target.n_rows))
        held_out = safe_indexing(X, test), target.values[test]
        scores.append((scorer(cleaned, *held_out), scorer(plain, *held_out)))
    cleaned, plain = np.array(scores).T
    helps = cleaned.mean() > plain.mean()
    reason = (
        f"cleaning {'helps' if helps else 'does not help'}: mean score on {len(plain)} held-out folds "
        f"{cleaned.mean():.4g} with and {plain.mean():.4g} without it"
    )
    return GateReport("cleaned" if helps else "plain", cleaned, plain, False, reason)
