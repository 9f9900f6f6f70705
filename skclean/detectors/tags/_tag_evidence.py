"""Scores of each tag by models that were trained without the row, from the row and from its other tags.

Stage 1 knows the row alone. Its scores and the given tags say how likely the row really has each tag. Stage 2 knows the
row and these chances for the *other* tags, not the given tags themselves: a wrong tag would take its neighbours along.
The chance of another tag never uses the tag that is predicted, so no cell has a part in its own evidence.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import logit
from sklearn.linear_model import LogisticRegression
from sklearn.utils import check_random_state

from skclean.evidence import (
    cross_fit_proba,
    default_estimator,
    default_proba,
    out_of_sample_proba,
    requesting_weights,
)
from skclean.noise.model._cell_channel import fit_cell_channel
from skclean.preprocessing import is_table
from skclean.targets import UNLABELLED, ClassTarget
from skclean.utils._typing import Bools, Floats

__all__ = ["MARGIN", "TagEvidence", "add_scores_of_tags", "tag_forest", "tag_scores", "usable_tags"]

# Each tag has two forests of its own, so these have a quarter of the trees.
SHARE_OF_TREES, MIN_TREES = 4, 50
# Probabilities are kept this far from 0 and 1 before they become log odds.
MARGIN = 0.005
# Scores of other tags count for less than the own one in the shrunken logistic regression of stage 2.
OTHER_SCORES = 0.3
SHRINKAGE = 0.1
FOLDS = 5
# A tag is usable where so many rows have it and so many have it not.
MIN_MEMBERS = 2


class TagEvidence(NamedTuple):
    """What models that had not seen a row say of its tags.

    Attributes
    ----------
    scores : ndarray of shape (n_models, n_samples, n_tags), float64
        Log odds.
    usable : ndarray of shape (n_tags,), bool
        Tags that some rows have and some have not; scores of others are 0.
    """

    scores: Floats
    usable: Bools


def tag_forest(X, *, n_classes=2, n_jobs=None):
    """Return the default model of one tag: as :func:`default_estimator`, of a quarter of the trees."""
    forest = default_estimator(X, n_classes=n_classes, n_jobs=n_jobs)
    return forest.set_params(n_estimators=max(MIN_TREES, forest.n_estimators // SHARE_OF_TREES))


def usable_tags(cells, weight=None):
    """Return which tags some rows have and some have not: ndarray of shape (n_tags,), bool."""
    counted = cells if weight is None else cells[weight > 0]
    usable = ((counted == 1).sum(axis=0) >= MIN_MEMBERS) & ((counted == 0).sum(axis=0) >= MIN_MEMBERS)
    if not usable.any():
        raise ValueError(
            "Y has no tag that at least 2 rows have and 2 have not, so nothing can be learned; pass more rows."
        )
    return usable


def tag_scores(given, *, by_default, cv=None, n_jobs=None, random_state=None, progress=None):
    """Score every tag of every row.

    Parameters
    ----------
    given : Given
        The input of `fit`; `labels` are a MultilabelTarget.
    by_default : bool
        Whether the model is the default forest, which reads any table.
    cv : int, "oob", splitter or None, default=None
        How a row is kept out; None means out of bag for the default forest and 5 folds otherwise.
    n_jobs : int or None, default=None
        Passed on.
    random_state : int, RandomState instance or None, default=None
        Seeds all models and folds.
    progress : Progress or None, default=None
        Where each tag is reported.

    Returns
    -------
    evidence : TagEvidence
    """
    cells = given.labels.cells
    usable = usable_tags(cells, given.weight)
    seeds = check_random_state(random_state).randint(2**31 - 1, size=(cells.shape[1], 3)).T
    models = _Models(given, by_default, cv, n_jobs, progress)
    scores = np.zeros((3, *cells.shape))
    for tag in np.flatnonzero(usable):
        scores[0, :, tag] = models.of_row(tag, seeds[0, tag])
    chances = _chances(scores[:1, :, usable], cells[:, usable], given)
    own = scores[0][:, usable]
    for place, tag in enumerate(np.flatnonzero(usable)):
        others = np.delete(chances, place, axis=1)
        scores[1, :, tag] = models.of_row_and_tags(tag, own, others, seeds[1, tag])
        scores[2, :, tag] = models.of_scores(tag, own, place, others, seeds[2, tag])
    return TagEvidence(scores, usable)


def add_scores_of_tags(given, first, usable, seeds, *, n_jobs=None):
    """Return the scores of a logistic regression on first ones and on the chances of the other tags.

    Parameters
    ----------
    given : Given
    first : ndarray of shape (n_samples, n_tags)
        Log odds of a model that knows the row alone.
    usable : ndarray of shape (n_tags,), bool
    seeds : ndarray of shape (n_tags,), int
    n_jobs : int or None, default=None

    Returns
    -------
    scores : ndarray of shape (n_samples, n_tags)
        Log odds.
    """
    models = _Models(given, by_default=False, cv=None, n_jobs=n_jobs, progress=None)
    own = first[:, usable]
    chances = _chances(own[None], given.labels.cells[:, usable], given)
    scores = np.zeros(first.shape)
    for place, tag in enumerate(np.flatnonzero(usable)):
        scores[:, tag] = models.of_scores(tag, own, place, np.delete(chances, place, axis=1), seeds[tag])
    return scores


def _chances(scores, cells, given):
    """P(the row has the tag | row, given cell): ndarray of shape (n_samples, n_judged)."""
    channel = fit_cell_channel(scores, cells, weight=given.weight, verified=given.verified)
    chances = np.where(cells == 1, 1 - channel.wrong, channel.wrong)
    return np.where(cells == UNLABELLED, channel.truth, chances)


class _Models:
    """The models of one tag, each trained without the row that it scores."""

    def __init__(self, given, by_default, cv, n_jobs, progress):
        self.given, self.by_default, self.n_jobs, self.progress = given, by_default, n_jobs, progress
        self.out_of_bag = by_default and cv in (None, "oob") and not given.split_params
        self.cv = FOLDS if cv is None or (isinstance(cv, str) and self.out_of_bag) else cv
        # cv="oob" is about the caller's model; the logistic regression draws no rows
        self.folds = FOLDS if isinstance(self.cv, str) else self.cv

    def of_row(self, tag, seed):
        """Log odds from the row alone."""
        given = self.given
        if self.out_of_bag:
            return self._forest(given.estimator, given.X, tag, seed)
        return _log_odds(
            out_of_sample_proba(
                given.estimator,
                given.X,
                self._labels(tag),
                cv=self.cv,
                fit_params=given.fit_params,
                split_params=given.split_params,
                n_jobs=self.n_jobs,
                random_state=int(seed),
            )
        )

    def of_row_and_tags(self, tag, scores, others, seed):
        """Log odds from the row, or where it cannot be read from its scores, and from its other tags."""
        X = self.given.X
        read = self.by_default and is_table(X) and not hasattr(X, "toarray")
        table = _beside(X, others) if read else np.hstack([scores, others])
        forest = tag_forest(table, n_jobs=self.n_jobs)
        if not self.given.split_params:
            return self._forest(forest, table, tag, seed, members=read)
        return self._cross_fitted(forest, table, tag, seed)

    def of_scores(self, tag, scores, place, others, seed):
        """Log odds of a logistic regression on the scores of stage 1 and the other tags."""
        rest = np.delete(scores, place, axis=1)
        points = np.hstack([scores[:, [place]], OTHER_SCORES * rest, others])
        model = requesting_weights(LogisticRegression(C=SHRINKAGE, max_iter=1000))
        return self._cross_fitted(model, points, tag, seed)

    def _labels(self, tag):
        return ClassTarget(self.given.labels.cells[:, tag].astype(np.int32), np.array([0, 1]))

    def _forest(self, forest, X, tag, seed, members=True):
        labels, weight = self._labels(tag), self.given.weight
        if not members:
            params = {} if weight is None else {"sample_weight": weight}
            return _log_odds(
                out_of_sample_proba(forest, X, labels, cv="oob", fit_params=params, random_state=int(seed))
            )
        return _log_odds(default_proba(forest, X, labels, weight=weight, n_jobs=self.n_jobs, random_state=int(seed)))

    def _cross_fitted(self, model, X, tag, seed):
        weight = self.given.weight
        return _log_odds(
            cross_fit_proba(
                model,
                X,
                self._labels(tag),
                cv=self.folds,
                fit_params={} if weight is None else {"sample_weight": weight},
                split_params=self.given.split_params,
                n_jobs=self.n_jobs,
                random_state=int(seed),
            )
        )


def _log_odds(proba):
    """Log odds of the second class: ndarray of shape (n_samples,)."""
    return logit(np.clip(proba[:, 1].astype(np.float64), MARGIN, 1 - MARGIN))


def _beside(X, others):
    """A table with more columns of numbers."""
    if hasattr(X, "iloc"):
        return X.assign(**{f"chance of tag {number}": column for number, column in enumerate(others.T)})
    rows = np.asarray(X)
    if rows.dtype.kind not in "biuf":
        rows = np.asarray(X, dtype=object)
    return np.hstack([rows, others.astype(rows.dtype if rows.dtype.kind == "O" else np.float64)])
