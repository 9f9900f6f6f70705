"""Abstain from a few rows, so that groups are treated alike and none gets worse."""

from numbers import Integral, Real
from typing import Any, Literal, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from skclean.evidence import cross_fit_proba, default_estimator, split_rows
from skclean.robust.decisions._abstain import with_abstentions
from skclean.robust.decisions._fair_program import RATES, Kinds, rates_of, solve
from skclean.robust.decisions._two_models import Features
from skclean.targets import ClassTarget, check_rows, check_two_classes, codes_of, encode_labels
from skclean.utils._checks import accept_any_table, check_classifies, check_same_order, check_weights, record_features
from skclean.utils._compat import HasMethods, Interval, StrOptions, fit_context, get_tags, num_samples, safe_indexing
from skclean.utils._fitting import fit_model
from skclean.utils._folds import renumbered_folds
from skclean.utils._params import ClearParamsMixin, missing_method_message, seeded_clone, weight_parameter
from skclean.utils._proba import class_columns
from skclean.utils._typing import (
    Array,
    Bools,
    CrossValidation,
    Estimator,
    Floats,
    Labels1d,
    Numbers,
    Params,
    RandomState,
    Table,
)

__all__ = ["FairAbstainingClassifier"]

# Shares of the rows of a (group, prediction) that may be left undecided, besides none and all.
N_OPTIONS = 40
BOOSTING: Params = {"max_iter": 40, "max_leaf_nodes": 8, "min_samples_leaf": 20, "l2_regularization": 1.0}


