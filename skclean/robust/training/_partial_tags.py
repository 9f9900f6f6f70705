"""Learn several tags a row where some cells are not known."""

from numbers import Integral
from typing import Any, Literal, Self

import numpy as np
from scipy.special import expit, log_softmax, logit
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from skclean.evidence import DefaultModelMixin, default_estimator, requesting_weights
from skclean.noise.model._cell_channel import mix_scores
from skclean.preprocessing import PointEncoder
from skclean.robust.training._kept_tags import kept_chances, pool_of_logs, tag_chances
from skclean.robust.training._soft_fit import cross_fit_soft, fit_soft
from skclean.targets import UNLABELLED, check_rows, check_table, read_tags
from skclean.utils._checks import check_classifies, check_weights, record_features
from skclean.utils._compat import HasMethods, StrOptions, fit_context
from skclean.utils._params import ClearParamsMixin, seeded_clone
from skclean.utils._proba import class_columns
from skclean.utils._typing import Array, Estimator, Floats, Numbers, RandomState, Table

__all__ = ["PartialMultiLabelClassifier"]

# Each tag has a forest, so it has fewer trees.
SHARE_OF_TREES = 4
SHRINKAGE = 0.03
FOLDS = 5
MARGIN = 0.005
BINARY = np.array([0, 1])


