"""Partition filter: models of small parts of the rows vote on the labels of all other rows."""

from numbers import Integral
from typing import Literal

import numpy as np
from sklearn.base import MetaEstimatorMixin
from sklearn.tree import DecisionTreeClassifier

from skclean.base import BaseRule, ClassProba
from skclean.detectors._template import DetectorTemplate, Findings
from skclean.evidence import fit_predict_votes, requesting_weights, sum_over_partitions
from skclean.evidence.geometry._votes import shares_of_given
from skclean.preprocessing import as_numbers
from skclean.rules import Vote
from skclean.utils._compat import HasMethods, Interval, StrOptions
from skclean.utils._typing import Estimator, RandomState

__all__ = ["PartitionFilter"]


class PartitionFilter(MetaEstimatorMixin, DetectorTemplate):
    """Find wrong labels by the vote of models that were trained on other parts of the rows.

    The rows are split into parts at random, several times. A clone of the model is fitted on every part and votes on
    the labels of all rows outside of it; the quality of a label is its share of the votes. It assumes that one part is
    enough to learn most of the task: wrong labels of different parts then mislead the voters in different places. A
    model does not vote on labels of a class that its part does not hold.

    Parameters
    ----------
    estimator : classifier or None, default=None
        The voter; ``predict`` is enough. None means a decision tree with at least 3 rows a leaf; over several tables
        and kinds of noise its votes ranked label errors better than those of trees with leaves of 1 or 5 rows, and much
        better than as many fits on all parts but one, of which each gives a row one vote only.
    n_partitions : int, default=5
        Parts of a partition, each of them stratified by class; fewer, with a warning, where a class has fewer members.
        Whole groups stay in one part where `groups` are given.
    n_repeats : int, default=20
        Random partitions. There are `n_partitions` times `n_repeats` fits, each on one part, and every label has
        (`n_partitions` - 1) times `n_repeats` votes.
    vote : {"majority", "consensus"}, default="majority"
        Whether labels are flagged that more than half, or that all of the voters reject. The more voters there are,
        the stricter is consensus.
    rule : str, rule or None, default=None
        Another way to decide; a name from :data:`skclean.rules.RULES` or an instance. None means
        :class:`skclean.rules.Vote` with `vote`.
    n_jobs : int or None, default=None
        Models fitted side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Draws the parts, and seeds the models where they have no seed of their own.

    Attributes
    ----------
    label_quality_ : ndarray of shape (n_samples,), float64
        Share of the votes for the given label, in [0, 1]; 1 for unlabelled rows and where nobody could vote.
    noise_mask_ : ndarray of shape (n_samples,), bool
        True where the label is judged wrong.
    suggested_labels_ : ndarray of shape (n_samples,)
        The label with most votes, and of flagged rows the other label with most votes, in the caller's type.
    classes_ : ndarray of shape (n_classes,)
        The sorted labels.
    audit_ : Audit
        Everything that rules and treatments read; its `proba` are the shares of votes. It does not hold X.
    n_features_in_ : int
        Number of features seen in `fit`, where X has columns.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where X has names that are all strings.

    Notes
    -----
    As in the paper: the rows are partitioned, a classifier of each part votes on the rows outside of it, and
    majority or consensus decides (:class:`skclean.rules.Vote`).

    Otherwise: Zhu, Wu and Chen ask in addition that the classifier of a row's own part rejects the label; here it
    does not vote. Their classifiers are good rules selected for each part, here whole models; and they filter
    repeatedly, here random partitions are repeated.

    References
    ----------
    Brodley, Friedl, "Identifying Mislabeled Training Data", JAIR 1999; Zhu, Wu, Chen, "Eliminating Class Noise in
    Large Datasets", ICML 2003.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import PartitionFilter
    >>> from skclean.noise import inject_noise
    >>> X, y = load_iris(return_X_y=True)
    >>> y_noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    >>> detector = PartitionFilter(random_state=0).fit(X, y_noisy)
    >>> bool(flipped[detector.noise_mask_].mean() > 0.5)  # most flags are right
    True
    """

    alias = "partition_filter"

    _parameter_constraints: dict = {
        **DetectorTemplate._parameter_constraints,
        "estimator": [HasMethods(["fit", "predict"]), None],
        "n_partitions": [Interval(Integral, 2, None, closed="left")],
        "n_repeats": [Interval(Integral, 1, None, closed="left")],
        "vote": [StrOptions({"majority", "consensus"})],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    gives = (ClassProba,)
    _splits_groups = True

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        n_partitions: int = 5,
        n_repeats: int = 20,
        vote: Literal["majority", "consensus"] = "majority",
        rule: BaseRule | str | None = None,
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.n_partitions = n_partitions
        self.n_repeats = n_repeats
        self.vote = vote
        self.rule = rule
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _default_rule(self):
        return Vote(self.vote)

    def _model(self, X=None, labels=None):
        return (
            requesting_weights(DecisionTreeClassifier(min_samples_leaf=3)) if self.estimator is None else self.estimator
        )

    def _find(self, given, progress):
        """Shares of the votes of models of other parts."""
        codes = given.labels.codes
        votes = sum_over_partitions(
            given.estimator,
            as_numbers(given.X) if self.estimator is None else given.X,
            given.labels,
            fit_predict_votes,
            n_partitions=self.n_partitions,
            n_repeats=self.n_repeats,
            split_params=given.split_params,
            fit_params=given.fit_params,
            n_jobs=self.n_jobs,
            random_state=self.random_state,
            progress=progress,
        ).outside
        if given.seen is not None:
            given.seen.add_counts(votes.count)
        proba = votes.mean()
        return Findings(np.where(votes.count > 0, shares_of_given(proba, codes), 1.0), proba)