class FairAbstainingClassifier(ClearParamsMixin, ClassifierMixin, MetaEstimatorMixin, BaseEstimator):
    """Leave a few rows of each group undecided, so that a rate is alike in all groups and no group is served worse.

    Of each group and predicted class, the least certain rows are left undecided, as many as an integer program says: it
    keeps the fewest errors, such that the rate of the groups differs by at most `max_gap`, each group is predicted at
    least as accurately as before, and at most `max_abstention` of it is undecided. `predict` returns
    :data:`skclean.robust.ABSTAIN` there, which is no class.

    Parameters
    ----------
    estimator : classifier with predict_proba or None, default=None
        None means skclean's default forest.
    rate : {"tpr", "fpr", "selection"}, default="tpr"
        Which rate is to be alike: of true positives, of false positives, or of positive predictions, all among rows
        that are decided.
    positive : label or None, default=None
        The class that counts as positive; None means the second of two.
    max_gap : float or None, default=0.05
        Largest difference of the rate between groups, in [0, 1]; None for no bound.
    max_abstention : float or None, default=0.2
        Largest share of undecided rows of a group, in [0, 1]; None for no bound.
    abstention_cost : float, default=0.5
        Cost of an undecided row, where a wrong prediction costs 1, in [0, 1]. With 0 as many rows are left undecided as
        the bound allows.
    order : {"learned", "margin"}, default="learned"
        What the least certain rows are: those that a boosting on the row and its probabilities expects to be predicted
        wrong, or those of the smallest margin between the two largest probabilities.
    group_column : str, int or None, default=None
        Column of X that holds the group, in place of ``groups=``. The estimator sees it too.
    cv : int, splitter or iterable of (train, test), default=5
        Folds, whose out-of-sample probabilities the program reads.
    n_jobs : int or None, default=None
        Folds side by side.
    random_state : int, RandomState instance or None, default=None

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    groups_ : ndarray of shape (n_groups,)
        Sorted groups; a single one where none were given.
    estimator_ : classifier
    thresholds_ : ndarray of shape (n_groups, n_classes)
        Rows that are less certain than this, and are predicted this class, are undecided: the score of `order`, in
        which large is uncertain, is above it.
    rates_ : dict of str -> ndarray of shape (n_groups,)
        "before" and "after", out of sample.
    accuracies_ : dict of str -> ndarray of shape (n_groups,)
        "before" and "after", out of sample, of rows that are decided.
    abstention_ : ndarray of shape (n_groups,)
        Share of undecided rows, out of sample.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Only where X has string column names.

    Notes
    -----
    Proposed here after the idea of fair abstention without harm, and not a paper's algorithm. Rows of one group, label
    and prediction are alike up to confidence, so the program has counts in place of rows. It chooses among thresholds
    that can be applied to new rows, and not counts by true label, which no rule could reach.

    With 13 pairs of groups in 7 tables and rates that differed by at least 0.05, the gap of selection rates on new rows
    fell from 0.09 to 0.04 with 4 % of rows undecided, and that of true positives from 0.08 to 0.07, as positives of
    small groups are few; leaving as many rows undecided by confidence alone gave 0.07 and 0.08.

    It assumes that the labels are right: verify those of the rows that it is fitted on. Without groups there is nothing
    to make alike, and it predicts as the estimator does. On new rows the gap varies by chance, by about one over the
    root of the positives of the smallest group. It loses to another threshold for each group, which decides every row,
    where abstention costs more than a change of decisions.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclean.robust import FairAbstainingClassifier
    >>> rng = np.random.default_rng(0)
    >>> groups = rng.integers(0, 2, 1000)
    >>> X = rng.normal(size=(1000, 2))
    >>> y = (X[:, 0] + np.where(groups, 1.5, 0.5) * rng.normal(size=1000) > 0).astype(int)
    >>> model = FairAbstainingClassifier(LogisticRegression(), random_state=0).fit(X, y, groups=groups)
    >>> bool(np.ptp(model.rates_["before"]) > 0.1), bool(np.ptp(model.rates_["after"]) <= 0.05 + 1e-9)
    (True, True)
    """

    _parameter_constraints: dict = {
        "estimator": [HasMethods(["fit", "predict"]), None],
        "rate": [StrOptions(set(RATES))],
        "positive": "no_validation",
        "max_gap": [Interval(Real, 0, 1, closed="both"), None],
        "max_abstention": [Interval(Real, 0, 1, closed="both"), None],
        "abstention_cost": [Interval(Real, 0, 1, closed="both")],
        "order": [StrOptions({"margin", "learned"})],
        "group_column": [str, Integral, None],
        "cv": ["cv_object"],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        rate: Literal["tpr", "fpr", "selection"] = "tpr",
        positive: Any = None,
        max_gap: float | None = 0.05,
        max_abstention: float | None = 0.2,
        abstention_cost: float = 0.5,
        order: Literal["learned", "margin"] = "learned",
        group_column: str | int | None = None,
        cv: CrossValidation = 5,
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.rate = rate
        self.positive = positive
        self.max_gap = max_gap
        self.max_abstention = max_abstention
        self.abstention_cost = abstention_cost
        self.order = order
        self.group_column = group_column
        self.cv = cv
        self.n_jobs = n_jobs
        self.random_state = random_state

    @fit_context(prefer_skip_nested_validation=False)
    def fit(
        self, X: Table, y: Labels1d, sample_weight: Numbers | None = None, *, groups: Labels1d | None = None
    ) -> Self:
        """Fit the estimator, and choose which rows to leave undecided.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Passed on as given, in rows.
        y : array-like of shape (n_samples,)
            Labels; a missing one (None, NaN) leaves the row out.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            For an estimator that takes weights; the program counts every row once.
        groups : array-like of shape (n_samples,) or None, default=None
            The group of each row.

        Returns
        -------
        self : FairAbstainingClassifier

        Raises
        ------
        ValueError
            If no abstention meets all bounds; the message names the bound that stands in the way.
        """
        check_same_order(X=X, y=y, sample_weight=sample_weight, groups=groups)
        X, target = check_rows(X, y)
        weight = check_weights(sample_weight, X)
        check_two_classes(target, weight)
        record_features(self, X)
        group, self.groups_ = self._groups_to_fit(X, groups)
        rows = np.flatnonzero(target.known if weight is None else target.known & (weight > 0))
        rng = check_random_state(self.random_state)
        folds = split_rows(X, target, cv=self.cv, random_state=rng)
        if len(rows) < num_samples(X):
            folds = renumbered_folds(folds, rows, num_samples(X))
            X, target = safe_indexing(X, rows), ClassTarget(target.codes[rows], target.classes)
            weight = None if weight is None else weight[rows]
        self.classes_ = target.classes
        proba = self._fit_estimator(X, target, weight, folds, rng)
        scores = self._fit_order(X, proba, target.codes, folds, rng)
        self._solve(group[rows], target.codes, proba.argmax(axis=1), scores)
        return self

    def _groups_to_fit(self, X, groups):
        """Codes of groups and the sorted groups."""
        groups = self._given_groups(X, groups)
        if groups is None:
            return np.zeros(num_samples(X), dtype=np.int32), np.array([0])
        codes, labels = encode_labels(groups, name="groups")
        if len(codes) != num_samples(X) or (codes < 0).any():
            raise ValueError(f"groups must have a group for each of the {num_samples(X)} rows; give one to every row.")
        return codes, labels

    def _given_groups(self, X, groups):
        if groups is not None or self.group_column is None:
            return groups
        if isinstance(self.group_column, str):
            if self.group_column not in list(getattr(X, "columns", [])):
                raise ValueError(f"group_column={self.group_column!r} is no column of X; pass a DataFrame that has it.")
            return X[self.group_column]
        return np.asarray(safe_indexing(X, self.group_column, axis=1)).ravel()

    def _fit_estimator(self, X, target, weight, folds, rng):
        """Fit the estimator: out-of-sample probabilities of the rows."""
        model = self._estimator(X, len(target.classes))
        check_classifies(model, self)
        if not hasattr(model, "predict_proba"):
            raise ValueError(missing_method_message(model, "predict_proba", why="FairAbstainingClassifier"))
        name = weight_parameter(model)
        params = {} if weight is None or name is None else {name: weight}
        seed = rng.randint(np.iinfo(np.int32).max)
        proba = cross_fit_proba(model, X, target, cv=folds, fit_params=params, n_jobs=self.n_jobs, random_state=seed)
        self.estimator_ = seeded_clone(model, seed)
        self._in_labels = fit_model(self.estimator_, X, target.as_y(), params)
        return proba

    def _fit_order(self, X, proba, codes, folds, rng):
        """Scores by which rows are left undecided, out of sample; large is uncertain."""
        self._features = self._boosting = None
        if self.order == "margin" or len(self.groups_) == 1:
            return _uncertainty(proba)
        self._features = Features().fit(X)
        features, wrong = self._features.of(X, proba), (proba.argmax(axis=1) != codes).astype(np.float64)
        self._boosting = HistGradientBoostingRegressor(**BOOSTING, random_state=rng.randint(2**31 - 1))
        scores = np.zeros(len(codes))
        for train, test in folds:
            scores[test] = seeded_clone(self._boosting, None).fit(features[train], wrong[train]).predict(features[test])
        self._boosting.fit(features, wrong)
        return scores

    def _solve(self, group, codes, predicted, scores):
        """Set the thresholds, and what they do to the rows of training, out of sample."""
        n_groups = len(self.groups_)
        kinds, cuts = self._kinds(group, codes, predicted, scores)
        none = np.array([np.flatnonzero(kinds.cell == cell)[0] for cell in range(kinds.cell.max() + 1)])
        accuracy = _share(kinds.right, kinds.kept, kinds.group, none, n_groups)
        bounds = {"accuracy": accuracy, "max_gap": self.max_gap, "max_abstention": self.max_abstention}
        taken = none
        if n_groups > 1:
            plan = solve(kinds, **bounds, cost=self.abstention_cost)
            if plan is None:
                raise ValueError(self._in_the_way(kinds, bounds))
            taken = plan.taken
        self.thresholds_ = np.full((n_groups, len(self.classes_)), np.inf)
        for option in taken:
            self.thresholds_[kinds.group[option], cuts[option][0]] = cuts[option][1]
        sizes = np.bincount(kinds.group[none], kinds.kept[none], minlength=n_groups)
        kept = np.bincount(kinds.group[taken], kinds.kept[taken], minlength=n_groups)
        self.abstention_ = 1 - kept / sizes
        self.rates_ = {"before": rates_of(kinds, none, n_groups), "after": rates_of(kinds, taken, n_groups)}
        after = _share(kinds.right, kinds.kept, kinds.group, taken, n_groups)
        self.accuracies_ = {"before": accuracy, "after": after}

    def _kinds(self, group, codes, predicted, scores):
        """The options of each group and prediction: Kinds, and the class and threshold of each option."""
        positive = self._positive_code() if len(self.groups_) > 1 else 0
        among = {"tpr": codes == positive, "fpr": codes != positive}.get(self.rate, np.ones(len(codes), dtype=bool))
        chosen = among & (predicted == positive)
        columns, cuts, cell = [], [], 0
        for g in range(len(self.groups_)):
            for k in range(len(self.classes_)):
                rows = np.flatnonzero((group == g) & (predicted == k))
                if not len(rows):
                    continue
                rows = rows[np.argsort(scores[rows], kind="stable")]
                for n_kept in _options(scores[rows]):
                    kept = rows[:n_kept]
                    right = (codes[kept] == k).sum()
                    columns.append((cell, g, n_kept, right, chosen[kept].sum(), among[kept].sum()))
                    cuts.append((k, _cut(scores[rows], n_kept)))
                cell += 1
        values = np.array(columns, dtype=np.float64).T
        return Kinds(values[0].astype(int), values[1].astype(int), *values[2:]), cuts

    def _positive_code(self):
        if self.positive is None:
            if len(self.classes_) != 2:
                raise ValueError(
                    f"y has {len(self.classes_)} classes; pass positive=, the one with the rate that is to be alike."
                )
            return 1
        return int(codes_of([self.positive], self.classes_, name="positive")[0])

    def _in_the_way(self, kinds, bounds):
        """A sentence on which bound to loosen."""
        names = {"max_gap": self.max_gap, "max_abstention": self.max_abstention}
        for name, value in names.items():
            if value is not None and solve(kinds, **(bounds | {name: None}), cost=self.abstention_cost) is not None:
                return f"no abstention meets all bounds, but without {name}={value} one does: raise it."
        if solve(kinds, **(bounds | {"accuracy": None}), cost=self.abstention_cost) is not None:
            return (
                "no abstention meets all bounds: to make the rates alike, some group would be predicted less "
                "accurately than before. Raise max_gap or max_abstention."
            )
        return "no abstention meets all bounds; raise max_gap and max_abstention together."

    def predict_proba(self, X: Table) -> Floats:
        """Probabilities of the estimator, for undecided rows too: ndarray of shape (n_samples, n_classes).

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
        """
        check_is_fitted(self, "thresholds_")
        proba = np.zeros((num_samples(X), len(self.classes_)))
        proba[:, class_columns(self._in_labels.classes_, self.classes_)] = self._in_labels.predict_proba(X)
        return proba

    def undecided(self, X: Table, *, groups: Labels1d | None = None) -> Bools:
        """Return which rows are left undecided: ndarray of shape (n_samples,), bool.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
        groups : array-like of shape (n_samples,) or None, default=None
            The group of each row, where the fit had groups.
        """
        return self._decide(X, groups)[1]

    def predict(self, X: Table, *, groups: Labels1d | None = None) -> Array:
        """Labels, and ABSTAIN in undecided rows: ndarray of shape (n_samples,), of objects where there are such.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
        groups : array-like of shape (n_samples,) or None, default=None
            The group of each row, where the fit had groups.

        Raises
        ------
        ValueError
            If groups are missing, or one was not seen in `fit`.
        """
        predicted, undecided = self._decide(X, groups)
        return with_abstentions(self.classes_[predicted], undecided)

    def _decide(self, X, groups):
        """Codes of predicted classes, and which rows are undecided."""
        proba = self.predict_proba(X)
        group = self._groups_to_predict(X, groups)
        predicted = proba.argmax(axis=1)
        scores = _uncertainty(proba) if self._boosting is None else self._boosting.predict(self._features.of(X, proba))
        return predicted, scores > self.thresholds_[group, predicted]

    def _groups_to_predict(self, X, groups):
        groups = self._given_groups(X, groups)
        if len(self.groups_) == 1:
            return np.zeros(num_samples(X), dtype=np.int32)
        if groups is None:
            raise ValueError("groups is missing: pass the group of each row, as in fit, or set group_column.")
        codes = codes_of(groups, self.groups_, name="groups")
        if len(codes) != num_samples(X) or (codes < 0).any():
            raise ValueError(f"groups must have a group for each of the {num_samples(X)} rows; give one to every row.")
        return codes

    def score(
        self,
        X: Table,
        y: Labels1d,
        sample_weight: Numbers | None = None,
        *,
        groups: Labels1d | None = None,
    ) -> float:
        """Accuracy on the rows that are decided and have a label; NaN if there is none.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
        y : array-like of shape (n_samples,)
        sample_weight : array-like of shape (n_samples,) or None, default=None
        groups : array-like of shape (n_samples,) or None, default=None

        Returns
        -------
        score : float
        """
        predicted, undecided = self._decide(X, groups)
        codes = codes_of(y, self.classes_)
        weight = np.where(undecided | (codes < 0), 0.0, 1.0 if sample_weight is None else np.asarray(sample_weight))
        return float(weight @ (predicted == codes) / weight.sum()) if weight.any() else float("nan")

    def _estimator(self, X=None, n_classes=2):
        if self.estimator is not None:
            return self.estimator
        return default_estimator(np.empty((1, 1)) if X is None else X, n_classes=n_classes, n_jobs=self.n_jobs)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        inner = get_tags(self._estimator())
        tags.input_tags = inner.input_tags
        if self.estimator is None:
            accept_any_table(tags)
        if inner.classifier_tags is not None:
            tags.classifier_tags.multi_class = inner.classifier_tags.multi_class
        return tags


def _uncertainty(proba):
    """One minus the margin of the two largest probabilities."""
    ordered = np.partition(proba, -2, axis=1)
    return 1 - (ordered[:, -1] - ordered[:, -2])


def _options(ordered):
    """How many of some rows may be kept, all first; rows of equal score are kept or left together."""
    n = len(ordered)
    counts = np.unique(np.round(np.linspace(0, n, min(n, N_OPTIONS) + 1)).astype(int))
    together = np.searchsorted(ordered, ordered[np.minimum(counts, n - 1)], side="left")
    return np.unique(np.append(np.where(counts == n, n, together), n))[::-1]


def _cut(ordered, n_kept):
    """The largest score that is kept."""
    if n_kept == len(ordered):
        return np.inf
    return ordered[n_kept - 1] if n_kept else -np.inf


def _share(numerator, denominator, group, taken, n_groups):
    top = np.bincount(group[taken], numerator[taken], minlength=n_groups)
    bottom = np.bincount(group[taken], denominator[taken], minlength=n_groups)
    return np.divide(top, bottom, out=np.zeros(n_groups), where=bottom > 0)