class PartialMultiLabelClassifier(
    DefaultModelMixin, ClassifierMixin, MetaEstimatorMixin, ClearParamsMixin, BaseEstimator
):
    """Learn several tags a row where it is not known of every tag whether a row has it.

    Parameters
    ----------
    estimator : classifier with predict_proba or None, default=None
        The model of each tag; for "kept" also one of all kept tags. None means skclean's default forest, mixed with a
        logistic regression in proportion to how well each predicts the known cells of rows that it has not seen.
    method : {"auto", "known", "kept", "negative"}, default="auto"
        How cells that are not known are read. "known": they may hold either; a tag is learned from its known cells.
        "kept": one of the tags of a row was kept, whichever, and the others are unknown, so that 0 is never known; a
        first model says how likely each other tag is there too, and each tag is learned from these chances. "negative":
        taken as 0. "auto" is "kept" where no cell is known to be 0, and "known" otherwise.
    n_jobs : int or None, default=None
        Folds fitted side by side, and trees of the default model. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Draws folds, and seeds models where they have no seed of their own.

    Attributes
    ----------
    classes_ : ndarray of shape (n_tags,)
        Names of the tags: the columns of a DataFrame, the members of sets, else 0 … n_tags - 1.
    method_ : str
        The method that was used.
    n_features_in_, feature_names_in_

    Notes
    -----
    Over seven tables with one kept tag a row, "kept" won back, of the mean average precision that "negative" lost
    against full labels with the same model, 0.8 in the mean with a logistic regression and 0.25 with a forest; the
    median was 0.3, and on one table of seven it lost. What cannot be won back is the number of tags of each row, which
    one kept tag hardly tells. Chances from "negative" are far too low, those from "kept" are about right.

    It assumes for "known" that whether a cell is known does not depend on what it holds, given x; for "kept" that each
    tag of a row was as likely to be the kept one, and that tags are separate given x. It loses with "kept" where tags
    exclude each other, as classes do.

    As in the papers: none of their networks. Otherwise: "kept" has the weighted copies and the expected chances of the
    first two, under a model of which tag was kept.

    References
    ----------
    After Cole, Mac Aodha, Lorieul, Perona, Morris, Jojic, "Multi-Label Learning from Single Positive Labels", CVPR
    2021; Zhou, Chen, Wang, Chen, Heng, "Acknowledging the Unknown for Multi-label Learning with Single Positive
    Labels", ECCV 2022.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import make_multilabel_classification
    >>> from sklearn.naive_bayes import GaussianNB
    >>> from skclean.robust import PartialMultiLabelClassifier
    >>> X, Y = make_multilabel_classification(300, n_classes=3, random_state=0)
    >>> unknown = np.random.default_rng(0).random(Y.shape) < 0.5
    >>> model = PartialMultiLabelClassifier(GaussianNB()).fit(X, np.where(unknown, np.nan, Y))
    >>> bool((model.predict(X) == Y).mean() > 0.7)
    True
    """

    _parameter_constraints: dict = {
        "estimator": [HasMethods(["fit", "predict_proba"]), None],
        "method": [StrOptions({"auto", "known", "kept", "negative"})],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        method: Literal["auto", "known", "kept", "negative"] = "auto",
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.method = method
        self.n_jobs = n_jobs
        self.random_state = random_state

    @fit_context(prefer_skip_nested_validation=False)
    def fit(self, X: Table, y: Any, sample_weight: Numbers | None = None) -> Self:
        """Learn the tags.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Passed on as given, in rows.
        y : array-like or DataFrame of shape (n_samples, n_tags), or list of n_samples sets of tags
            1, 0, and NaN, None or -1 where it is not known. In a sparse matrix and in sets every tag is known; use
            ``method="kept"`` where only positive tags were written down.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            What each row counts for.

        Returns
        -------
        self : PartialMultiLabelClassifier
        """
        check_table(X)
        target = read_tags(y)
        X = check_rows(X, target)
        weight = check_weights(sample_weight, X)
        weight = np.ones(target.n_rows) if weight is None else weight
        members = self._members(X)
        check_classifies(members[0], self)
        cells = target.cells
        self.method_ = self.method
        if self.method == "auto":
            self.method_ = "known" if (cells == 0).any() else "kept"
        rng = check_random_state(self.random_state)
        folds = list(KFold(min(FOLDS, len(cells)), shuffle=True, random_state=rng).split(cells))
        self._kept = None
        if self.method_ == "kept":
            targets = self._fit_kept(members, X, cells == 1, weight, folds, rng)
            members = members[:1]
        else:
            read = np.maximum(cells, 0) if self.method_ == "negative" else cells
            targets = np.where(read == UNLABELLED, np.nan, read)
        self._fit_tags(members, X, targets, weight, folds, rng)
        self.classes_, self._target = target.classes, target._replace(cells=cells[:0])
        record_features(self, X)
        return self

    def _members(self, X):
        """The models whose predictions are mixed: list of classifiers."""
        if self.estimator is not None:
            return [self.estimator]
        forest = default_estimator(X, n_jobs=self.n_jobs)
        forest.set_params(n_estimators=max(1, forest.n_estimators // SHARE_OF_TREES))
        linear = make_pipeline(PointEncoder(), LogisticRegression(C=SHRINKAGE, max_iter=1000))
        return [forest, linear]

    def _fit_kept(self, members, X, kept, weight, folds, rng):
        """Fit which tag was kept; returns P(tag is there | x, kept) for the rows that have one, NaN in others."""
        n_tags = kept.shape[1]
        shares = kept * (weight / np.maximum(kept.sum(axis=1), 1))[:, None]
        rows = np.flatnonzero(kept.any(axis=1))
        seeds = rng.randint(2**31 - 1, size=(2, len(members)))
        tags = np.arange(n_tags)
        proba = [
            cross_fit_soft(_weighted(member), X, tags, shares, folds, {}, n_jobs=self.n_jobs, random_state=int(seed))
            for member, seed in zip(members, seeds[0], strict=True)
        ]
        exponents = pool_of_logs(np.stack(proba)[:, rows], shares[rows])
        used = np.flatnonzero(exponents > 0)
        models = [
            fit_soft(seeded_clone(_weighted(members[place]), int(seeds[1, place])), X, tags, shares, {})
            for place in used
        ]
        log_shares = _pooled([proba[place] for place in used], exponents[used])
        slope, intercepts = kept_chances(log_shares[rows], shares[rows])
        self._kept = models, exponents[used], slope, intercepts
        chances = tag_chances(expit(slope * log_shares + intercepts), kept)
        chances[~kept.any(axis=1)] = np.nan
        return chances

    def _fit_tags(self, members, X, targets, weight, folds, rng):
        """Fit each tag on the chance that a row has it; NaN where a row says nothing of it."""
        n_rows, n_tags = targets.shape
        seeds = rng.randint(2**31 - 1, size=(n_tags, 2, len(members)))
        scores = np.zeros((len(members), n_rows, n_tags))
        self._models = []
        for tag in range(n_tags):
            known = ~np.isnan(targets[:, tag])
            chance = np.where(known, targets[:, tag], 0.0)
            soft = np.stack([1 - chance, chance], axis=1) * (known * weight)[:, None]
            fitted = []
            for place, member in enumerate(members):
                model = _weighted(member)
                if len(members) > 1:
                    proba = cross_fit_soft(
                        model, X, BINARY, soft, folds, {}, n_jobs=self.n_jobs, random_state=int(seeds[tag, 0, place])
                    )
                    scores[place, :, tag] = _log_odds(proba[:, 1])
                fitted.append(fit_soft(seeded_clone(model, int(seeds[tag, 1, place])), X, BINARY, soft, {}))
            self._models.append(fitted)
        self._mix = np.ones(1), np.zeros(n_tags)
        if len(members) > 1:
            cells = np.where(np.isnan(targets), UNLABELLED, targets).astype(np.int8)
            self._mix = mix_scores(scores, cells, weight=weight)

    def predict_proba(self, X: Table) -> Floats:
        """Chance of each tag: ndarray of shape (n_samples, n_tags)."""
        check_is_fitted(self, "classes_")
        slopes, intercepts = self._mix
        scores = np.stack(
            [[_log_odds(_second_column(model, X)) for model in fitted] for fitted in self._models]
        )  # (n_tags, n_members, n_samples)
        log_odds = np.tensordot(scores, slopes, (1, 0)).T + intercepts
        if self._kept is not None:
            models, exponents, slope, intercepts = self._kept
            tags = np.arange(len(self.classes_))
            log_shares = _pooled([_of_all(model, X, tags) for model in models], exponents)
            log_odds = (log_odds + slope * log_shares + intercepts) / 2
        return expit(log_odds)

    def predict(self, X: Table) -> Array:
        """Tags with a chance of at least a half, in the type of Y: an array of 0 and 1, a list of sets, …"""
        there = self.predict_proba(X) >= 0.5
        return self._target.decode(there.astype(np.int8))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        tags.target_tags.single_output = False
        tags.classifier_tags.multi_label = True
        return tags


def _weighted(member):
    """The model, or a pipeline that passes weights to its last step where metadata is routed."""
    return member if hasattr(member, "steps") else requesting_weights(member)


def _log_odds(proba):
    return logit(np.clip(proba, MARGIN, 1 - MARGIN))


def _pooled(members, exponents):
    """Logarithm of the normalised product of powers: ndarray of shape (n_rows, n_tags)."""
    logs = [exponent * np.log(np.maximum(proba, 1e-4)) for exponent, proba in zip(exponents, members, strict=True)]
    return log_softmax(sum(logs), axis=1)


def _of_all(model, X, classes):
    """Probabilities under the columns of all classes."""
    proba = np.zeros((len(model.predict_proba(X)), len(classes)))
    proba[:, class_columns(model.classes_, classes)] = model.predict_proba(X)
    return proba


def _second_column(model, X):
    return _of_all(model, X, BINARY)[:, 1]
